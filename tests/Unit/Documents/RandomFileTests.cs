using System.Text;
using CsCheck;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Documents;

/// <summary>Files made at random out of what real ones have in them, in odd places and orders.</summary>
public sealed class RandomFileTests
{
    private static readonly string[] Names = ["g", "rect", "path", "text", "tspan", "defs", "linearGradient", "title", "metadata", "arx:part", "sodipodi:namedview"];

    private static readonly string[] Attributes =
    [
        "x=\"1\"", "y='-2.5e3'", "fill=\"url(#e1)\"", "style=\"fill:red; stroke : #00f\"", "transform='translate(1,2) rotate(45)'", "arx:bond=\"a &lt; b &amp; &quot;c&quot;\"", "xml:space=\"preserve\"", "inkscape:label='It&apos;s'",
        "xlink:href=\"#e2\"", "d=\"M0 0&#10;L10 10z\"", "class=\"a  b\"", "data-note=\"&#9;tab\"", "aria-label=\"Grüße, 日本 🙂\"", "viewBox=\"0 0 10 10\"",
    ];

    private static readonly string[] Pieces =
    [
        "text", "  ", "\n    ", "a &lt; b &amp; c", "<![CDATA[raw < & > text]]>", "<!-- a comment - with dashes -->", "<?tool keep this?>", "Grüße 日本 🙂", "&#x2028;", "]]&gt;",
    ];

    private static readonly Gen<string> Inside = Gen.Recursive<string>((depth, inner) =>
        from kind in Gen.Int[0, depth > 4 ? 0 : 2]
        from piece in Gen.Int[0, Pieces.Length - 1]
        from name in Gen.Int[0, Names.Length - 1]
        from attributes in Gen.Int[0, Attributes.Length - 1].HashSet[0, 5]
        from id in Gen.Int[0, 12]
        from children in kind == 0 ? Gen.Const(new List<string>()) : inner.List[0, 5]
        select kind == 0 ? Pieces[piece] : Element(Names[name], [.. attributes.Select(at => Attributes[at]), .. id < 6 ? [$"id=\"e{id}\""] : Array.Empty<string>()], string.Concat(children)));

    [Fact, Trait("Rule", "D1")]
    public void Import_then_export_loses_nothing_of_any_file() => Inside.List[0, 6].Sample(parts =>
    {
        var original = $"""
            <?xml version="1.0"?><!-- before --><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:arx="urn:arx" xmlns:inkscape="urn:inkscape" xmlns:sodipodi="urn:sodipodi" width="10mm">{string.Concat(parts)}</svg><?end?>
            """;
        var read = SvgReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(original)));
        Assert.Empty(read.Removed);
        var exported = SvgWriter.ToText(read.Document);
        Assert.Equal(XmlInfoset.Of(original), XmlInfoset.Of(exported));
        Assert.Equal(exported, SvgWriter.ToText(SvgReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(exported))).Document));
        Assert.Equal(exported, SvgWriter.ToText(DocumentJson.Read(DocumentJson.Write(read.Document))));
    }, iter: 500, threads: 1);

    private static string Element(string name, string[] attributes, string children) =>
        children.Length == 0 ? $"<{string.Join(' ', [name, .. attributes])}/>" : $"<{string.Join(' ', [name, .. attributes])}>{children}</{name}>";
}
