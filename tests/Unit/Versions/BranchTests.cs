using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Storage;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Engine;
using static Svgx.Tests.Unit.Versions.VersionTesting;

namespace Svgx.Tests.Unit.Versions;

public sealed class BranchTests
{
    [Fact, Trait("Rule", "W28")]
    public async Task The_last_change_of_a_drawing_is_the_newest_of_all_its_branches_in_use()
    {
        await using var host = new TestEngine();
        var (drawn, empty) = (await host.Engine.CreateDocumentAsync(), await host.Engine.CreateDocumentAsync());
        var main = await host.JoinAsync(drawn);
        await main.DoAsync("create", "a");
        await main.DoAsync("create", "b");
        var first = host.Time.GetUtcNow().UtcDateTime;
        await host.Engine.Versions.CreateBranchAsync(drawn, Ann, "side").Done();
        host.Time.Advance(TimeSpan.FromMinutes(5));
        var side = await host.JoinBranchAsync(drawn, "side", "bob");
        await side.DoAsync("create", "c");

        var changes = await host.Engine.ReadLastChangesAsync([drawn, empty, Guid.NewGuid()]);
        Assert.Equal([(drawn, new LastChange(host.Time.GetUtcNow().UtcDateTime, "bob", "bob"))], changes.Select(change => (change.Key, change.Value)));

        await host.Engine.Versions.DeleteBranchAsync(drawn, Ann, "side").Done();
        Assert.Equal(new LastChange(first, "ann", "ann"), (await host.Engine.ReadLastChangesAsync([drawn]))[drawn]);
    }

    [Fact, Trait("Rule", "B1")]
    public async Task A_branch_begins_with_the_content_it_was_made_from_and_lives_by_itself()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var main = await host.JoinAsync(document, "ann");
        await main.DoAsync("create", "a", id: "one");
        var old = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        await main.DoAsync("create", "b");

        var fromHere = await host.Engine.Versions.CreateBranchAsync(document, Ann, "here").Done();
        var fromVersion = await host.Engine.Versions.CreateBranchAsync(document, Ann, "there", new ContentPoint.Version(old.VersionId)).Done();
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "start", new ContentPoint.Revision("main", 0)).Done();

        Assert.Equal(("main", 2L), (fromHere.FromBranch, fromHere.FromRevision));
        Assert.Equal(("main", 1L, old.VersionId), (fromVersion.FromBranch, fromVersion.FromRevision, fromVersion.FromVersion));
        Assert.Equal("here", (await main.NextAsync<SessionEvent.BranchCreated>()).Branch.Name);
        Assert.Equal([3, 2, 1], new[] { "here", "there", "start" }.Select(name => host.LiveAsync(document, name).Result.Document.ElementCount));
        var here = await host.JoinBranchAsync(document, "here");
        Assert.Equal(0, here.Joined.Revision);
        Assert.Equal(1, (await here.DoAsync("create", "c")).Revision);
        Assert.Equal("invalid_data", (await here.TryAsync("create", "d", id: "one")).Code);
        Assert.DoesNotContain(await main.SettleAsync(), e => e is SessionEvent.OperationsCommitted);
        Assert.False((await host.LiveAsync(document)).Document.TryGetElement("c", out _));
        await host.RestartAsync();
        Assert.True((await host.LiveAsync(document, "here")).Document.TryGetElement("c", out _));
        Assert.Equal(["main", "here", "there", "start"], (await host.Engine.Versions.ListBranchesAsync(document, Ann).Done()).Select(branch => branch.Name).OrderBy(name => Array.IndexOf(["main", "here", "there", "start"], name)));
    }

    [Theory, Trait("Rule", "B2")]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    public async Task A_branch_name_is_refused_unless_it_is_letters_digits_and_few_signs(string name)
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        Assert.Equal("invalid_data", await host.Engine.Versions.CreateBranchAsync(document, Ann, name).Refused());
        Assert.True(BranchName.IsValid("Flur_2.OG-Süd"));
        Assert.False(BranchName.IsValid(new('a', 65)));
    }

    [Fact, Trait("Rule", "B3")]
    public async Task A_deleted_branch_cannot_be_joined_and_keeps_its_versions_and_its_name()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Done();
        var side = await host.JoinBranchAsync(document, "side");
        await side.DoAsync("create", "a");
        var version = await host.Engine.Versions.SaveAsync(document, Ann, "side").Done();
        Assert.Equal("branch_exists", await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Refused());
        Assert.Equal("invalid_data", await host.Engine.Versions.DeleteBranchAsync(document, Ann, "main").Refused());

        await host.Engine.Versions.DeleteBranchAsync(document, Ann, "side").Done();

        Assert.Equal(CloseReason.BranchGone, await side.Closed);
        var refused = Assert.IsType<JoinOutcome.Refused>(await host.Engine.JoinAsync(new(document, "side", "ann", "ann", "s"), new TestPeer()));
        Assert.Equal("branch_not_found", refused.Code);
        Assert.True((await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Version(version.VersionId)).Done()).Document.TryGetElement("a", out _));
        Assert.True((await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Revision("side", 1)).Done()).Document.TryGetElement("a", out _));
        Assert.Equal("branch_exists", await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Refused());
        Assert.Equal("branch_not_found", await host.Engine.Versions.DeleteBranchAsync(document, Ann, "side").Refused());
        Assert.Single(await host.Engine.Versions.ListBranchesAsync(document, Ann).Done());
        Assert.Equal(2, (await host.Engine.Versions.ListBranchesAsync(document, Ann, deleted: true).Done()).Length);
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
    }

    [Fact, Trait("Rule", "B4")]
    public async Task A_merge_takes_what_each_side_changed_as_one_operation_and_a_version_with_two_parents()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var main = await host.JoinAsync(document, "ann");
        await main.DoAsync("create", "a", """{"fill":"red","stroke":"red"}""");
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Done();
        var side = await host.JoinBranchAsync(document, "side", "bob");
        await side.DoAsync("update", "a", """{"fill":"blue"}""");
        await side.DoAsync("create", "theirs");
        await main.DoAsync("update", "a", """{"stroke":"green"}""");
        await main.DoAsync("create", "ours");
        await main.SettleAsync();

        var preview = await host.Engine.Versions.PreviewMergeAsync(document, Bob, "side").Done();
        Assert.Equal(["a", "theirs"], preview.Diff.Elements.Select(element => element.ElementId).Order());
        Assert.Empty(preview.Clashes);
        Assert.Equal(3, (await host.LiveAsync(document)).Revision);
        var change = await host.Engine.Versions.MergeAsync(document, Ann, "side").Done();

        var shown = Assert.Single((await main.NextAsync<SessionEvent.OperationsCommitted>()).Operations).Entry;
        Assert.Equal("merge:side", shown.Origin);
        Assert.Equal((VersionKind.Merge, 2), (change.Version.Kind, change.Version.Parents.Length));
        var now = (await host.LiveAsync(document)).Document;
        Assert.True(now.TryGetElement("a", out var a) && now.TryGetElement("ours", out var ours) && now.TryGetElement("theirs", out var theirs) && ours.Key != theirs.Key);
        Assert.Equal(("blue", "green"), (a!["fill"], a["stroke"]));
        Assert.Equal("nothing_to_merge", await host.Engine.Versions.MergeAsync(document, Ann, "side").Refused());
        await side.DoAsync("update", "theirs", """{"fill":"red"}""");
        await host.Engine.Versions.MergeAsync(document, Ann, "side").Done();
        Assert.Equal(["theirs"], (await host.Engine.ReadOperationsAsync(document).LastAsync()) is var last ? [last.ElementId] : []);
        // And back: only what the side does not have yet comes in.
        await host.Engine.Versions.MergeAsync(document, Ann, "main", "side").Done();
        Assert.Equal(HashOf((await host.LiveAsync(document)).Document), HashOf((await host.LiveAsync(document, "side")).Document));
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
    }

    [Fact, Trait("Rule", "B5")]
    public async Task What_both_changed_differently_is_a_clash_that_resolutions_decide_and_else_the_target_stands()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var main = await host.JoinAsync(document, "ann");
        foreach (var id in new[] { "a", "b", "gone", "kept" })
            await main.DoAsync("create", id, """{"fill":"red"}""");
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Done();
        var side = await host.JoinBranchAsync(document, "side", "bob");
        await side.DoAsync("update", "a", """{"fill":"blue"}""");
        await side.DoAsync("update", "b", """{"fill":"blue"}""");
        await side.DoAsync("delete", "kept");
        await side.DoAsync("update", "gone", """{"fill":"blue"}""");
        await main.DoAsync("update", "a", """{"fill":"green"}""");
        await main.DoAsync("update", "b", """{"fill":"green"}""");
        await main.DoAsync("update", "kept", """{"fill":"green"}""");
        await main.DoAsync("delete", "gone");

        var preview = await host.Engine.Versions.PreviewMergeAsync(document, Ann, "side").Done();
        Assert.Equal([("gone", "#exists"), ("kept", "#exists"), ("a", "fill"), ("b", "fill")], preview.Clashes.Select(clash => (clash.ElementId, clash.Name)));
        Assert.Equal(["gone"], preview.Diff.Elements.Select(element => element.ElementId)); // held back from being deleted until somebody decides
        Assert.Equal(new MergeClash("a", "fill", "red", "green", "blue"), preview.Clashes[2]);
        var change = await host.Engine.Versions.MergeAsync(document, Ann, "side", resolutions: [new("a", "fill", MergeSide.Source), new("gone", null, MergeSide.Source)]).Done();

        Assert.Equal(["kept", "b"], change.OpenClashes.Select(clash => clash.ElementId));
        var now = (await host.LiveAsync(document)).Document;
        Assert.True(now.TryGetElement("a", out var a) && now.TryGetElement("b", out var b) && now.TryGetElement("gone", out var back) && now.TryGetElement("kept", out _)
            && a["fill"] == "blue" && b["fill"] == "green" && back["fill"] == "blue");
        Assert.Equal(2, change.ConflictIds.Length);
        var held = (await host.Engine.GetConflictsAsync(document)).Where(conflict => change.ConflictIds.Contains(conflict.ConflictId)).ToDictionary(conflict => conflict.ElementId);
        Assert.Equal(("ann", "bob", "side", "green", "blue"), (held["b"].First.UserId, held["b"].Second.UserId, held["b"].MergedFrom, held["b"].First.Values["fill"], held["b"].Second.Values["fill"]));
        Assert.Equal(("delete_conflict", true), (held["kept"].Type, held["kept"].Second.IsDelete));
        await main.Participant.ResolveConflictAsync(new(held["b"].ConflictId, "user_choice", held["b"].Second.OperationIds[^1]));
        await main.NextAsync<SessionEvent.ConflictSettled>();
        Assert.True((await host.LiveAsync(document)).Document.TryGetElement("b", out b) && b["fill"] == "blue");
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
    }

    [Fact, Trait("Rule", "B6")]
    public async Task Merges_across_each_other_find_an_ancestor_and_go_on()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var main = await host.JoinAsync(document, "ann");
        await main.DoAsync("create", "a", """{"fill":"red"}""");
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Done();
        var side = await host.JoinBranchAsync(document, "side", "bob");
        for (var round = 0; round < 3; round++)
        {
            await main.DoAsync("create", $"m{round}");
            await side.DoAsync("create", $"s{round}");
            var mainPoint = await host.Engine.Versions.SaveAsync(document, Ann).Done();
            await host.Engine.Versions.MergeAsync(document, Ann, "side").Done();
            await host.Engine.Versions.MergeAsync(document, Ann, "main", "side").Done();
            Assert.NotNull(mainPoint);
        }
        Assert.Equal(HashOf((await host.LiveAsync(document)).Document), HashOf((await host.LiveAsync(document, "side")).Document));
        Assert.Equal(8, (await host.LiveAsync(document)).Document.ElementCount);
    }

    [Fact, Trait("Rule", "J17")]
    public async Task A_deleted_document_leaves_no_version_and_no_branch()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        await host.Engine.Versions.SaveAsync(document, Ann).Done();
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Done();
        await host.Engine.DeleteDocumentAsync(document);
        Assert.Empty(await host.Engine.Versions.DocumentIdsAsync());
        Assert.Empty((await host.Engine.Versions.ListAsync(document, Ann).Done()).Versions);
        Assert.Empty(await host.Engine.Versions.ListBranchesAsync(document, Ann, deleted: true).Done());
        using var database = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={host.Folder}/collaboration.db");
        database.Open();
        foreach (var table in new[] { "Versions", "VersionContents", "VersionChunks", "Branches", "Snapshots", "Operations" })
        {
            using var count = database.CreateCommand();
            count.CommandText = $"SELECT COUNT(*) FROM {table}";
            Assert.Equal(0L, count.ExecuteScalar());
        }
    }
}
