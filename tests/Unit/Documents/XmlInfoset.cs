using System.Text;
using System.Xml.Linq;

namespace Svgx.Tests.Unit.Documents;

/// <summary>A file's infoset as text: names with their namespaces, attributes in a fixed order, text, comments and instructions; prefixes and quoting do not count.</summary>
public static class XmlInfoset
{
    public static string Of(string xml)
    {
        var document = XDocument.Parse(xml, LoadOptions.PreserveWhitespace);
        var text = new StringBuilder();
        foreach (var node in document.Nodes().Where(node => node is not XText and not XDocumentType))
            Write(node, text);
        return text.ToString();
    }

    private static void Write(XNode node, StringBuilder text)
    {
        switch (node)
        {
            case XElement element:
                text.Append('<').Append(element.Name);
                foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration).OrderBy(attribute => attribute.Name.ToString(), StringComparer.Ordinal))
                    text.Append(' ').Append(attribute.Name).Append("=\"").Append(attribute.Value).Append('"');
                text.Append('>');
                foreach (var child in element.Nodes())
                    Write(child, text);
                text.Append("</>");
                break;
            case XText characters:
                text.Append(characters.Value);
                break;
            case XComment comment:
                text.Append("<!--").Append(comment.Value).Append("-->");
                break;
            case XProcessingInstruction instruction:
                text.Append("<?").Append(instruction.Target).Append(' ').Append(instruction.Data.Trim()).Append("?>");
                break;
        }
    }
}
