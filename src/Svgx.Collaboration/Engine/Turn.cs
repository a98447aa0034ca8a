using System.Diagnostics.CodeAnalysis;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Storage;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Engine;

/// <summary>What a session decided and has not yet made durable, and the answers that wait for it. Reused.</summary>
internal sealed class Turn
{
    private readonly Dictionary<string, JournalEntry> _byId = new(StringComparer.Ordinal);

    public List<JournalEntry> Accepted { get; } = [];

    public List<(Seat To, SessionEvent Event)> Replies { get; } = [];

    /// <summary>The operation ids that the turn has claimed, of operations that stand and of others.</summary>
    public List<string> ClaimedIds { get; } = [];

    /// <summary>The conflicts that the turn opened, joined or settled, in their newest state, and who is to be answered for it.</summary>
    public Dictionary<string, (Conflict Conflict, Seat? By, string? RequestId)> Conflicts { get; } = new(StringComparer.Ordinal);

    /// <summary>The conflicts among them that the turn found, as they were then.</summary>
    public List<Conflict> Found { get; } = [];

    /// <summary>The gestures that its operations end, accepted or not; and whether one that stands carries it, which by itself ends it for the others.</summary>
    public Dictionary<(Seat By, string GestureId), bool> Gestures { get; } = [];

    /// <summary>The version of what they lead to.</summary>
    public VersionDraft? Version { get; set; }

    /// <summary>When its first operation was decided.</summary>
    public long StartedAt { get; private set; }

    /// <summary>What its operations will take to tell, about.</summary>
    public long Bytes { get; private set; }

    public void Accept(JournalEntry entry, long now)
    {
        if (Accepted.Count == 0)
            StartedAt = now;
        Accepted.Add(entry);
        Bytes += Size(entry);
        _byId.Add(entry.OperationId, entry);
    }

    public JournalEntry? Find(string operationId) => _byId.GetValueOrDefault(operationId);

    /// <summary>Takes back what was accepted after the first <paramref name="count"/>.</summary>
    public void Truncate(int count)
    {
        for (var i = count; i < Accepted.Count; i++)
        {
            _byId.Remove(Accepted[i].OperationId);
            Bytes -= Size(Accepted[i]);
        }
        Accepted.RemoveRange(count, Accepted.Count - count);
    }

    public void EndGesture(Seat by, string? gestureId, bool isCarried)
    {
        if (gestureId is not null)
            Gestures[(by, gestureId)] = isCarried || Gestures.GetValueOrDefault((by, gestureId));
    }

    public void Tell(Seat to, SessionEvent sessionEvent) => Replies.Add((to, sessionEvent));

    public void Keep(Conflict conflict, Seat? by, string? requestId)
    {
        ref var kept = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(Conflicts, conflict.ConflictId, out _);
        kept = (conflict, by ?? kept.By, by is null ? kept.RequestId : requestId);
    }

    public bool Find(string conflictId, [NotNullWhen(true)] out Conflict? conflict)
    {
        conflict = Conflicts.GetValueOrDefault(conflictId).Conflict;
        return conflict is not null;
    }

    /// <summary>Who asked for a conflict's state, to be told so by their request's id.</summary>
    public (Seat Seat, string? RequestId)? AskedBy(string conflictId) => Conflicts.GetValueOrDefault(conflictId) is { By: { } by, RequestId: var requestId } ? (by, requestId) : null;

    public void Clear()
    {
        Conflicts.Clear();
        Found.Clear();
        Gestures.Clear();
        Accepted.Clear();
        ClaimedIds.Clear();
        _byId.Clear();
        Replies.Clear();
        Version = null;
        Bytes = 0;
    }

    private static long Size(JournalEntry entry) => entry.Data.Length + entry.Changes.Length;
}
