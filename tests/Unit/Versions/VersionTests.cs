using System.Collections.Immutable;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Engine;
using static Svgx.Tests.Unit.Versions.VersionTesting;

namespace Svgx.Tests.Unit.Versions;

public sealed class VersionTests
{
    [Fact, Trait("Rule", "V1")]
    public async Task A_version_holds_the_drawing_as_it_was_and_is_told_to_all()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "lamp", """{"x":1,"y":2}""");
        var version = await host.Engine.Versions.SaveAsync(document, Ann, description: "Save current state").Done();
        await ann.DoAsync("update", "lamp", """{"fill":"red"}""");

        Assert.Equal((1, "main", 1L, "ann", "Save current state", VersionKind.Saved), (version.Number, version.Branch, version.Revision, version.AuthorId, version.Description, version.Kind));
        Assert.Equal(version.VersionId, (await bob.NextAsync<SessionEvent.VersionCreated>()).Version.VersionId);
        var content = await host.Engine.Versions.ReadAsync(document, Bob, new ContentPoint.Version(version.VersionId)).Done();
        Assert.True(content.Document.TryGetElement("lamp", out var lamp));
        Assert.Null(lamp["fill"]);
        Assert.Equal(1, (await host.JoinAsync(document, "eve")).Joined.VersionHistory);
    }

    [Fact, Trait("Rule", "V2")]
    public async Task Versions_stand_on_one_another_and_are_listed_page_by_page_newest_first()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        for (var i = 1; i <= 5; i++)
            await host.Engine.Versions.SaveAsync(document, Ann, description: $"v{i}").Done();
        var first = await host.Engine.Versions.ListAsync(document, Bob, limit: 3).Done();
        Assert.Equal([5L, 4L, 3L], first.Versions.Select(version => version.Number));
        Assert.Equal((3L, 5), (first.Next, first.Total));
        var rest = await host.Engine.Versions.ListAsync(document, Bob, before: first.Next, limit: 3).Done();
        Assert.Equal([2L, 1L], rest.Versions.Select(version => version.Number));
        Assert.Null(rest.Next);
        Assert.Equal(first.Versions[1].VersionId, Assert.Single(first.Versions[0].Parents));
        Assert.Empty(rest.Versions[1].Parents);
        Assert.Single(first.Versions.Concat(rest.Versions).Select(version => version.ContentHash).Distinct());
    }

    [Fact, Trait("Rule", "V3")]
    public async Task Names_tags_and_metadata_can_be_changed_and_leave_the_id_alone()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var version = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        var labels = new VersionLabels("Draft", ["a", "b"], ImmutableSortedDictionary<string, string>.Empty.Add("ticket", "7"));
        await host.Engine.Versions.LabelAsync(document, Ann, version.VersionId, labels).Done();
        var labelled = await host.Engine.Versions.GetAsync(document, Ann, version.VersionId).Done();
        Assert.Equal(("Draft", "b", "7"), (labelled.Labels.Name, labelled.Labels.Tags[1], labelled.Labels.Metadata["ticket"]));
        Assert.Equal("invalid_data", await host.Engine.Versions.LabelAsync(document, Ann, version.VersionId, labels with { Name = new('x', 201) }).Refused());
        Assert.Equal("version_not_found", await host.Engine.Versions.LabelAsync(document, Ann, new('0', 64), labels).Refused());
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
    }

    [Fact, Trait("Rule", "V4")]
    public async Task A_revert_is_one_operation_that_all_see_and_a_version_with_the_same_content()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "a", """{"fill":"red","stroke":"blue"}""");
        await ann.DoAsync("create", "b");
        var old = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        await ann.DoAsync("delete", "a");
        await ann.DoAsync("update", "b", """{"fill":"green"}""");
        await ann.DoAsync("create", "c");
        await bob.SettleAsync();

        var change = await host.Engine.Versions.RevertAsync(document, Bob, old.VersionId).Done();

        var shown = Assert.Single((await bob.NextAsync<SessionEvent.OperationsCommitted>()).Operations).Entry;
        Assert.Equal((6L, "update", $"revert:{old.VersionId}", "bob"), (shown.Revision, shown.Type, shown.Origin, shown.UserId));
        Assert.Equal(old.VersionId, (await bob.NextAsync<SessionEvent.VersionReverted>()).RevertedTo);
        Assert.Equal((old.ContentHash, 6L, VersionKind.Revert), (change.Version.ContentHash, change.Version.Revision, change.Version.Kind));
        Assert.Equal(old.ContentHash, HashOf((await host.LiveAsync(document)).Document));
        await bob.Participant.UndoAsync();
        await bob.NextAsync<SessionEvent.Acknowledged>();
        Assert.True((await host.LiveAsync(document)).Document.TryGetElement("c", out _));
    }

    [Fact, Trait("Rule", "V5")]
    public async Task Any_revision_and_any_time_can_be_read_and_restored()
    {
        await using var host = new TestEngine(options => options.SnapshotEvery = 7);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        var contents = new List<string> { (await host.LiveAsync(document)).Document.Json() };
        var start = host.Time.GetUtcNow().UtcDateTime;
        for (var i = 1; i <= 30; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await ann.DoAsync("create", $"e{i}", $$"""{"x":{{i}}}""");
            contents.Add((await host.LiveAsync(document)).Document.Json());
        }
        for (var i = 0; i <= 30; i++)
        {
            Assert.Equal(contents[i], (await host.Engine.Versions.ReadAsync(document, Bob, new ContentPoint.Revision("main", i)).Done()).Document.Json());
            Assert.Equal(i, (await host.Engine.Versions.ReadAsync(document, Bob, new ContentPoint.Time("main", start.AddSeconds(i + 0.5))).Done()).Revision);
        }
        Assert.Equal("invalid_data", await host.Engine.Versions.ReadAsync(document, Bob, new ContentPoint.Revision("main", 31)).Refused());
        Assert.Equal("invalid_data", await host.Engine.Versions.ReadAsync(document, Bob, new ContentPoint.Time("main", start.AddSeconds(-1))).Refused());
        var change = await host.Engine.Versions.RestoreAsync(document, Bob, new ContentPoint.Revision("main", 12)).Done();
        Assert.Equal(contents[12], (await host.LiveAsync(document)).Document.Json());
        Assert.Equal("restore:12", (await host.Engine.ReadOperationsAsync(document).LastAsync()).Origin);
        Assert.Equal(VersionKind.Restore, change.Version.Kind);
    }

    [Fact, Trait("Rule", "V6")]
    public async Task Single_elements_come_back_with_all_in_them_and_the_rest_stays()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "g", """{"type":"g"}""");
        await ann.DoAsync("create", "in", """{"parent_id":"g","fill":"red"}""");
        await ann.DoAsync("create", "other", """{"fill":"red"}""");
        var old = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        await ann.DoAsync("layer_change", "in", """{"parent_id":"root"}""");
        await ann.DoAsync("update", "in", """{"fill":"blue"}""");
        await ann.DoAsync("delete", "g");
        await ann.DoAsync("update", "other", """{"fill":"blue"}""");

        await host.Engine.Versions.RestoreAsync(document, Ann, new ContentPoint.Version(old.VersionId), elementIds: ["g"]).Done();

        var now = (await host.LiveAsync(document)).Document;
        Assert.True(now.TryGetElement("in", out var inner) && now.TryGetElement("other", out var other) && inner.Parent!.Id == "g" && inner["fill"] == "red" && other["fill"] == "blue");
        Assert.Equal("unknown_element", await host.Engine.Versions.RestoreAsync(document, Ann, new ContentPoint.Version(old.VersionId), elementIds: ["nobody"]).Refused());
        Assert.Equal("root_is_fixed", await host.Engine.Versions.RestoreAsync(document, Ann, new ContentPoint.Version(old.VersionId), elementIds: ["root"]).Refused());
    }

    [Fact, Trait("Rule", "V7")]
    public async Task A_diff_names_what_came_went_changed_and_moved()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "gone", """{"fill":"red"}""");
        await ann.DoAsync("create", "same");
        await ann.DoAsync("create", "words", """{"type":"text","text":"one"}""");
        await ann.DoAsync("create", "g", """{"type":"g"}""");
        var old = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        await ann.DoAsync("delete", "gone");
        await ann.DoAsync("update", "words", """{"text":"two","fill":"blue"}""");
        await ann.DoAsync("layer_change", "words", """{"parent_id":"g"}""");
        await ann.DoAsync("create", "new", """{"stroke":"red"}""");

        var diff = await host.Engine.Versions.DiffAsync(document, Bob, new ContentPoint.Version(old.VersionId), new ContentPoint.Live("main")).Done();

        Assert.Equal(["words", "new", "gone"], diff.Elements.Select(element => element.ElementId));
        var words = diff.Elements[0];
        Assert.Equal((ElementDifferenceKind.Changed, "one", "two", "root", "g"), (words.Kind, words.Text!.From, words.Text.To, words.Moved!.FromParentId, words.Moved.ToParentId));
        Assert.Equal(new AttributeDifference("fill", null, "blue"), Assert.Single(words.Attributes));
        Assert.Equal(ElementDifferenceKind.Added, diff.Elements[1].Kind);
        Assert.Contains(new AttributeDifference("fill", "red", null), diff.Elements[2].Attributes);
    }

    [Fact, Trait("Rule", "V8")]
    public async Task Viewers_look_and_change_nothing_and_strangers_find_nothing()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var version = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        host.Access.Set(document, "bob", DocumentRole.Viewer);
        host.Access.Set(document, "eve", null);
        var versions = host.Engine.Versions;
        await versions.ListAsync(document, Bob).Done();
        await versions.GetAsync(document, Bob, version.VersionId).Done();
        await versions.VerifyAsync(document, Bob).Done();
        Assert.Equal("read_only", await versions.SaveAsync(document, Bob).Refused());
        Assert.Equal("read_only", await versions.SaveAsync(document, Ann with { MaxRole = DocumentRole.Viewer }).Refused());
        Assert.Equal("read_only", await versions.RevertAsync(document, Bob, version.VersionId).Refused());
        Assert.Equal("read_only", await versions.CreateBranchAsync(document, Bob, "b").Refused());
        Assert.Equal("document_not_found", await versions.ListAsync(document, new("eve")).Refused());
        Assert.Equal("document_not_found", await versions.SaveAsync(document, new("eve")).Refused());
    }

    [Fact, Trait("Rule", "V9")]
    public async Task A_checkpoint_is_made_after_many_changes_after_a_time_and_when_everybody_has_left()
    {
        await using var host = new TestEngine(options => (options.CheckpointEvery, options.EmptySessionGrace) = (5, TimeSpan.FromSeconds(2)));
        using var made = new SemaphoreSlim(0);
        host.Engine.Versions.Changed += _ => made.Release();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        host.Time.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 5; i++)
            await ann.DoAsync("create", $"e{i}");
        var many = (await ann.NextAsync<SessionEvent.VersionCreated>()).Version;
        Assert.Equal((VersionKind.Checkpoint, "ann", 5L), (many.Kind, many.AuthorId, many.Revision));
        await ann.DoAsync("create", "f");
        host.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(6L, (await ann.NextAsync<SessionEvent.VersionCreated>()).Version.Revision);
        await ann.DoAsync("create", "g");
        await ann.Participant.LeaveAsync();
        await ann.Closed;
        host.Time.Advance(TimeSpan.FromSeconds(3));
        for (var i = 0; i < 3; i++)
            Assert.True(await made.WaitAsync(TimeSpan.FromSeconds(20)));
        var newest = (await host.Engine.Versions.ListAsync(document, Ann).Done()).Versions[0];
        Assert.Equal((7L, VersionKind.Checkpoint), (newest.Revision, newest.Kind));
    }

    [Fact, Trait("Rule", "V10")]
    public async Task Checkpoints_are_thinned_out_and_what_somebody_saved_stays()
    {
        await using var host = new TestEngine(options => (options.CheckpointEvery, options.CheckpointSpacing, options.KeptCheckpoints) = (1, TimeSpan.Zero, 4));
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        var saved = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        for (var i = 1; i <= 12; i++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(10));
            await ann.DoAsync("create", $"e{i}");
            await ann.NextAsync<SessionEvent.VersionCreated>(created => created.Version.Revision == i);
        }
        var listed = (await host.Engine.Versions.ListAsync(document, Ann).Done()).Versions;
        Assert.Equal(4, listed.Count(version => version.Kind == VersionKind.Checkpoint));
        Assert.Equal(12, listed[0].Revision);
        Assert.Contains(listed, version => version.VersionId == saved.VersionId);
        foreach (var version in listed)
            await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Version(version.VersionId)).Done();
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
    }

    [Fact, Trait("Rule", "V11")]
    public async Task The_history_of_an_element_says_who_changed_what_from_what_to_what()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "g", """{"type":"g","children":[{"type":"rect","element_id":"a","fill":"red"}]}""");
        await bob.DoAsync("update", "a", """{"fill":"blue"}""");
        await ann.DoAsync("create", "other");
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Done();
        var side = await host.JoinBranchAsync(document, "side");
        await side.DoAsync("delete", "g");

        var first = await host.Engine.Versions.ElementHistoryAsync(document, Bob, "a", "side").Done();
        Assert.Equal(("side", ElementDifferenceKind.Removed), (first.Events[0].Branch, first.Events[0].Kind));
        Assert.Equal("main:4", first.Next);
        var second = await host.Engine.Versions.ElementHistoryAsync(document, Bob, "a", "side", first.Next).Done();
        Assert.Equal([2L, 1L], second.Events.Select(happened => happened.Revision));
        Assert.Equal(("bob", new AttributeDifference("fill", "red", "blue")), (second.Events[0].UserId, second.Events[0].Attributes[0]));
        Assert.Equal(ElementDifferenceKind.Added, second.Events[1].Kind);
        Assert.Null(second.Next);
    }

    [Fact, Trait("Rule", "V12")]
    public async Task A_change_too_large_for_one_operation_is_refused_and_changes_nothing()
    {
        await using var host = new TestEngine(options => options.MaxRestoreBytes = 2_048);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "big", $$"""{"type":"text","text":"{{new string('x', 4_000)}}"}""");
        var old = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        await ann.DoAsync("delete", "big");
        Assert.Equal("too_large", await host.Engine.Versions.RevertAsync(document, Ann, old.VersionId).Refused());
        Assert.Equal(2, (await host.LiveAsync(document)).Revision);
        Assert.False((await host.LiveAsync(document)).Document.TryGetElement("big", out _));
        Assert.Equal(old.ContentHash, HashOf((await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Version(old.VersionId)).Done()).Document));
    }

    [Fact, Trait("Rule", "V13")]
    public async Task When_a_revert_cannot_be_stored_nothing_of_it_stays()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        var old = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        await ann.DoAsync("create", "a");
        host.Store.FailAppends = 1;
        Assert.Equal("storage_failed", await host.Engine.Versions.RevertAsync(document, Ann, old.VersionId).Refused());
        Assert.True((await host.LiveAsync(document)).Document.TryGetElement("a", out _));
        Assert.Equal(1, (await host.Engine.Versions.ListAsync(document, Ann).Done()).Total);
        await host.Engine.Versions.RevertAsync(document, Ann, old.VersionId).Done();
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
    }

    [Fact, Trait("Rule", "V14")]
    public async Task A_version_costs_what_changed_and_unchanged_chunks_are_stored_once()
    {
        var document = Document.CreateEmpty();
        document.Apply([.. Enumerable.Range(0, 10_000).Select(i => new InsertNode("root", new ElementContent(SortKey.Sequence(10_000)[i], $"e{i}", "rect", SvgElement.SvgNamespace, [new("x", $"{i}")], [])))]);
        var hasher = new ContentHasher();
        var first = hasher.Hash(document);
        document.Apply([new SetAttributes("e77", [new("x", "1"), new("y", "2")])]);
        var second = hasher.Hash(document);
        Assert.Single(second.Chunks);
        Assert.Equal(HashOf(document), second.Hash);
        document.Apply([new SetAttributes("e77", [new("y", null), new("x", "77")])]);
        Assert.Equal(first.Hash, hasher.Hash(document).Hash);
        await Task.CompletedTask;
    }
}
