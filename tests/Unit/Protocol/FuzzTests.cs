using System.Net.WebSockets;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;

namespace Svgx.Tests.Unit.Protocol;

public sealed class FuzzTests
{
    [Theory, Trait("Rule", "P18")]
    [InlineData(1)]
    [InlineData(2)]
    public void No_frame_makes_the_reader_throw_and_every_refusal_says_why(int seed)
    {
        var mutator = new FrameMutator(seed);
        var understood = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var frame = mutator.Next();
            if (ProtocolReader.TryRead(frame, out var message, out var fault))
            {
                Assert.NotNull(message);
                understood++;
            }
            else
            {
                Assert.True(fault.Code.Length > 0 && fault.Reason.Length > 0, Convert.ToHexString(frame));
            }
        }
        Assert.InRange(understood, 5_000, 45_000); // it reaches behind the reader, and not only there
    }

    [Theory, Trait("Rule", "P18")]
    [InlineData(null, 11)]
    [InlineData(DocumentRole.Viewer, 12)]
    [InlineData(DocumentRole.Editor, 13)]
    public async Task Thousands_of_bad_frames_leave_the_server_well_and_change_nothing_that_they_may_not(DocumentRole? role, int seed)
    {
        await using var host = await ProtocolHost.StartAsync(options => (options.MaxRefusals, options.MaxFailedJoins, options.MaxHints, options.MaxRequests) = (1_000_000, 1_000, 1_000_000, 1_000_000));
        await using var owner = await host.JoinAsync("owner");
        await owner.SendAsync(new { type = "operation", operation_id = "c", operation_type = "create", element_id = "e" });
        await owner.OperationAsync("c");
        var mutator = new FrameMutator(seed);
        const int Frames = 4_000;
        for (var sent = 0; sent < Frames;)
        {
            // A frame that closes (a leave, bytes that are no text, too many joins) costs a connection and nothing else.
            await using var client = role is { } joinsAs ? await host.JoinAsync("eve", joinsAs) : await host.ConnectAsync();
            using var pace = new SemaphoreSlim(0);
            var reading = DrainAsync(client, pace);
            try
            {
                for (; sent < Frames && !reading.IsCompleted; sent++)
                {
                    await client.SendBytesAsync(mutator.NextText(), WebSocketMessageType.Text);
                    if (sent % 100 != 99)
                        continue;
                    // Not further ahead: what a closed connection still holds would never be read.
                    await client.SendAsync(new { type = "ping", request_id = "pace" });
                    await Task.WhenAny(pace.WaitAsync(), reading);
                }
                if (!reading.IsCompleted)
                    await client.SendAsync(new { type = "leave" });
            }
            catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Closed under the sender's hand.
            }
            Assert.NotEqual(1011, await reading); // nothing failed
        }
        Assert.True(host.Engine.GetPerformanceStats().TotalMessages > Frames, "Most frames were lost on the way.");
        await owner.SendAsync(new { type = "operation", operation_id = "after", operation_type = "create", element_id = "after" });
        var after = await owner.OperationAsync("after");
        if (role is null or DocumentRole.Viewer)
            Assert.Equal(2, after.GetProperty("revision").GetInt64());

        // What an editor did is in the journal, and replays to the same drawing.
        var shown = (await host.Engine.ReadDocumentAsync(host.DocumentId))!;
        var replayed = Document.CreateEmpty();
        await foreach (var entry in host.Engine.ReadOperationsAsync(host.DocumentId))
            replayed.Apply(ChangeJson.Read(entry.Changes));
        Assert.Equal(SvgWriter.ToText(replayed), SvgWriter.ToText(DocumentJson.Read(shown.Json)));
        await owner.SendAsync(new { type = "ping" });
        await owner.NextAsync("pong");
    }

    private static async Task<int> DrainAsync(ProtocolClient client, SemaphoreSlim pace)
    {
        try
        {
            while (await client.NextAsync() is { } message)
            {
                if (message.TryGetProperty("request_id", out var id) && id.GetString() == "pace")
                    pace.Release();
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            // Cut in the middle of its own sending.
        }
        return client.CloseStatus is { } status ? (int)status : 0;
    }
}
