using System.Text;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Documents;

public sealed class SvgFileTests
{
    private const string Head = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">";

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Data", "svg"), "*.svg*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(AppContext.BaseDirectory, file))];

    [Theory, MemberData(nameof(Files)), Trait("Rule", "D1")]
    public void Import_then_export_loses_nothing(string file)
    {
        var original = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, file));
        var read = Read(original);
        Assert.Empty(read.Removed);
        var exported = SvgWriter.ToText(read.Document);
        Assert.Equal(XmlInfoset.Of(original), XmlInfoset.Of(exported));
        Assert.Equal(exported, SvgWriter.ToText(Read(exported).Document));
        Assert.Equal(exported, SvgWriter.ToText(DocumentJson.Read(DocumentJson.Write(read.Document))));
    }

    [Theory, Trait("Rule", "D2")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<g onclick='alert(1)'/>")]
    [InlineData("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>")]
    [InlineData("<a href='java&#10;script:alert(1)'/>")]
    [InlineData("<a xlink:href=' javascript:alert(1)'/>")]
    [InlineData("<image href='https://example.org/a.png'/>")]
    [InlineData("<image href='data:text/html,x'/>")]
    [InlineData("<use href='other.svg#a'/>")]
    [InlineData("<rect fill='url(https://example.org/a.svg#b)'/>")]
    [InlineData("<rect style='fill:u\\72l(https://example.org/a)'/>")]
    [InlineData("<a><animate attributeName='href' to='javascript:alert(1)'/></a>")]
    [InlineData("<set attributeName='onload' to='alert(1)'/>")]
    [InlineData("<style>@import 'https://example.org/a.css';</style>")]
    [InlineData("<style>@font-face{font-family:x;src:url(https://example.org/f.woff)}</style>")]
    [InlineData("<style>rect{background:image-set('https://example.org/a.png' 1x)}</style>")]
    [InlineData("<style>rect{fill:url(//example.org/a)}</style>")]
    [InlineData("<style>@\\69mport url(x);</style>")]
    [InlineData("<rect style='--u:&quot;x&quot;;cursor:-webkit-image-set(var(--import) 1x)'/>")]
    [InlineData("<rect style='mask-image:image-set(attr(import) 1x)'/>")]
    public void What_runs_or_loads_is_taken_out_and_reported(string part)
    {
        var read = Read($"{Head}{part}<rect id=\"kept\"/></svg>");
        Assert.NotEmpty(read.Removed);
        var text = SvgWriter.ToText(read.Document);
        Assert.Contains("<rect id=\"kept\"/>", text, StringComparison.Ordinal);
        foreach (var danger in new[] { "alert", "example.org", "import", "other.svg", "text/html" })
            Assert.DoesNotContain(danger, text, StringComparison.Ordinal);
        Assert.Empty(Read(text).Removed);
    }

    [Fact, Trait("Rule", "D3")]
    public void A_style_sheet_stays_byte_for_byte_but_for_the_rule_that_has_to_go()
    {
        const string kept = "\n /* a > b */ .st0{fill:#FFF;-inkscape-stroke:none}\r\n@media print { .a{fill:url(#g)} }";
        var read = Read($"{Head}<style><![CDATA[{kept}.x{{fill:url(http://example.org/)}}{kept}]]></style></svg>");
        Assert.Single(read.Removed);
        Assert.Contains($"<![CDATA[{kept}{kept}]]>".ReplaceLineEndings("\n"), SvgWriter.ToText(read.Document), StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "D4")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'>\n<g></svg>", "malformed", 2)]
    [InlineData("<html/>", "not_svg", 1)]
    [InlineData("", "malformed", 0)]
    [InlineData("<!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg xmlns='http://www.w3.org/2000/svg'>&x;</svg>", "external_entity", 1)]
    public void A_file_that_cannot_be_read_is_refused_with_its_place(string file, string code, int line)
    {
        var fault = Assert.Throws<SvgFormatException>(() => Read(file));
        Assert.Equal(code, fault.Code);
        if (line > 0)
            Assert.Equal(line, fault.Line);
    }

    [Fact, Trait("Rule", "D5")]
    public void Bombs_are_refused_before_they_go_off()
    {
        var bomb = new StringBuilder("<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\">");
        for (var c = 'b'; c <= 'k'; c++)
            bomb.Append($"<!ENTITY {c} \"{string.Concat(Enumerable.Repeat($"&{(char)(c - 1)};", 10))}\">");
        Assert.Equal("entity_limit", Assert.Throws<SvgFormatException>(() => Read($"{bomb}]><svg xmlns='http://www.w3.org/2000/svg'>&k;</svg>")).Code);
        var deep = string.Concat(Enumerable.Repeat("<g>", 1_000)) + string.Concat(Enumerable.Repeat("</g>", 1_000));
        Assert.Equal("too_deep", Assert.Throws<SvgFormatException>(() => Read($"{Head}{deep}</svg>")).Code);
        var large = $"{Head}<desc>{new string('x', 21 << 20)}</desc></svg>";
        Assert.Equal("too_large", Assert.Throws<SvgFormatException>(() => Read(large)).Code);
    }

    [Fact, Trait("Rule", "D6")]
    public void Entities_of_the_file_itself_are_expanded_and_the_doctype_is_not_written_back()
    {
        var read = Read("<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\" [<!ENTITY ns_svg \"http://www.w3.org/2000/svg\"><!ENTITY box \"<rect id='r'/>\">]><svg xmlns=\"&ns_svg;\">&box;</svg>");
        Assert.Equal("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"><rect id=\"r\"/></svg>\n", SvgWriter.ToText(read.Document));
    }

    [Fact, Trait("Rule", "D7")]
    public void An_id_that_stands_twice_stays_in_the_file_and_names_the_first()
    {
        var read = Read($"{Head}<rect id=\"a\"/><circle id=\"a\"/></svg>");
        Assert.True(read.Document.TryGetElement("a", out var first));
        Assert.Equal("rect", first.Name);
        Assert.Contains("<rect id=\"a\"/><circle id=\"a\"/>", SvgWriter.ToText(read.Document), StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "D13")]
    [InlineData("<use href='#path-3'/>", "path-3")]
    [InlineData("<use xlink:href='#path-3'/>", "path-3")]
    [InlineData("<rect id='r' clip-path='url(#path-3)'/>", "path-3")]
    [InlineData("<rect id='r' aria-labelledby='svg-1 path-2'/>", "svg-1", "path-2")]
    [InlineData("<set id='s' begin='path-2.click; path-3.end' attributeName='x' to='1'/>", "path-2", "path-3")]
    [InlineData("<style>#path-3:hover{fill:red}</style>", "path-3")]
    [InlineData("<style>#p\\61th-3.a, [id='path-4']{fill:red}</style>", "path-3", "path-4")]
    public void What_names_no_element_of_the_file_names_none_after_its_import(string part, params string[] named)
    {
        var read = Read($"{Head}{part}<path d='M0 0'/><path d='M1 1'/></svg>");
        Assert.Empty(read.Removed);
        foreach (var id in named)
            Assert.False(read.Document.TryGetElement(id, out _), id);
        Assert.DoesNotContain("<path id=", SvgWriter.ToText(read.Document), StringComparison.Ordinal);
    }

    private static SvgReadResult Read(string text) => SvgReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
