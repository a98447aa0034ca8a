using System.Text;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Documents;

public sealed class HostileFileTests
{
    private const string Open = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">""";

    [Theory, Trait("Rule", "D2")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<foreignObject><p>bad</p></foreignObject>")]
    [InlineData("""<script xmlns="http://www.w3.org/1999/xhtml">bad</script>""")]
    [InlineData("""<g onclick="bad()"/>""")]
    [InlineData("""<g ONLOAD="bad()"/>""")]
    [InlineData("""<a href=" java&#9;script:bad()"/>""")]
    [InlineData("""<a xlink:href="javascript:bad()"/>""")]
    [InlineData("""<a href="data:text/html,bad"/>""")]
    [InlineData("""<use href="http://bad.test/a.svg#a"/>""")]
    [InlineData("""<image xlink:href="//bad.test/a.png"/>""")]
    [InlineData("""<rect fill="url(http://bad.test/#a)"/>""")]
    [InlineData("""<rect fill="u\72l(http://bad.test/#a)"/>""")]
    [InlineData("""<rect style="fill:url('http://bad.test/')"/>""")]
    [InlineData("""<rect style="background:image-set('http://bad.test/' 1x)"/>""")]
    [InlineData("""<a href="#x"><set attributeName="href" to="bad"/></a>""")]
    [InlineData("""<a href="#x"><animate attributeName="xlink:href" values="bad"/></a>""")]
    [InlineData("""<g><?xml-stylesheet href="bad"?></g>""")]
    [InlineData("""<style>@import 'http://bad.test/a.css';</style>""")]
    [InlineData("""<style>a{fill:u\72l(http://bad.test/a)}</style>""")]
    [InlineData("""<style>a{fill:ur<!-- -->l(http://bad.test/a)}</style>""")]
    [InlineData("""<style>@font-face{font-family:x;src:url(http://bad.test/a)}</style>""")]
    public void What_runs_or_loads_is_taken_out_and_reported(string part)
    {
        var read = Read($"{Open}{part}<rect id=\"good\" fill=\"url(#a)\"/></svg>");
        Assert.NotEmpty(read.Removed);
        var text = SvgWriter.ToText(read.Document);
        Assert.DoesNotContain("bad", text, StringComparison.Ordinal);
        Assert.DoesNotContain("alert", text, StringComparison.Ordinal);
        Assert.Equal("url(#a)", read.Document.TryGetElement("good", out var good) ? good["fill"] : null);
    }

    [Theory, Trait("Rule", "D4")]
    [InlineData("""<!ENTITY a "<!--"><!ENTITY x SYSTEM "file:///bad"><!ENTITY b "-->">""")]
    [InlineData("""<!ENTITY % p "<!ENTITY x SYSTEM 'file:///bad'>">%p;""")]
    [InlineData("""<!-- " --><!ENTITY x PUBLIC "bad" "file:///bad">""")]
    public void An_external_entity_is_refused_wherever_its_declaration_hides(string subset) =>
        Assert.Equal("external_entity", Refusal($"<!DOCTYPE svg [{subset}]>{Open}<text>&x;</text></svg>").Code);

    [Fact, Trait("Rule", "D4")]
    public void An_external_entity_in_a_comment_is_none() =>
        Assert.Empty(Read($"<!DOCTYPE svg [<!-- \" <!ENTITY x SYSTEM 'file:///bad'> -->]>{Open}</svg>").Removed);

    [Fact, Trait("Rule", "D9")]
    public void A_long_doctype_is_read_in_one_pass()
    {
        var opening = string.Concat(Enumerable.Repeat("<!--", 400_000));
        Assert.Empty(Read($"<!DOCTYPE svg [<!ENTITY a \"{opening}\">]>{Open}</svg>").Removed);
    }

    [Fact(Timeout = 20_000), Trait("Rule", "D9")]
    public async Task A_hundred_thousand_attributes_are_taken_out_in_one_pass()
    {
        var attributes = string.Join(' ', Enumerable.Range(0, 100_000).Select(i => $"data-a{i}=\"javascript:bad()\""));
        var read = await Task.Run(() => Read($"{Open}<g {attributes} id=\"good\"/></svg>"), TestContext.Current.CancellationToken);
        Assert.Equal(100_000, read.Removed.Length + read.MoreRemoved);
        Assert.Equal("id", Assert.Single(read.Document.TryGetElement("good", out var good) ? good.Attributes : []).Name);
    }

    [Theory(Timeout = 20_000), Trait("Rule", "D5"), Trait("Rule", "D9")]
    [InlineData(400, 20_000)]
    [InlineData(300_000, 3)]
    public async Task A_doctype_that_gives_attributes_without_measure_is_refused(int attributes, int elements)
    {
        var subset = string.Concat(Enumerable.Range(0, attributes).Select(i => $"<!ATTLIST g a{i} CDATA 'x'>"));
        var refusal = await Task.Run(() => Refusal($"<!DOCTYPE svg [{subset}]>{Open}{string.Concat(Enumerable.Repeat("<g/>", elements))}</svg>"), TestContext.Current.CancellationToken);
        Assert.Equal("entity_limit", refusal.Code);
    }

    [Fact, Trait("Rule", "D5")]
    public void A_doctype_that_gives_a_few_attributes_is_none_of_a_bomb() =>
        Assert.Equal(2, Read($"<!DOCTYPE svg [<!ATTLIST svg xmlns CDATA #FIXED 'http://www.w3.org/2000/svg'><!ATTLIST g fill CDATA 'red'>]><svg><g/></svg>").Document.ElementCount);

    [Fact(Timeout = 20_000), Trait("Rule", "D9")]
    public async Task A_sheet_in_many_parts_loses_what_must_go_in_one_pass()
    {
        var parts = string.Concat(Enumerable.Repeat("<![CDATA[@import 'bad';a{b:c}]]>x{<!-- -->y:url(bad)}", 100_000));
        var read = await Task.Run(() => Read($"{Open}<style id=\"s\">{parts}</style></svg>"), TestContext.Current.CancellationToken);
        Assert.Equal(200_000, read.Removed.Length + read.MoreRemoved);
        Assert.Equal(string.Concat(Enumerable.Repeat("<![CDATA[a{b:c}]]><!-- -->", 100_000)), SvgWriter.ToText(read.Document).Split("<style id=\"s\">")[1].Split("</style>")[0]);
    }

    [Fact(Timeout = 20_000), Trait("Rule", "D9")]
    public async Task Elements_in_one_whose_name_is_long_are_read_like_any_others()
    {
        var name = new string('n', 2_000_000);
        var read = await Task.Run(() => Read($"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:a=\"urn:a\"><a:{name}>{string.Concat(Enumerable.Repeat("<g/>", 50_000))}</a:{name}></svg>"), TestContext.Current.CancellationToken);
        Assert.Equal(50_002, read.Document.ElementCount);
    }

    [Fact, Trait("Rule", "D11")]
    public void Of_what_was_taken_out_the_first_parts_are_named_and_the_rest_is_counted()
    {
        var read = Read($"{Open}{string.Concat(Enumerable.Repeat("<script/>", 250))}<g onclick=\"bad()\"/><?xml-stylesheet href=\"bad\"?></svg>");
        Assert.Equal((100, 152), (read.Removed.Length, read.MoreRemoved));
        Assert.Equal((3, 0), Read($"{Open}{string.Concat(Enumerable.Repeat("<script/>", 3))}</svg>") is var few ? (few.Removed.Length, few.MoreRemoved) : default);
    }

    [Fact, Trait("Rule", "D11")]
    public void A_part_is_named_shortly_however_long_its_name_is()
    {
        var name = new string('n', 100_000);
        var read = Read($"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:a=\"urn:a\"><a:{name}><g on{name}=\"bad()\"/></a:{name}></svg>");
        var part = Assert.Single(read.Removed);
        Assert.Equal((200, 80), (part.Path.Length, part.What.Length));
        Assert.StartsWith("attribute onnn", part.What, StringComparison.Ordinal);
        Assert.EndsWith("n[1]/g[1]", part.Path, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "D8")]
    public void An_attribute_set_under_another_prefix_leaves_the_file_well_formed()
    {
        var document = Read("""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xl="http://www.w3.org/1999/xlink"><use id="u" xl:href="#a"/></svg>""").Document;
        document.Apply([new SetAttributes("u", [new("xlink:href", "#b")])]);
        var again = Read(SvgWriter.ToText(document)).Document;
        Assert.Equal("#b", again.TryGetElement("u", out var use) ? use["xlink:href"] : null);
    }

    [Theory, Trait("Rule", "D8")]
    [InlineData("<svg xmlns=\"\"><rect id=\"a\"/></svg>")]
    [InlineData("<svg><g xmlns=\"\"><rect id=\"a\"/></g></svg>")]
    public void A_file_that_says_it_has_no_namespace_leaves_the_file_well_formed(string file)
    {
        var again = Read(SvgWriter.ToText(Read(file).Document)).Document;
        Assert.True(again.TryGetElement("a", out var rect) && rect.IsSvg);
    }

    [Fact, Trait("Rule", "D4")]
    public void A_malformed_file_is_refused_with_the_place_of_the_mistake()
    {
        var refusal = Refusal("<svg xmlns=\"http://www.w3.org/2000/svg\">\n  <g>\n  </a>\n</svg>");
        Assert.Equal(("malformed", 3, 5), (refusal.Code, refusal.Line, refusal.Column));
    }

    private static SvgReadResult Read(string text) => SvgReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static SvgFormatException Refusal(string text) => Assert.Throws<SvgFormatException>(() => Read(text));
}
