using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Storage;
using Svgx.Tests.Unit.Engine;
using static Svgx.Tests.Unit.Engine.TestEngine;

namespace Svgx.Tests.Unit.Conflicts;

public sealed class DeletionConflictTests
{
    [Theory, Trait("Rule", "F20")]
    [InlineData("a")]
    [InlineData("g")]
    public async Task A_deletion_of_what_somebody_is_changing_is_held(string deleted)
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.DeletionClashAsync(deleted);
        Assert.Equal(("delete_conflict", ConflictSeverity.High, false, ConflictStatus.Open, deleted, true), (conflict.Type, conflict.Severity, conflict.AutoResolvable, conflict.Status, conflict.ElementId, conflict.Second.IsDelete));
        Assert.Equal("red", await scene.FillAsync());
        var deletion = (await scene.Host.Engine.ReadOperationsAsync(scene.Document).ToListAsync())[^1];
        Assert.Equal(("delete", 0), (deletion.Type, ChangeJson.Read(deletion.Changes).Length));
    }

    [Theory, Trait("Rule", "F21")]
    [InlineData("a")]
    [InlineData("g")]
    public async Task A_change_to_what_somebody_has_deleted_brings_it_back_and_is_held(string deleted)
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.RevivalAsync(deleted);
        Assert.Equal(("delete_conflict", ConflictStatus.Open, deleted, true, "a"), (conflict.Type, conflict.Status, conflict.ElementId, conflict.First.IsDelete, conflict.Second.ElementId));
        Assert.Equal("red", await scene.FillAsync());
        Assert.Equal("g", (await scene.ElementAsync())!.Parent!.Id);
        Assert.Equal(scene.Start + 2, (await scene.Host.Engine.ReadDocumentAsync(scene.Document))!.Revision);
    }

    [Fact, Trait("Rule", "F21")]
    public async Task What_is_put_into_a_deleted_group_brings_the_group_back()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ben.DoAsync("delete", "g", seen: scene.Start);
        await scene.Ann.DoAsync("create", "n", """{"parent_id":"g"}""", seen: scene.Start);
        var conflict = await scene.FoundAsync();
        Assert.Equal("g", (await scene.ElementAsync("n"))!.Parent!.Id);
        await ConflictScene.ResolveAsync(scene.Ann, conflict, "reject");
        Assert.Null(await scene.ElementAsync("n"));
        Assert.NotNull(await scene.ElementAsync("a"));
    }

    [Theory, Trait("Rule", "O14")]
    [InlineData("delete", "{}")]
    [InlineData("layer_change", """{"parent_id":"g"}""")]
    public async Task What_goes_before_a_sibling_that_is_gone_from_there_unseen_stands_where_that_one_stood(string type, string data)
    {
        await using var scene = await ConflictScene.OpenAsync();
        foreach (var id in new[] { "low", "next", "high" })
            await scene.Ann.DoAsync("create", id, seen: scene.Start);
        var seen = (await scene.Ann.DoAsync("create", "top", seen: scene.Start)).Revision;
        await scene.Ben.DoAsync(type, "next", data, seen: seen);
        await scene.RestartAsync();
        await scene.Ann.DoAsync("create", "new", """{"before":"next"}""", seen: seen);
        await scene.Ann.DoAsync("layer_change", "top", """{"before":"next"}""", seen: seen);
        Assert.Equal(["g", "low", "new", "top", "high"], (await scene.Host.ReadAsync(scene.Document)).Root.Elements.Select(element => element.Id));
        Assert.Equal("unknown_element", (await scene.Ann.TryAsync("create", "late", """{"before":"next"}""", seen: seen + 1)).Code);
        Assert.Equal("unknown_element", (await scene.Ann.TryAsync("create", "late", """{"before":"nobody"}""", seen: seen)).Code);
        Assert.Equal("unknown_element", (await scene.Ann.TryAsync("create", "late", """{"before":"next","parent_id":"low"}""", seen: seen)).Code);
    }

    [Fact, Trait("Rule", "F21")]
    public async Task Who_has_seen_the_deletion_is_told_that_the_element_is_gone()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var seen = (await scene.Ben.DoAsync("delete", "a", seen: scene.Start)).Revision;
        Assert.Equal("unknown_element", (await scene.Ann.TryAsync("update", "a", """{"fill":"red"}""", seen: seen)).Code);
        Assert.Equal("invalid_data", (await scene.Ann.TryAsync("update", "a", """{"fill":{}}""", seen: scene.Start)).Code);
        Assert.Null(await scene.ElementAsync());
    }

    [Fact, Trait("Rule", "F21")]
    public async Task A_change_from_long_ago_brings_back_what_was_deleted_before_a_restart()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ben.DoAsync("delete", "g", seen: scene.Start);
        await scene.RestartAsync();
        await scene.Ann.DoAsync("move", "a", """{"dx":5}""", seen: scene.Start);
        Assert.Equal("5", (await scene.ElementAsync())!["x"]);
        Assert.Equal("ben", (await scene.FoundAsync()).First.UserId);
    }

    [Theory, Trait("Rule", "F22")]
    [InlineData("last_write_wins", null, false, null)] // the change came last
    [InlineData("merge", null, false, "red")]
    [InlineData("reject", null, false, "white")]
    [InlineData("user_choice", "ann-1", false, "red")]
    [InlineData("user_choice", "ben-1", true, null)]
    public async Task Each_strategy_decides_for_or_against_the_deletion(string strategy, string? chosen, bool gone, string? fill)
    {
        await using (var scene = await ConflictScene.OpenAsync())
        {
            await ConflictScene.ResolveAsync(scene.Ann, await scene.RevivalAsync(), strategy, chosen);
            Assert.Equal(gone, await scene.ElementAsync() is null);
            Assert.Equal(strategy == "last_write_wins" ? "red" : fill, await scene.FillAsync());
        }
        await using (var scene = await ConflictScene.OpenAsync())
        {
            await ConflictScene.ResolveAsync(scene.Ann, await scene.DeletionClashAsync(), strategy, chosen);
            Assert.Equal(gone || strategy == "last_write_wins", await scene.ElementAsync() is null);
            Assert.Equal(fill, await scene.FillAsync());
        }
    }

    [Fact, Trait("Rule", "F14")]
    public async Task A_decision_to_delete_is_undone_like_any_other()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await ConflictScene.ResolveAsync(scene.Ben, await scene.DeletionClashAsync(), "last_write_wins");
        await scene.Ben.Participant.UndoAsync();
        Assert.Equal(ConflictStatus.Open, (await scene.Ben.NextAsync<SessionEvent.ConflictsChanged>(e => e.Conflicts[0].TakenBack is not null)).Conflicts[0].Status);
        Assert.Equal("red", await scene.FillAsync());
    }

    [Fact, Trait("Rule", "F23")]
    public async Task Undo_withdraws_a_held_deletion()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.DeletionClashAsync();
        await scene.Ben.Participant.UndoAsync();
        var settled = (await scene.Ann.NextAsync<SessionEvent.ConflictSettled>()).Conflict;
        Assert.Equal(("ben", "user_choice", "ann-1"), (settled.Resolution!.ResolvedBy, settled.Resolution.Strategy, settled.Resolution.ChosenOperationId));
        Assert.Equal("red", await scene.FillAsync());
    }

    [Theory, Trait("Rule", "F23")]
    [InlineData(true)]
    [InlineData(false)] // of the step's deletions one was done
    public async Task Undo_withdraws_all_deletions_of_its_step_that_are_held_and_nothing_else(bool bothHeld)
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ben.DoAsync("create", "mine");
        var seen = (await scene.Ann.DoAsync("create", "b", """{"fill":"white"}""", seen: scene.Start)).Revision;
        scene.Host.Time.Advance(TimeSpan.FromMinutes(1));
        await scene.Ann.DoAsync("update", "a", """{"fill":"red"}""", seen: seen);
        if (bothHeld)
            await scene.Ann.DoAsync("update", "b", """{"fill":"red"}""", seen: seen);
        await scene.Ben.Participant.SubmitManyAsync([Operation("delete", "a", group: "both", seen: seen), Operation("delete", "b", group: "both", seen: seen)], atomic: false);
        await scene.Ben.NextAsync<SessionEvent.Acknowledged>();
        Assert.Equal(bothHeld ? 2 : 1, (await scene.Host.Engine.GetConflictsAsync(scene.Document)).Count);

        await scene.Ben.Participant.UndoAsync("undo");
        await scene.Ben.NextAsync<SessionEvent.Acknowledged>(acknowledged => acknowledged.RequestId == "undo");
        Assert.Empty(await scene.Host.Engine.GetConflictsAsync(scene.Document));
        Assert.Equal(("red", bothHeld ? "red" : "white"), (await scene.FillAsync(), (await scene.ElementAsync("b"))?["fill"]));
        Assert.NotNull(await scene.ElementAsync("mine"));

        await scene.RestartAsync();
        await scene.Ben.Participant.UndoAsync("again");
        await scene.Ben.NextAsync<SessionEvent.Acknowledged>(acknowledged => acknowledged.RequestId == "again");
        Assert.Null(await scene.ElementAsync("mine"));
        Assert.Empty(await scene.Host.Engine.GetConflictsAsync(scene.Document));
    }

    [Fact, Trait("Rule", "F20")]
    public async Task A_deletion_of_ones_own_fresh_work_is_not_held()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ann.DoAsync("update", "a", """{"fill":"red"}""", seen: scene.Start);
        await scene.Ann.DoAsync("delete", "a", seen: scene.Start);
        Assert.Null(await scene.ElementAsync());
    }

    [Fact, Trait("Rule", "F20")]
    public async Task That_somebody_made_the_element_a_moment_ago_holds_no_deletion()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ann.DoAsync("create", "n");
        await scene.Ben.DoAsync("delete", "n");
        Assert.Null(await scene.ElementAsync("n"));
    }

    [Fact, Trait("Rule", "F24")]
    public async Task In_an_atomic_batch_a_deletion_is_held_like_any_and_a_refused_batch_leaves_no_conflict()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ann.DoAsync("update", "a", """{"fill":"red"}""", seen: scene.Start);
        await scene.Ben.Participant.SubmitManyAsync([Operation("delete", "a", seen: scene.Start), Operation("delete", "nowhere", seen: scene.Start)], atomic: true);
        Assert.Equal("batch_failed", (await scene.Ben.NextAsync<SessionEvent.Refused>()).Code);
        Assert.Empty(await scene.Host.Engine.GetConflictsAsync(scene.Document, includeSettled: true));
        await scene.Ben.Participant.SubmitManyAsync([Operation("delete", "a", seen: scene.Start), Operation("create", "n", seen: scene.Start)], atomic: true);
        await scene.Ben.NextAsync<SessionEvent.Acknowledged>();
        Assert.Equal("red", await scene.FillAsync());
        Assert.Single(await scene.Host.Engine.GetConflictsAsync(scene.Document));
    }

    [Fact, Trait("Rule", "F19")]
    public async Task Open_conflicts_survive_a_crash_with_their_operations()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.DeletionClashAsync();
        await using var later = new TestEngine(folder: scene.Host.Folder);
        var ann = await later.JoinAsync(scene.Document, "ann");
        Assert.Equal(conflict.ConflictId, (await ann.NextAsync<SessionEvent.ConflictsOpen>()).Conflicts[0].ConflictId);
        await ann.Participant.ResolveConflictAsync(new(conflict.ConflictId, "last_write_wins"));
        await ann.NextAsync<SessionEvent.ConflictSettled>();
        Assert.False((await later.ReadAsync(scene.Document)).TryGetElement("a", out _));
    }

    [Fact, Trait("Rule", "F25")]
    public async Task Where_too_many_wait_a_further_one_is_decided_by_its_time_out_strategy()
    {
        await using var scene = await ConflictScene.OpenAsync(options => options.MaxOpenConflicts = 1);
        var start = (await scene.Ann.DoAsync("create", "b", seen: scene.Start)).Revision;
        await scene.DeletionClashAsync();
        await scene.Ann.DoAsync("update", "b", """{"fill":"red"}""", seen: start);
        await scene.Ben.DoAsync("delete", "b", seen: start);
        var settled = (await scene.Ann.NextAsync<SessionEvent.ConflictSettled>()).Conflict;
        Assert.Equal(("b", "merge"), (settled.ElementId, settled.Resolution!.Strategy));
        Assert.NotNull(await scene.ElementAsync("b"));
    }

    [Fact, Trait("Rule", "J17")]
    public async Task A_deleted_document_leaves_no_conflicts()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.DeletionClashAsync();
        await scene.Host.Engine.DeleteDocumentAsync(scene.Document);
        Assert.Empty(await scene.Host.Engine.GetConflictsAsync(scene.Document, includeSettled: true));
    }
}
