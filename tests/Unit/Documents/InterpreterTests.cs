using System.Text;
using System.Text.Json;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Documents;

public sealed class InterpreterTests
{
    private int _next;

    [Fact, Trait("Rule", "O1")]
    public void A_create_with_a_place_alone_is_a_rectangle_there()
    {
        var document = Document.CreateEmpty();
        Apply(document, OperationType.Create, "a", """{"x":100,"y":200}""");
        Assert.True(document.TryGetElement("a", out var rect));
        Assert.Equal(("rect", "100", "200", "100", "100"), (rect.Name, rect["x"], rect["y"], rect["width"], rect["height"]));
    }

    [Theory, Trait("Rule", "O2")]
    [InlineData("rect", """{"x":10,"y":20,"width":30,"height":40}""", """<rect id="a" x="15" y="13" width="30" height="40"/>""")]
    [InlineData("circle", """{"cx":10,"cy":20,"r":5}""", """<circle id="a" cx="15" cy="13" r="5"/>""")]
    [InlineData("ellipse", """{"cx":10,"cy":20,"rx":5,"ry":6}""", """<ellipse id="a" cx="15" cy="13" rx="5" ry="6"/>""")]
    [InlineData("line", """{"x1":1,"y1":2,"x2":3,"y2":4,"stroke":"red"}""", """<line id="a" x1="6" y1="-5" x2="8" y2="-3" stroke="red"/>""")]
    [InlineData("polyline", """{"points":"0,0 1 2"}""", """<polyline id="a" points="5,-7 6,-5"/>""")]
    [InlineData("polygon", """{"points":"0,0 1,2 3,4"}""", """<polygon id="a" points="5,-7 6,-5 8,-3"/>""")]
    [InlineData("path", """{"d":"m1 2l3 4H9v1a2 2 0 014 4z"}""", """<path id="a" d="m6 -5l3 4H14v1a2 2 0 0 1 4 4z"/>""")]
    [InlineData("text", """{"x":1,"y":2,"text":"Hi"}""", """<text id="a" x="6" y="-5">Hi</text>""")]
    [InlineData("image", """{"x":1,"y":2,"width":3,"height":4}""", """<image id="a" x="6" y="-5" width="3" height="4"/>""")]
    [InlineData("use", """{"href":"#b"}""", """<use id="a" href="#b" x="5" y="-7"/>""")]
    [InlineData("g", "{}", """<g id="a" transform="translate(5 -7)"/>""")]
    [InlineData("g", """{"transform":"translate(1,2) rotate(9)"}""", """<g id="a" transform="translate(6 -5) rotate(9)"/>""")]
    [InlineData("rect", """{"transform":"rotate(45)"}""", """<rect id="a" transform="translate(5 -7) rotate(45)" width="100" height="100"/>""")]
    [InlineData("rect", """{"width":"50%","x":"10%"}""", """<rect id="a" width="50%" x="10%" height="100" transform="translate(5 -7)"/>""")]
    [InlineData("rect", """{"fill":"url(#g)"}""", """<rect id="a" fill="url(#g)" width="100" height="100" transform="translate(5 -7)"/>""")]
    public void Every_kind_of_element_moves_with_its_transform_respected(string kind, string data, string expected)
    {
        var document = Document.CreateEmpty();
        Apply(document, OperationType.Create, "a", $"{{\"type\":\"{kind}\",{data[1..]}".Replace(",}", "}", StringComparison.Ordinal));
        Apply(document, OperationType.Move, "a", """{"dx":5,"dy":-7}""");
        Assert.Contains(expected, SvgWriter.ToText(document), StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "O3")]
    [InlineData("rect", """{"x":10,"y":20,"width":10,"height":10}""", """x="0" y="0" width="20" height="40""")]
    [InlineData("ellipse", """{"cx":15,"cy":25,"rx":5,"ry":5}""", """cx="10" cy="20" rx="10" ry="20""")]
    [InlineData("line", """{"x1":10,"y1":20,"x2":20,"y2":30}""", """x1="0" y1="0" x2="20" y2="40""")]
    [InlineData("polygon", """{"points":"10,20 20,30"}""", """points="0,0 20,40""")]
    [InlineData("path", """{"d":"M10 20L20 30"}""", """d="M0 0L20 40""")]
    [InlineData("circle", """{"cx":15,"cy":25,"r":5}""", """transform="matrix(2 0 0 4 -20 -80)""")]
    [InlineData("text", """{"x":10,"y":20}""", "transform=\"matrix(2 0 0 4 -20 -80)")]
    [InlineData("g", "{}", "transform=\"matrix(2 0 0 4 -20 -80)")]
    public void Every_kind_of_element_resizes_from_one_box_to_another(string kind, string data, string expected)
    {
        var document = Document.CreateEmpty();
        Apply(document, OperationType.Create, "a", $"{{\"type\":\"{kind}\",{data[1..]}".Replace(",}", "}", StringComparison.Ordinal));
        Apply(document, OperationType.Resize, "a", """{"x":0,"y":0,"width":20,"height":40,"from":{"x":10,"y":20,"width":10,"height":10}}""");
        Assert.Contains(expected, SvgWriter.ToText(document), StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "O13")]
    [InlineData("""{"width":2,"height":2}""", OperationType.Resize, """{"width":1000000000,"from":{"x":0,"y":0,"width":0.00001,"height":1}}""")]
    [InlineData("""{"type":"path","d":"M0 0L1 1e6"}""", OperationType.Resize, """{"height":10000,"from":{"x":0,"y":0,"width":1,"height":1}}""")]
    [InlineData("""{"type":"polygon","points":"0,0 1,1000000"}""", OperationType.Resize, """{"height":10000,"from":{"x":0,"y":0,"width":1,"height":1}}""")]
    [InlineData("""{"type":"g"}""", OperationType.Resize, """{"width":1000000000,"from":{"x":0,"y":0,"width":0.00001,"height":1}}""")]
    [InlineData("""{"type":"g"}""", OperationType.Resize, """{"width":10000,"from":{"x":100000000,"y":0,"width":1,"height":1}}""")]
    [InlineData("""{"type":"g","transform":"translate(900000000 0)"}""", OperationType.Move, """{"dx":900000000}""")]
    [InlineData("""{"type":"path","d":"M900000000 0L0 0"}""", OperationType.Move, """{"dx":900000000}""")]
    [InlineData("""{"type":"line","x1":900000000}""", OperationType.Move, """{"dx":900000000}""")]
    public void No_number_is_written_that_a_drawing_cannot_hold(string element, OperationType type, string data)
    {
        var document = Document.CreateEmpty();
        Apply(document, OperationType.Create, "a", element);
        Assert.Equal("invalid_number", Refused(document, type, "a", data));
    }

    [Theory, Trait("Rule", "O13")]
    [InlineData("""{"type":"path","d":"M0 0L1 1e12","x":0,"y":0}""")]
    [InlineData("""{"type":"circle","r":900000000,"x":900000000,"y":0}""")]
    [InlineData("""{"x":"1e12px"}""")]
    [InlineData("""{"width":"1e300mm"}""")]
    [InlineData("""{"width":"2e10%"}""")]
    [InlineData("""{"type":"path","d":"M0 0L1 1e300"}""")]
    [InlineData("""{"type":"path","d":"M0 0c-1,-2.5E+9-3-4 5 6z"}""")]
    [InlineData("""{"type":"path","d":"M0 0L1000000001 1"}""")]
    [InlineData("""{"type":"polygon","points":"0,0 1,99999999999999999999"}""")]
    [InlineData("""{"type":"g","transform":"translate(1e10) scale(2)"}""")]
    [InlineData("""{"type":"g","children":[{"type":"path","d":"M1e10 0"}]}""")]
    public void No_number_is_taken_or_made_up_for_a_new_element_that_a_drawing_cannot_hold(string data) =>
        Assert.Equal("invalid_number", Refused(Document.CreateEmpty(), OperationType.Create, "a", data));

    [Theory, Trait("Rule", "O13")]
    [InlineData("d", "M-1000000000-1e9 .5.5.5e-300a1 1 0 0110 1e+9z")]
    [InlineData("d", "M0 0e L1.e5. 1e")]
    [InlineData("points", "0,0 1e-9,000000000000000000001")]
    [InlineData("transform", "rotate(1e3) translate(-999999999.999,1E9)")]
    [InlineData("transform", "")]
    public void Every_other_list_of_numbers_is_kept_as_it_is(string name, string value)
    {
        var document = Document.CreateEmpty();
        Apply(document, OperationType.Create, "a", """{"type":"path","d":"M0 0"}""");
        Apply(document, OperationType.Update, "a", $$"""{"{{name}}":"{{value}}"}""");
        Assert.True(document.TryGetElement("a", out var element));
        Assert.Equal(value, element[name] ?? "");
    }

    [Fact, Trait("Rule", "O12")]
    public void A_constraint_is_SVGX_data_of_its_element_and_can_be_removed_by_its_id_or_its_fields()
    {
        var document = Read("""<svg xmlns="http://www.w3.org/2000/svg" xmlns:arx="http://arxos.io/svgx"/>""");
        Apply(document, OperationType.Create, "wall", """{"width":5,"height":5}""");
        Apply(document, OperationType.ConstraintAdd, "wall", """{"constraint_id":"c1","type":"distance","value":2.5,"fixed":true,"to":["door","lamp-1"],"unit":null}""");
        Apply(document, OperationType.ConstraintAdd, "wall", """{"type":"parallel","target":"door"}""");
        Apply(document, OperationType.ConstraintAdd, "wall", """{"type":"parallel","target":"lamp"}""");
        var svg = SvgWriter.ToText(document);
        Assert.Contains("""<rect id="wall" width="5" height="5"><arx:constraint id="c1" type="distance" value="2.5" fixed="true" to="[&quot;door&quot;,&quot;lamp-1&quot;]"/><arx:constraint type="parallel" target="door"/>""", svg, StringComparison.Ordinal);
        Assert.Equal(svg, SvgWriter.ToText(Read(svg))); // and comes back

        Apply(document, OperationType.ConstraintRemove, "wall", """{"constraint_id":"c1"}""");
        Apply(document, OperationType.ConstraintRemove, "wall", """{"type":"parallel","target":"lamp"}""");
        Assert.EndsWith("""<rect id="wall" width="5" height="5"><arx:constraint type="parallel" target="door"/></rect></svg>""", SvgWriter.ToText(document).TrimEnd(), StringComparison.Ordinal);
        Assert.Equal("unknown_element", Refused(document, OperationType.ConstraintRemove, "wall", """{"constraint_id":"c1"}"""));
    }

    [Fact, Trait("Rule", "O12")]
    public void An_element_has_one_assembly_of_which_fields_are_set_and_removed()
    {
        var document = Read("""<svg xmlns="http://www.w3.org/2000/svg" xmlns:arx="http://arxos.io/svgx"/>""");
        Apply(document, OperationType.Create, "lamp", """{"width":5,"height":5}""");
        Apply(document, OperationType.AssemblyUpdate, "lamp", """{"name":"Row 1","parts":{"lamp":2},"note":"old"}""");
        Apply(document, OperationType.AssemblyUpdate, "lamp", """{"note":null,"name":"Row 2"}""");
        Assert.EndsWith("""<arx:assembly name="Row 2" parts="{&quot;lamp&quot;:2}"/></rect></svg>""", SvgWriter.ToText(document).TrimEnd(), StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "O12")]
    public void Building_data_is_in_the_namespace_of_SVGX_also_where_its_prefix_stands_for_something_else()
    {
        var document = Read("""<svg xmlns="http://www.w3.org/2000/svg" xmlns:arx="urn:other"><rect id="a" arx:x="1"/></svg>""");
        Apply(document, OperationType.ConstraintAdd, "a", """{"type":"fixed"}""");
        Apply(document, OperationType.AssemblyUpdate, "a", """{"name":"A"}""");
        Apply(document, OperationType.AssemblyUpdate, "a", """{"name":"B"}""");
        var again = Read(SvgWriter.ToText(document));
        Assert.True(again.TryGetElement("a", out var element));
        Assert.Equal(["constraint fixed", "assembly B"], element.Elements.Where(part => part.Namespace == "http://arxos.io/svgx").Select(part => $"{part.LocalName} {part["type"]}{part["name"]}"));
    }

    [Theory, Trait("Rule", "O12")]
    [InlineData(OperationType.ConstraintAdd, "{}", "invalid_data")]
    [InlineData(OperationType.ConstraintAdd, """{"constraint_id":"c1"}""", "invalid_data")]
    [InlineData(OperationType.ConstraintAdd, """{"constraint_id":"a b","type":"x"}""", "invalid_data")]
    [InlineData(OperationType.ConstraintAdd, """{"constraint_id":"a","type":"x"}""", "duplicate_element_id")]
    [InlineData(OperationType.ConstraintAdd, """{"not a name":1}""", "invalid_data")]
    [InlineData(OperationType.ConstraintAdd, """{"xmlns":"urn:x"}""", "invalid_data")]
    [InlineData(OperationType.ConstraintAdd, """{"arx:type":"x"}""", "invalid_data")]
    [InlineData(OperationType.ConstraintAdd, """{"href":"javascript:alert(1)"}""", "unsafe_content")]
    [InlineData(OperationType.ConstraintRemove, "{}", "invalid_data")]
    [InlineData(OperationType.ConstraintRemove, """{"type":"x"}""", "unknown_element")]
    [InlineData(OperationType.AssemblyUpdate, """{"name":null}""", "invalid_data")]
    [InlineData(OperationType.AssemblyUpdate, """{"name":1e999}""", "invalid_number")]
    public void Building_data_that_does_not_fit_is_refused(OperationType type, string data, string code)
    {
        var document = Document.CreateEmpty();
        Apply(document, OperationType.Create, "a", "{}");
        Assert.Equal(code, Refused(document, type, "a", data));
    }

    [Fact, Trait("Rule", "O4")]
    public void Undo_leaves_alone_what_somebody_else_has_changed_since()
    {
        var document = Document.CreateEmpty();
        Apply(document, OperationType.Create, "a", """{"fill":"red","stroke":"red"}""");
        var (done, inverse) = Apply(document, OperationType.Update, "a", """{"fill":"green","stroke":"green"}""");
        Apply(document, OperationType.Update, "a", """{"fill":"blue"}""");
        document.Apply(UndoPlanner.Plan(document, done, inverse));
        Assert.True(document.TryGetElement("a", out var rect));
        Assert.Equal(("blue", "red"), (rect["fill"], rect["stroke"]));
    }

    [Fact, Trait("Rule", "O5")]
    public void A_refused_batch_of_changes_leaves_the_document_as_it_was()
    {
        var document = Document.CreateEmpty();
        Apply(document, OperationType.Create, "a", "{}");
        var before = DocumentJson.Write(document);
        Assert.Throws<DocumentChangeException>(() => document.Apply([new SetAttributes("a", [new("x", "5")]), new RemoveElement("a"), new RemoveElement("nobody")]));
        Assert.Equal(before, DocumentJson.Write(document));
    }

    [Fact, Trait("Rule", "O6")]
    public void Sort_keys_stay_in_order_and_short()
    {
        string? last = null;
        for (var i = 0; i < 20_000; i++)
        {
            var next = SortKey.Between(last, null);
            Assert.True(string.CompareOrdinal(last, next) < 0 && SortKey.IsValid(next));
            last = next;
        }
        Assert.True(last!.Length <= 10);
        string left = "V", right = SortKey.Between("V", null);
        for (var i = 0; i < 200; i++)
        {
            var middle = SortKey.Between(left, right);
            Assert.True(string.CompareOrdinal(left, middle) < 0 && string.CompareOrdinal(middle, right) < 0);
            if (i % 2 == 0)
                left = middle;
            else
                right = middle;
        }
        var row = SortKey.Sequence(5_000);
        Assert.Equal(row.Order(StringComparer.Ordinal).Distinct(), row);
    }

    [Theory, Trait("Rule", "O6")]
    [InlineData(null, null)]
    [InlineData(null, "V")]
    [InlineData("1", null)]
    [InlineData("1", "2")]
    [InlineData("V", "V1")]
    [InlineData("Az", "Azz01")]
    public void Sort_keys_stay_short_whichever_end_a_row_grows_at(string? below, string? above)
    {
        foreach (var atTheFront in new[] { true, false })
        {
            var (left, right) = (below, above);
            for (var i = 0; i < 20_000; i++)
            {
                var next = SortKey.Between(left, right);
                Assert.True(SortKey.IsValid(next) && string.CompareOrdinal(left, next) < 0 && (right is null || string.CompareOrdinal(next, right) < 0), $"{left} {next} {right}");
                (left, right) = atTheFront ? (left, next) : (next, right);
            }
            Assert.InRange((atTheFront ? right! : left!).Length, 1, 20);
        }
    }

    private static Document Read(string svg) => SvgReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(svg))).Document;

    private static string Refused(Document document, OperationType type, string elementId, string data)
    {
        using var json = JsonDocument.Parse(data);
        return Assert.IsType<Interpretation.Refused>(OperationInterpreter.Interpret(document, type, elementId, json.RootElement, DocumentLimits.Default, () => "new")).Code;
    }

    private (IReadOnlyList<DocumentChange> Done, IReadOnlyList<DocumentChange> Inverse) Apply(Document document, OperationType type, string elementId, string data)
    {
        using var json = JsonDocument.Parse(data);
        var accepted = Assert.IsType<Interpretation.Accepted>(OperationInterpreter.Interpret(document, type, elementId, json.RootElement, DocumentLimits.Default, () => $"new-{++_next}"));
        var before = DocumentJson.Write(document);
        var inverse = document.Apply(accepted.Changes);
        var after = DocumentJson.Write(document);
        document.Apply(inverse);
        Assert.Equal(XmlInfoset.Of(SvgWriter.ToText(DocumentJson.Read(before))), XmlInfoset.Of(SvgWriter.ToText(document)));
        document.Apply(ChangeJson.Read(ChangeJson.Write(accepted.Changes)));
        Assert.Equal(XmlInfoset.Of(SvgWriter.ToText(DocumentJson.Read(after))), XmlInfoset.Of(SvgWriter.ToText(document)));
        return (accepted.Changes, inverse);
    }
}
