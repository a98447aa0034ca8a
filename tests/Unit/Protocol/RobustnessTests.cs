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
        await UntilAsync(() => host.Engine.GetPerformanceStats().Participants == 2);
        await UntilAsync(() => host.Engine.GetPerformanceStats() is { Participants: 1, Connections: 1 });
        Assert.False(reading.IsCompleted);
    }

    [Fact, Trait("Rule", "P15")]
    public async Task A_client_that_does_not_read_is_cut_off_and_the_others_notice_nothing()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.MaxOutboundBytes = 64 << 10);
        await using var ann = await host.JoinAsync();
        using var stuck = await RawSocketAsync(host, "ben");
        await UntilAsync(() => host.Engine.GetPerformanceStats().Participants == 2);
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

    [Fact, Trait("Rule", "P16")]
    public async Task A_server_that_stops_tells_its_clients_to_come_back_and_waits_for_nobody_for_long()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync();
        await using var waiting = await host.ConnectAsync(); // has not joined
        using var stuck = await RawSocketAsync(host, "ben"); // never answers the close
        await UntilAsync(() => host.Engine.GetPerformanceStats().Participants == 2);
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

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var tries = 0; tries < 1_200 && !holds(); tries++)
            await Task.Delay(25);
        Assert.True(holds());
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
        Assert.InRange(join.Length, 126, 65_535);
        // A final text frame with a length in two bytes and a mask of zeros.
        byte[] frame = [0x81, 0x80 | 126, (byte)(join.Length >> 8), (byte)join.Length, 0, 0, 0, 0, .. join];
        await socket.SendAsync(frame);
        return socket;
    }
}
