using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;

namespace Svgx.Tests.Unit.Protocol;

public sealed class OutboundLoopTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CollaborationMetrics _metrics;
    private readonly SessionEvent.OperationsCommitted[] _news = [.. Enumerable.Range(0, 3).Select(i => new SessionEvent.OperationsCommitted([Operation((2 * i) + 1), Operation((2 * i) + 2)]))];

    public OutboundLoopTests() => _metrics = new(_services.GetRequiredService<IMeterFactory>(), TimeProvider.System);

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }

    [Fact, Trait("Rule", "P24")]
    public async Task All_for_whom_the_same_operations_wait_are_sent_the_same_bytes()
    {
        var first = await SendAsync(_news[0], _news[1]);
        var second = await SendAsync(_news[0], _news[1]);
        var third = await SendAsync(_news[0], _news[1]);

        Assert.Equal([1, 2, 3, 4], Revisions(Assert.Single(first)));
        Assert.Equal([1, 2, 3, 4], Revisions(Assert.Single(second)));
        Assert.Same(Array(Assert.Single(second)), Array(Assert.Single(third)));
    }

    [Fact, Trait("Rule", "P24")]
    public async Task Whoever_waits_for_more_or_for_less_is_sent_their_own()
    {
        await SendAsync(_news[0], _news[1]);

        Assert.Equal([1, 2], Revisions(Assert.Single(await SendAsync(_news[0]))));
        Assert.Equal([1, 2, 3, 4, 5, 6], Revisions(Assert.Single(await SendAsync(_news))));
        Assert.Equal([1, 2, 5, 6], Revisions(Assert.Single(await SendAsync(_news[0], _news[2]))));
        Assert.Equal([3, 4, 5, 6], Revisions(Assert.Single(await SendAsync(_news[1], _news[2]))));
        Assert.Equal([1, 2, 3, 4], Revisions(Assert.Single(await SendAsync(_news[0], _news[1]))));
    }

    [Fact, Trait("Rule", "P24")]
    public async Task Something_else_in_between_stays_in_its_place()
    {
        await SendAsync(_news[0], _news[1], _news[2]);
        var sent = await SendAsync(_news[0], new SessionEvent.Refused("invalid_data", "No."), _news[1], _news[2]);

        Assert.Equal(3, sent.Count);
        Assert.Equal([1, 2], Revisions(sent[0]));
        Assert.Equal("error", JsonDocument.Parse(sent[1]).RootElement.GetProperty("type").GetString());
        Assert.Equal([3, 4, 5, 6], Revisions(sent[2]));
    }

    [Fact, Trait("Rule", "P24")]
    public async Task A_newcomer_who_missed_nothing_gets_what_comes_next()
    {
        await SendAsync(_news[0], _news[1]);

        Assert.Equal([1, 2], Revisions(Assert.Single(await SendAsync(new SessionEvent.OperationsCommitted([]), _news[0]))));
        Assert.Equal([1, 2, 3, 4], Revisions(Assert.Single(await SendAsync(_news[0], new SessionEvent.Resynced(2, new Resync.Operations([.. _news[1].Operations]), null)))));
    }

    [Fact, Trait("Rule", "P24")]
    public async Task What_is_too_much_for_one_message_comes_whole_to_each()
    {
        SessionEvent[] news = [.. Enumerable.Range(1, 3).Select(revision => new SessionEvent.OperationsCommitted([Operation(revision, data: new string('d', 400 << 10))]))];

        for (var receiver = 0; receiver < 3; receiver++)
            Assert.Equal([[1, 2], [3]], (await SendAsync(news)).Select(Revisions));
    }

    [Fact, Trait("Rule", "P24")]
    public void Plain_clients_are_not_sent_the_changes_of_others()
    {
        Outbound[] run = [new Outbound.Event(_news[0])];
        OperationsFrame.Keep(run, changes: true, "with changes"u8, oldest: 1);

        Assert.Null(OperationsFrame.Find(run, changes: false));
        Assert.Equal("with changes"u8, OperationsFrame.Find(run, changes: true)!.Bytes);
    }

    private async Task<List<ReadOnlyMemory<byte>>> SendAsync(params SessionEvent[] news)
    {
        using var socket = new RecordingSocket();
        var queue = new OutboundQueue(8 << 20);
        foreach (var item in news)
            Assert.True(queue.TryAdd(new Outbound.Event(item)));
        queue.Complete();
        await new OutboundLoop(socket, queue, 1 << 20, TimeProvider.System, _metrics).RunAsync(CancellationToken.None, TestContext.Current.CancellationToken);
        return socket.Sent;
    }

    private static IEnumerable<long> Revisions(ReadOnlyMemory<byte> message) =>
        JsonDocument.Parse(message).RootElement.GetProperty("operations").EnumerateArray().Select(operation => operation.GetProperty("revision").GetInt64());

    private static byte[] Array(ReadOnlyMemory<byte> message) => MemoryMarshal.TryGetArray(message, out var segment) ? segment.Array! : throw new InvalidOperationException();

    private static CommittedOperation Operation(long revision, string data = "") => new(SampleEntry.Of(JsonSerializer.SerializeToUtf8Bytes(new { text = data }), revision));

    /// <summary>Keeps what is sent: the memory itself where it belongs to the message alone, else a copy.</summary>
    private sealed class RecordingSocket : WebSocket
    {
        public List<ReadOnlyMemory<byte>> Sent { get; } = [];

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, WebSocketMessageFlags messageFlags, CancellationToken cancellationToken)
        {
            var isItsOwn = MemoryMarshal.TryGetArray(buffer, out var segment) && segment.Count == segment.Array!.Length;
            Sent.Add(isItsOwn ? buffer : buffer.ToArray());
            return ValueTask.CompletedTask;
        }

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override void Abort()
        {
        }

        public override void Dispose()
        {
        }
    }
}
