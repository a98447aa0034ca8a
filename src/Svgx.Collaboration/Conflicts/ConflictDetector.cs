using System.Collections.Immutable;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Conflicts;

/// <summary>What an operation's author had seen: everything up to a revision, or, where the client does not say, what is older than the concurrency window.</summary>
internal readonly record struct Horizon(string UserId, long? BaseRevision, DateTime WindowStart)
{
    public bool IsUnseen(TouchSource touch) => touch.UserId != UserId && IsAfter(touch);

    public bool IsAfter(TouchSource touch) => BaseRevision is { } seen ? touch.Revision > seen : touch.Time >= WindowStart;
}

/// <summary>Finds where an operation meets somebody else's work that its author had not seen. Costs what the operation touches, whatever the history.</summary>
internal static class ConflictDetector
{
    /// <summary>The clashes of an operation, one for each element and other person. The document is as before the operation.</summary>
    public static IReadOnlyList<Clash> Find(Document document, TouchMap touches, Horizon horizon, string operationType, IReadOnlyList<DocumentChange> changes)
    {
        List<Clash>? clashes = null;
        foreach (var change in changes)
        {
            if (change is RemoveElement remove)
            {
                if (Deletion(document, touches, horizon, remove.ElementId) is { } deletion)
                    (clashes ??= []).Add(deletion);
            }
            else if (change is not InsertNode && touches.TryGet(change.ElementId, out var element) && document.TryGetElement(change.ElementId, out var target))
                AddChange(ref clashes, target, element, horizon, operationType, change);
        }
        return clashes ?? (IReadOnlyList<Clash>)[];
    }

    /// <summary>A change to something that was removed meanwhile. The document is as after the subtree was put back, and before the change.</summary>
    public static Clash Revival(Document document, Removal removal, IReadOnlyList<DocumentChange> changes)
    {
        var own = changes[0].ElementId;
        var values = changes.SelectMany(change => ClashValues.Of(change).Select(pair => document.TryGetElement(change.ElementId, out var element)
            ? new ClashingValue(pair.Key, ClashValues.Read(element, pair.Key), null, pair.Value, Namespace(element, pair.Key, change))
            : new ClashingValue(pair.Key, null, null, pair.Value, null)));
        var root = removal.Node.ElementId;
        return new(root, removal.By, root, OtherDeletes: true, own, OwnDeletes: false, [.. values], Before(document, root));
    }

    private static void AddChange(ref List<Clash>? clashes, SvgElement target, ElementTouches element, Horizon horizon, string operationType, DocumentChange change)
    {
        List<TouchSource>? others = null;
        foreach (var (name, value) in ClashValues.Of(change))
        {
            if (element.Names.TryGetValue(name, out var touches) && touches.NotBy(horizon.UserId) is { } touch && horizon.IsUnseen(touch.By) && touch.Value != value)
                (others ??= []).Add(touch.By);
        }
        if (others is null)
            return;
        var own = ClashValues.Of(change).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal);
        foreach (var side in others.GroupBy(touch => touch.UserId))
        {
            var newest = side.MaxBy(touch => touch.Revision)!;
            var values = ImmutableArray.CreateBuilder<ClashingValue>();
            foreach (var name in Names(element, horizon, operationType, newest, own))
            {
                var touches = element.Names.GetValueOrDefault(name);
                var current = ClashValues.Read(target, name);
                var before = touches?.OldestWhere(touch => horizon.IsAfter(touch.By)) is { } oldest ? oldest.Before : current;
                var others2 = touches?.NotBy(horizon.UserId) is { } theirs && theirs.By.UserId == newest.UserId && horizon.IsUnseen(theirs.By) ? theirs.Value : touches?.Of(newest.OperationId) is { } of ? of.Value : before;
                values.Add(new(name, before, others2, own.TryGetValue(name, out var mine) ? mine : before, Namespace(target, name, change)));
            }
            (clashes ??= []).Add(new(target.Id, newest, target.Id, OtherDeletes: false, target.Id, OwnDeletes: false, values.ToImmutable(), ClashValues.Node(target, Conflict.MaxBefore)));
        }
    }

    /// <summary>What clashes, and with it all that a move or a resize set: a box is one intention, and half of it is nobody's.</summary>
    private static SortedSet<string> Names(ElementTouches element, Horizon horizon, string operationType, TouchSource newest, Dictionary<string, string?> own)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in own)
        {
            if (ConflictTypes.IsTransformation(operationType)
                || (element.Names.TryGetValue(name, out var touches) && touches.NotBy(horizon.UserId) is { } touch && touch.By.UserId == newest.UserId && horizon.IsUnseen(touch.By) && touch.Value != value))
                names.Add(name);
        }
        if (ConflictTypes.IsTransformation(newest.Type))
        {
            foreach (var (name, touches) in element.Names)
            {
                if (touches.Of(newest.OperationId) is not null)
                    names.Add(name);
            }
        }
        return names;
    }

    /// <summary>The newest work of somebody else in a subtree that is deleted. That somebody made the element itself does not count: who names it has seen it.</summary>
    private static Clash? Deletion(Document document, TouchMap touches, Horizon horizon, string elementId)
    {
        if (!document.TryGetElement(elementId, out var root))
            return null;
        (Touch Touch, SvgElement At)? newest = null;
        Visit(root);
        if (newest is not var (touch, at))
            return null;
        var values = ImmutableArray.CreateBuilder<ClashingValue>();
        foreach (var (name, named) in touches.TryGet(at.Id, out var element) ? element.Names : [])
        {
            if (named.Of(touch.By.OperationId) is { } theirs)
                values.Add(new(name, named.OldestWhere(earlier => horizon.IsAfter(earlier.By))?.Before ?? theirs.Before, theirs.Value, null, PrefixScope.NamespaceOf(at, name)));
        }
        return new(elementId, touch.By, at.Id, OtherDeletes: false, elementId, OwnDeletes: true, values.ToImmutable(), ClashValues.Node(root, Conflict.MaxBefore));

        void Visit(SvgElement element)
        {
            if (touches.TryGet(element.Id, out var known) && known.NotBy(horizon.UserId) is { } touch && horizon.IsUnseen(touch.By) && (newest is null || touch.By.Revision > newest.Value.Touch.By.Revision))
            {
                if (!ReferenceEquals(element, root) || touch.Name != ClashName.Exists)
                    newest = (touch, element);
            }
            foreach (var child in element.Elements)
                Visit(child);
        }
    }

    /// <summary>What a prefix stands for once a change is made, which may declare it.</summary>
    private static string? Namespace(SvgElement element, string name, DocumentChange change)
    {
        if (PrefixScope.PrefixOf(name) is { } prefix && change is SetAttributes set)
        {
            foreach (var (other, value) in set.Attributes)
            {
                if (value is not null && other == "xmlns:" + prefix)
                    return value;
            }
        }
        return PrefixScope.NamespaceOf(element, name);
    }

    private static string? Before(Document document, string elementId) => document.TryGetElement(elementId, out var element) ? ClashValues.Node(element, Conflict.MaxBefore) : null;
}
