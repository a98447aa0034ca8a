using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Versions;

namespace Svgx.Tests.Unit.Documents;

public sealed class AttributeNameTests
{
    private const string TwoPrefixes = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xl="http://www.w3.org/1999/xlink"><use id="u" xl:href="#a"/><use id="bare"/></svg>""";

    public static TheoryData<string> Names => [.. Vectors().Select(vector => vector.GetProperty("name").GetString()!)];

    /// <summary>The JavaScript client is held to the same examples.</summary>
    [Theory, MemberData(nameof(Names)), Trait("Rule", "D10")]
    public void An_element_has_an_attribute_under_one_name(string name)
    {
        var vector = Vectors().Single(vector => vector.GetProperty("name").GetString() == name);
        var document = Document.CreateEmpty();
        var node = NodeJson.ReadElement(vector.GetProperty("node"));
        document.Apply([new InsertNode("root", node)]);
        var id = vector.TryGetProperty("element_id", out var own) ? own.GetString()! : node.ElementId;
        var changes = DocumentOperations.Accepted(document, DocumentOperations.Wire(vector.GetProperty("operation_type").GetString()!), id, vector.GetProperty("data").GetRawText());
        using var actual = JsonDocument.Parse(ChangeJson.Write(changes));
        Assert.True(JsonElement.DeepEquals(vector.GetProperty("changes"), actual.RootElement), actual.RootElement.GetRawText());
    }

    [Fact, Trait("Rule", "D10")]
    public void The_last_edit_is_what_a_file_shows_whatever_prefix_it_came_with()
    {
        var document = Read(TwoPrefixes);
        Update(document, "u", """{"xlink:href":"#b"}""");
        Update(document, "u", """{"xl:href":"#c"}""");
        Assert.Contains("<use id=\"u\" xl:href=\"#c\"/>", SvgWriter.ToText(document), StringComparison.Ordinal);
        Update(document, "u", """{"xlink:href":null}""");
        Assert.Contains("<use id=\"u\"/>", SvgWriter.ToText(document), StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "D10")]
    public void What_refers_under_the_files_own_prefix_is_measured_like_any_other()
    {
        var document = Read("""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xl="http://www.w3.org/1999/xlink"><rect id="a" width="10" height="20"/><use id="u" xl:href="#a" x="5"/></svg>""");
        Update(document, "u", """{"x":5}""");
        document.Apply(DocumentOperations.Accepted(document, OperationType.Move, "u", """{"x":30,"y":40}"""));
        Assert.True(document.TryGetElement("u", out var use));
        Assert.Equal(("30", "40"), (use["x"], use["y"]));
    }

    [Theory, Trait("Rule", "D10")]
    [InlineData("xlink:href", "xl:href")]
    [InlineData("xl:href", "xlink:href")]
    public void Redo_leaves_alone_what_somebody_else_set_under_another_prefix(string mine, string theirs)
    {
        var document = Read(TwoPrefixes);
        var done = DocumentOperations.Accepted(document, OperationType.Update, "bare", $$"""{"{{mine}}":"#b"}""");
        var undo = UndoPlanner.Plan(document, done, document.Apply(done));
        var redo = document.Apply(undo);
        Update(document, "bare", $$"""{"{{theirs}}":"#c"}""");
        Assert.Empty(UndoPlanner.Plan(document, undo, redo));
    }

    [Fact, Trait("Rule", "D10")]
    public void A_decision_sets_the_attribute_that_is_there_by_now()
    {
        var document = Read(TwoPrefixes);
        Assert.True(document.TryGetElement("u", out var use));
        var change = Assert.IsType<SetAttributes>(ClashValues.Set(document, use, "xlink:href", "#b"));
        Assert.Equal(KeyValuePair.Create("xl:href", (string?)"#b"), Assert.Single(change.Attributes));
        Assert.Null(ClashValues.Set(document, use, "xlink:href", "#a"));
    }

    [Theory, Trait("Rule", "D10")]
    [InlineData("""{"xl:href":"#b"}""", """{"xlink:href":"#c"}""", 1)]
    [InlineData("""{"xl:href":"#b"}""", """{"xlink:href":"#b"}""", 0)]
    [InlineData("{\"fill\":\"red\"}", """{"xlink:href":"#c"}""", 0)]
    public void Branches_that_set_one_attribute_by_two_prefixes_merge_into_one(string ours, string theirs, int clashes)
    {
        var (before, target, source) = (Read(TwoPrefixes), Read(TwoPrefixes), Read(TwoPrefixes));
        Update(target, "bare", ours);
        Update(source, "bare", theirs);
        foreach (var side in new[] { MergeSide.Target, MergeSide.Source })
        {
            var merged = ThreeWayMerge.Merge(before, target, source, [new(null, null, side)]);
            Assert.Equal(clashes, merged.Clashes.Length);
            Assert.True(merged.Document.TryGetElement("bare", out var element));
            Assert.Single(element.Attributes, attribute => attribute.Name.EndsWith(":href", StringComparison.Ordinal));
            if (clashes > 0)
                Assert.Equal(side == MergeSide.Target ? "#b" : "#c", element["xl:href"]);
        }
    }

    [Fact, Trait("Rule", "D10")]
    public void No_row_of_edits_undos_and_redos_leaves_an_attribute_twice()
    {
        string[] names = ["xl:href", "xlink:href", "x:href", "href", "xl:title", "xlink:title"];
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var document = Read(TwoPrefixes.Replace("xmlns:xl", "xmlns:x=\"http://www.w3.org/1999/xlink\" xmlns:xl", StringComparison.Ordinal));
            var done = new List<(ImmutableArray<DocumentChange> Changes, ImmutableArray<DocumentChange> Inverse)>();
            for (var i = 0; i < 40; i++)
            {
                var former = done.Count > 0 && random.Next(3) == 0 ? done[^(random.Next(Math.Min(4, done.Count)) + 1)] : default;
                var changes = !former.Changes.IsDefault
                    ? UndoPlanner.Plan(document, former.Changes, former.Inverse)
                    : DocumentOperations.Accepted(document, OperationType.Update, "u", $$"""{"{{names[random.Next(6)]}}":{{(random.Next(3) == 0 ? "null" : $"\"#{i}\"")}},"{{names[random.Next(6)]}}":"#z{{i}}"}""");
                done.Add((changes, document.Apply(changes)));
                Assert.True(document.TryGetElement("u", out var use));
                foreach (var local in new[] { ":href", ":title" })
                    Assert.True(use.Attributes.Count(attribute => attribute.Name.EndsWith(local, StringComparison.Ordinal)) <= 1, $"seed {seed}, step {i}");
            }
        }
    }

    private static void Update(Document document, string id, string data) => document.Apply(DocumentOperations.Accepted(document, OperationType.Update, id, data));

    private static Document Read(string text) => SvgReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text))).Document;

    private static JsonElement[] Vectors() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "names", "vectors.json"))).RootElement.EnumerateArray()];
}
