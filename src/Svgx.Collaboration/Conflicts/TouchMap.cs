using System.Diagnostics.CodeAnalysis;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Conflicts;

/// <summary>
/// Who touched what last, by element and name: all that finding a conflict needs, so that its cost is that of the operation and not of the history. Bounded by the document: two
/// touches a name, the removals of <see cref="Removals"/>, and a chain of the newest <see cref="MaxChained"/> touches, fewer where their values are long, from which the state before a clash is read. Used by its session alone.
/// </summary>
internal sealed class TouchMap(long knownFrom)
{
    /// <summary>Touches whose former value is remembered.</summary>
    private const int MaxChained = 8_192;

    /// <summary>Characters of their values, likewise: a value may be an embedded picture.</summary>
    private const long MaxCharacters = 16 << 20;

    /// <summary>Bytes of the journal from before the session began whose touches are remembered.</summary>
    private const long MaxOlderBytes = 64 << 20;

    private readonly Dictionary<string, ElementTouches> _elements = new(StringComparer.Ordinal);
    private readonly Queue<Touch> _chained = new();
    private readonly Removals _removals = new();
    private long _characters; // in the chain
    private long _olderBytes;

    /// <summary>Everything after this revision is known.</summary>
    public long KnownFrom { get; private set; } = knownFrom;

    /// <summary>Whether there is room for what was done before <see cref="KnownFrom"/>.</summary>
    public bool HasRoomForOlder => _olderBytes < MaxOlderBytes;

    public bool TryGet(string elementId, [NotNullWhen(true)] out ElementTouches? touches) => _elements.TryGetValue(elementId, out touches);

    public bool TryGetRemoval(string elementId, [NotNullWhen(true)] out Removal? removal) => _removals.TryGet(elementId, out removal);

    /// <summary>Takes up what an operation did, newer than everything known.</summary>
    /// <param name="by">Who did it.</param>
    /// <param name="changes">What it did.</param>
    /// <param name="inverse">What <see cref="Document.Apply"/> gave back for it.</param>
    /// <param name="document">The document after it.</param>
    public void Add(TouchSource by, IReadOnlyList<DocumentChange> changes, IReadOnlyList<DocumentChange> inverse, Document document)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            var back = inverse[changes.Count - 1 - i];
            if (back is InsertNode insert)
            {
                foreach (var forgotten in _removals.Add(new(by, insert)))
                {
                    if (!document.TryGetElement(forgotten, out _))
                        _elements.Remove(forgotten);
                }
                continue;
            }
            foreach (var touch in Touches(by, changes[i], back))
            {
                Element(changes[i].ElementId).Add(touch);
                _chained.Enqueue(touch);
                _characters += touch.Characters;
                while (_chained.Count > MaxChained || _characters > MaxCharacters)
                {
                    var oldest = _chained.Dequeue();
                    _characters -= oldest.Characters;
                    oldest.Previous = null;
                }
            }
        }
    }

    /// <summary>Takes up that the document's policy decided for other values: they stand in the place of those that the clash left, and are nobody's touch.</summary>
    public void Rewrite(TouchSource by, IReadOnlyList<DocumentChange> changes, IReadOnlyList<DocumentChange> inverse, Document document)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            if (inverse[changes.Count - 1 - i] is InsertNode)
                Add(by, [changes[i]], [inverse[changes.Count - 1 - i]], document);
            if (!_elements.TryGetValue(changes[i].ElementId, out var element))
                continue;
            foreach (var (name, value) in ClashValues.Of(changes[i]))
            {
                if (element.Names.TryGetValue(name, out var touches))
                    touches.Last.Value = value;
            }
        }
    }

    /// <summary>Takes up a stretch of the journal that ends where the known begins, newest first.</summary>
    public void AddOlder(IReadOnlyList<JournalEntry> newestFirst, Document document)
    {
        foreach (var entry in newestFirst)
        {
            KnownFrom = entry.Revision - 1;
            _olderBytes += entry.Bytes;
            if (entry.UserId == ConflictResolution.Policy)
                continue;
            var by = TouchSource.Of(entry);
            var (changes, inverse) = (ChangeJson.Read(entry.Changes), ChangeJson.Read(entry.Inverse));
            for (var i = changes.Length - 1; i >= 0; i--)
            {
                var back = inverse[changes.Length - 1 - i];
                if (back is InsertNode insert)
                {
                    if (!document.TryGetElement(insert.Node.ElementId, out _))
                        _removals.Add(new(by, insert), older: true);
                }
                else if (document.TryGetElement(changes[i].ElementId, out _))
                {
                    foreach (var touch in Touches(by, changes[i], back).Reverse())
                        Element(changes[i].ElementId).AddOlder(touch);
                }
            }
        }
    }

    private ElementTouches Element(string elementId)
    {
        ref var element = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_elements, elementId, out _);
        return element ??= new();
    }

    private static IEnumerable<Touch> Touches(TouchSource by, DocumentChange change, DocumentChange back)
    {
        if (change is SetAttributes { Attributes: [var (name, value)] })
            return [new(by, name, ((SetAttributes)back).Attributes[0].Value, value)]; // the usual case, without a table
        var before = change is InsertNode ? null : ClashValues.Of(back).ToLookup(pair => pair.Key, pair => pair.Value);
        return ClashValues.Of(change).Select(pair => new Touch(by, pair.Key, before?[pair.Key].FirstOrDefault(), pair.Value));
    }
}
