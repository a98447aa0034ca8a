using System.Collections.Immutable;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>A page of what happened to an element, newest first.</summary>
/// <param name="Events">Those found.</param>
/// <param name="Next">Where the next page begins, <c>BRANCH:REVISION</c>; <see langword="null"/>: this was the last. A page may be empty and still have a next one.</param>
public sealed record ElementHistoryPage(ImmutableArray<ElementEvent> Events, string? Next);

/// <summary>One operation's part in an element's life.</summary>
public sealed record ElementEvent
{
    /// <summary>The branch whose journal has it.</summary>
    public required string Branch { get; init; }

    /// <summary>Its revision there.</summary>
    public required long Revision { get; init; }

    /// <summary>The operation.</summary>
    public required string OperationId { get; init; }

    /// <summary>The operation's wire type.</summary>
    public required string OperationType { get; init; }

    /// <summary>What made it where that was not a gesture, see <see cref="JournalEntry.Origin"/>.</summary>
    public string? Origin { get; init; }

    /// <summary>The operations that it takes back, where it is an undo.</summary>
    public IReadOnlyList<string>? UndoOf { get; init; }

    /// <summary>The operations that it brings back, where it is a redo.</summary>
    public IReadOnlyList<string>? RedoOf { get; init; }

    /// <summary>Who.</summary>
    public required string UserId { get; init; }

    /// <summary>Their shown name at the time.</summary>
    public required string Username { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime Timestamp { get; init; }

    /// <summary>What became of the element.</summary>
    public required ElementDifferenceKind Kind { get; init; }

    /// <summary>Attributes, from what to what.</summary>
    public required ImmutableArray<AttributeDifference> Attributes { get; init; }

    /// <summary>Its own text, where that changed.</summary>
    public TextDifference? Text { get; init; }

    /// <summary>Its place, where that changed.</summary>
    public PlaceDifference? Moved { get; init; }
}

/// <summary>Reads an element's part out of an operation.</summary>
internal static class ElementEvents
{
    /// <summary><see langword="null"/> where the operation does not concern the element.</summary>
    public static ElementEvent? Of(JournalEntry entry, string elementId)
    {
        var done = ChangeJson.Read(entry.Changes);
        var inverse = ChangeJson.Read(entry.Inverse);
        var kind = ElementDifferenceKind.Changed;
        var attributes = new Dictionary<string, AttributeDifference>(StringComparer.Ordinal);
        TextDifference? text = null;
        PlaceDifference? moved = null;
        var concerns = false;
        for (var i = 0; i < done.Length; i++)
        {
            var (change, back) = (done[i], inverse[done.Length - 1 - i]);
            switch (change)
            {
                case SetAttributes set when set.ElementId == elementId:
                    var former = ((SetAttributes)back).Attributes.ToLookup(attribute => attribute.Key, attribute => attribute.Value);
                    foreach (var (name, value) in set.Attributes)
                        attributes[name] = new(name, attributes.TryGetValue(name, out var earlier) ? earlier.From : former[name].LastOrDefault(), value);
                    concerns = true;
                    break;
                case SetContent content when content.ElementId == elementId:
                    text = new(text is null ? DocumentDiff.Text(((SetContent)back).Nodes) : text.From, DocumentDiff.Text(content.Nodes));
                    concerns = true;
                    break;
                case PlaceElement place when place.ElementId == elementId:
                    var from = (PlaceElement)back;
                    moved = new(moved is null ? from.ParentId : moved.FromParentId, moved is null ? from.Key : moved.FromKey, place.ParentId, place.Key);
                    concerns = true;
                    break;
                case InsertNode insert when Find(insert.Node, elementId) is { } made:
                    kind = concerns && kind == ElementDifferenceKind.Removed ? ElementDifferenceKind.Replaced : ElementDifferenceKind.Added;
                    foreach (var (name, value) in made.Attributes)
                        attributes[name] = new(name, null, value);
                    text = DocumentDiff.Text(made.Children) is { Length: > 0 } written ? new(null, written) : null;
                    concerns = true;
                    break;
                case RemoveElement when back is InsertNode insert && Find(insert.Node, elementId) is { } gone:
                    kind = ElementDifferenceKind.Removed;
                    foreach (var (name, value) in gone.Attributes)
                        attributes[name] = new(name, value, null);
                    text = DocumentDiff.Text(gone.Children) is { Length: > 0 } lost ? new(lost, null) : null;
                    concerns = true;
                    break;
            }
        }
        return !concerns ? null : new()
        {
            Branch = entry.Branch,
            Revision = entry.Revision,
            OperationId = entry.OperationId,
            OperationType = entry.Type,
            Origin = entry.Origin,
            UndoOf = Ids(entry.UndoOf),
            RedoOf = Ids(entry.RedoOf),
            UserId = entry.UserId,
            Username = entry.Username,
            Timestamp = entry.Timestamp,
            Kind = kind,
            Attributes = [.. attributes.Values],
            Text = text,
            Moved = moved,
        };
    }

    private static string[]? Ids(string? ids) => ids?.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static ElementContent? Find(ElementContent node, string elementId)
    {
        if (node.ElementId == elementId)
            return node;
        foreach (var child in node.Children)
        {
            if (child is ElementContent inner && Find(inner, elementId) is { } found)
                return found;
        }
        return null;
    }
}
