using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Svgx.Collaboration.Conflicts;

/// <summary>
/// The conflicts of a branch that are open, and those the policy settled a moment ago: a further clash of the same two people on the same element joins them, so that two streams of
/// operations make one conflict. Used by its session alone.
/// </summary>
internal sealed class ConflictBook(TimeProvider time)
{
    /// <summary>A clash joins a settled conflict when it comes within this time after the one before.</summary>
    private static readonly TimeSpan JoinWindow = TimeSpan.FromSeconds(10);

    /// <summary>Between two notices of one conflict.</summary>
    private static readonly TimeSpan NoticePace = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, Entry> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<(string ElementId, string User, string OtherUser), Entry> _byPair = [];

    private int _waiting;

    public int OpenCount { get; private set; }

    public IEnumerable<Conflict> Open => _byId.Values.Select(entry => entry.Conflict).Where(conflict => conflict.Status == ConflictStatus.Open);

    public bool TryGet(string conflictId, [NotNullWhen(true)] out Conflict? conflict)
    {
        conflict = _byId.GetValueOrDefault(conflictId)?.Conflict;
        return conflict is not null;
    }

    /// <summary>The conflict of these two people on the element that a further clash joins.</summary>
    public Conflict? Find(string elementId, string user, string otherUser) => _byPair.GetValueOrDefault(Pair(elementId, user, otherUser)) is { } entry && IsWarm(entry) ? entry.Conflict : null;

    /// <summary>Keeps the newest state of a conflict; a settled one only where <paramref name="joinable"/>.</summary>
    public void Put(Conflict conflict, bool joinable = true)
    {
        var pair = Pair(conflict.ElementId, conflict.First.UserId, conflict.Second.UserId);
        if (!_byId.TryGetValue(conflict.ConflictId, out var entry))
            _byId.Add(conflict.ConflictId, entry = new(conflict));
        else if (entry.Conflict.Status == ConflictStatus.Open)
            OpenCount--;
        if (conflict.Status == ConflictStatus.Open)
            OpenCount++;
        if (conflict.Clashes != entry.Conflict.Clashes || !entry.HasClashed)
            (entry.ClashedAt, entry.HasClashed) = (time.GetTimestamp(), true);
        entry.Conflict = conflict;
        if (conflict.Status == ConflictStatus.Open || joinable)
        {
            _byPair[pair] = entry;
            return;
        }
        _waiting -= entry.Waits ? 1 : 0;
        _byId.Remove(conflict.ConflictId);
        if (_byPair.GetValueOrDefault(pair) == entry)
            _byPair.Remove(pair);
    }

    /// <summary>Whether a conflict may be told about now; where not, <see cref="TakeWaiting"/> has it later.</summary>
    public bool MayTell(string conflictId)
    {
        if (!_byId.TryGetValue(conflictId, out var entry))
            return true;
        if (entry.ToldAt is { } told && time.GetElapsedTime(told) < NoticePace)
        {
            _waiting += entry.Waits ? 0 : 1;
            entry.Waits = true;
            return false;
        }
        Told(entry);
        return true;
    }

    /// <summary>The conflicts whose last state was not told yet and may be now.</summary>
    public ImmutableArray<Conflict> TakeWaiting()
    {
        if (_waiting == 0)
            return [];
        var waiting = _byId.Values.Where(entry => entry.Waits && time.GetElapsedTime(entry.ToldAt!.Value) >= NoticePace).ToArray();
        foreach (var entry in waiting)
            Told(entry);
        return [.. waiting.Select(entry => entry.Conflict)];
    }

    /// <summary>Lets settled conflicts go that nothing joins any more.</summary>
    public void Cool()
    {
        foreach (var (id, entry) in _byId)
        {
            if (IsWarm(entry) || entry.Waits)
                continue;
            _byId.Remove(id);
            var pair = Pair(entry.Conflict.ElementId, entry.Conflict.First.UserId, entry.Conflict.Second.UserId);
            if (_byPair.GetValueOrDefault(pair) == entry)
                _byPair.Remove(pair);
        }
    }

    public void Clear()
    {
        _byId.Clear();
        _byPair.Clear();
        (OpenCount, _waiting) = (0, 0);
    }

    private void Told(Entry entry)
    {
        _waiting -= entry.Waits ? 1 : 0;
        (entry.ToldAt, entry.Waits) = (time.GetTimestamp(), false);
    }

    private bool IsWarm(Entry entry) => entry.Conflict.Status == ConflictStatus.Open || time.GetElapsedTime(entry.ClashedAt) < JoinWindow;

    private static (string, string, string) Pair(string elementId, string user, string otherUser) =>
        string.CompareOrdinal(user, otherUser) < 0 ? (elementId, user, otherUser) : (elementId, otherUser, user);

    private sealed class Entry(Conflict conflict)
    {
        public Conflict Conflict { get; set; } = conflict;
        public long ClashedAt { get; set; }
        public bool HasClashed { get; set; }
        public long? ToldAt { get; set; }
        public bool Waits { get; set; }
    }
}
