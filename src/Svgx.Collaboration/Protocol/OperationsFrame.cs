using Svgx.Collaboration.Engine;

namespace Svgx.Collaboration.Protocol;

/// <summary>
/// The message of a run of news that was sent as one: kept with the first of them, so that all for whom the same run waits are sent the same bytes. In a busy drawing that is nearly everybody.
/// Immutable; the newest run that begins with an event is kept.
/// </summary>
internal sealed class OperationsFrame
{
    private readonly SessionEvent[] _run;
    private readonly bool _changes;

    private OperationsFrame(SessionEvent[] run, bool changes, byte[] bytes, long oldest) => (_run, _changes, Bytes, Oldest) = (run, changes, bytes, oldest);

    public byte[] Bytes { get; }

    /// <summary>When the oldest operation in it was accepted, see <see cref="CommittedOperation.AcceptedAt"/>.</summary>
    public long Oldest { get; }

    /// <summary>What was sent for these messages, where that is known.</summary>
    public static OperationsFrame? Find(ReadOnlySpan<Outbound> run, bool changes) => Keeper(run) is { Frame: OperationsFrame frame } && frame.IsOf(run, changes) ? frame : null;

    /// <summary>Keeps what is sent for these messages.</summary>
    public static void Keep(ReadOnlySpan<Outbound> run, bool changes, ReadOnlySpan<byte> message, long oldest)
    {
        if (Keeper(run) is not { } keeper)
            return;
        var events = new SessionEvent[run.Length];
        for (var i = 0; i < run.Length; i++)
            events[i] = ((Outbound.Event)run[i]).SessionEvent;
        keeper.Frame = new OperationsFrame(events, changes, message.ToArray(), oldest);
    }

    private static SessionEvent.OperationsCommitted? Keeper(ReadOnlySpan<Outbound> run) => (run[0] as Outbound.Event)?.SessionEvent as SessionEvent.OperationsCommitted;

    private bool IsOf(ReadOnlySpan<Outbound> run, bool changes)
    {
        if (changes != _changes || run.Length != _run.Length)
            return false;
        for (var i = 0; i < run.Length; i++)
        {
            if (!ReferenceEquals((run[i] as Outbound.Event)?.SessionEvent, _run[i]))
                return false;
        }
        return true;
    }
}
