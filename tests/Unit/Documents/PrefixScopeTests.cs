using System.Collections.Immutable;
using System.Text;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Conflicts;
using Svgx.Tests.Unit.Engine;

namespace Svgx.Tests.Unit.Documents;

public sealed class PrefixScopeTests
{
    private const string File = """
        <svg xmlns="http://www.w3.org/2000/svg" xmlns:r="urn:root"><g id="home" xmlns:p="urn:file" xmlns:q="urn:q"><g id="a" r:a="0" fill="red"><rect id="b" p:a="1"/><rect id="own" xmlns:q="urn:own" q:a="2"/></g></g><g id="other" xmlns:p="urn:other"/><g id="plain"/></svg>
        """;

    [Theory, Trait("Rule", "D12")]
    [InlineData("plain")]
    [InlineData("other")]
    [InlineData("root")]
    public void What_a_prefix_stands_for_goes_along_with_an_element_and_back(string to)
    {
        var document = Read();
        var before = DocumentJson.Write(document);
        var changes = DocumentOperations.Accepted(document, OperationType.LayerChange, "a", $$"""{"parent_id":"{{(to == "root" ? document.Root.Id : to)}}"}""");
        Assert.Equal(KeyValuePair.Create("xmlns:p", (string?)"urn:file"), Assert.Single(Assert.IsType<SetAttributes>(changes[0]).Attributes));
        var inverse = document.Apply(changes);
        AssertMeaning(document);
        document.Apply(UndoPlanner.Plan(document, changes, inverse));
        Assert.Equal(before, DocumentJson.Write(document));
    }

    [Theory, Trait("Rule", "D12")]
    [InlineData("own", "home")]
    [InlineData("own", "plain")]
    [InlineData("a", "home")]
    [InlineData("plain", "home")]
    public void Nothing_is_declared_that_the_place_says_already(string id, string to)
    {
        var document = Read();
        Assert.IsType<PlaceElement>(Assert.Single(DocumentOperations.Accepted(document, OperationType.LayerChange, id, $$"""{"parent_id":"{{to}}"}""")));
    }

    [Fact, Trait("Rule", "D12")]
    public void What_comes_back_elsewhere_after_a_deletion_brings_its_prefixes()
    {
        var document = Read();
        ImmutableArray<DocumentChange> done = [new RemoveElement("a")];
        var inverse = ChangeJson.Read(ChangeJson.Write(document.Apply(done))); // as the journal has it
        var (json, same) = (DocumentJson.Write(document), UndoPlanner.Plan(document, done, inverse));
        document.Apply(document.Apply(same));
        Assert.Equal(json, DocumentJson.Write(document));
        Assert.DoesNotContain("scope", Encoding.UTF8.GetString(ChangeJson.Write(same)), StringComparison.Ordinal);
        Assert.DoesNotContain("xmlns", Encoding.UTF8.GetString(ChangeJson.Write(same)).Replace("xmlns:q", "", StringComparison.Ordinal), StringComparison.Ordinal);

        document.Apply([new RemoveElement("home")]);
        document.Apply(UndoPlanner.Plan(document, done, inverse));
        Assert.Equal(document.Root.Id, document.TryGetElement("a", out var a) ? a.Parent!.Id : null);
        AssertMeaning(document);
    }

    [Fact, Trait("Rule", "D12")]
    public void An_undo_leaves_the_declarations_that_are_needed_where_it_leads()
    {
        var document = Read();
        var done = DocumentOperations.Accepted(document, OperationType.LayerChange, "a", """{"parent_id":"plain"}""");
        var inverse = document.Apply(done);
        document.Apply([new RemoveElement("home")]);
        document.Apply(UndoPlanner.Plan(document, done, inverse));
        Assert.Equal(document.Root.Id, document.TryGetElement("a", out var a) ? a.Parent!.Id : null);
        AssertMeaning(document);
    }

    [Fact, Trait("Rule", "D12")]
    public void An_undo_takes_along_what_somebody_else_used_in_the_meantime()
    {
        var document = Read();
        var done = DocumentOperations.Accepted(document, OperationType.LayerChange, "plain", """{"parent_id":"home"}""");
        var inverse = document.Apply(done);
        document.Apply(DocumentOperations.Accepted(document, OperationType.Update, "plain", """{"p:a":"3"}"""));
        document.Apply(UndoPlanner.Plan(document, done, inverse));
        Assert.Contains("{urn:file}a=\"3\"", Infoset(document), StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "D12")]
    [InlineData("plain")]
    [InlineData("root")]
    [InlineData("other")]
    public async Task An_attribute_that_comes_back_after_its_element_has_moved_means_what_it_meant(string to)
    {
        await using var host = new TestEngine();
        var read = Read();
        var document = await host.Engine.CreateDocumentAsync(read);
        var (ann, ben, eve) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "ben"), await host.JoinAsync(document, "eve"));
        await ann.DoAsync("update", "own", """{"p:a":"redone"}""");
        await ann.Participant.UndoAsync();
        await ben.DoAsync("update", "b", """{"p:a":null}""");
        foreach (var id in new[] { "own", "b" })
            await eve.DoAsync("layer_change", id, $$"""{"parent_id":"{{(to == "root" ? read.Root.Id : to)}}"}""");
        if (to == "other")
            await eve.DoAsync("update", "b", """{"p:b":"others"}""");
        await ann.Participant.RedoAsync();
        await ben.Participant.UndoAsync();

        var after = await host.ReadAsync(document);
        var infoset = Infoset(after);
        foreach (var attribute in new[] { "{urn:file}a=\"redone\"", "{urn:file}a=\"1\"", to == "other" ? "{urn:other}b=\"others\"" : "" })
            Assert.Contains(attribute, infoset, StringComparison.Ordinal);
        await ann.Participant.UndoAsync();
        await ben.Participant.RedoAsync();
        infoset = Infoset(await host.ReadAsync(document));
        Assert.DoesNotContain("urn:file", infoset, StringComparison.Ordinal);
        Assert.Equal(to == "other", infoset.Contains("{urn:other}b=\"others\"", StringComparison.Ordinal));
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
    }

    [Fact, Trait("Rule", "D12")]
    public void An_attribute_that_has_come_back_under_another_prefix_stays_as_it_is()
    {
        var document = Read();
        var done = DocumentOperations.Accepted(document, OperationType.Update, "b", """{"p:a":null}""");
        var inverse = ChangeJson.Read(ChangeJson.Write(document.Apply(done)));
        document.Apply([new PlaceElement("b", "plain", "V"), new SetAttributes("b", [new("xmlns:n", "urn:file"), new("n:a", "newer")])]);
        Assert.Empty(UndoPlanner.Plan(document, done, inverse));
    }

    [Fact, Trait("Rule", "D12")]
    public void What_comes_back_into_a_group_that_has_moved_means_what_the_root_said()
    {
        var document = Read();
        ImmutableArray<DocumentChange> done = [new RemoveElement("a")];
        document.Apply([new RemoveElement("b"), new SetAttributes("home", [new("xmlns:p", null), new("xmlns:q", null)])]);
        var inverse = document.Apply(done);
        Assert.Empty(Assert.IsType<InsertNode>(inverse[0]).Scope);
        document.Apply([new SetAttributes("other", [new("xmlns:r", "urn:not")]), new PlaceElement("home", "other", "V")]);
        document.Apply(UndoPlanner.Plan(document, done, inverse));
        Assert.Contains("{urn:root}a=\"0\"", Infoset(document), StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "D12")]
    [InlineData("plain", true)]
    [InlineData("other", true)]
    [InlineData("plain", false)]
    [InlineData("other", false)]
    public async Task What_a_decision_brings_back_means_what_it_meant_wherever_its_element_is_by_now(string to, bool removed)
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync(Read());
        var (ann, ben) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "ben"));
        await ann.DoAsync("update", "own", """{"p:a":"6"}""", "ann-1", seen: 0);
        await ben.DoAsync("update", "own", """{"p:a":"7"}""", "ben-1", seen: 0);
        var conflict = (await ann.NextAsync<SessionEvent.ConflictsChanged>()).Conflicts[^1];
        if (removed)
            await ben.DoAsync("update", "own", """{"p:a":null}""", seen: 2);
        await ben.DoAsync("layer_change", "own", $$"""{"parent_id":"{{to}}"}""", seen: 3);
        if (to == "other" && removed)
            await ben.DoAsync("update", "own", """{"p:a":"others"}""", seen: 4);
        await host.RestartAsync();
        ann = await host.JoinAsync(document, "ann");
        await ConflictScene.ResolveAsync(ann, conflict, ConflictStrategies.UserChoice, "ann-1");
        var infoset = Infoset(await host.ReadAsync(document));
        Assert.Contains("{urn:file}a=\"6\"", infoset, StringComparison.Ordinal);
        Assert.DoesNotContain("{urn:other}a=\"6\"", infoset, StringComparison.Ordinal);
        Assert.Equal(to == "other" && removed, infoset.Contains("{urn:other}a=\"others\"", StringComparison.Ordinal));
        await ann.Participant.UndoAsync();
        Assert.Equal(!removed, Infoset(await host.ReadAsync(document)).Contains("{urn:file}a=\"7\"", StringComparison.Ordinal));
    }

    [Fact, Trait("Rule", "D12")]
    public async Task A_decision_on_a_place_and_an_attribute_declares_what_the_new_place_does_not_say()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync(Read());
        var (ann, ben) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "ben"));
        await ann.DoAsync("update", "own", """{"p:a":"6"}""", "ann-1", seen: 0);
        await ann.DoAsync("layer_change", "own", """{"parent_id":"other"}""", "ann-2", seen: 0);
        await ben.DoAsync("layer_change", "own", """{"parent_id":"a"}""", "ben-1", seen: 0);
        await ben.DoAsync("update", "own", """{"p:a":"7"}""", "ben-2", seen: 0);
        var conflict = Assert.Single(await host.Engine.GetConflictsAsync(document, includeSettled: true));
        Assert.Equal(["#place", "p:a"], conflict.Base.Keys.Order());
        await ben.DoAsync("update", "own", """{"p:a":null}""", seen: 9);
        await ConflictScene.ResolveAsync(ann, conflict, ConflictStrategies.UserChoice, "ann-1");
        var after = await host.ReadAsync(document);
        Assert.Equal("other", after.TryGetElement("own", out var own) ? own.Parent!.Id : null);
        Assert.Contains("{urn:file}a=\"6\"", Infoset(after), StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "D12")]
    public async Task A_kept_element_whose_change_is_rejected_has_its_attributes_back_as_they_were_meant()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync(Read());
        var (ann, ben) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "ben"));
        await ann.DoAsync("update", "b", """{"p:a":null}""", "ann-1", seen: 0);
        await ben.DoAsync("delete", "b", id: "ben-1", seen: 0);
        var conflict = (await ann.NextAsync<SessionEvent.ConflictsChanged>()).Conflicts[^1];
        await ann.DoAsync("layer_change", "b", """{"parent_id":"other"}""", seen: 9);
        await ConflictScene.ResolveAsync(ann, conflict, ConflictStrategies.Reject);
        Assert.Contains("{urn:file}a=\"1\"", Infoset(await host.ReadAsync(document)), StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "D12")]
    public async Task A_clash_of_a_merge_that_is_settled_later_means_what_it_meant()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync(Read());
        Assert.IsType<VersionResult<Branch>.Done>(await host.Engine.Versions.CreateBranchAsync(document, new("ann"), "side"));
        await host.Engine.SendOperationAsync(document, "ann", TestEngine.Operation("update", "b", """{"p:a":"side"}"""), "side");
        var ben = await host.JoinAsync(document, "ben");
        await ben.DoAsync("update", "b", """{"p:a":null}""");
        await ben.DoAsync("layer_change", "b", """{"parent_id":"other"}""");
        var merge = await host.Engine.Versions.MergeAsync(document, new("ann"), "side", "main");
        var change = Assert.IsType<VersionResult<VersionChange>.Done>(merge).Value;
        var conflict = (await ben.NextAsync<SessionEvent.ConflictsChanged>()).Conflicts[^1];
        Assert.Equal(conflict.ConflictId, Assert.Single(change.ConflictIds));
        await ConflictScene.ResolveAsync(ben, conflict, ConflictStrategies.UserChoice, conflict.Second.OperationIds[0]);
        Assert.Contains("{urn:file}a=\"side\"", Infoset(await host.ReadAsync(document)), StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "D12")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_restored_element_brings_its_prefixes(bool parentIsGone)
    {
        var (then, now) = (Read(), Read());
        now.Apply(parentIsGone ? [new RemoveElement("home")] : [new RemoveElement("a")]);
        var restored = PartialRestore.Build(now, then, ["a"]);
        AssertMeaning(restored);
        Assert.Equal(parentIsGone, restored.TryGetElement("a", out var a) && a["xmlns:p"] is not null);
    }

    [Theory, Trait("Rule", "D12")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_merge_keeps_what_one_side_used_where_the_other_moved_it(bool sourceMoves)
    {
        var (before, moved, used) = (Read(), Read(), Read());
        moved.Apply(DocumentOperations.Accepted(moved, OperationType.LayerChange, "own", """{"parent_id":"plain"}"""));
        used.Apply(DocumentOperations.Accepted(used, OperationType.Update, "own", """{"p:a":"4"}"""));
        var merged = sourceMoves ? ThreeWayMerge.Merge(before, used, moved, []) : ThreeWayMerge.Merge(before, moved, used, []);
        Assert.Empty(merged.Clashes);
        Assert.Equal("plain", merged.Document.TryGetElement("own", out var own) ? own.Parent!.Id : null);
        Assert.Contains("{urn:file}a=\"4\"", Infoset(merged.Document), StringComparison.Ordinal);
        Assert.Contains("{urn:own}a=\"2\"", Infoset(merged.Document), StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "D12")]
    public async Task What_is_brought_back_for_a_change_that_had_not_seen_it_go_brings_its_prefixes()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync(Read());
        var (ann, ben) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "ben"));
        await ben.DoAsync("delete", "a", seen: 0);
        await ben.DoAsync("delete", "home", seen: 1);
        await ann.DoAsync("update", "b", """{"fill":"blue"}""", seen: 0);
        var now = await host.ReadAsync(document);
        Assert.Equal(now.Root.Id, now.TryGetElement("a", out var a) ? a.Parent!.Id : null);
        AssertMeaning(now);
    }

    [Fact, Trait("Rule", "D12")]
    public async Task A_decision_on_a_place_takes_along_what_is_used_by_then()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync(Read());
        var (ann, ben) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "ben"));
        await ann.DoAsync("layer_change", "plain", """{"index":0}""", "ann-1", seen: 0);
        await ben.DoAsync("layer_change", "plain", """{"parent_id":"home"}""", "ben-1", seen: 0);
        var conflict = (await ann.NextAsync<SessionEvent.ConflictsChanged>()).Conflicts[^1];
        await ben.DoAsync("update", "plain", """{"p:a":"5"}""", seen: 2);
        await ConflictScene.ResolveAsync(ann, conflict, ConflictStrategies.UserChoice, "ann-1");
        var now = await host.ReadAsync(document);
        Assert.Equal(now.Root.Id, now.TryGetElement("plain", out var plain) ? plain.Parent!.Id : null);
        Assert.Contains("{urn:file}a=\"5\"", Infoset(now), StringComparison.Ordinal);
    }

    private static void AssertMeaning(Document document)
    {
        var infoset = Infoset(document);
        foreach (var attribute in new[] { "{urn:root}a=\"0\"", "{urn:file}a=\"1\"", "{urn:own}a=\"2\"" })
            Assert.Contains(attribute, infoset, StringComparison.Ordinal);
    }

    private static string Infoset(Document document) => XmlInfoset.Of(SvgWriter.ToText(document));

    private static Document Read() => SvgReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(File))).Document;
}
