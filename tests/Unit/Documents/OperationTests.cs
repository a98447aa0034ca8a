using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Documents;
using static Svgx.Tests.Unit.Documents.DocumentOperations;

namespace Svgx.Tests.Unit.Documents;

public sealed class OperationTests
{
    [Theory, Trait("Rule", "O1")]
    [InlineData("""{"x":100,"y":200}""", """<rect id="n" x="100" y="200" width="100" height="100"/>""")]
    [InlineData("""{"type":"circle","x":10,"y":20}""", """<circle id="n" r="50" cx="60" cy="70"/>""")]
    [InlineData("""{"type":"ellipse","x":0,"y":0}""", """<ellipse id="n" rx="60" ry="40" cx="60" cy="40"/>""")]
    [InlineData("""{"type":"line","x":1,"y":2}""", """<line id="n" x1="1" y1="2" x2="101" y2="2" stroke="black"/>""")]
    [InlineData("""{"type":"path","d":"M0 0L10 10","x":5,"y":5}""", "M5 5")]
    [InlineData("""{"type":"polyline","points":"0,0 10,10","x":5,"y":5}""", "points=\"5,5 15,15\"")]
    public void A_new_element_can_be_seen_where_it_was_asked_for(string data, string written)
    {
        var document = Document.CreateEmpty();
        document.Apply(Accepted(document, OperationType.Create, "n", data));
        Assert.Contains(written, SvgWriter.ToText(document), StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "O7")]
    [InlineData("create", "a", "{}", "duplicate_element_id")]
    [InlineData("create", "n", """{"children":[{"type":"g","element_id":"n"}]}""", "duplicate_element_id")]
    [InlineData("create", "n", """{"parent_id":"nobody"}""", "unknown_parent")]
    [InlineData("create", "n", """{"type":"path"}""", "invalid_data")]
    [InlineData("create", "n", """{"type":"script"}""", "unsafe_content")]
    [InlineData("create", "n", """{"type":"blink"}""", "invalid_data")]
    [InlineData("move", "nobody", """{"dx":1}""", "unknown_element")]
    [InlineData("move", "a", "{}", "invalid_data")]
    [InlineData("move", "root", """{"dx":1}""", "root_is_fixed")]
    [InlineData("delete", "root", "{}", "root_is_fixed")]
    [InlineData("resize", "a", """{"width":-1}""", "invalid_data")]
    [InlineData("layer_change", "g", """{"parent_id":"a"}""", "cycle")]
    [InlineData("layer_change", "g", """{"parent_id":"g"}""", "cycle")]
    [InlineData("update", "a", """{"onclick":"x()"}""", "unsafe_content")]
    public void An_operation_that_does_not_fit_is_refused_and_changes_nothing(string type, string id, string data, string code)
    {
        var document = WithGroup();
        var before = DocumentJson.Write(document);
        Assert.Equal(code, Assert.IsType<Interpretation.Refused>(Interpret(document, Wire(type), id, data)).Code);
        Assert.Equal(before, DocumentJson.Write(document));
    }

    [Fact(Timeout = 20_000), Trait("Rule", "O15")]
    public async Task What_uses_each_other_is_measured_once()
    {
        var document = Document.CreateEmpty();
        document.Apply(Accepted(document, OperationType.Create, "g0", """{"type":"g","children":[{"element_id":"r","x":5,"y":6}]}"""));
        for (var i = 1; i < 15; i++)
        {
            var uses = string.Join(',', Enumerable.Range(0, 10).Select(n => $$"""{"type":"use","element_id":"u{{i}}-{{n}}","href":"#g{{i - 1}}","x":1,"y":0}"""));
            document.Apply(Accepted(document, OperationType.Create, $"g{i}", $$"""{"type":"g","children":[{{uses}}]}"""));
        }
        var changes = await Task.Run(() => Accepted(document, OperationType.Move, "g14", """{"x":0,"y":0}"""), TestContext.Current.CancellationToken);
        Assert.Equal("translate(-19 -6)", Assert.IsType<SetAttributes>(Assert.Single(changes)).Attributes[0].Value);
    }

    [Fact, Trait("Rule", "O7")]
    public void Nesting_has_a_bound()
    {
        var document = Document.CreateEmpty();
        var (data, parent) = ("", "root");
        for (var i = 2; i <= 256; i++)
        {
            data = $$"""{"type":"g","parent_id":"{{parent}}"}""";
            document.Apply(Accepted(document, OperationType.Create, parent = $"g{i}", data));
        }
        Assert.Equal("too_deep", Assert.IsType<Interpretation.Refused>(Interpret(document, OperationType.Create, "n", $$"""{"parent_id":"{{parent}}"}""")).Code);
    }

    [Fact, Trait("Rule", "O4")]
    public void Undo_takes_back_what_still_stands_and_nothing_of_others()
    {
        var document = WithGroup();
        var mine = Accepted(document, OperationType.Update, "a", """{"fill":"red","stroke":"red"}""");
        var inverse = document.Apply(mine);
        document.Apply(Accepted(document, OperationType.Update, "a", """{"fill":"blue"}"""));

        var before = DocumentJson.Write(document);
        var plan = UndoPlanner.Plan(document, mine, inverse);
        Assert.Equal(before, DocumentJson.Write(document));
        document.Apply(plan);
        Assert.True(document.TryGetElement("a", out var element));
        Assert.Equal(("blue", null), (element["fill"], element["stroke"]));
    }

    [Fact, Trait("Rule", "O4")]
    public void Undo_of_a_new_element_stays_away_from_one_that_others_have_changed()
    {
        var document = Document.CreateEmpty();
        var mine = Accepted(document, OperationType.Create, "a", "{}");
        var inverse = document.Apply(mine);
        document.Apply(Accepted(document, OperationType.Update, "a", """{"fill":"blue"}"""));
        Assert.Empty(UndoPlanner.Plan(document, mine, inverse));
    }

    [Fact, Trait("Rule", "O4")]
    public void Undo_of_a_new_element_counts_also_where_an_attribute_of_it_went_and_came_back()
    {
        var document = Document.CreateEmpty();
        var made = Accepted(document, OperationType.Create, "g", """{"type":"g","children":[{"element_id":"a","stroke":"red","fill":"blue"}]}""");
        var inverse = document.Apply(made);
        var bared = Accepted(document, OperationType.Update, "a", """{"stroke":null}""");
        document.Apply(UndoPlanner.Plan(document, bared, document.Apply(bared)));
        Assert.Equal(new RemoveElement("g"), Assert.Single(UndoPlanner.Plan(document, made, inverse)));
    }

    [Fact, Trait("Rule", "O9")]
    public void Siblings_of_one_key_stand_in_the_order_of_their_ids_and_something_fits_before_them()
    {
        foreach (var ids in new[] { new[] { "a", "b", "c" }, ["c", "b", "a"], ["b", "c", "a"] })
        {
            var document = Document.CreateEmpty();
            foreach (var id in ids)
                document.Apply([new InsertNode("root", new ElementContent("V", id, "rect", SvgElement.SvgNamespace, [], []))]);
            document.Apply([new SetContent("root", [new CharacterContent("V", CharacterKind.Text, "t")])]);
            Assert.IsType<SvgCharacters>(document.Root.Children[0]);
            Assert.Equal(["a", "b", "c"], document.Root.Elements.Select(element => element.Id));
            var before = DocumentJson.Write(document);
            document.Apply(document.Apply([new RemoveElement("b"), new PlaceElement("c", "root", "k")]));
            Assert.Equal(before, DocumentJson.Write(document));
            var accepted = Assert.IsType<Interpretation.Accepted>(Interpret(document, OperationType.Create, "new", """{"before":"b"}"""));
            document.Apply(accepted.Changes);
            Assert.Equal("new", document.Root.Elements.First().Id);
        }
    }
}
