using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;

namespace Svgx.Collaboration.Protocol;

/// <summary>Something that waits to be sent on a connection.</summary>
internal abstract record Outbound
{
    private Outbound()
    {
    }

    /// <summary>News from the session.</summary>
    public sealed record Event(SessionEvent SessionEvent) : Outbound;

    /// <summary>The first answer to a join.</summary>
    public sealed record State(Joined Joined, string UserId, string SessionId, ClientFeatures Features) : Outbound;

    /// <summary>A whole document, sent in parts.</summary>
    public sealed record Document(DocumentContent Content) : Outbound;

    /// <summary>The answer to a question for the activity log.</summary>
    public sealed record ActivityLog(IReadOnlyList<ActivityEntry> Entries, string? RequestId) : Outbound;

    /// <summary>Messages written already that answer a request.</summary>
    public sealed record Frames(IReadOnlyList<byte[]> Messages) : Outbound
    {
        public int Bytes { get; } = Messages.Sum(message => message.Length);

        /// <summary>Completes when they were sent. Inline continuations would run the receiving half on the sending one.</summary>
        public TaskCompletionSource Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The answer to a ping.</summary>
    public sealed record Pong(string? SentAt, string? RequestId) : Outbound;
}

/// <summary>
/// What waits for one connection. Bounded in bytes; newer presence replaces older, and a newer preview an older one of the same gesture. One reader; any thread may write.
/// </summary>
internal sealed class OutboundQueue(int maxBytes)
{
    private const int EventCost = 256;
    private const long ConflictCost = 4_096;
    private const int KeptCapacity = 256;

    /// <summary>
    /// Of the bound one message takes at most this part, so that one of any size gets through, be it an answer or what undo brings back, and a second while it waits. Who does not read is at the
    /// bound soon all the same.
    /// </summary>
    private const int MostOfBound = 2;

    private readonly Lock _lock = new();
    private readonly AsyncSignal _signal = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Outbound> _waiting = [];
    private List<Outbound>? _held;
    private long _bytes;
    private bool _completed;

    /// <summary>Completes when <see cref="Complete"/> was called.</summary>
    public Task Completion => _completion.Task;

    /// <summary>From now on events wait behind the answer to the join, which is not there yet.</summary>
    public void Hold()
    {
        lock (_lock)
            _held = [];
    }

    /// <summary>Puts the answer to the join in, and behind it the events that came meanwhile.</summary>
    public void Release(params ReadOnlySpan<Outbound> first)
    {
        lock (_lock)
        {
            _waiting.AddRange(first);
            _waiting.AddRange(_held ?? []);
            _held = null;
        }
        _signal.Raise();
    }

    /// <summary><see langword="false"/> where it does not fit any more.</summary>
    public bool TryAdd(Outbound message)
    {
        lock (_lock)
        {
            if (_completed)
                return true; // it is closing: what comes now has nobody to go to
            var list = _held ?? _waiting;
            var replaced = FindReplaced(message, list);
            var cost = CountedCost(message) - (replaced < 0 ? 0 : CountedCost(list[replaced]));
            if (cost > 0 && _bytes + cost > maxBytes)
                return false;
            _bytes = Math.Max(0, _bytes + cost); // what is held was not taken with the rest
            if (replaced >= 0)
                list.RemoveAt(replaced);
            list.Add(message);
        }
        _signal.Raise();
        return true;
    }

    /// <summary>Nothing more is taken; what waits may still be sent.</summary>
    public void Complete()
    {
        lock (_lock)
            _completed = true;
        _signal.Raise();
        _completion.TrySetResult();
    }

    /// <summary>Completes when there may be something to take, and always once the queue is complete. One reader.</summary>
    public ValueTask WaitAsync()
    {
        lock (_lock)
        {
            // The signal remembers one call: that of the end may have fallen together with that of the last message.
            if (_completed)
                return ValueTask.CompletedTask;
        }
        return _signal.WaitAsync();
    }

    /// <summary>Takes all there is, and leaves an emptied list in its place; <see langword="false"/> when the queue is complete and empty.</summary>
    public bool Take(ref List<Outbound> messages)
    {
        messages.Clear();
        if (messages.Capacity > KeptCapacity)
            messages = []; // what a flood needed is not kept by the idle
        lock (_lock)
        {
            (messages, _waiting) = (_waiting, messages);
            _bytes = 0;
            return messages.Count > 0 || !_completed;
        }
    }

    /// <summary>Where the message is that a newer one takes the place of; -1 where there is none.</summary>
    private static int FindReplaced(Outbound message, List<Outbound> list)
    {
        if (message is not Outbound.Event { SessionEvent: SessionEvent.PresenceChanged or SessionEvent.PreviewShared or SessionEvent.LocksChanged { RequestId: null } } news)
            return -1;
        for (var i = list.Count - 1; i >= 0; i--)
        {
            var same = (news.SessionEvent, (list[i] as Outbound.Event)?.SessionEvent) switch
            {
                (SessionEvent.PresenceChanged, SessionEvent.PresenceChanged) or (SessionEvent.LocksChanged, SessionEvent.LocksChanged { RequestId: null }) => true,
                (SessionEvent.PreviewShared newer, SessionEvent.PreviewShared older) => newer.Preview.GestureId == older.Preview.GestureId && newer.Preview.SessionId == older.Preview.SessionId,
                _ => false,
            };
            if (same)
                return i;
        }
        return -1;
    }

    private long CountedCost(Outbound message) => Math.Min(Cost(message), maxBytes / MostOfBound);

    private static long Cost(Outbound message) => message switch
    {
        Outbound.Event { SessionEvent: SessionEvent.OperationsCommitted committed } => (committed.Operations.Length * EventCost) + committed.DataBytes,
        Outbound.Event { SessionEvent: SessionEvent.PreviewShared shared } => EventCost + shared.DataBytes,
        Outbound.Event { SessionEvent: SessionEvent.CommentChanged changed } => EventCost + (2L * changed.Update.Comment?.Text.Length ?? 0),
        Outbound.Event { SessionEvent: SessionEvent.ConflictsChanged changed } => changed.Conflicts.Length * ConflictCost,
        Outbound.Event { SessionEvent: SessionEvent.ConflictsOpen open } => open.Conflicts.Length * ConflictCost,
        Outbound.Event { SessionEvent: SessionEvent.LocksChanged changed } => EventCost * (1L + changed.Locks.Length),
        Outbound.Event { SessionEvent: SessionEvent.Acknowledged acknowledged } => EventCost + acknowledged.Operations.Sum(ack => EventCost + (ack.Removed.IsDefaultOrEmpty ? 0L : ack.Removed.Sum(part => EventCost + (2L * (part.Path.Length + part.What.Length))))),
        Outbound.Event { SessionEvent: SessionEvent.Resynced { Resync: Resync.Operations missed } } => missed.Missed.Sum(operation => EventCost + (long)operation.Entry.Data.Length + operation.Entry.Changes.Length),
        Outbound.Event { SessionEvent: SessionEvent.Resynced { Resync: Resync.Document document } } => EventCost + document.Content.Json.Length,
        Outbound.Event { SessionEvent: SessionEvent.CommentsListed list } => EventCost * (1L + list.Threads.Length),
        Outbound.ActivityLog log => EventCost + log.Entries.Sum(entry => EventCost + (2L * (entry.Detail?.Length ?? 0)) + entry.ElementIds.Sum(id => 2L * id.Length)),
        Outbound.Event or Outbound.Pong or Outbound.Frames => EventCost, // for answers of any size the receiving half waits until they are sent
        _ => 0, // the answer to the join: there is one
    };
}
