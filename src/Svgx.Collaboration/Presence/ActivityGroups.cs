using System.Collections.Immutable;

namespace Svgx.Collaboration.Presence;

/// <summary>Makes entries of activities: what one user does several times in a row is one. Used by the log's task alone.</summary>
internal sealed class ActivityGroups(TimeSpan gap)
{
    /// <summary>However long somebody goes on, an entry ends some time.</summary>
    private static readonly TimeSpan MaxSpan = TimeSpan.FromMinutes(10);

    private readonly Dictionary<(Guid DocumentId, string Branch, string UserId), Open> _open = [];
    private readonly Dictionary<long, ActivityEntry> _unsaved = [];

    /// <summary>The id given last.</summary>
    public long LastId { get; set; }

    /// <summary>New entries, and newer states of old ones.</summary>
    public IReadOnlyCollection<ActivityEntry> Unsaved => _unsaved.Values;

    /// <summary>Takes an activity; <see langword="true"/> where it began a new entry.</summary>
    public bool Add(in Activity activity)
    {
        var at = activity.At!.Value;
        var key = (activity.DocumentId, activity.Branch, activity.UserId);
        var isNew = !_open.TryGetValue(key, out var open)
            || (open.Entry.Kind, open.Entry.Detail) != (activity.Kind, activity.Detail)
            || at - open.Entry.EndedAt > gap
            || at - open.Entry.StartedAt > MaxSpan;
        if (isNew)
        {
            open = new(new(++LastId, activity.DocumentId, activity.Branch, activity.UserId, activity.Username, activity.Kind, activity.Detail, 0, [], at, at));
            _open[key] = open;
        }
        open!.Add(activity);
        _unsaved[open.Entry.Id] = open.Entry;
        return isNew;
    }

    /// <summary>What there was is stored; answers with the documents concerned.</summary>
    public IReadOnlyCollection<Guid> Saved(DateTime now)
    {
        var documents = _unsaved.Values.Select(entry => entry.DocumentId).ToHashSet();
        _unsaved.Clear();
        foreach (var (key, open) in _open)
        {
            if (now - open.Entry.EndedAt > gap)
                _open.Remove(key); // nothing will join it any more
        }
        return documents;
    }

    public void Forget(Guid documentId)
    {
        foreach (var key in _open.Keys.Where(key => key.DocumentId == documentId).ToArray())
            _open.Remove(key);
        foreach (var (id, _) in _unsaved.Where(unsaved => unsaved.Value.DocumentId == documentId).ToArray())
            _unsaved.Remove(id);
    }

    private sealed class Open(ActivityEntry entry)
    {
        private readonly HashSet<string> _elements = new(StringComparer.Ordinal);

        public ActivityEntry Entry { get; private set; } = entry;

        public void Add(in Activity activity)
        {
            var elements = Entry.ElementIds;
            if (!activity.ElementIds.IsDefaultOrEmpty)
            {
                foreach (var id in activity.ElementIds)
                {
                    if (_elements.Count == ActivityLog.MaxElements)
                        break;
                    if (_elements.Add(id))
                        elements = elements.Add(id);
                }
            }
            Entry = Entry with { Count = Entry.Count + activity.Count, ElementIds = elements, EndedAt = activity.At!.Value };
        }
    }
}
