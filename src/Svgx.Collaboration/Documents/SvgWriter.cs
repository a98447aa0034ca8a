using System.Collections.Immutable;
using System.Text;

namespace Svgx.Collaboration.Documents;

/// <summary>
/// Writes a document as an SVG file: the infoset that was read, with the edits. A generated id is written only where the drawing refers to it. Namespace
/// prefixes that edits brought in are declared where they are needed.
/// </summary>
public static class SvgWriter
{
    /// <summary>Writes UTF-8 without a byte order mark.</summary>
    public static void Write(Document document, Stream stream)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 16_384, leaveOpen: true);
        Write(document, writer);
    }

    /// <summary>The file as a string.</summary>
    public static string ToText(Document document)
    {
        using var writer = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        Write(document, writer);
        return writer.ToString();
    }

    private static void Write(Document document, TextWriter writer)
    {
        writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        foreach (var node in document.Prolog)
        {
            WriteCharacters(writer, node.Kind, node.Value);
            writer.Write('\n');
        }
        WriteElement(writer, document.Root, ReferredIds(document), ImmutableDictionary<string, string>.Empty.Add("xml", SvgVocabulary.KnownPrefixes["xml"]));
        writer.Write('\n');
        foreach (var node in document.Epilog)
        {
            WriteCharacters(writer, node.Kind, node.Value);
            writer.Write('\n');
        }
    }

    private static void WriteElement(TextWriter writer, SvgElement element, HashSet<string> referred, ImmutableDictionary<string, string> scope)
    {
        writer.Write('<');
        writer.Write(element.Name);
        foreach (var (name, value) in element.Attributes)
        {
            if (DeclaredPrefix(name) is { } prefix)
                scope = scope.SetItem(prefix, value);
        }
        // Two prefixes may stand for one namespace, as where an edit set "xlink:href" beside the file's own "xl:href": written twice, the file would be malformed. The newer one counts.
        var written = new Dictionary<(string Namespace, string LocalName), string>();
        foreach (var (name, _) in element.Attributes)
        {
            if (PrefixOf(name) is { Length: > 0 } prefix)
                written[(NamespaceOf(prefix, scope), name[(prefix.Length + 1)..])] = name;
        }
        foreach (var (name, value) in element.Attributes)
        {
            if (PrefixOf(name) is not { Length: > 0 } prefix || written[(NamespaceOf(prefix, scope), name[(prefix.Length + 1)..])] == name)
                WriteAttribute(writer, name, value);
        }
        var own = PrefixOf(element.Name);
        if (scope.GetValueOrDefault(own, "") != element.Namespace)
            scope = Declare(writer, own, element.Namespace, scope);
        foreach (var (name, _) in element.Attributes)
        {
            var prefix = PrefixOf(name);
            if (prefix.Length > 0 && prefix != "xmlns" && !scope.ContainsKey(prefix))
                scope = Declare(writer, prefix, NamespaceOf(prefix, scope), scope);
        }
        if (element["id"] is null && referred.Contains(element.Id))
            WriteAttribute(writer, "id", element.Id);
        if (element.Children.Count == 0)
        {
            writer.Write("/>");
            return;
        }
        writer.Write('>');
        foreach (var child in element.Children)
        {
            if (child is SvgElement inner)
                WriteElement(writer, inner, referred, scope);
            else if (child is SvgCharacters characters)
                WriteCharacters(writer, characters.Kind, characters.Value);
        }
        writer.Write("</");
        writer.Write(element.Name);
        writer.Write('>');
    }

    /// <summary>What a prefix of an attribute stands for, or will once it is declared.</summary>
    private static string NamespaceOf(string prefix, ImmutableDictionary<string, string> scope) =>
        prefix == "xmlns" ? prefix : scope.GetValueOrDefault(prefix) ?? SvgVocabulary.KnownPrefixes.GetValueOrDefault(prefix, "urn:svgx:prefix:" + prefix);

    private static ImmutableDictionary<string, string> Declare(TextWriter writer, string prefix, string ns, ImmutableDictionary<string, string> scope)
    {
        WriteAttribute(writer, prefix.Length == 0 ? "xmlns" : "xmlns:" + prefix, ns);
        return scope.SetItem(prefix, ns);
    }

    private static void WriteCharacters(TextWriter writer, CharacterKind kind, string value)
    {
        switch (kind)
        {
            case CharacterKind.CData:
                writer.Write("<![CDATA[");
                writer.Write(value.Replace("]]>", "]]]]><![CDATA[>", StringComparison.Ordinal));
                writer.Write("]]>");
                break;
            case CharacterKind.Comment:
                writer.Write($"<!--{value}-->");
                break;
            case CharacterKind.ProcessingInstruction:
                writer.Write($"<?{value}?>");
                break;
            default:
                foreach (var c in value)
                {
                    switch (c)
                    {
                        case '&': writer.Write("&amp;"); break;
                        case '<': writer.Write("&lt;"); break;
                        case '>': writer.Write("&gt;"); break;
                        case '\r': writer.Write("&#xD;"); break;
                        default: writer.Write(c); break;
                    }
                }
                break;
        }
    }

    private static void WriteAttribute(TextWriter writer, string name, string value)
    {
        writer.Write(' ');
        writer.Write(name);
        writer.Write("=\"");
        foreach (var c in value)
        {
            switch (c)
            {
                case '&': writer.Write("&amp;"); break;
                case '<': writer.Write("&lt;"); break;
                case '"': writer.Write("&quot;"); break;
                // White space as it stands would be read back as a space.
                case '\t': writer.Write("&#x9;"); break;
                case '\n': writer.Write("&#xA;"); break;
                case '\r': writer.Write("&#xD;"); break;
                default: writer.Write(c); break;
            }
        }
        writer.Write('"');
    }

    /// <summary>The ids that links, <c>url(#…)</c>, id lists and animation timings name, and sheets select by.</summary>
    private static HashSet<string> ReferredIds(Document document)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        void Visit(SvgElement element)
        {
            foreach (var (name, value) in element.Attributes)
                IdReferences.AddFromAttribute(ids, name, value);
            foreach (var child in element.Children)
            {
                if (child is SvgElement inner)
                    Visit(inner);
                else if (element.LocalName == "style" && child is SvgCharacters sheet)
                    IdReferences.AddFromText(ids, sheet.Value);
            }
        }
        Visit(document.Root);
        return ids;
    }

    private static string PrefixOf(string name) => name.IndexOf(':', StringComparison.Ordinal) is var at and >= 0 ? name[..at] : "";

    private static string? DeclaredPrefix(string name) => name == "xmlns" ? "" : name.StartsWith("xmlns:", StringComparison.Ordinal) ? name[6..] : null;
}
