// Joins a drawing, adds a lamp that follows a wire, and says what others do: DotNetClient SERVER TOKEN
using Svgx.Collaboration.Client;
using Svgx.Collaboration.Engine;

if (args is not [var server, var token])
{
    Console.Error.WriteLine("DotNetClient SERVER TOKEN, as the HostServer sample prints them.");
    return 1;
}
await using var client = await CollaborationClient.ConnectAsync(new CollaborationClientOptions { Server = new(server), Username = "Lamp fitter" }.WithToken(token));
Console.WriteLine($"Joined {client.Session.DocumentName} at revision {client.Revision} as {client.Session.UserId}.");

// Shown at once; the outcome comes when it is durable, however often the connection is lost until then.
var lamp = client.Submit("create", null, new { type = "circle", cx = 300, cy = 200, r = 20, fill = "gold" });
Console.WriteLine($"{client.Read(drawing => drawing.ElementCount)} elements with the lamp in it.");
Tell("create", await lamp.Outcome);
Tell("move", await client.SendOperationAsync("move", lamp.ElementId, new { dx = 50, dy = 0 }));
Tell("undo", await client.UndoAsync());
Console.WriteLine(client.ToSvg());

await foreach (var happened in client.ReadEventsAsync())
{
    if (happened is ClientEvent.OperationsConfirmed { Operations: var operations })
    {
        foreach (var operation in operations)
            Console.WriteLine($"{operation.Revision}: {operation.Username} {operation.OperationType} {operation.ElementId}");
    }
    if (happened is ClientEvent.StatusChanged { Status: var status })
        Console.WriteLine(status);
}
return 0;

static void Tell(string what, SubmitOutcome outcome) => Console.WriteLine(outcome switch
{
    SubmitOutcome.Accepted accepted => $"{what}: durable as revision {accepted.Acknowledgement.Revision}",
    SubmitOutcome.Refused refused => $"{what}: refused, {refused.Reason} ({refused.Code})",
    _ => throw new System.Diagnostics.UnreachableException(),
});
