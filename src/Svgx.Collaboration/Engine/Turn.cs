using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <summary>What a session decided and has not yet made durable, and the answers that wait for it. Reused.</summary>
internal sealed class Turn
{
    private readonly Dictionary<string, JournalEntry> _byId = new(StringComparer.Ordinal);

    public List<JournalEntry> Accepted { get; } = [];

    public List<(Seat To, SessionEvent Event)> Replies { get; } = [];

    /// <summary>When its first operation was decided.</summary>
    public long StartedAt { get; private set; }

    public void Accept(JournalEntry entry, long now)
    {
        if (Accepted.Count == 0)
            StartedAt = now;
        Accepted.Add(entry);
        _byId.Add(entry.OperationId, entry);
    }

    public JournalEntry? Find(string operationId) => _byId.GetValueOrDefault(operationId);

    /// <summary>Takes back what was accepted after the first <paramref name="count"/>.</summary>
    public void Truncate(int count)
    {
        for (var i = count; i < Accepted.Count; i++)
            _byId.Remove(Accepted[i].OperationId);
        Accepted.RemoveRange(count, Accepted.Count - count);
    }

    public void Tell(Seat to, SessionEvent sessionEvent) => Replies.Add((to, sessionEvent));

    public void Clear()
    {
        Accepted.Clear();
        _byId.Clear();
        Replies.Clear();
    }
}
