using System.Threading.Channels;
using Svgx.Collaboration.Engine;

namespace Svgx.Tests.Unit.Engine;

/// <summary>A subscriber in memory; the test takes its events in order.</summary>
internal sealed class TestPeer : ISessionSubscriber
{
    private readonly Channel<SessionEvent> _events = Channel.CreateUnbounded<SessionEvent>();
    private readonly TaskCompletionSource<CloseReason> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Joined Joined { get; set; } = null!;
    public IParticipant Participant => Joined.Participant;
    public bool IsFull { get; set; }
    public int Waiting => _events.Reader.Count;
    public Task<CloseReason> Closed => _closed.Task.WaitAsync(TimeSpan.FromSeconds(20));

    public bool TryPublish(SessionEvent sessionEvent) => !IsFull && _events.Writer.TryWrite(sessionEvent);

    public void Close(CloseReason reason)
    {
        _closed.TrySetResult(reason);
        _events.Writer.TryComplete();
    }

    /// <summary>The next event of a kind; those of other kinds before it are passed over.</summary>
    public async Task<T> NextAsync<T>(Func<T, bool>? matches = null)
        where T : SessionEvent
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await _events.Reader.ReadAsync(limit.Token) is T wanted && (matches is null || matches(wanted)))
                return wanted;
        }
    }

    /// <summary>Everything that waits now, after the session has answered a question asked last.</summary>
    public async Task<List<SessionEvent>> SettleAsync()
    {
        var events = new List<SessionEvent>();
        var mark = Guid.NewGuid().ToString();
        await Participant.SyncAsync(long.MaxValue, mark);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var next = await _events.Reader.ReadAsync(limit.Token);
            if (next is SessionEvent.Resynced resynced && resynced.RequestId == mark)
                return events;
            events.Add(next);
        }
    }

    public async Task<Acknowledgement> DoAsync(string type, string? element, string data = "{}", string? id = null, string? group = null, long? seen = null)
    {
        await Participant.SubmitAsync(TestEngine.Operation(type, element, data, id, group, seen: seen));
        return (await NextAsync<SessionEvent.Acknowledged>()).Operations[0];
    }

    public async Task<SessionEvent.Refused> TryAsync(string type, string? element, string data = "{}", string? id = null, long? seen = null)
    {
        await Participant.SubmitAsync(TestEngine.Operation(type, element, data, id, seen: seen));
        return await NextAsync<SessionEvent.Refused>();
    }
}
