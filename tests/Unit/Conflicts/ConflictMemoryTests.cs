using System.Collections.Immutable;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Conflicts;

public sealed class ConflictMemoryTests
{
    [Fact, Trait("Rule", "F39")]
    public void Of_long_values_the_oldest_are_forgotten()
    {
        var document = Document.CreateEmpty();
        var touches = new TouchMap(knownFrom: 0);
        for (var i = 1; i <= 3; i++)
        {
            ImmutableArray<DocumentChange> change = [new SetAttributes("root", [new("class", i + new string('c', 5 << 20))])];
            touches.Add(By(i), change, document.Apply(change), document);
        }
        Assert.True(touches.TryGet("root", out var root));
        var oldest = root.Names["class"].OldestWhere(_ => true)!;
        Assert.Equal(2, oldest.By.Revision);
        Assert.Equal('1', oldest.Before![0]);
    }

    [Fact, Trait("Rule", "F39")]
    public void Of_large_deletions_the_oldest_are_forgotten_and_the_newest_is_kept()
    {
        var removals = new Removals(maxCharacters: 100);
        Assert.Empty(removals.Add(Removal("a", 40)));
        Assert.Empty(removals.Add(Removal("b", 40)));
        Assert.Equal(["a"], removals.Add(Removal("c", 40)));
        Assert.Equal(["b", "c"], removals.Add(Removal("large", 1_000)));
        Assert.True(removals.TryGet("large", out _));
    }

    private static Removal Removal(string id, int characters) =>
        new(By(1), new("root", new("V", id, "text", SvgElement.SvgNamespace, [], [new CharacterContent("V", CharacterKind.Text, new('t', characters))])));

    private static TouchSource By(long revision) => new(revision, "ann", "Ann", $"o{revision}", "update", DateTime.UnixEpoch);
}
