using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Svgx.Collaboration.Documents;

/// <summary>An element of a <see cref="Document"/>.</summary>
public sealed class SvgElement : SvgNode
{
    /// <summary>The namespace of SVG.</summary>
    public const string SvgNamespace = "http://www.w3.org/2000/svg";

    private readonly List<SvgAttribute> _attributes;
    private readonly List<SvgNode> _children = [];

    internal SvgElement(ElementContent content) : base(content.Key)
    {
        Id = content.ElementId;
        Name = content.Name;
        Namespace = content.Namespace;
        LocalName = Name[(Name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        _attributes = [.. content.Attributes];
        Slot = ElementSlots.Of(Id);
    }

    /// <summary>The stable id: the XML <c>id</c>, or a generated one.</summary>
    public string Id { get; }

    /// <summary>Which of the <see cref="ElementSlots"/> its id falls into.</summary>
    internal int Slot { get; }

    /// <summary>The qualified name as written, such as <c>rect</c> or <c>sodipodi:namedview</c>.</summary>
    public string Name { get; }

    /// <summary>The name without its prefix.</summary>
    public string LocalName { get; }

    /// <summary>The namespace URI.</summary>
    public string Namespace { get; }

    /// <summary>Whether this is an element of SVG itself.</summary>
    public bool IsSvg => Namespace == SvgNamespace;

    /// <summary>The attributes in order, namespace declarations among them.</summary>
    public IReadOnlyList<SvgAttribute> Attributes => _attributes;

    /// <summary>The children in the order of their keys.</summary>
    public IReadOnlyList<SvgNode> Children => _children;

    /// <summary>The child elements in order.</summary>
    public IEnumerable<SvgElement> Elements => _children.OfType<SvgElement>();

    /// <summary>The value of an attribute, or <see langword="null"/>.</summary>
    public string? this[string name] => TryGetAttribute(name, out var value) ? value : null;

    /// <summary>Looks an attribute up by its name as written.</summary>
    public bool TryGetAttribute(string name, [NotNullWhen(true)] out string? value)
    {
        var at = IndexOfAttribute(name);
        value = at < 0 ? null : _attributes[at].Value;
        return at >= 0;
    }

    /// <summary>Whether this element is another's ancestor, or that element itself.</summary>
    public bool Contains(SvgElement element)
    {
        for (var at = element; at is not null; at = at.Parent)
        {
            if (ReferenceEquals(at, this))
                return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public override ElementContent ToContent() =>
        new(Key, Id, Name, Namespace, [.. _attributes], [.. _children.Select(child => child.ToContent())]);

    /// <summary>The characters of its id, name, attributes and own text.</summary>
    internal long OwnCharacters() => Id.Length + Name.Length + _attributes.Sum(attribute => (long)attribute.Name.Length + attribute.Value.Length) + OwnText();

    /// <summary>The characters of its own text.</summary>
    internal long OwnText() => _children.Sum(child => child is SvgCharacters characters ? (long)characters.Value.Length : 0);

    internal void SetAttribute(string name, string? value)
    {
        var at = IndexOfAttribute(name);
        if (value is null)
        {
            if (at >= 0)
                _attributes.RemoveAt(at);
        }
        else if (at >= 0)
            _attributes[at] = new(name, value);
        else
            _attributes.Add(new(name, value));
    }

    internal void ReplaceAttributes(ImmutableArray<SvgAttribute> attributes)
    {
        _attributes.Clear();
        _attributes.AddRange(attributes);
    }

    internal void Add(SvgNode child)
    {
        child.Parent = this;
        _children.Insert(PlaceOf(child), child);
    }

    internal void Remove(SvgNode child)
    {
        _children.RemoveAt(IndexOf(child));
        child.Parent = null;
    }

    /// <summary>The index of a child; found by its key, so that it costs little among many siblings.</summary>
    internal int IndexOf(SvgNode child)
    {
        for (var at = PlaceOf(child) - 1; at >= 0; at--)
        {
            if (ReferenceEquals(_children[at], child))
                return at;
        }
        throw new InvalidOperationException("The node is not a child of this element.");
    }

    internal ImmutableArray<NodeContent> ReplaceCharacters(ImmutableArray<NodeContent> nodes)
    {
        ImmutableArray<NodeContent> former = [.. _children.Where(child => child is SvgCharacters).Select(child => child.ToContent())];
        _children.RemoveAll(child => child is SvgCharacters);
        foreach (var node in nodes)
            Add(new SvgCharacters((CharacterContent)node));
        return former;
    }

    /// <summary>The index behind all children that stand before a node or in its place.</summary>
    private int PlaceOf(SvgNode node)
    {
        int low = 0, high = _children.Count;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (Order(_children[middle], node) <= 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>
    /// By keys. Two siblings may have one key where an undo or a merge brought back one that had been taken since: then characters come before elements, and elements in the order of their ids, so
    /// that the same nodes are in the same order however they came to be there.
    /// </summary>
    private static int Order(SvgNode one, SvgNode other)
    {
        if (string.CompareOrdinal(one.Key, other.Key) is var byKey and not 0)
            return byKey;
        return (one, other) switch
        {
            (SvgElement a, SvgElement b) => string.CompareOrdinal(a.Id, b.Id),
            (SvgElement, _) => 1,
            (_, SvgElement) => -1,
            _ => 0,
        };
    }

    private int IndexOfAttribute(string name)
    {
        for (var i = 0; i < _attributes.Count; i++)
        {
            if (_attributes[i].Name == name)
                return i;
        }
        return -1;
    }
}
