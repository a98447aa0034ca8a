using System.Collections.Immutable;
using System.Xml;

namespace Svgx.Collaboration.Documents;

/// <summary>Turns the events of an XML reader into a document: ids, keys, and what stands around the root.</summary>
internal sealed class SvgTreeBuilder(XmlReader reader, DocumentLimits limits)
{
    // The reader looks at each attribute that a DOCTYPE gives an element for each other one: 3,000 for each of 20,000 elements took a minute, and 300,000 for three took six.
    private const int MaxGivingSubset = 16_384;
    private const int MaxGiven = 1 << 20;

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<Pending> _open = [];
    private readonly ImmutableArray<CharacterContent>.Builder _prolog = ImmutableArray.CreateBuilder<CharacterContent>();
    private readonly ImmutableArray<CharacterContent>.Builder _epilog = ImmutableArray.CreateBuilder<CharacterContent>();
    private ElementContent? _root;
    private int _count, _given;

    /// <summary>An element whose end has not come yet. Ids are given out when the whole file is read, so that a generated one meets none of the file's own.</summary>
    private sealed record Pending(string Name, string Namespace, string? Id, ImmutableArray<SvgAttribute> Attributes)
    {
        public List<NodeContent> Children { get; } = [];
    }

    public SvgReadResult Build()
    {
        while (reader.Read())
            Take();
        if (_root is null)
            throw Wrong("malformed", "The file has no element.");
        var sanitizer = new SvgSanitizer();
        var root = sanitizer.Clean(_root, _root.Name) ?? throw Wrong("not_svg", "The file is not an SVG drawing.");
        var (prolog, epilog) = (sanitizer.CleanAround(_prolog.ToImmutable()), sanitizer.CleanAround(_epilog.ToImmutable()));
        return new(new Document(GiveIds(root), prolog, epilog), sanitizer.Removed, sanitizer.MoreRemoved);
    }

    private void Take()
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Element:
                Open();
                break;
            case XmlNodeType.EndElement:
                Close();
                break;
            case XmlNodeType.Text or XmlNodeType.SignificantWhitespace:
                Add(CharacterKind.Text, reader.Value);
                break;
            case XmlNodeType.Whitespace when _open.Count > 0:
                Add(CharacterKind.Text, reader.Value);
                break;
            case XmlNodeType.CDATA:
                Add(CharacterKind.CData, reader.Value);
                break;
            case XmlNodeType.Comment:
                Add(CharacterKind.Comment, reader.Value);
                break;
            case XmlNodeType.ProcessingInstruction:
                Add(CharacterKind.ProcessingInstruction, $"{reader.Name} {reader.Value}".TrimEnd());
                break;
            case XmlNodeType.EntityReference:
                throw Wrong("external_entity", $"The entity \"{reader.Name}\" is not in the file itself; nothing is loaded from outside.");
            case XmlNodeType.DocumentType when reader.Value.Length > MaxGivingSubset && DoctypeSubset.MayGiveAttributes(reader.Value):
                throw Wrong("entity_limit", $"The file's DOCTYPE has declarations of attributes or parameter entities, and more than {MaxGivingSubset} characters.");
            case XmlNodeType.DocumentType when DoctypeSubset.DeclaresExternalEntity(reader.Value):
                throw Wrong("external_entity", "The file declares an entity that lies outside of it; nothing is loaded from outside.");
            default:
                break;
        }
    }

    private void Open()
    {
        if (_open.Count == 0 && (reader.LocalName != "svg" || reader.NamespaceURI is not (SvgElement.SvgNamespace or "")))
            throw Wrong("not_svg", $"The file is not an SVG drawing: its outermost element is \"{reader.Name}\".");
        if (_open.Count >= limits.MaxDepth)
            throw Wrong("too_deep", $"Elements nest deeper than {limits.MaxDepth} levels.");
        if (++_count > limits.MaxElements)
            throw Wrong("too_large", $"The drawing has more than {limits.MaxElements} elements.");

        // A file without any namespace is what hand-written SVG often is: it is read as SVG, and declares it from then on.
        var isBare = _open.Count == 0 && reader.NamespaceURI.Length == 0;
        var ns = reader.NamespaceURI.Length == 0 && (isBare || _bare) ? SvgElement.SvgNamespace : reader.NamespaceURI;
        var isRead = ns != reader.NamespaceURI;
        _bare |= isBare;
        var isEmpty = reader.IsEmptyElement;
        var name = reader.Name;
        string? id = null;
        var attributes = ImmutableArray.CreateBuilder<SvgAttribute>(reader.AttributeCount + 1);
        if (isBare)
            attributes.Add(new("xmlns", SvgElement.SvgNamespace));
        while (reader.MoveToNextAttribute())
        {
            if (reader.IsDefault) // from an ATTLIST of the DOCTYPE: the file itself does not say it
            {
                if (++_given > MaxGiven)
                    throw Wrong("entity_limit", $"The file's DOCTYPE gives its elements more than {MaxGiven} attributes.");
                continue;
            }
            if (isRead && reader.Name == "xmlns")
                continue; // it says that there is none
            if (reader.Value.Length > limits.MaxValueLength)
                throw Wrong("too_large", $"The attribute \"{reader.Name}\" is longer than {limits.MaxValueLength} characters.");
            if (reader.Name == "id")
                id = reader.Value;
            attributes.Add(new(reader.Name, reader.Value));
        }
        reader.MoveToElement();
        _open.Add(new(name, ns, IsUsableId(id) && _ids.Add(id!) ? id : null, attributes.ToImmutable()));
        if (isEmpty)
            Close();
    }

    private bool _bare;

    private void Close()
    {
        var ended = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        var keys = SortKey.Sequence(ended.Children.Count);
        ImmutableArray<NodeContent> children = [.. ended.Children.Select((child, i) => child.At(keys[i]))];
        var element = new ElementContent("V", ended.Id ?? "", ended.Name, ended.Namespace, ended.Attributes, children);
        if (_open.Count == 0)
            _root = element;
        else
            _open[^1].Children.Add(element);
    }

    private void Add(CharacterKind kind, string value)
    {
        if (value.Length > limits.MaxValueLength)
            throw Wrong("too_large", $"A text is longer than {limits.MaxValueLength} characters.");
        if (_open.Count > 0)
            _open[^1].Children.Add(new CharacterContent("V", kind, value));
        else if (kind is CharacterKind.Comment or CharacterKind.ProcessingInstruction)
        {
            var around = _root is null ? _prolog : _epilog;
            around.Add(new("V", kind, value));
        }
    }

    private ElementContent GiveIds(ElementContent root)
    {
        _ids.UnionWith(IdReferences.In(root)); // or a link or rule that leads nowhere would lead somewhere
        var next = 0;
        string Generate(string name)
        {
            string id;
            do
                id = $"{name}-{++next}";
            while (!_ids.Add(id));
            return id;
        }
        ElementContent Give(ElementContent element) => element with
        {
            ElementId = element.ElementId.Length > 0 ? element.ElementId : Generate(element.Name[(element.Name.IndexOf(':', StringComparison.Ordinal) + 1)..]),
            Children = [.. element.Children.Select(child => child is ElementContent inner ? Give(inner) : child)],
        };
        return Give(root);
    }

    private static bool IsUsableId(string? id) => id is { Length: > 0 and <= 256 } && !id.Any(char.IsWhiteSpace);

    private SvgFormatException Wrong(string code, string message) => new(code, message, SvgReader.LineOf(reader), SvgReader.ColumnOf(reader));
}
