using System.Text.Json;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;

namespace Svgx.Tests.Unit.Protocol;

public sealed class OutboundQueueTests
{
    private static readonly Outbound Message = new Outbound.Pong(null, null);

    private readonly OutboundQueue _queue = new(64 << 10);
    private List<Outbound> _taken = [];

    [Fact, Trait("Rule", "P23")]
    public void The_end_that_comes_with_the_last_message_while_something_is_sent_is_seen_after_that_message()
    {
        _queue.TryAdd(Message); // nobody waits: the connection is sending
        _queue.Complete();

        Assert.True(_queue.WaitAsync().AsTask().IsCompleted);
        Assert.True(_queue.Take(ref _taken));
        Assert.Equal([Message], _taken);
        Assert.True(_queue.WaitAsync().AsTask().IsCompleted);
        Assert.False(_queue.Take(ref _taken));
    }

    [Fact, Trait("Rule", "P23")]
    public async Task Whoever_waits_is_woken_by_a_message_and_by_the_end()
    {
        var waiting = _queue.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        _queue.TryAdd(Message);
        await waiting.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(_queue.Take(ref _taken));

        waiting = _queue.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        _queue.Complete();
        await waiting.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(_queue.Take(ref _taken));
    }

    [Fact, Trait("Rule", "S7")]
    public void Gestures_that_nobody_reads_are_bounded_by_their_size_and_the_newest_state_counts()
    {
        for (var length = 1_000; length <= 30_000; length += 1_000)
            Assert.True(_queue.TryAdd(Gesture("a", length))); // one that grows takes the place of what it was
        Assert.True(_queue.TryAdd(Gesture("b", 30_000)));
        Assert.False(_queue.TryAdd(Gesture("c", 30_000)));
        Assert.True(_queue.TryAdd(Gesture("a", 10)));
        Assert.True(_queue.TryAdd(Gesture("c", 30_000)));
        Assert.True(_queue.Take(ref _taken));
        Assert.Equal(["b", "a", "c"], _taken.Select(message => ((SessionEvent.PreviewShared)((Outbound.Event)message).SessionEvent).Preview.GestureId));

        static Outbound Gesture(string id, int length) =>
            new Outbound.Event(new SessionEvent.PreviewShared(new(id, "ann", "ann-1", "#000", ["e"], JsonSerializer.SerializeToElement(new { d = new string('0', length) }))));
    }

    [Fact, Trait("Rule", "J24"), Trait("Rule", "S7")]
    public void Operations_of_any_size_fit_while_not_more_than_one_such_message_waits()
    {
        Outbound large = new Outbound.Event(new SessionEvent.OperationsCommitted([new CommittedOperation(SampleEntry.Of(new byte[1 << 20]))]));
        Assert.True(_queue.TryAdd(large));
        Assert.True(_queue.TryAdd(large));
        Assert.False(_queue.TryAdd(large));
        Assert.True(_queue.Take(ref _taken));
        Assert.Equal([large, large], _taken);
        Assert.True(_queue.TryAdd(large));
    }
}
