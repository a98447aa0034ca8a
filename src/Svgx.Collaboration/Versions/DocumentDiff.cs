using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Versions;

/// <summary>How two contents differ, element by element. Pure: reads both and changes neither.</summary>
/// <param name="Elements">The elements that differ: first those of the newer content in document order, then those that only the older one has.</param>
public sealed record DocumentDiff(ImmutableArray<ElementDifference> Elements)
{
    /// <summary>Compares two contents of one document.</summary>
    public static DocumentDiff Compare(Document from, Document to)
    {
        var elements = ImmutableArray.CreateBuilder<ElementDifference>();
        foreach (var element in InOrder(to.Root))
        {
            if (!from.TryGetElement(element.Id, out var former))
                elements.Add(ElementDifference.OfOne(ElementDifferenceKind.Added, element));
            else if (Compare(former, element) is { } difference)
                elements.Add(difference);
        }
        elements.AddRange(InOrder(from.Root).Where(element => !to.TryGetElement(element.Id, out _)).Select(element => ElementDifference.OfOne(ElementDifferenceKind.Removed, element)));
        return new(elements.ToImmutable());
    }

    internal static IEnumerable<SvgElement> InOrder(SvgElement root)
    {
        var stack = new Stack<SvgElement>([root]);
        while (stack.TryPop(out var element))
        {
            yield return element;
            for (var i = element.Children.Count - 1; i >= 0; i--)
            {
                if (element.Children[i] is SvgElement child)
                    stack.Push(child);
            }
        }
    }

    internal static ImmutableArray<AttributeDifference> CompareAttributes(SvgElement from, SvgElement to)
    {
        if (from.Attributes.SequenceEqual(to.Attributes))
            return [];
        var differences = ImmutableArray.CreateBuilder<AttributeDifference>();
        foreach (var (name, value) in to.Attributes)
        {
            if (from[name] is var former && former != value)
                differences.Add(new(name, former, value));
        }
        foreach (var (name, value) in from.Attributes)
        {
            if (!to.TryGetAttribute(name, out _))
                differences.Add(new(name, value, null));
        }
        return differences.ToImmutable();
    }

    internal static ImmutableArray<NodeContent> Characters(SvgElement element) => [.. element.Children.OfType<SvgCharacters>().Select(node => node.ToContent())];

    private static ElementDifference? Compare(SvgElement from, SvgElement to)
    {
        var attributes = CompareAttributes(from, to);
        ImmutableArray<NodeContent> oldText = Characters(from), newText = Characters(to);
        var text = oldText.SequenceEqual(newText) ? null : new TextDifference(Text(oldText), Text(newText));
        var moved = from.Parent?.Id == to.Parent?.Id && from.Key == to.Key ? null : new PlaceDifference(from.Parent?.Id, from.Key, to.Parent?.Id, to.Key);
        var kind = from.Name == to.Name && from.Namespace == to.Namespace ? ElementDifferenceKind.Changed : ElementDifferenceKind.Replaced;
        return attributes.IsEmpty && text is null && moved is null && kind == ElementDifferenceKind.Changed ? null : new(to.Id, to.Name, kind, to.Parent?.Id, attributes, text, moved);
    }

    internal static string Text(IEnumerable<NodeContent> nodes) => string.Concat(nodes.OfType<CharacterContent>().Where(node => node.Kind <= CharacterKind.CData).Select(node => node.Value));
}

/// <summary>What is different about one element.</summary>
/// <param name="ElementId">The element.</param>
/// <param name="Name">Its name, such as <c>rect</c>; of a removed one the former.</param>
/// <param name="Kind">What happened to it.</param>
/// <param name="ParentId">Where it is, or was.</param>
/// <param name="Attributes">Of an added element all it has, of a removed one all it had.</param>
/// <param name="Text">Its own text, where that differs.</param>
/// <param name="Moved">Its place, where that differs.</param>
public sealed record ElementDifference(
    string ElementId, string Name, ElementDifferenceKind Kind, string? ParentId, ImmutableArray<AttributeDifference> Attributes, TextDifference? Text, PlaceDifference? Moved)
{
    internal static ElementDifference OfOne(ElementDifferenceKind kind, SvgElement element)
    {
        var added = kind == ElementDifferenceKind.Added;
        var text = DocumentDiff.Text(DocumentDiff.Characters(element));
        return new(
            element.Id, element.Name, kind, element.Parent?.Id, [.. element.Attributes.Select(attribute => added ? new AttributeDifference(attribute.Name, null, attribute.Value) : new(attribute.Name, attribute.Value, null))],
            text.Length == 0 ? null : added ? new(null, text) : new(text, null), Moved: null);
    }
}

/// <summary>What happened to an element between two contents.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ElementDifferenceKind>))]
public enum ElementDifferenceKind
{
    /// <summary>Only the newer content has it.</summary>
    Added,

    /// <summary>Only the older content has it.</summary>
    Removed,

    /// <summary>Attributes, text or place differ.</summary>
    Changed,

    /// <summary>It has another element name: another element under the same id.</summary>
    Replaced,
}

/// <param name="Name">The attribute's name as written.</param>
/// <param name="From">The older value; <see langword="null"/>: it had none.</param>
/// <param name="To">The newer value; <see langword="null"/>: it has none.</param>
public sealed record AttributeDifference(string Name, string? From, string? To);

/// <param name="From">The older text of the element itself.</param>
/// <param name="To">The newer one. Equal to the older where comments or instructions differ.</param>
public sealed record TextDifference(string? From, string? To);

/// <param name="FromParentId">The older parent.</param>
/// <param name="FromKey">The older place there.</param>
/// <param name="ToParentId">The newer parent.</param>
/// <param name="ToKey">The newer place there.</param>
public sealed record PlaceDifference(string? FromParentId, string FromKey, string? ToParentId, string ToKey);
