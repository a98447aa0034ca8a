using Svgx.Collaboration.Client;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.Unit.Client;

internal static class ClientSetup
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static CollaborationClientOptions Options(this ProtocolHost host, string user = "ann", DocumentRole? role = null, Uri? server = null) => new CollaborationClientOptions
    {
        Server = server ?? new($"ws://127.0.0.1:{host.Port}/"),
        FirstRetry = TimeSpan.FromMilliseconds(10),
        LongestRetry = TimeSpan.FromMilliseconds(100),
    }.WithToken(host.Token(user, role));

    public static async Task<CollaborationClient> CollaborateAsync(this ProtocolHost host, string user = "ann", DocumentRole? role = null, Uri? server = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await CollaborationClient.ConnectAsync(host.Options(user, role, server), patience.Token);
    }

    /// <summary>Waits for the client to be as said. The reader opened first misses nothing that happens between the looks.</summary>
    public static async Task UntilAsync(this CollaborationClient client, Func<CollaborationClient, bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        var events = client.ReadEventsAsync(patience.Token);
        if (holds(client))
            return;
        await foreach (var _ in events)
        {
            if (holds(client))
                return;
        }
        Assert.True(holds(client), $"The client ended ({client.Status}) before it was as awaited.");
    }

    public static async Task<T> NextAsync<T>(this IAsyncEnumerable<ClientEvent> events, Func<T, bool>? matches = null)
        where T : ClientEvent => await events.OfType<T>().FirstAsync(matches ?? (_ => true)).AsTask().WaitAsync(Patience);

    public static async Task<Acknowledgement> AcceptedAsync(this Submission submission) =>
        Assert.IsType<SubmitOutcome.Accepted>(await submission.Outcome.WaitAsync(Patience)).Acknowledgement;

    public static async Task<SubmitOutcome.Refused> RefusedAsync(this Submission submission) =>
        Assert.IsType<SubmitOutcome.Refused>(await submission.Outcome.WaitAsync(Patience));

    public static bool Has(this CollaborationClient client, string elementId) => client.Read(drawing => drawing.TryGetElement(elementId, out _));

    public static string? Attribute(this CollaborationClient client, string elementId, string name) =>
        client.Read(drawing => drawing.TryGetElement(elementId, out var element) ? element[name] : null);

    public static string Json(this CollaborationClient client) => client.Read(drawing => System.Text.Encoding.UTF8.GetString(DocumentJson.Write(drawing)));
}
