using System.Diagnostics.Metrics;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Svgx.Tests.Unit.Protocol;

public sealed class RobustnessTests
{
    [Fact, Trait("Rule", "P13")]
    public async Task A_message_in_many_fragments_is_one_message()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var client = await host.JoinAsync();
        var bytes = Encoding.UTF8.GetBytes("""{"type":"operation","operation_id":"wär","operation_type":"create","element_id":"ä€😀"}""".Replace("wär", "w"));
        for (var i = 0; i < bytes.Length; i++)
            await client.SendBytesAsync([bytes[i]], WebSocketMessageType.Text, endOfMessage: false); // inside of characters too
        await client.SendBytesAsync([], WebSocketMessageType.Text);
        Assert.Equal("ä€😀", (await client.OperationAsync("w")).GetProperty("element_id").GetString());
        await client.SendBytesAsync([], WebSocketMessageType.Text, endOfMessage: false);
        await client.SendBytesAsync([], WebSocketMessageType.Text);
        Assert.Equal("invalid_json", await client.ErrorCodeAsync());
    }

    [Fact, Trait("Rule", "P3")]
    public async Task Fragments_that_never_end_close_with_1009()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.MaxMessageBytes = 4_096);
        await using var client = await host.JoinAsync();
        for (var i = 0; i < 6; i++)
            await client.SendBytesAsync(new byte[1_000], WebSocketMessageType.Text, endOfMessage: false);
        Assert.Equal(1009, await client.ClosedAsync());
    }

    [Fact, Trait("Rule", "P14")]
    public async Task A_peer_that_is_gone_without_a_word_is_noticed_and_its_seat_is_free()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.KeepAlive = TimeSpan.FromSeconds(1));
        await using var ann = await host.JoinAsync();
        var reading = DrainAsync(ann); // a client that reads answers pings
        using var silent = await RawSocketAsync(host, "ben"); // and this one does not
        await UntilAsync(host, () => host.Engine.GetPerformanceStats().Participants == 2);
        await UntilAsync(host, () => host.Engine.GetPerformanceStats() is { Participants: 1, Connections: 1 });
        Assert.False(reading.IsCompleted);
    }

    [Fact, Trait("Rule", "P15")]
    public async Task A_client_that_does_not_read_is_cut_off_and_the_others_notice_nothing()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.MaxOutboundBytes = 64 << 10);
        await using var ann = await host.JoinAsync();
        using var stuck = await RawSocketAsync(host, "ben");
        await UntilAsync(host, () => host.Engine.GetPerformanceStats().Participants == 2);
        var text = new string('x', 30_000);
        for (var i = 0; i < 2_000 && host.Engine.GetPerformanceStats().Participants == 2; i++)
        {
            await ann.SendAsync(new { type = "operation", operation_id = $"o{i}", operation_type = "create", data = new { type = "text", text } });
            await ann.OperationAsync($"o{i}");
        }
        Assert.Equal(1, host.Engine.GetPerformanceStats().Participants);
        await ann.SendAsync(new { type = "ping" });
        await ann.NextAsync("pong");
    }

    [Fact, Trait("Rule", "J24")]
    public async Task A_change_larger_than_what_may_wait_for_a_client_reaches_all_who_read()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.MaxOutboundBytes = 64 << 10);
        await using var ann = await host.JoinAsync();
        await using var ben = await host.JoinAsync("ben");
        await DrawAsync("g", new { type = "operation", operation_id = "g", operation_type = "create", element_id = "g", data = new { type = "g" } });
        for (var i = 0; i < 8; i++)
            await DrawAsync($"o{i}", new { type = "operation", operation_id = $"o{i}", operation_type = "create", data = new { type = "text", parent_id = "g", text = new string('x', 10_000) } });
        await DrawAsync("d", new { type = "operation", operation_id = "d", operation_type = "delete", element_id = "g" });
        await ann.SendAsync(new { type = "undo" });
        foreach (var client in new[] { ann, ben })
            Assert.Equal("d", (await client.NextAsync("operations")).GetProperty("operations")[0].GetProperty("undo_of")[0].GetString());

        async Task DrawAsync(string id, object operation)
        {
            await ann.SendAsync(operation);
            await Task.WhenAll(ann.OperationAsync(id), ben.OperationAsync(id));
        }
    }

    [Theory, Trait("Rule", "P15")]
    [InlineData("""{"type":"sync","last_revision":0}""", 120)]
    [InlineData("""{"type":"activity_log","limit":200}""", 10_000)]
    public async Task Who_asks_on_without_reading_is_cut_off_before_the_answers_fill_the_memory(string question, int most)
    {
        await using var host = await ProtocolHost.StartAsync(options => (options.MaxOutboundBytes, options.MaxRequests) = (64 << 10, 1_000_000));
        await using var ann = await host.JoinAsync();
        var text = new string('x', 3_000);
        for (var i = 0; i < 100; i++)
        {
            await ann.SendAsync(new { type = "operation", operation_id = $"o{i}", operation_type = "create", data = new { type = "text", text } });
            await ann.OperationAsync($"o{i}");
        }
        using var stuck = await RawSocketAsync(host, "ben");
        await UntilAsync(host, () => host.Engine.GetPerformanceStats().Participants == 2);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            for (var asked = 0; asked < most && host.Engine.GetPerformanceStats().Participants == 2; asked++)
                await stuck.SendAsync(Frame(Encoding.UTF8.GetBytes(question)), patience.Token);
        }
        catch (SocketException)
        {
            // Cut off in the middle of asking.
        }
        await UntilAsync(host, () => host.Engine.GetPerformanceStats().Participants == 1);
        await ann.SendAsync(new { type = "ping" });
        await ann.NextAsync("pong");
    }

    [Fact, Trait("Rule", "P15")]
    public async Task A_client_that_read_too_slowly_and_reads_again_is_told_why_it_was_cut_off()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.MaxOutboundBytes = 64 << 10);
        await using var ann = await host.JoinAsync();
        await using var slow = await host.JoinAsync("ben"); // the system's buffers fill while nobody asks it for a message
        var text = new string('x', 30_000);
        for (var i = 0; i < 2_000 && host.Engine.GetPerformanceStats().Participants == 2; i++)
        {
            await ann.SendAsync(new { type = "operation", operation_id = $"o{i}", operation_type = "create", data = new { type = "text", text } });
            await ann.OperationAsync($"o{i}");
        }
        Assert.Equal(1, host.Engine.GetPerformanceStats().Participants);
        Assert.Equal(4408, await slow.ClosedAsync());
        Assert.Equal("Too slow; come back with last_revision.", slow.CloseReason);
    }

    [Fact, Trait("Rule", "K16")]
    public async Task Who_has_lost_the_right_hears_nothing_more_of_the_drawing()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync();
        var issued = await host.Service<Svgx.Collaboration.Security.TokenRegistry>().IssueAsync(new("ben", DocumentId: host.DocumentId));
        await using var ben = await host.ConnectAsync();
        await ben.SendAsync(new { type = "join", token = issued.Token });
        await ben.NextAsync("current_state");
        var text = new string('x', 30_000);
        for (var i = 0; i < 100; i++) // more than the system's buffers hold: the rest waits in the server
            await ann.SendAsync(new { type = "operation", operation_id = $"o{i}", operation_type = "create", data = new { type = "text", text } });
        await ann.OperationAsync("o99");
        await host.Service<Svgx.Collaboration.Security.TokenRevocations>().RevokeAsync(tokenId: issued.TokenId);
        await ann.SendAsync(new { type = "operation", operation_id = "after", operation_type = "create", element_id = "secret" });
        await ann.OperationAsync("after");
        var seen = new StringBuilder();
        while (await ben.NextAsync() is { } message)
            seen.Append(message.GetRawText());
        Assert.DoesNotContain("secret", seen.ToString(), StringComparison.Ordinal);
        Assert.Equal((4401, "The token was taken back."), ((int)ben.CloseStatus!, ben.CloseReason));
    }

    [Fact, Trait("Rule", "P16")]
    public async Task A_server_that_stops_tells_its_clients_to_come_back_and_waits_for_nobody_for_long()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync();
        await using var waiting = await host.ConnectAsync(); // has not joined
        using var stuck = await RawSocketAsync(host, "ben"); // never answers the close
        await UntilAsync(host, () => host.Engine.GetPerformanceStats().Participants == 2);
        var stopping = host.Service<Svgx.Collaboration.Protocol.CollaborationServer>().StopAsync();
        Assert.Equal(1001, await ann.ClosedAsync());
        Assert.Equal(1001, await waiting.ClosedAsync());
        await stopping.WaitAsync(TimeSpan.FromSeconds(25));
    }

    private static async Task DrainAsync(ProtocolClient client)
    {
        try
        {
            while (true)
                await client.NextAsync();
        }
        catch (OperationCanceledException)
        {
            // Nothing came for a while: the test is over.
        }
    }

    /// <summary>Waits for what the server's statistics say; they are looked at when one of its instruments moves.</summary>
    private static async Task UntilAsync(ProtocolHost host, Func<bool> holds)
    {
        var factory = host.Service<IMeterFactory>();
        using var moved = new SemaphoreSlim(0);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, active) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory))
                active.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => moved.Release());
        listener.Start();
        while (!holds())
            Assert.True(await moved.WaitAsync(TimeSpan.FromSeconds(30)), "It did not come to that.");
    }

    /// <summary>Joins and from then on neither reads nor answers, as a machine whose network is gone.</summary>
    private static async Task<Socket> RawSocketAsync(ProtocolHost host, string user)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync("127.0.0.1", host.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: 127.0.0.1:{host.Port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
        var answer = new byte[1_024];
        Assert.StartsWith("HTTP/1.1 101", Encoding.ASCII.GetString(answer, 0, await socket.ReceiveAsync(answer)), StringComparison.Ordinal);
        var join = JsonSerializer.SerializeToUtf8Bytes(new { type = "join", token = host.Token(user) });
        await socket.SendAsync(Frame(join));
        return socket;
    }

    /// <summary>A final text frame with a mask of zeros.</summary>
    private static byte[] Frame(byte[] text) => text.Length switch
    {
        < 126 => [0x81, (byte)(0x80 | text.Length), 0, 0, 0, 0, .. text],
        <= 65_535 => [0x81, 0x80 | 126, (byte)(text.Length >> 8), (byte)text.Length, 0, 0, 0, 0, .. text],
        _ => [0x81, 0x80 | 127, 0, 0, 0, 0, (byte)(text.Length >> 24), (byte)(text.Length >> 16), (byte)(text.Length >> 8), (byte)text.Length, 0, 0, 0, 0, .. text],
    };
}
