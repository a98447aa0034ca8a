using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Documents;

public sealed class ChangePropertyTests
{
    private static readonly string[] Ids = ["a", "b", "c", "d", "root", "nobody"];

    private static readonly Gen<(OperationType Type, string Id, string Data)> Operation =
        from id in OneOf(Ids)
        from parent in OneOf(Ids)
        from number in Gen.Int[-50, 50]
        from kind in OneOf("g", "rect", "circle", "line", "text")
        from choice in OneOf(
            (OperationType.Create, $$"""{"type":"{{kind}}","parent_id":"{{parent}}","x":{{number}}}"""),
            (OperationType.Create, $$"""{"type":"{{kind}}","x":{{number}}}"""),
            (OperationType.Update, $$"""{"fill":"c{{number}}","stroke":null}"""),
            (OperationType.Update, $$"""{"stroke":"s{{number}}","opacity":"0.5"}"""),
            (OperationType.Update, $$"""{"fill":null,"x":{{(number > 0 ? "null" : "7")}}}"""),
            (OperationType.Update, $$"""{"text":"t{{number}}"}"""),
            (OperationType.Move, $$"""{"dx":{{number}}}"""),
            (OperationType.Resize, $$"""{"width":{{Math.Abs(number)}}}"""),
            (OperationType.LayerChange, $$"""{"parent_id":"{{parent}}"}"""),
            (OperationType.Delete, "{}"))
        select (choice.Item1, id, choice.Item2);

    [Fact, Trait("Rule", "O8")]
    public void What_operations_did_is_taken_back_exactly_by_the_inverse() => Operation.List[1, 40].Sample(operations =>
    {
        var document = Document.CreateEmpty();
        var all = new List<DocumentChange>();
        var states = new Stack<(string Before, IReadOnlyList<DocumentChange> Inverse)>();
        foreach (var (type, id, data) in operations)
        {
            if (DocumentOperations.Interpret(document, type, id, data) is not Interpretation.Accepted accepted)
                continue;
            var before = Sorted(document);
            var sent = ChangeJson.Read(ChangeJson.Write(accepted.Changes));
            Assert.Equal(ChangeJson.Write(accepted.Changes), ChangeJson.Write(sent));
            all.AddRange(sent);
            states.Push((before, ChangeJson.Read(ChangeJson.Write(document.Apply(sent)))));
            Assert.Equal(DocumentJson.Write(document), DocumentJson.Write(DocumentJson.Read(DocumentJson.Write(document))));
        }
        while (states.TryPop(out var state))
        {
            document.Apply(state.Inverse);
            Assert.Equal(state.Before, Sorted(document));
        }
        var empty = Sorted(document);
        document.Apply(document.Apply(all));
        Assert.Equal(empty, Sorted(document));
    }, iter: 300, threads: 1);

    [Fact, Trait("Rule", "O10")]
    public void What_is_refused_as_a_whole_leaves_no_trace() => Operation.List[2, 30].Sample(operations =>
    {
        var document = Document.CreateEmpty();
        var kept = Accepted(document, operations.Take(operations.Count / 2));
        document.Apply(kept);
        var before = DocumentJson.Write(document).ToArray();
        var hash = Svgx.Collaboration.Versions.CanonicalContent.Hash(document);
        var tried = new List<DocumentChange>();
        using (var trial = document.Try())
        {
            foreach (var (type, id, data) in operations.Skip(operations.Count / 2))
            {
                if (DocumentOperations.Interpret(document, type, id, data) is not Interpretation.Accepted accepted)
                    continue;
                document.Apply(accepted.Changes);
                tried.AddRange(accepted.Changes);
            }
            trial.RollBack();
        }
        Assert.Equal(before, DocumentJson.Write(document).ToArray());
        Assert.Throws<DocumentChangeException>(() => document.Apply([.. tried, new RemoveElement("never there")]));
        Assert.Equal(before, DocumentJson.Write(document).ToArray());
        Assert.Equal(hash, Svgx.Collaboration.Versions.CanonicalContent.Hash(document));
    }, iter: 300, threads: 1);

    [Fact, Trait("Rule", "D14")]
    public void The_length_is_kept_as_a_recount_would_find_it() => Operation.List[1, 40].Sample(operations =>
    {
        var document = SvgReader.Read(new MemoryStream("<!-- before --><svg xmlns='http://www.w3.org/2000/svg'><g id='a'><text id='b'>text</text></g></svg><!-- after -->"u8.ToArray())).Document;
        var undos = new Stack<ImmutableArray<DocumentChange>>();
        foreach (var (type, id, data) in operations)
        {
            if (DocumentOperations.Interpret(document, type, id, data) is not Interpretation.Accepted accepted)
                continue;
            var (length, growth) = (document.CharacterCount, document.Growth(accepted.Changes));
            var inverse = document.Apply(accepted.Changes);
            Assert.Equal(Recount(document), document.CharacterCount);
            Assert.Equal(type == OperationType.Delete ? 0 : document.CharacterCount - length, growth);
            using (var trial = document.Try())
            {
                document.Apply(inverse);
                Assert.Equal((Recount(document), length), (document.CharacterCount, length));
                trial.RollBack();
            }
            Assert.Throws<DocumentChangeException>(() => document.Apply([new InsertNode("root", new("V", "new", "g", SvgElement.SvgNamespace, [], [new ElementContent("V", "new", "g", SvgElement.SvgNamespace, [], [])]))]));
            Assert.Equal(Recount(document), document.CharacterCount);
            undos.Push(inverse);
        }
        while (undos.TryPop(out var undo))
            document.Apply(undo);
        Assert.Equal(Recount(document), document.CharacterCount);
    }, iter: 300, threads: 1);

    [Fact, Trait("Rule", "O6")]
    public void A_key_between_two_is_between_them() => Gen.Int[0, 1_000].List[1, 60].Sample(places =>
    {
        var keys = new List<string>(SortKey.Sequence(3));
        foreach (var place in places)
        {
            var at = place % (keys.Count + 1);
            var key = SortKey.Between(at == 0 ? null : keys[at - 1], at == keys.Count ? null : keys[at]);
            Assert.True(SortKey.IsValid(key), key);
            keys.Insert(at, key);
        }
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
        Assert.Equal(keys.Count, keys.Distinct(StringComparer.Ordinal).Count());
    }, iter: 300, threads: 1);

    private static long Recount(Document document) => DocumentJson.Read(DocumentJson.Write(document)).CharacterCount;

    /// <summary>The changes of those operations that a copy of the document takes.</summary>
    private static List<DocumentChange> Accepted(Document document, IEnumerable<(OperationType Type, string Id, string Data)> operations)
    {
        var copy = DocumentJson.Read(DocumentJson.Write(document));
        var changes = new List<DocumentChange>();
        foreach (var (type, id, data) in operations)
        {
            if (DocumentOperations.Interpret(copy, type, id, data) is not Interpretation.Accepted accepted)
                continue;
            copy.Apply(accepted.Changes);
            changes.AddRange(accepted.Changes);
        }
        return changes;
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>The document with attributes in order of name: an attribute that is set again stands at the end.</summary>
    private static string Sorted(Document document)
    {
        using var json = JsonDocument.Parse(DocumentJson.Write(document));
        return Sorted(json.RootElement);
    }

    private static string Sorted(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', json.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal).Select(property => property.Name + ":" + Sorted(property.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(',', json.EnumerateArray().Select(Sorted)) + "]",
        _ => json.GetRawText(),
    };
}
