using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Conflicts;

public sealed class RemovalsTests
{
    [Fact, Trait("Rule", "F6")]
    public void Beyond_a_number_of_removals_the_oldest_are_forgotten()
    {
        var removals = new Removals(maxRemovals: 2, maxElements: 100);
        Assert.Empty(removals.Add(Removal(1, "a", "a1")));
        Assert.Empty(removals.Add(Removal(2, "b")));
        Assert.Equal(["a", "a1"], removals.Add(Removal(3, "c")));
        Assert.False(removals.TryGet("a1", out _));
        Assert.True(removals.TryGet("b", out var b) && b.By.Revision == 2);
    }

    [Fact, Trait("Rule", "F6")]
    public void Beyond_a_number_of_elements_the_oldest_are_forgotten_but_the_newest_removal_stays_however_large()
    {
        var removals = new Removals(maxRemovals: 100, maxElements: 3);
        Assert.Empty(removals.Add(Removal(1, "a", "a1")));
        Assert.Empty(removals.Add(Removal(2, "b")));
        Assert.Equal(["a", "a1"], removals.Add(Removal(3, "c")));
        Assert.Equal(["b", "c"], removals.Add(Removal(4, "d", "d1", "d2", "d3", "d4")));
        Assert.True(removals.TryGet("d4", out _));
        Assert.Equal(["d", "d1", "d2", "d3", "d4"], removals.Add(Removal(5, "e")));
    }

    [Fact, Trait("Rule", "F21")]
    public void Of_two_removals_of_an_element_the_newer_one_counts_and_stays_when_the_older_is_forgotten()
    {
        var removals = new Removals(maxRemovals: 2, maxElements: 100);
        removals.Add(Removal(5, "a"));
        removals.Add(Removal(3, "a", "x"), older: true);
        Assert.True(removals.TryGet("a", out var newest) && newest.By.Revision == 5);
        Assert.True(removals.TryGet("x", out var older) && older.By.Revision == 3);
        removals.Add(Removal(6, "a"));
        Assert.False(removals.TryGet("x", out _));
        Assert.True(removals.TryGet("a", out newest) && newest.By.Revision == 6);
        Assert.Equal(["y"], removals.Add(Removal(2, "y"), older: true)); // no room for what is older still
    }

    private static Removal Removal(long revision, string id, params string[] inside) => new(
        new(revision, "ann", "Ann", $"o{revision}", "delete", DateTime.UnixEpoch),
        new("root", new ElementContent("V", id, "g", SvgElement.SvgNamespace, [], [.. inside.Select(inner => new ElementContent("V", inner, "rect", SvgElement.SvgNamespace, [], []))])));
}
