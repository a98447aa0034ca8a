using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Engine;

namespace Svgx.Tests.Unit.Presence;

public sealed class ActivityLogTests
{
    [Fact, Trait("Rule", "A1")]
    public async Task Who_comes_goes_and_changes_the_drawing_is_in_the_log_newest_first()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        await ann.DoAsync("create", "e1");
        await ann.DoAsync("delete", "e1");
        await ann.Participant.UndoAsync();
        await ann.SettleAsync();
        await ann.Participant.LeaveAsync();
        await ann.Closed;
        await host.JoinAsync(document, "bob");

        var log = await host.Engine.GetActivityAsync(document);

        Assert.Equal([("bob", "joined", null), ("ann", "left", null), ("ann", "operation", "undo"), ("ann", "operation", "delete"), ("ann", "operation", "create"), ("ann", "joined", null)],
            log.Select(entry => (entry.UserId, entry.Kind, entry.Detail)));
        Assert.Equal(["e1"], log[4].ElementIds);
        Assert.Equal(host.Time.GetUtcNow().UtcDateTime, log[4].StartedAt);
    }

    [Fact, Trait("Rule", "A1")]
    public async Task A_coming_is_in_the_log_before_all_that_whoever_came_can_do()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var session = (await host.Engine.GetSessionAsync(document, "main", default))!;
        var reply = new TaskCompletionSource<JoinOutcome>(); // continues on the session's loop: at the very moment of the answer
        var acting = reply.Task.ContinueWith(
            _ => host.Service<ActivityLog>().Record(new(document, "main", "ann", "ann", ActivityKind.Version, "Begun")), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await session.PostAsync(new SessionCommand.Join(new(document, "main", "ann", "ann", "ann-1"), new TestPeer(), reply), default);
        await acting;

        Assert.Equal(["version", "joined"], (await host.Engine.GetActivityAsync(document)).Select(entry => entry.Kind));
    }

    [Fact, Trait("Rule", "A9")]
    public async Task Comments_conflicts_versions_and_branches_are_in_the_log()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "e1");
        Assert.IsType<CommentOutcome.Accepted>(await host.Engine.SendCommentAsync(document, "ann", new CommentRequest.Create("c1", new(null, null, "e1", 0.5, 0.5), "Hm")));
        Assert.IsType<CommentOutcome.Accepted>(await host.Engine.SendCommentAsync(document, "bob", new CommentRequest.Reply("c2", "c1", "Yes")));
        await ann.Participant.SubmitAsync(TestEngine.Operation("update", "e1", """{"fill":"red"}""", seen: 1));
        await ann.NextAsync<SessionEvent.Acknowledged>();
        await bob.Participant.SubmitAsync(TestEngine.Operation("update", "e1", """{"fill":"blue"}""", seen: 1));
        await bob.NextAsync<SessionEvent.Acknowledged>();
        Assert.IsType<VersionResult<DocumentVersion>.Done>(await host.Engine.Versions.SaveAsync(document, new("ann"), labels: VersionLabels.None with { Name = "Begun" }));
        Assert.IsType<VersionResult<Branch>.Done>(await host.Engine.Versions.CreateBranchAsync(document, new("ann"), "draft"));
        Assert.IsType<VersionResult<Branch>.Done>(await host.Engine.Versions.DeleteBranchAsync(document, new("ann"), "draft"));
        await host.Engine.MergeCommentsAsync(document, "draft", "main");

        var log = (await host.Engine.GetActivityAsync(document)).Where(entry => entry.Kind is not ("joined" or "operation")).Reverse().ToArray();

        Assert.Equal([("ann", "comment", "created"), ("bob", "comment", "replied"), ("bob", "conflict", "ann"), ("ann", "version", "Begun"), ("ann", "branch_created", "draft"), ("ann", "branch_deleted", "draft")],
            log.Select(entry => (entry.UserId, entry.Kind, entry.Detail)));
        Assert.All(log[..3], entry => Assert.Equal(["e1"], entry.ElementIds));
    }

    [Fact, Trait("Rule", "A2")]
    public async Task What_one_user_does_in_a_row_is_one_entry_until_a_pause_or_something_else()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        for (var i = 0; i < 3; i++)
            await ann.DoAsync("create", $"e{i}");
        host.Time.Advance(TimeSpan.FromSeconds(30));
        await ann.DoAsync("create", "e3");
        host.Time.Advance(TimeSpan.FromSeconds(31));
        await ann.DoAsync("create", "e4");

        var log = await host.Engine.GetActivityAsync(document, "ann");

        Assert.Equal([1, 4], log.Where(entry => entry.Kind == "operation").Select(entry => entry.Count));
        Assert.Equal(["e0", "e1", "e2", "e3"], log[1].ElementIds);
        Assert.Equal(TimeSpan.FromSeconds(30), log[1].EndedAt - log[1].StartedAt);
    }

    [Fact, Trait("Rule", "A2")]
    public async Task An_entry_names_fifty_elements_and_counts_all()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");

        await ann.Participant.SubmitManyAsync([.. Enumerable.Range(0, 120).Select(i => TestEngine.Operation("create", $"e{i}"))], atomic: true);
        await ann.NextAsync<SessionEvent.Acknowledged>();

        var entry = (await host.Engine.GetActivityAsync(document))[0];
        Assert.Equal((120L, 50), (entry.Count, entry.ElementIds.Length));
    }

    [Fact, Trait("Rule", "A3")]
    public async Task A_return_within_the_grace_is_neither_a_leave_nor_a_join()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        await host.JoinAsync(document, "bob");
        var ann = await host.JoinAsync(document, "ann");
        await ann.Participant.DisposeAsync();
        host.Time.Advance(TimeSpan.FromSeconds(20));
        ann = await host.JoinAsync(document, "ann");
        host.Time.Advance(TimeSpan.FromSeconds(60));
        await ann.SettleAsync();

        Assert.Equal(["joined"], (await host.Engine.GetActivityAsync(document, "ann")).Select(entry => entry.Kind));
    }

    [Fact, Trait("Rule", "A3")]
    public async Task Going_away_and_coming_back_are_in_the_log()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        ann.Participant.Report(new(Status: PresenceStatus.Away));
        ann.Participant.Report(new(Cursor: new(new(1, 1))));
        await ann.SettleAsync();

        Assert.Equal(["back", "away", "joined"], (await host.Engine.GetActivityAsync(document, "ann")).Select(entry => entry.Kind));
    }

    [Fact, Trait("Rule", "A4")]
    public async Task The_log_is_read_in_pages_per_document_and_per_user_and_survives_a_restart()
    {
        await using var host = new TestEngine();
        var (document, other) = (await host.Engine.CreateDocumentAsync(), await host.Engine.CreateDocumentAsync());
        await host.JoinAsync(other, "ann");
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        for (var i = 0; i < 5; i++)
        {
            await ann.DoAsync("create", $"a{i}");
            await bob.DoAsync("create", $"b{i}");
            host.Time.Advance(TimeSpan.FromMinutes(1));
        }
        await host.RestartAsync();

        var first = await host.Engine.GetActivityAsync(document, "ann", limit: 3);
        var second = await host.Engine.GetActivityAsync(document, "ann", before: first[^1].Id, limit: 100);

        Assert.Equal(3, first.Count);
        Assert.Equal(["a2", "a1", "a0"], second.Where(entry => entry.Kind == "operation").Select(entry => entry.ElementIds[0]));
        Assert.All(first.Concat(second), entry => Assert.Equal(("ann", document), (entry.UserId, entry.DocumentId)));
        var again = await host.JoinAsync(document, "cay");
        await again.DoAsync("create", "c1");
        var newest = (await host.Engine.GetActivityAsync(document))[0];
        Assert.Equal("c1", newest.ElementIds[0]);
        Assert.True(newest.Id > first[0].Id);
    }

    [Fact, Trait("Rule", "A5")]
    public async Task Of_a_document_so_many_entries_are_kept_and_none_for_longer_than_the_days()
    {
        await using var host = new TestEngine(presence: options => options.ActivityEntries = 10);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        for (var i = 0; i < 15; i++)
        {
            await ann.DoAsync("create", $"e{i}");
            host.Time.Advance(TimeSpan.FromMinutes(1));
        }
        var log = await host.Engine.GetActivityAsync(document, limit: 100);
        Assert.Equal(10, log.Count);
        Assert.Contains(log, entry => entry.ElementIds.Contains("e14"));

        await host.Engine.CloseDocumentAsync(document);
        host.Time.Advance(TimeSpan.FromDays(91));

        Assert.DoesNotContain(await host.Engine.GetActivityAsync(document, limit: 100), entry => entry.Kind == "operation");
    }

    [Fact, Trait("Rule", "A5")]
    public async Task A_deleted_document_leaves_no_entry()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        await ann.DoAsync("create", "e1");

        await host.Engine.DeleteDocumentAsync(document);

        Assert.Empty(await host.Engine.GetActivityAsync(document));
    }

    [Fact, Trait("Rule", "A6")]
    public async Task A_log_that_cannot_keep_up_drops_and_counts_and_nobody_waits()
    {
        var store = new SlowStore();
        await using var log = new ActivityLog(store, Microsoft.Extensions.Options.Options.Create(new PresenceOptions { ActivityQueue = 16 }), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<ActivityLog>.Instance);
        var document = Guid.NewGuid();
        log.Record(new(document, "main", "ann", "Ann", ActivityKind.Joined));
        await store.Asked.Task.WaitAsync(TimeSpan.FromSeconds(20));

        for (var i = 0; i < 100; i++)
            log.Record(new(document, "main", "ann", "Ann", ActivityKind.Operation, $"kind {i}"));

        Assert.Equal(84, log.Dropped);
        store.Go.SetResult();
        await log.ReadAsync(document, null, null, 10, default);
        Assert.Equal(17, store.Saved);
    }

    [Fact, Trait("Rule", "A6")]
    public async Task Whoever_watches_a_document_is_told_when_its_log_has_grown()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var told = new TaskCompletionSource<Guid>(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Engine.ActivityChanged += id => told.TrySetResult(id);
        await host.JoinAsync(document, "ann");
        await host.Engine.ReadDocumentAsync(document); // the session is done with the joining, and has noted it

        await host.Engine.GetActivityAsync(document);

        Assert.Equal(document, await told.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private sealed class SlowStore : IActivityStore
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Saved { get; private set; }

        public Task PrepareAsync(CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            return Go.Task;
        }

        public Task<long> ReadLastIdAsync(CancellationToken cancellationToken) => Task.FromResult(0L);

        public Task SaveAsync(IReadOnlyCollection<ActivityEntry> entries, IReadOnlyCollection<Guid> trimmed, int kept, CancellationToken cancellationToken)
        {
            Saved += entries.Count;
            return Task.CompletedTask;
        }

        public Task PurgeAsync(DateTime before, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<IReadOnlyList<ActivityEntry>> ReadAsync(Guid documentId, string? userId, long? before, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ActivityEntry>>([]);

        public Task DeleteAsync(Guid documentId, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
