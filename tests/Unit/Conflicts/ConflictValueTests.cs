using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Conflicts;

/// <summary>Values and rules of conflicts at their edges.</summary>
public sealed class ConflictValueTests
{
    [Theory, Trait("Rule", "F16")]
    [InlineData(0.999, false)]
    [InlineData(1, true)]
    [InlineData(31_536_000, true)]
    [InlineData(31_536_001, false)]
    public void A_time_out_is_from_a_second_to_a_year(double seconds, bool fits) =>
        Assert.Equal(fits, new ConflictPolicy { Modification = new() { TimeOut = TimeSpan.FromSeconds(seconds) } }.Fault() is null);

    [Theory, Trait("Rule", "F11")]
    [InlineData("fill:red", "fill:red;stroke:a", "fill:red;opacity:1", "fill:red;opacity:1;stroke:a")]
    [InlineData("fill:red", "fill:red;stroke:url(#a;b)", "fill:blue", "fill:blue;stroke:url(#a;b)")]
    [InlineData("a:1;a:2", "a:2;b:\";\"", "a:2;c:3", "a:2;c:3;b:\";\"")]
    [InlineData("a:1", "a:1;b:2 /* c */", "a:1;c:3", "a:1;c:3")] // not told apart with certainty: the last side has it
    [InlineData("a:1", "a:1;b:\\3b", "a:1;c:3", "a:1;c:3")]
    [InlineData("a:1", "a:1;b:url(x", "a:1;c:3", "a:1;c:3")]
    [InlineData("a:1", "a:1;b:\"x", "a:1;c:3", "a:1;c:3")]
    [InlineData("a:1", "a:1;:b", "a:1;c:3", "a:1;c:3")]
    [InlineData("a:1", "", "a:1;b:2", "b:2")]
    [InlineData("a:1", "", "a:1", "")] // the side that changed nothing gives way
    [InlineData("a:1;b:2", "a:1", "b:2", null)]
    public void Styles_are_joined_by_declaration(string before, string earlier, string last, string? joined) =>
        Assert.Equal(joined?.Replace(" ", "", StringComparison.Ordinal), ThreeWayValue.Merge(null, "style", before, earlier, last)?.Replace(" ", "", StringComparison.Ordinal));

    [Fact, Trait("Rule", "F31")]
    public void A_picture_of_an_element_is_kept_up_to_a_bound_with_all_that_is_in_it()
    {
        var document = Document.CreateEmpty();
        document.Apply([new InsertNode("root", new ElementContent("V", "g", "g", SvgElement.SvgNamespace, [], [new ElementContent("V", "t", "text", SvgElement.SvgNamespace, [new("fill", "red")], [new CharacterContent("V", CharacterKind.Text, new string('x', 500))])]))]);
        Assert.True(document.TryGetElement("g", out var group));
        var whole = ClashValues.Node(group, 10_000)!;
        Assert.Contains(new string('x', 500), whole, StringComparison.Ordinal);
        Assert.Equal(whole, ClashValues.Node(group, whole.Length));
        Assert.Null(ClashValues.Node(group, whole.Length - 1));
        Assert.Null(ClashValues.Node(group, 400));
    }

    [Fact, Trait("Rule", "F10")]
    public void A_place_is_set_where_there_is_one_and_never_into_the_element_itself()
    {
        var document = Document.CreateEmpty();
        document.Apply([.. new[] { ("root", "g"), ("g", "a"), ("root", "h") }.Select((pair, i) => new InsertNode(pair.Item1, new ElementContent(SortKey.Sequence(3)[i], pair.Item2, "g", SvgElement.SvgNamespace, [], [])))]);
        Assert.True(document.TryGetElement("g", out var group));
        var other = Find(document, "h");
        var inside = ClashValues.Read(Find(document, "a"), ClashName.Place);
        Assert.Null(ClashValues.Set(document, group, ClashName.Place, inside)); // that place is in the group
        Assert.Null(ClashValues.Set(document, other, ClashName.Place, null));
        var placed = Assert.IsType<PlaceElement>(ClashValues.Set(document, other, ClashName.Place, inside));
        Assert.Equal(("h", "g"), (placed.ElementId, placed.ParentId));
        Assert.Null(ClashValues.Set(document, other, ClashName.Place, """{"parent_id":"gone","key":"V"}"""));
        Assert.Null(ClashValues.Set(document, other, ClashName.Exists, ClashValues.Present));
        Assert.IsType<RemoveElement>(ClashValues.Set(document, other, ClashName.Exists, null));
        Assert.Null(ClashValues.Set(document, document.Root, ClashName.Exists, null));
    }

    private static SvgElement Find(Document document, string id) => document.TryGetElement(id, out var element) ? element : throw new InvalidOperationException(id);
}
