using System.Collections.Immutable;

namespace Svgx.Collaboration.Documents;

/// <summary>An attribute: its name as written, prefix included, and its value.</summary>
/// <param name="Name">The qualified name as in the file, such as <c>fill</c> or <c>xlink:href</c>.</param>
/// <param name="Value">The value after entities were expanded.</param>
public readonly record struct SvgAttribute(string Name, string Value);

/// <summary>What an element holds beside elements.</summary>
public enum CharacterKind
{
    /// <summary>Plain text, white space included.</summary>
    Text,

    /// <summary>A CDATA section.</summary>
    CData,

    /// <summary>A comment.</summary>
    Comment,

    /// <summary>A processing instruction: target, a space, data.</summary>
    ProcessingInstruction,
}

/// <summary>An immutable description of a node with all in it: what is inserted, removed, journalled and sent.</summary>
/// <param name="Key">The place among the siblings, see <see cref="SortKey"/>.</param>
public abstract record NodeContent(string Key)
{
    /// <summary>This node with another place among its siblings.</summary>
    public NodeContent At(string key) => this with { Key = key };
}

/// <summary>An element with its attributes and children.</summary>
/// <param name="Key">The place among the siblings.</param>
/// <param name="ElementId">The stable id, unique in the document.</param>
/// <param name="Name">The qualified name as written.</param>
/// <param name="Namespace">The namespace URI.</param>
/// <param name="Attributes">In order; namespace declarations are among them.</param>
/// <param name="Children">In the order of their keys.</param>
public sealed record ElementContent(
    string Key, string ElementId, string Name, string Namespace, ImmutableArray<SvgAttribute> Attributes, ImmutableArray<NodeContent> Children) : NodeContent(Key)
{
    /// <summary>Whether this element and every element in it fulfil a condition, visited in document order.</summary>
    public bool All(Func<ElementContent, bool> condition) => condition(this) && Children.OfType<ElementContent>().All(child => child.All(condition));

    /// <summary>How many elements there are, this one included.</summary>
    internal int Count() => 1 + Children.OfType<ElementContent>().Sum(child => child.Count());

    /// <summary>The characters of all that is in it: ids, names, values and text.</summary>
    internal long Characters() => OwnCharacters() + Children.OfType<ElementContent>().Sum(child => child.Characters());

    /// <summary>Those of the element without the elements in it.</summary>
    internal long OwnCharacters() =>
        ElementId.Length + Name.Length + Attributes.Sum(attribute => (long)attribute.Name.Length + attribute.Value.Length) + Children.Sum(child => child is CharacterContent characters ? (long)characters.Value.Length : 0);

    /// <summary>Equality of all that is in the two subtrees, the order of attributes aside: it says nothing, and what takes a change back does not keep it.</summary>
    internal bool SaysTheSameAs(ElementContent other) =>
        Key == other.Key && ElementId == other.ElementId && Name == other.Name && Namespace == other.Namespace && Attributes.Length == other.Attributes.Length
        && (Attributes.AsSpan().SequenceEqual(other.Attributes.AsSpan()) || new HashSet<SvgAttribute>(Attributes).SetEquals(other.Attributes))
        && Children.Length == other.Children.Length
        && Children.Zip(other.Children).All(pair => pair is (ElementContent one, ElementContent another) ? one.SaysTheSameAs(another) : pair.First.Equals(pair.Second));

    /// <summary>Equality of all that is in the two subtrees.</summary>
    public bool Equals(ElementContent? other) =>
        other is not null && Key == other.Key && ElementId == other.ElementId && Name == other.Name && Namespace == other.Namespace
        && Attributes.AsSpan().SequenceEqual(other.Attributes.AsSpan()) && Children.SequenceEqual(other.Children);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, ElementId, Name, Attributes.Length, Children.Length);
}

/// <summary>Text, a CDATA section, a comment or a processing instruction.</summary>
/// <param name="Key">The place among the siblings.</param>
/// <param name="Kind">Which of them it is.</param>
/// <param name="Value">Its text.</param>
public sealed record CharacterContent(string Key, CharacterKind Kind, string Value) : NodeContent(Key);
