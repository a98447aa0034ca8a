using System.Collections.Immutable;
using System.Text;

namespace Svgx.Collaboration.Documents;

/// <summary>
/// The one allow-list for all that comes into a document: files, pastes, and the data of operations. What passes draws and carries data; it runs nothing and loads
/// nothing. One instance a file or operation; collects what it took out, the first parts by name and the rest by number: a hostile file has a million of them, and nobody reads a million.
/// </summary>
internal sealed class SvgSanitizer
{
    /// <summary>Parts that are listed.</summary>
    public const int MostListed = 100;

    // A file may name its elements and attributes at any length.
    private const int MostPath = 200;
    private const int MostWhat = 80;

    private readonly ImmutableArray<RemovedPart>.Builder _removed = ImmutableArray.CreateBuilder<RemovedPart>();

    /// <summary>The first parts that were taken out.</summary>
    public ImmutableArray<RemovedPart> Removed => _removed.ToImmutable();

    /// <summary>How many more were.</summary>
    public int MoreRemoved { get; private set; }

    /// <summary>A subtree without what must not stand in a drawing; <see langword="null"/> where nothing is left of it.</summary>
    public ElementContent? Clean(ElementContent element, string path) => Clean(element, new Place(null, path, 0));

    private ElementContent? Clean(ElementContent element, Place place)
    {
        var local = LocalName(element.Name);
        if ((SvgVocabulary.Refuse(element.Namespace, local) ?? RefuseAnimation(element, local)) is { } why)
        {
            Report(place, $"element {element.Name}", why);
            return null;
        }
        var attributes = element.Attributes;
        ImmutableArray<SvgAttribute>.Builder? kept = null; // only where something changes; and one pass, for there may be a million of them
        for (var i = 0; i < attributes.Length; i++)
        {
            var (name, value) = attributes[i];
            var cleaned = Clean(element.Namespace, local, name, value, place);
            if (kept is null && !ReferenceEquals(cleaned, value))
            {
                kept = ImmutableArray.CreateBuilder<SvgAttribute>(attributes.Length);
                kept.AddRange(attributes, i);
            }
            if (cleaned is not null)
                kept?.Add(new(name, cleaned));
        }
        attributes = kept?.ToImmutable() ?? attributes;
        return element with { Attributes = attributes, Children = CleanChildren(element, local, place) };
    }

    /// <summary>An attribute's value, perhaps with parts taken out; <see langword="null"/> where it has to go.</summary>
    public string? Clean(string ns, string elementName, string name, string value, string path) => Clean(ns, elementName, name, value, new Place(null, path, 0));

    private string? Clean(string ns, string elementName, string name, string value, Place place)
    {
        var why = Refuse(ns, elementName, name, value);
        if (why is null && name == "style" && ns == SvgElement.SvgNamespace)
        {
            var cuts = CssFilter.JudgeDeclarations(value);
            foreach (var cut in cuts)
                Report(place, $"style {Excerpt(value, cut)}", cut.Why);
            return cuts.Count == 0 ? value : Without(value, cuts);
        }
        if (why is null)
            return value;
        Report(place, $"attribute {name}", why);
        return null;
    }

    /// <summary>The text of a style sheet without the rules that must not stand.</summary>
    public ImmutableArray<NodeContent> CleanSheet(ImmutableArray<NodeContent> nodes, string path) => CleanSheet(nodes, new Place(null, path, 0));

    private ImmutableArray<NodeContent> CleanSheet(ImmutableArray<NodeContent> nodes, Place place)
    {
        var sheet = string.Concat(nodes.Select(SheetText));
        var cuts = CssFilter.JudgeSheet(sheet);
        if (cuts.Count == 0)
            return nodes;
        foreach (var cut in cuts)
            Report(place, $"style rule {Excerpt(sheet, cut)}", cut.Why);
        var kept = ImmutableArray.CreateBuilder<NodeContent>(nodes.Length);
        var (offset, next) = (0, 0);
        foreach (var node in nodes)
        {
            var text = SheetText(node);
            kept.Add(text.Length == 0 ? node : ((CharacterContent)node) with { Value = Without(text, cuts, offset, ref next) });
            offset += text.Length;
        }
        return kept.MoveToImmutable();
    }

    private static string? Refuse(string ns, string elementName, string name, string value)
    {
        if (name == "xmlns" || name.StartsWith("xmlns:", StringComparison.Ordinal))
            return null;
        var local = LocalName(name);
        if (name == "xml:base")
            return "addresses count from the drawing itself";
        if (IsScriptAddress(value))
            return "scripts do not run in drawings";
        if (ns != SvgElement.SvgNamespace)
            return null; // data of other programs: nothing draws or follows it
        if (name.Length > 2 && name.StartsWith("on", StringComparison.OrdinalIgnoreCase))
            return "event handlers do not run in drawings";
        if (name is "ping" or "manifest")
            return "it calls an address outside the drawing";
        if (local is "href" or "src")
            return RefuseLink(elementName, value.Trim());
        if (name == "style" || !IsCssValue(name, value))
            return null;
        // A list of values is cut at its semicolons before anybody reads them as CSS: also at those in a string or comment.
        return name == "values" ? value.Split(';').Select(CssFilter.JudgeValue).FirstOrDefault(why => why is not null) : CssFilter.JudgeValue(value);
    }

    private static string? RefuseLink(string elementName, string link)
    {
        if (link.StartsWith('#') || link.Length == 0)
            return null;
        if (elementName == "a")
        {
            return link.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || link.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || link.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
                ? null
                : "a link leads to a web or mail address, or into the drawing";
        }
        if (elementName is "image" or "feImage" && DataUrl.IsImage(link))
            return null;
        return "it loads from outside the drawing";
    }

    /// <summary>An animation may set what is seen, not where a link leads or what runs.</summary>
    private static string? RefuseAnimation(ElementContent element, string local)
    {
        if (element.Namespace != SvgElement.SvgNamespace || local is not ("animate" or "set" or "animateColor" or "animateTransform" or "animateMotion"))
            return null;
        foreach (var (name, value) in element.Attributes)
        {
            var target = LocalName(value.Trim());
            if (name == "attributeName" && (target.Equals("href", StringComparison.OrdinalIgnoreCase) || target.StartsWith("on", StringComparison.OrdinalIgnoreCase) || target is "src" or "style" or "class"))
                return "it animates a link or a handler";
        }
        return null;
    }

    private ImmutableArray<NodeContent> CleanChildren(ElementContent element, string local, Place place)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var children = element.Children;
        var kept = ImmutableArray.CreateBuilder<NodeContent>(children.Length);
        foreach (var child in children)
        {
            switch (child)
            {
                case ElementContent inner:
                    var number = counts[inner.Name] = counts.GetValueOrDefault(inner.Name) + 1;
                    if (Clean(inner, new Place(place, inner.Name, number)) is { } clean)
                        kept.Add(ReferenceEquals(clean, inner) ? inner : clean);
                    break;
                case CharacterContent { Kind: CharacterKind.ProcessingInstruction } instruction when IsStylesheet(instruction.Value):
                    Report(place, "instruction xml-stylesheet", "it loads from outside the drawing");
                    break;
                default:
                    kept.Add(child);
                    break;
            }
        }
        return element.Namespace == SvgElement.SvgNamespace && local == "style" ? CleanSheet(kept.ToImmutable(), place) : kept.ToImmutable();
    }

    /// <summary>Comments and instructions around the root.</summary>
    public ImmutableArray<CharacterContent> CleanAround(ImmutableArray<CharacterContent> nodes)
    {
        foreach (var _ in nodes.Where(node => node.Kind == CharacterKind.ProcessingInstruction && IsStylesheet(node.Value)))
            Report(new(null, "/", 0), "instruction xml-stylesheet", "it loads from outside the drawing");
        return nodes.RemoveAll(node => node.Kind == CharacterKind.ProcessingInstruction && IsStylesheet(node.Value));
    }

    private static bool IsStylesheet(string instruction) => instruction.StartsWith("xml-stylesheet", StringComparison.OrdinalIgnoreCase);

    private static string SheetText(NodeContent node) => node is CharacterContent { Kind: CharacterKind.Text or CharacterKind.CData } text ? text.Value : "";

    private static string Without(string text, IReadOnlyList<CssCut> cuts)
    {
        var next = 0;
        return Without(text, cuts, 0, ref next);
    }

    /// <summary>Part of a sheet, from an offset, without what is cut of it; the first cut that may concern the part is known, and so is then that of the next part.</summary>
    private static string Without(string text, IReadOnlyList<CssCut> cuts, int offset, ref int next)
    {
        var kept = new StringBuilder(text.Length);
        var at = 0;
        for (; next < cuts.Count && cuts[next].Start - offset < text.Length; next++)
        {
            var start = Math.Max(cuts[next].Start - offset, at);
            kept.Append(text, at, start - at);
            at = Math.Min(cuts[next].End - offset, text.Length);
            if (cuts[next].End - offset > text.Length)
                break; // it goes on in the next part
        }
        return kept.Append(text, at, text.Length - at).ToString();
    }

    private static string Excerpt(string css, CssCut cut)
    {
        var text = string.Join(' ', css[cut.Start..cut.End].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= 60 ? text : text[..60] + "…";
    }

    /// <summary>Presentation attributes hold CSS values; those that can name a resource need a function or an escape to do so.</summary>
    private static bool IsCssValue(string name, string value) =>
        !name.Contains(':', StringComparison.Ordinal) && name is not ("d" or "points" or "id" or "class" or "transform" or "begin" or "end")
        && !name.StartsWith("data-", StringComparison.Ordinal) && !name.StartsWith("aria-", StringComparison.Ordinal)
        && (value.Contains('\\', StringComparison.Ordinal) || value.Contains("url", StringComparison.OrdinalIgnoreCase) || value.Contains("image", StringComparison.OrdinalIgnoreCase) || value.Contains("src", StringComparison.OrdinalIgnoreCase)
            || value.Contains("cross-fade", StringComparison.OrdinalIgnoreCase))
        && (value.Contains('(', StringComparison.Ordinal) || value.Contains('\\', StringComparison.Ordinal));

    /// <summary>Browsers pass over control characters and white space in a scheme.</summary>
    private static bool IsScriptAddress(string value)
    {
        if (!value.Contains(':', StringComparison.Ordinal))
            return false;
        var head = string.Concat(value.Where(c => c > ' ' && c != '\u00A0').Take(20));
        return head.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase) || head.StartsWith("vbscript:", StringComparison.OrdinalIgnoreCase)
            || head.StartsWith("data:text/html", StringComparison.OrdinalIgnoreCase);
    }

    private static string LocalName(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private void Report(Place place, string what, string why)
    {
        if (_removed.Count < MostListed)
            _removed.Add(new(place.ToString(), what.Length <= MostWhat ? what : what[..(MostWhat - 1)] + "…", why));
        else
            MoreRemoved++;
    }

    /// <summary>Where something stands. Put into words only where it is reported: written out for every element, a file whose outer elements have names of megabytes took hours.</summary>
    private sealed class Place(Place? parent, string name, int number)
    {
        /// <summary>The end of the path, as much as is listed.</summary>
        public override string ToString()
        {
            var path = "";
            for (var at = this; at is not null && path.Length <= MostPath; at = at.Parent)
                path = at.Step + path;
            return path.Length <= MostPath ? path : "…" + path[^(MostPath - 1)..];
        }

        private Place? Parent => parent;

        private string Step => parent is null ? Tail : $"/{Tail}[{number}]";

        private string Tail => name.Length <= MostPath ? name : name[^(MostPath + 1)..];
    }
}
