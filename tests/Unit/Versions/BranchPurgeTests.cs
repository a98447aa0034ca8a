using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Engine;
using static Svgx.Tests.Unit.Versions.VersionTesting;

namespace Svgx.Tests.Unit.Versions;

public sealed class BranchPurgeTests
{
    [Fact, Trait("Rule", "B20")]
    public async Task A_purge_lets_go_of_all_that_the_branch_holds_and_of_nothing_else()
    {
        await using var host = new TestEngine();
        var document = await SceneAsync(host);
        var main = (await host.LiveAsync(document)).Document.Json();
        var versions = (await host.Engine.Versions.ListAsync(document, Ann, "side").Done()).Versions;
        Assert.NotEmpty(versions);
        Assert.Equal("invalid_data", await host.Engine.Versions.PurgeBranchAsync(document, Ann, "side").Refused());
        await host.Engine.Versions.DeleteBranchAsync(document, Ann, "side").Done();
        await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Version(versions[0].VersionId)).Done(); // until it is purged

        var peer = await host.JoinAsync(document);
        Assert.NotNull((await host.Engine.Versions.PurgeBranchAsync(document, Ann, "side").Done()).PurgedAt);
        Assert.Equal("side", (await peer.NextAsync<SessionEvent.BranchPurged>()).Branch.Name);

        foreach (var table in new[] { "Operations", "Snapshots", "CommentEvents", "CommentReadMarks", "Conflicts" })
            Assert.Equal(0L, Count(host, $"{table} WHERE Branch = 'side'"));
        Assert.Equal(0L, Count(host, "Versions WHERE Branch = 'side' AND PurgedAt IS NULL"));
        Assert.Equal(0L, Count(host, "VersionContents WHERE ContentHash NOT IN (SELECT ContentHash FROM Versions WHERE PurgedAt IS NULL)"));
        Assert.Empty((await host.Engine.Versions.ListAsync(document, Ann, "side").Done()).Versions);
        Assert.Equal("version_not_found", await host.Engine.Versions.GetAsync(document, Ann, versions[0].VersionId).Refused());
        Assert.Equal("branch_not_found", await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Revision("side", 1)).Refused());
        Assert.Equal("branch_exists", await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Refused());
        Assert.Equal(main, (await host.LiveAsync(document)).Document.Json());
        Assert.NotEmpty((await host.Engine.Versions.ListAsync(document, Ann, "main").Done()).Versions);
        await host.RestartAsync();
        var report = await host.Engine.Versions.VerifyAsync(document);
        Assert.True(report.IsIntact, string.Join('\n', report.Damages));
    }

    [Fact, Trait("Rule", "B21")]
    public async Task Branches_that_came_from_a_purged_one_live_on_and_merge()
    {
        await using var host = new TestEngine();
        var document = await SceneAsync(host);
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "child", new ContentPoint.Live("side")).Done();
        await host.Engine.Versions.MergeAsync(document, Ann, "side").Done(); // so main and child have the side in common
        await host.Engine.Versions.DeleteBranchAsync(document, Ann, "side").Done();
        await host.Engine.Versions.PurgeBranchAsync(document, Ann, "side").Done();
        var child = await host.JoinBranchAsync(document, "child");
        await child.DoAsync("create", "late");
        await child.DoAsync("update", "s1", """{"fill":"blue"}""");

        var merged = await host.Engine.Versions.MergeAsync(document, Ann, "child").Done();
        Assert.Empty(merged.OpenClashes.Where(clash => clash.ElementId == "s1" && clash.Base == clash.Source));
        Assert.True((await host.LiveAsync(document)).Document.TryGetElement("late", out _));
        Assert.NotEmpty((await host.Engine.Versions.ElementHistoryAsync(document, Ann, "s1", "child").Done()).Events);
        await host.Engine.Versions.ElementHistoryAsync(document, Ann, "a", "child").Done();
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
    }

    [Fact, Trait("Rule", "B20")]
    public async Task The_owner_alone_purges_and_main_and_what_is_not_deleted_stay()
    {
        await using var host = new TestEngine();
        var document = await SceneAsync(host);
        await host.Engine.Versions.DeleteBranchAsync(document, Ann, "side").Done();
        Assert.Equal("read_only", await host.Engine.Versions.PurgeBranchAsync(document, new("ann", DocumentRole.Editor), "side").Refused());
        Assert.Equal("invalid_data", await host.Engine.Versions.PurgeBranchAsync(document, Ann, "main").Refused());
        Assert.Equal("branch_not_found", await host.Engine.Versions.PurgeBranchAsync(document, Ann, "nothing").Refused());
        Assert.NotEqual(0L, Count(host, "Operations WHERE Branch = 'side'"));
    }

    [Fact, Trait("Rule", "B22")]
    public async Task Who_purged_which_branch_is_in_the_activity_log_and_in_the_audit_trail()
    {
        await using var host = new TestEngine();
        var document = await SceneAsync(host);
        await host.Engine.Versions.DeleteBranchAsync(document, Ann, "side").Done();
        await host.Engine.Versions.PurgeBranchAsync(document, new("ann", DocumentRole.Editor), "side").Refused();
        await host.Engine.Versions.PurgeBranchAsync(document, Ann, "side").Done();

        var told = (await host.Engine.GetActivityAsync(document))[0];
        Assert.Equal(("ann", "branch_purged", "side", "main", 1), (told.UserId, told.Kind, told.Detail, told.Branch, told.Count));
        await host.Service<AuditTrail>().DisposeAsync(); // writes what waits
        var entry = Assert.Single(await host.Service<AuditTrail>().QueryAsync(new(AuditKind.BranchPurged)));
        Assert.Equal(("ann", document, "side", host.Time.GetUtcNow()), (entry.ActorId, entry.DocumentId, entry.Detail, entry.Timestamp));
    }

    [Fact, Trait("Rule", "B20")]
    public async Task An_interrupted_purge_is_ended_by_the_next_one()
    {
        await using var host = new TestEngine();
        var document = await SceneAsync(host);
        var branch = await host.Engine.Versions.DeleteBranchAsync(document, Ann, "side").Done();
        var store = host.Service<IVersionStore>();
        await store.DeleteBranchAsync(branch with { PurgedAt = host.Time.GetUtcNow().UtcDateTime }, default); // noted, and nothing done yet
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
        Assert.NotEqual(0L, Count(host, "Operations WHERE Branch = 'side'"));
        await host.Engine.Versions.PurgeBranchAsync(document, Ann, "side").Done();
        Assert.Equal(0L, Count(host, "Operations WHERE Branch = 'side'"));
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
    }

    /// <summary>A branch with more operations than one portion has, with a comment, a version and one of its own elements.</summary>
    private static async Task<Guid> SceneAsync(TestEngine host)
    {
        var document = await host.Engine.CreateDocumentAsync();
        host.Access.Set(document, "ann", DocumentRole.Owner);
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        await host.Engine.Versions.SaveAsync(document, Ann, description: "Main").Done();
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Done();
        var side = await host.JoinBranchAsync(document, "side");
        await side.Participant.SubmitManyAsync([.. Enumerable.Range(0, 2_100).Select(i => TestEngine.Operation("create", $"s{i}"))], atomic: false);
        await side.NextAsync<SessionEvent.OperationsCommitted>(committed => committed.Operations[^1].Entry.Revision == 2_100);
        await side.Participant.CommentAsync(new CommentRequest.Create("c", new(1, 2), "Here"));
        await side.NextAsync<SessionEvent.CommentChanged>();
        await host.Engine.Versions.SaveAsync(document, Ann, "side", "Side").Done();
        return document;
    }

    private static long Count(TestEngine host, string what)
    {
        using var database = new SqliteConnection($"Data Source={host.Folder}/collaboration.db;Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM {what}";
        return (long)command.ExecuteScalar()!;
    }
}
