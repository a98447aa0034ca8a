using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;
using Svgx.Collaboration.Security;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Bench.Fuzz;

/// <summary>Bad frames over real sockets. What must hold: no connection ends with 1011, a document that only viewers were in is as it was, an edited one replays to what it shows, memory comes back.</summary>
internal sealed class ServerFuzz(IServiceProvider services, int seed)
{
    private static readonly byte[] Pace = """{"type":"ping","request_id":"pace"}"""u8.ToArray();
    private readonly CollaborationEngine _engine = services.GetRequiredService<CollaborationEngine>();
    private readonly CollaborationServer _server = services.GetRequiredService<CollaborationServer>();
    private readonly TokenIssuer _tokens = services.GetRequiredService<TokenIssuer>();
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> _closes = new();
    private int _failures;

    public async Task<bool> RunAsync(int frames)
    {
        await _server.StartAsync("localhost", 0);
        var watched = await _engine.CreateDocumentAsync();
        var edited = await _engine.CreateDocumentAsync();
        await _engine.SendOperationAsync(edited, "owner", new(null, "create", "e", default));
        await SendAsync(1_000, DocumentRole.Editor, edited, seed); // warm
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(
            SendAsync(frames / 3, null, watched, seed + 1),
            SendAsync(frames / 3, DocumentRole.Viewer, watched, seed + 2),
            SendAsync(frames / 3, DocumentRole.Editor, edited, seed + 3));
        Console.WriteLine($"server: {_engine.GetPerformanceStats().BytesReceived >> 10} KiB of frames were read, {frames / clock.Elapsed.TotalSeconds:0} frames/s, {_failures} connections that failed");
        foreach (var (close, count) in _closes)
            Console.WriteLine($"  closed {count} times: {close}");

        var untouched = (await _engine.ReadDocumentAsync(watched))!.Revision == 0;
        var shown = (await _engine.ReadDocumentAsync(edited))!;
        var replayed = Document.CreateEmpty();
        await foreach (var entry in _engine.ReadOperationsAsync(edited))
            replayed.Apply(ChangeJson.Read(entry.Changes));
        var equal = SvgWriter.ToText(replayed) == SvgWriter.ToText(DocumentJson.Read(shown.Json));
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine($"viewers changed nothing: {untouched}; {shown.Revision} operations replay to what is shown: {equal}; memory grew by {grown >> 10} KiB");
        return _failures == 0 && untouched && equal && grown < 100 << 20;
    }

    private async Task SendAsync(int frames, DocumentRole? role, Guid document, int own)
    {
        var mutator = new FrameMutator(own);
        for (var sent = 0; sent < frames;)
        {
            using var socket = new ClientWebSocket();
            await socket.ConnectAsync(new($"ws://127.0.0.1:{_server.Port}/"), CancellationToken.None);
            if (role is not null)
                await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { type = "join", token = (await _tokens.IssueAsync(new($"user-{own}", null, document, role))).Token }), WebSocketMessageType.Text, true, CancellationToken.None);
            using var pace = new SemaphoreSlim(0);
            var reading = DrainAsync(socket, pace);
            try
            {
                for (; sent < frames && !reading.IsCompleted; sent++)
                {
                    await socket.SendAsync(mutator.NextText(), WebSocketMessageType.Text, true, CancellationToken.None);
                    if (sent % 100 != 99)
                        continue;
                    // Not further ahead: what a closed connection still holds would never be read.
                    await socket.SendAsync(Pace, WebSocketMessageType.Text, true, CancellationToken.None);
                    await Task.WhenAny(pace.WaitAsync(), reading);
                }
                if (!reading.IsCompleted)
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            }
            catch (WebSocketException)
            {
                // Closed under the sender's hand, as after a leave.
            }
            await reading;
            _closes.AddOrUpdate($"{(int?)socket.CloseStatus} {socket.CloseStatusDescription}", 1, (_, count) => count + 1);
            if (socket.CloseStatus == WebSocketCloseStatus.InternalServerError)
            {
                Interlocked.Increment(ref _failures);
                Console.Error.WriteLine($"A connection failed near frame {sent} of seed {own}.");
            }
        }
    }

    private static async Task DrainAsync(ClientWebSocket socket, SemaphoreSlim pace)
    {
        var buffer = new byte[16_384];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } part)
            {
                if (buffer.AsSpan(0, part.Count).IndexOf("\"request_id\":\"pace\""u8) >= 0)
                    pace.Release();
            }
        }
        catch (WebSocketException)
        {
            // Cut off.
        }
    }
}
