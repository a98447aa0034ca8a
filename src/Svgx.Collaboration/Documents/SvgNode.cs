namespace Svgx.Collaboration.Documents;

/// <summary>A node of a <see cref="Document"/>. Changed by <see cref="Document.Apply"/> alone; not thread-safe.</summary>
public abstract class SvgNode
{
    private protected SvgNode(string key) => Key = key;

    /// <summary>The place among the siblings, see <see cref="SortKey"/>.</summary>
    public string Key { get; internal set; }

    /// <summary>The element this node is in; <see langword="null"/> for the root and for what stands beside it.</summary>
    public SvgElement? Parent { get; internal set; }

    /// <summary>An immutable copy of this node and all in it.</summary>
    public abstract NodeContent ToContent();
}

/// <summary>Text, a CDATA section, a comment or a processing instruction.</summary>
public sealed class SvgCharacters : SvgNode
{
    internal SvgCharacters(CharacterContent content) : base(content.Key) => (Kind, Value) = (content.Kind, content.Value);

    /// <summary>Which of them it is.</summary>
    public CharacterKind Kind { get; }

    /// <summary>Its text; of a processing instruction the target, a space and the data.</summary>
    public string Value { get; }

    /// <inheritdoc/>
    public override CharacterContent ToContent() => new(Key, Kind, Value);
}
