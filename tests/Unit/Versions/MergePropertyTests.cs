using CsCheck;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Documents;
using static Svgx.Tests.Unit.Versions.VersionTesting;

namespace Svgx.Tests.Unit.Versions;

public sealed class MergePropertyTests
{
    private static readonly string[] Ids = ["a", "b", "c", "d", "e", "root"];
    private static readonly Gen<string> Id = Gen.Int[0, Ids.Length - 1].Select(i => Ids[i]);
    private static readonly Gen<string> Kind = Gen.Int[0, 3].Select(i => new[] { "g", "g", "rect", "text" }[i]);

    /// <summary>Operations that nest, move, delete and make the same ids again as other kinds of elements; and keys brought back that are taken.</summary>
    private static readonly Gen<Action<Document>> Edit =
        from id in Id
        from other in Id
        from kind in Kind
        from number in Gen.Int[0, 9]
        from choice in Gen.Int[0, 9]
        select new Action<Document>(document =>
        {
            try
            {
                switch (choice)
                {
                    case 0 or 1 or 2:
                        Do(document, OperationType.Create, id, $$"""{"type":"{{kind}}","parent_id":"{{other}}","fill":"c{{number}}","index":{{number % 3}}}""");
                        break;
                    case 3:
                        Do(document, OperationType.Update, id, $$"""{"fill":"c{{number}}","stroke":{{(number < 5 ? "null" : "\"red\"")}}}""");
                        break;
                    case 4:
                        Do(document, OperationType.Update, id, $$"""{"text":"t{{number}}"}""");
                        break;
                    case 5 or 6:
                        Do(document, OperationType.LayerChange, id, $$"""{"parent_id":"{{other}}","index":{{number % 3}}}""");
                        break;
                    case 7:
                        if (id != "root" && document.TryGetElement(other, out var parent) && parent.Children is [.., var last])
                            document.Apply([new PlaceElement(id, other, last.Key)]); // two of one key
                        break;
                    default:
                        Do(document, OperationType.Delete, id, "{}");
                        break;
                }
            }
            catch (DocumentChangeException)
            {
                // It does not fit this document: nothing was changed.
            }
        });

    private static readonly Gen<(Document Base, Document Target, Document Source)> Three =
        from first in Edit.List[0, 25]
        from second in Edit.List[0, 15]
        from third in Edit.List[0, 15]
        select Make(first, second, third);

    [Fact, Trait("Rule", "V15")]
    public void The_steps_between_two_contents_turn_one_into_the_other() => Three.Sample(three =>
    {
        foreach (var (from, to) in new[] { (three.Target, three.Source), (three.Base, three.Target), (three.Source, three.Base) })
        {
            var document = Copy(from);
            var inverse = document.Apply(ChangeJson.Read(ChangeJson.Write(ContentSteps.Between(from, to))));
            Assert.Equal(HashOf(to), HashOf(document));
            document.Apply(inverse);
            Assert.Equal(HashOf(from), HashOf(document));
            Assert.Empty(ContentSteps.Between(from, Copy(from)));
            Assert.Equal(HashOf(from) == HashOf(to), DocumentDiff.Compare(from, to).Elements.IsEmpty);
        }
    }, iter: 2_000, threads: 1);

    [Fact, Trait("Rule", "V14")]
    public void A_hash_that_follows_the_changes_is_the_hash_made_anew() => Edit.List[1, 40].Sample(edits =>
    {
        var document = Document.CreateEmpty();
        var hasher = new ContentHasher();
        foreach (var edit in edits)
        {
            edit(document);
            Assert.Equal(HashOf(Copy(document)), hasher.Hash(document).Hash);
        }
    }, iter: 300, threads: 1);

    [Fact, Trait("Rule", "B7")]
    public void Where_one_side_changed_nothing_the_merge_is_the_other_side() => Three.Sample(three =>
    {
        var (root, target, _) = three;
        var forward = ThreeWayMerge.Merge(root, Copy(root), target, []);
        Assert.Equal(HashOf(target), HashOf(forward.Document));
        Assert.Empty(forward.Clashes);
        var backward = ThreeWayMerge.Merge(root, target, Copy(root), []);
        Assert.Equal(HashOf(target), HashOf(backward.Document));
        Assert.Empty(backward.Clashes);
        Assert.Equal(HashOf(target), HashOf(ThreeWayMerge.Merge(root, target, Copy(target), []).Document));
    }, iter: 1_000, threads: 1);

    [Fact, Trait("Rule", "B7")]
    public void A_merge_is_deterministic_and_makes_a_sound_document_whatever_is_decided() => Three.Sample(three =>
    {
        foreach (var resolutions in new MergeResolution[][] { [], [new(null, null, MergeSide.Source)], [new(null, null, MergeSide.Target)] })
        {
            var once = ThreeWayMerge.Merge(three.Base, three.Target, three.Source, resolutions);
            var again = ThreeWayMerge.Merge(Copy(three.Base), Copy(three.Target), Copy(three.Source), resolutions);
            Assert.Equal(HashOf(once.Document), HashOf(again.Document));
            Assert.Equal(once.Clashes, again.Clashes);
            Assert.Equal(HashOf(once.Document), HashOf(Copy(once.Document)));
            var target = Copy(three.Target);
            target.Apply(ContentSteps.Between(target, once.Document));
            Assert.Equal(HashOf(once.Document), HashOf(target));
        }
    }, iter: 1_000, threads: 1);

    [Fact, Trait("Rule", "B5")]
    public void Nothing_that_only_one_side_changed_is_lost_in_a_merge() => Three.Sample(three =>
    {
        var merged = ThreeWayMerge.Merge(three.Base, three.Target, three.Source, []);
        foreach (var (side, other) in new[] { (three.Target, three.Source), (three.Source, three.Target) })
        {
            foreach (var id in side.ElementIds.Where(id => !three.Base.TryGetElement(id, out _) && !other.TryGetElement(id, out _)))
            {
                // New on one side: it is there, unless it went into what the other side deleted, which then is a clash that keeps it.
                Assert.True(merged.Document.TryGetElement(id, out _), id);
            }
            foreach (var difference in DocumentDiff.Compare(three.Base, side).Elements.Where(difference => difference.Kind == ElementDifferenceKind.Changed))
            {
                if (!other.TryGetElement(difference.ElementId, out var theirs) || !three.Base.TryGetElement(difference.ElementId, out var before) || !merged.Document.TryGetElement(difference.ElementId, out var result)
                    || theirs.Name != before.Name || result.Name != before.Name)
                    continue;
                foreach (var attribute in difference.Attributes.Where(attribute => theirs[attribute.Name] == before[attribute.Name]))
                    Assert.Equal(attribute.To, result[attribute.Name]);
            }
        }
    }, iter: 1_000, threads: 1);

    /// <summary>Every order of a resolution for all, one for an element, one for a name and one for a name of an element: the most particular one counts.</summary>
    [Fact, Trait("Rule", "B5")]
    public void The_most_particular_resolution_decides_a_clash_and_of_equal_ones_the_last()
    {
        var (root, target, source) = Make(
            [document => Do(document, OperationType.Create, "a", """{"type":"rect","fill":"c0","stroke":"c0"}"""), document => Do(document, OperationType.Create, "b", """{"type":"rect","fill":"c0","stroke":"c0"}""")],
            [.. Ids[..2].Select(id => new Action<Document>(document => Do(document, OperationType.Update, id, """{"fill":"t","stroke":"t"}""")))],
            [.. Ids[..2].Select(id => new Action<Document>(document => Do(document, OperationType.Update, id, """{"fill":"s","stroke":"s"}""")))]);
        MergeResolution all = new(null, null, MergeSide.Target), name = new(null, "fill", MergeSide.Source), element = new("a", null, MergeSide.Target), one = new("a", "stroke", MergeSide.Source);
        foreach (var resolutions in new MergeResolution[][] { [all, name, element, one], [one, element, name, all], [element, all, one, name] })
        {
            var merged = ThreeWayMerge.Merge(root, target, source, resolutions);
            Assert.Empty(merged.Open);
            Assert.Equal(("t", "s", "s", "t"), Looks(merged.Document));
        }
        Assert.Equal(("s", "s", "s", "s"), Looks(ThreeWayMerge.Merge(root, target, source, [all, all with { Choice = MergeSide.Source }]).Document));
        Assert.Equal(4, ThreeWayMerge.Merge(root, target, source, [new("c", null, MergeSide.Source), new(null, "d", MergeSide.Source)]).Open.Length);

        static (string?, string?, string?, string?) Looks(Document document) => (Of(document, "a", "fill"), Of(document, "a", "stroke"), Of(document, "b", "fill"), Of(document, "b", "stroke"));
        static string? Of(Document document, string id, string name) => document.TryGetElement(id, out var element) ? element[name] : null;
    }

    private static (Document, Document, Document) Make(List<Action<Document>> first, List<Action<Document>> second, List<Action<Document>> third)
    {
        var start = Document.CreateEmpty();
        first.ForEach(edit => edit(start));
        Document target = Copy(start), source = Copy(start);
        second.ForEach(edit => edit(target));
        third.ForEach(edit => edit(source));
        return (start, target, source);
    }

    private static void Do(Document document, OperationType type, string id, string data)
    {
        if (DocumentOperations.Interpret(document, type, id, data) is Interpretation.Accepted accepted)
            document.Apply(accepted.Changes);
    }

    private static Document Copy(Document document) => DocumentJson.Read(DocumentJson.Write(document));
}
