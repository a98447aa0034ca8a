using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Conflicts;

/// <summary>Who changed something, when, by what.</summary>
internal sealed record TouchSource(long Revision, string UserId, string Username, string OperationId, string Type, DateTime Time)
{
    public static TouchSource Of(JournalEntry entry) => new(entry.Revision, entry.UserId, entry.Username, entry.OperationId, entry.Type, entry.Timestamp);
}

/// <summary>One change of one name of an element: from what, to what.</summary>
internal sealed class Touch(TouchSource by, string name, string? before, string? value)
{
    public TouchSource By { get; } = by;

    public string Name { get; } = name;

    public string? Before { get; } = before;

    /// <summary>What it is by this touch; the document's policy may have decided for another value at once.</summary>
    public string? Value { get; set; } = value;

    /// <summary>The length of its values as they came.</summary>
    public long Characters { get; } = (before?.Length ?? 0) + (value?.Length ?? 0);

    /// <summary>The touch of the same name before it, as far as it is remembered.</summary>
    public Touch? Previous { get; set; }
}

/// <summary>The newest touch of something, and the newest by anybody else: so the newest by anybody but a given person is always at hand.</summary>
internal struct NewestTouches
{
    public Touch? Last { get; private set; }

    public Touch? LastByAnother { get; private set; }

    public readonly Touch? NotBy(string userId) => Last?.By.UserId == userId ? LastByAnother : Last;

    public void Add(Touch touch)
    {
        if (Last is not null && Last.By.UserId != touch.By.UserId)
            LastByAnother = Last;
        Last = touch;
    }

    /// <summary>Takes up a touch that is older than those it has.</summary>
    public void AddOlder(Touch touch)
    {
        if (Last is null)
            Last = touch;
        else if (LastByAnother is null && Last.By.UserId != touch.By.UserId)
            LastByAnother = touch;
    }
}

/// <summary>The touches of one name of an element.</summary>
internal sealed class NameTouches
{
    private NewestTouches _newest;

    public Touch Last => _newest.Last!;

    /// <summary>The far end of the chain that begins at <see cref="Last"/>.</summary>
    private Touch? _oldest;

    public Touch? NotBy(string userId) => _newest.NotBy(userId);

    public void Add(Touch touch)
    {
        touch.Previous = _newest.Last;
        _oldest ??= touch;
        _newest.Add(touch);
    }

    public void AddOlder(Touch touch)
    {
        if (_oldest is not null)
            _oldest.Previous = touch;
        _oldest = touch;
        _newest.AddOlder(touch);
    }

    /// <summary>The touch by one operation among the two newest that count.</summary>
    public Touch? Of(string operationId) =>
        _newest.Last?.By.OperationId == operationId ? _newest.Last : _newest.LastByAnother?.By.OperationId == operationId ? _newest.LastByAnother : null;

    /// <summary>The oldest remembered touch that fulfils a condition which holds for the newest ones: its <see cref="Touch.Before"/> is the value before all of them.</summary>
    public Touch? OldestWhere(Func<Touch, bool> recent)
    {
        Touch? oldest = null;
        for (var at = _newest.Last; at is not null && recent(at); at = at.Previous)
            oldest = at;
        return oldest;
    }
}

/// <summary>The touches of one element, by name and as a whole.</summary>
internal sealed class ElementTouches
{
    private NewestTouches _whole;

    public Dictionary<string, NameTouches> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>The newest touch of anything of the element by somebody else.</summary>
    public Touch? NotBy(string userId) => _whole.NotBy(userId);

    public void Add(Touch touch)
    {
        Name(touch.Name).Add(touch);
        _whole.Add(touch);
    }

    public void AddOlder(Touch touch)
    {
        Name(touch.Name).AddOlder(touch);
        _whole.AddOlder(touch);
    }

    private NameTouches Name(string name)
    {
        ref var touches = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(Names, name, out _);
        return touches ??= new();
    }
}
