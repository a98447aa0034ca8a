// A collaboration server in ten lines: HostServer [port] [data folder]
using Svgx.Collaboration.Hosting;

var drawing = new Guid("0199c0de-0000-7000-8000-000000000001");
await using var server = await CollaborationHost.StartAsync("localhost", args is [var port, ..] ? int.Parse(port) : 8765, args is [_, var folder] ? folder : "data");
await server.EnsureDocumentAsync(drawing);
await server.SendOperationAsync(drawing, "host", "create", null, new { x = 100, y = 200, fill = "tomato" });
Console.WriteLine($"ws://localhost:{server.Port}/");
Console.WriteLine(await server.IssueTokenAsync("ada", drawing));
await server.WaitForShutdownAsync();
Console.WriteLine($"{server.GetPerformanceStats().TotalOperations} operations, good bye");
