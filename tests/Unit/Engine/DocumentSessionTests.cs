using System.Text.Json;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Storage;
using Svgx.Collaboration.Versions;
using static Svgx.Tests.Unit.Engine.TestEngine;

namespace Svgx.Tests.Unit.Engine;

public sealed class DocumentSessionTests
{
    [Fact, Trait("Rule", "J1")]
    public async Task An_operation_is_acknowledged_to_its_author_before_all_see_it()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.Participant.SubmitAsync(Operation("create", "lamp", """{"x":100,"y":200}""", "op-1"), "r1");
        var events = (await ann.SettleAsync()).Where(e => e is SessionEvent.Acknowledged or SessionEvent.OperationsCommitted).ToList();
        var ack = Assert.IsType<SessionEvent.Acknowledged>(events[0]);
        Assert.Equal(("op-1", 1L, "lamp", "r1"), (ack.Operations[0].OperationId, ack.Operations[0].Revision, ack.Operations[0].ElementId, ack.RequestId));
        Assert.Equal(1, Assert.IsType<SessionEvent.OperationsCommitted>(events[1]).Operations[0].Entry.Revision);
        Assert.Equal("op-1", (await bob.NextAsync<SessionEvent.OperationsCommitted>()).Operations[0].Entry.OperationId);
        Assert.DoesNotContain(await bob.SettleAsync(), e => e is SessionEvent.Acknowledged);
    }

    [Fact, Trait("Rule", "J2")]
    public async Task Nobody_hears_of_an_operation_before_its_commit()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await bob.SettleAsync();
        await ann.SettleAsync();
        host.Store.Hold();
        await ann.Participant.SubmitAsync(Operation("create", "lamp"));
        await host.Store.Reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var seen = ann.NextAsync<SessionEvent>();
        Assert.False(seen.IsCompleted);
        host.Store.Release();
        Assert.IsType<SessionEvent.Acknowledged>(await seen);
        Assert.IsType<SessionEvent.OperationsCommitted>(await bob.NextAsync<SessionEvent>());
    }

    [Fact, Trait("Rule", "J3")]
    public async Task A_resent_operation_is_applied_once_also_after_a_restart()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.Participant.SubmitManyAsync([Operation("create", "a", id: "x"), Operation("create", "a", id: "x")], atomic: false);
        Assert.Equal([1L, 1L], (await ann.NextAsync<SessionEvent.Acknowledged>()).Operations.Select(ack => ack.Revision));
        Assert.Equal(1, (await ann.DoAsync("create", "a", id: "x")).Revision);
        await host.RestartAsync();
        ann = await host.JoinAsync(document);
        Assert.Equal(1, (await ann.DoAsync("create", "a", id: "x")).Revision);
        Assert.Equal(2, (await ann.DoAsync("create", "b", id: "y")).Revision);
    }

    [Fact, Trait("Rule", "J4")]
    public async Task An_operation_id_of_somebody_else_is_refused_and_tells_nothing()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "secret", id: "x");
        var refused = await bob.TryAsync("create", "b", id: "x");
        Assert.Equal("invalid_data", refused.Code);
        Assert.DoesNotContain("secret", refused.Reason, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "J4")]
    public async Task An_operation_id_of_another_branch_is_refused_and_disturbs_nobody()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        await host.BranchAsync(document, "draft");
        var ann = await host.JoinAsync(document, "ann");
        var (eve, bob) = (await host.JoinAsync(document, "eve", new(document, "draft", "eve", "eve", "eve-1")), await host.JoinAsync(document, "bob", new(document, "draft", "bob", "bob", "bob-1")));
        await ann.DoAsync("create", "a", id: "x"); // after the other branch was opened
        await eve.Participant.SubmitManyAsync([Operation("create", "b", id: "x"), Operation("create", "c", id: "y")], atomic: false);
        Assert.Equal(("invalid_data", "x"), await RefusedAsync(eve));
        Assert.Equal("y", Assert.Single((await eve.NextAsync<SessionEvent.Acknowledged>()).Operations).OperationId);

        // Both at one moment: the one is being stored while the other comes.
        host.Store.Hold();
        await ann.Participant.SubmitAsync(Operation("create", "d", id: "z"));
        await host.Store.Reached.Task;
        host.Store.Await();
        await eve.Participant.SubmitAsync(Operation("create", "e", id: "z"));
        await bob.Participant.SubmitAsync(Operation("create", "f", id: "bobs"));
        await host.Store.Reached.Task;
        host.Store.Release();
        Assert.Equal("z", Assert.Single((await ann.NextAsync<SessionEvent.Acknowledged>()).Operations).OperationId);
        Assert.Equal(("invalid_data", "z"), await RefusedAsync(eve));
        Assert.Equal("bobs", Assert.Single((await bob.NextAsync<SessionEvent.Acknowledged>()).Operations).OperationId);

        // What came to nothing is free again.
        Assert.Equal("unknown_element", (await ann.TryAsync("delete", "nowhere", id: "free")).Code);
        Assert.Equal("free", (await eve.DoAsync("create", "g", id: "free")).OperationId);

        static async Task<(string, string?)> RefusedAsync(TestPeer peer)
        {
            var refused = await peer.NextAsync<SessionEvent.Refused>();
            return (refused.Code, refused.OperationId);
        }
    }

    [Fact, Trait("Rule", "J3")]
    public async Task What_was_stored_although_that_failed_is_known_to_the_next_session_while_another_branch_is_open()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        await host.BranchAsync(document, "draft");
        await host.JoinAsync(document, "bob", new(document, "draft", "bob", "bob", "bob-1"));
        var ann = await host.JoinAsync(document, "ann");
        (host.Store.LoseAnswers, host.Store.FailLoads) = (1, true);
        await ann.Participant.SubmitAsync(Operation("create", "a", id: "x"));
        await ann.Closed; // the session can neither store nor read, and ends
        host.Store.FailLoads = false;

        ann = await host.JoinAsync(document, "ann");
        Assert.Equal(1, (await ann.DoAsync("create", "a", id: "x")).Revision);
        Assert.Equal(2, (await host.ReadAsync(document)).ElementCount); // with the root
    }

    [Fact, Trait("Rule", "J30")]
    public async Task Who_comes_to_a_full_document_is_told_so_and_is_let_in_when_somebody_has_left()
    {
        await using var host = new TestEngine(options => options.MaxParticipants = 1);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        var refused = Assert.IsType<JoinOutcome.Refused>(await host.Engine.JoinAsync(new(document, "main", "bob", "bob", "bob-1"), new TestPeer()));
        Assert.Equal("document_full", refused.Code);
        await ann.DoAsync("create", "a"); // she is not disturbed
        await ann.Participant.LeaveAsync();
        await host.JoinAsync(document, "bob");
    }

    [Fact, Trait("Rule", "J5")]
    public async Task An_atomic_batch_is_applied_as_a_whole_or_not_at_all_and_undone_as_one_step()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.Participant.SubmitManyAsync([Operation("create", "a"), Operation("delete", "nowhere", id: "bad")], atomic: true);
        var refused = await ann.NextAsync<SessionEvent.Refused>();
        Assert.Equal(("batch_failed", "bad"), (refused.Code, refused.OperationId));
        await ann.Participant.SubmitManyAsync([Operation("create", "a"), Operation("create", "b")], atomic: true);
        Assert.Equal([1L, 2L], (await ann.NextAsync<SessionEvent.Acknowledged>()).Operations.Select(ack => ack.Revision));
        await ann.Participant.UndoAsync();
        Assert.Equal(3, (await ann.NextAsync<SessionEvent.Acknowledged>()).Operations[0].Revision);
        Assert.Equal(1, (await host.ReadAsync(document)).ElementCount);
    }

    [Fact, Trait("Rule", "J11")]
    public async Task A_step_is_taken_back_whole_where_others_worked_between_its_parts_and_the_last_is_not_stored_yet()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.Participant.SubmitManyAsync([Part("a"), Part("b")], atomic: false);
        await ann.NextAsync<SessionEvent.Acknowledged>();
        await bob.DoAsync("create", "between");
        await ann.Participant.SubmitAsync(Part("c"));
        await ann.NextAsync<SessionEvent.Acknowledged>();

        // While a commit is under way, what comes gathers for one turn: the undo finds the last part there.
        host.Store.Hold();
        await bob.Participant.SubmitAsync(Operation("create", "slow"));
        await host.Store.Reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await ann.Participant.SubmitAsync(Part("d"));
        await ann.Participant.UndoAsync("undo");
        host.Store.Release();
        await ann.NextAsync<SessionEvent>(answer => answer is SessionEvent.Acknowledged { RequestId: "undo" });

        var drawing = await host.ReadAsync(document);
        Assert.Equal(["between", "slow"], new[] { "a", "b", "c", "d", "between", "slow" }.Where(id => drawing.TryGetElement(id, out _)));
        await ann.Participant.RedoAsync("redo");
        await ann.NextAsync<SessionEvent>(answer => answer is SessionEvent.Acknowledged { RequestId: "redo" });
        drawing = await host.ReadAsync(document);
        Assert.All(["a", "b", "c", "d", "between", "slow"], id => Assert.True(drawing.TryGetElement(id, out _), id));

        static OperationRequest Part(string element) => Operation("create", element) with { GroupId = "stroke" };
    }

    [Fact, Trait("Rule", "J10"), Trait("Rule", "J11")]
    public async Task A_step_of_more_operations_than_are_looked_back_for_is_one_step_after_a_restart_too()
    {
        await using var host = new TestEngine(options => options.UndoDepth = 2);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "before");
        await ann.Participant.SubmitManyAsync([.. Enumerable.Range(0, 50).Select(i => Operation("create", $"e{i}", group: "paste"))], atomic: false);
        await ann.NextAsync<SessionEvent.Acknowledged>();
        await host.RestartAsync();
        ann = await host.JoinAsync(document);
        await ann.Participant.UndoAsync();
        await ann.NextAsync<SessionEvent.Acknowledged>();
        Assert.Equal(["before"], (await host.ReadAsync(document)).Root.Elements.Select(element => element.Id));
    }

    [Fact, Trait("Rule", "J23")]
    public async Task An_undo_that_cannot_be_read_is_refused_and_can_be_asked_for_again()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "a");
        await bob.DoAsync("create", "b");
        host.Store.FailReads = true;
        await ann.Participant.UndoAsync("u");
        var refused = await ann.NextAsync<SessionEvent.Refused>();
        Assert.Equal(("storage_failed", "u"), (refused.Code, refused.RequestId));
        await bob.DoAsync("create", "c"); // nobody else notices
        host.Store.FailReads = false;
        await ann.Participant.UndoAsync();
        await ann.NextAsync<SessionEvent.Acknowledged>();
        Assert.False((await host.ReadAsync(document)).TryGetElement("a", out _));
    }

    [Theory, Trait("Rule", "J23")]
    [InlineData("Inverse = CAST(replace(CAST(Inverse AS TEXT), '100', '900') AS BLOB)")]
    [InlineData("Changes = x'00'")]
    [InlineData("DocumentId = x'00'")]
    public async Task An_undo_whose_step_is_damaged_is_refused_and_nobody_else_notices(string damage)
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "a", """{"x":100,"y":100}""");
        await ann.DoAsync("update", "a", """{"x":200}""");
        await host.Service<CollaborationDatabase>().WriteAsync((connection, transaction) => connection.Execute(transaction, $"UPDATE Operations SET {damage} WHERE Revision = 2"), CancellationToken.None);
        await ann.Participant.UndoAsync("u");
        var refused = await ann.NextAsync<SessionEvent.Refused>();
        Assert.Equal(("storage_failed", "u"), (refused.Code, refused.RequestId));
        await bob.DoAsync("create", "b");
    }

    [Fact, Trait("Rule", "O10")]
    public async Task A_refused_batch_leaves_the_order_of_attributes_alone_so_that_the_drawing_equals_its_replay()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a", """{"x":1,"y":2,"width":3,"height":4}""");
        var drawn = SvgWriter.ToText(await host.ReadAsync(document));
        await ann.Participant.SubmitManyAsync([Operation("update", "a", """{"x":null}"""), Operation("create", "b"), Operation("delete", "nowhere")], atomic: true);
        Assert.Equal("batch_failed", (await ann.NextAsync<SessionEvent.Refused>()).Code);
        await ann.DoAsync("create", "c");
        var replay = Document.CreateEmpty();
        foreach (var entry in await host.Engine.ReadOperationsAsync(document).ToListAsync())
            replay.Apply(ChangeJson.Read(entry.Changes));
        var shown = SvgWriter.ToText(await host.ReadAsync(document));
        Assert.Equal(SvgWriter.ToText(replay), shown);
        Assert.Contains(" x=\"1\" y=\"2\" ", drawn, StringComparison.Ordinal);
        Assert.Contains(" x=\"1\" y=\"2\" ", shown, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "J6")]
    public async Task A_failed_commit_is_answered_shows_nothing_and_the_session_goes_on()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "kept");
        host.Store.FailAppends = 1;
        Assert.Equal("storage_failed", (await ann.TryAsync("create", "lost", id: "retry")).Code);
        Assert.Equal(2, (await ann.DoAsync("create", "lost", id: "retry")).Revision);
        var shown = (await bob.SettleAsync()).OfType<SessionEvent.OperationsCommitted>().SelectMany(e => e.Operations).Select(o => (o.Entry.Revision, o.Entry.ElementId));
        Assert.Equal([(1L, "kept"), (2L, "lost")], shown);
        await ann.Participant.UndoAsync();
        await ann.NextAsync<SessionEvent.Acknowledged>();
        Assert.Equal(2, (await host.ReadAsync(document)).ElementCount);
    }

    [Fact, Trait("Rule", "J7")]
    public async Task When_the_journal_cannot_be_read_either_all_are_sent_away_and_can_come_back()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "kept");
        (host.Store.FailAppends, host.Store.FailLoads) = (1, true);
        Assert.Equal("storage_failed", (await ann.TryAsync("create", "lost")).Code);
        Assert.Equal(CloseReason.SessionFailed, await ann.Closed);
        host.Store.FailLoads = false;
        Assert.Equal(1, (await host.JoinAsync(document)).Joined.Revision);
    }

    [Fact, Trait("Rule", "J8")]
    public async Task After_a_crash_everything_acknowledged_is_there()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        for (var i = 0; i < 20; i++)
            await ann.DoAsync("create", $"e{i}");
        await using var later = new TestEngine(folder: host.Folder);
        var read = await later.Engine.ReadDocumentAsync(document);
        Assert.Equal(20, read!.Revision);
        Assert.Equal(21, DocumentJson.Read(read.Json).ElementCount);
    }

    [Fact, Trait("Rule", "J9")]
    public async Task Opening_reads_the_newest_snapshot_and_only_what_follows()
    {
        await using var host = new TestEngine(options => options.SnapshotEvery = 100);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        for (var i = 0; i < 25; i++)
        {
            await ann.Participant.SubmitManyAsync([.. Enumerable.Range(0, 10).Select(n => Operation("create", $"e{i}-{n}"))], atomic: false);
            await ann.NextAsync<SessionEvent.Acknowledged>();
        }
        await host.RestartAsync();
        Assert.Equal(250, (await host.JoinAsync(document)).Joined.Revision);
        Assert.Equal(0, host.Store.EntriesLoaded);
    }

    [Fact, Trait("Rule", "J10")]
    public async Task Undo_is_per_user_and_survives_a_restart()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "a");
        await bob.DoAsync("create", "b");
        await host.RestartAsync();
        ann = await host.JoinAsync(document, "ann");
        await ann.Participant.UndoAsync("u");
        Assert.Equal("u", (await ann.NextAsync<SessionEvent.Acknowledged>()).RequestId);
        var after = await host.ReadAsync(document);
        Assert.False(after.TryGetElement("a", out _));
        Assert.True(after.TryGetElement("b", out _));
        await host.RestartAsync();
        ann = await host.JoinAsync(document, "ann");
        await ann.Participant.RedoAsync();
        await ann.NextAsync<SessionEvent.Acknowledged>();
        Assert.True((await host.ReadAsync(document)).TryGetElement("a", out _));
        await ann.Participant.RedoAsync();
        Assert.Equal("nothing_to_redo", (await ann.NextAsync<SessionEvent.Refused>()).Code);
    }

    [Fact, Trait("Rule", "J11")]
    public async Task Operations_of_one_group_are_one_step()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        await ann.DoAsync("update", "a", """{"fill":"red"}""", group: "g");
        await ann.DoAsync("update", "a", """{"stroke":"blue"}""", group: "g");
        await ann.Participant.UndoAsync();
        var undo = (await ann.NextAsync<SessionEvent.OperationsCommitted>(e => e.Operations[0].Entry.UndoOf is not null)).Operations[0].Entry;
        Assert.Equal(2, undo.UndoOf!.Split(' ').Length);
        Assert.True((await host.ReadAsync(document)).TryGetElement("a", out var element));
        Assert.Null(element["fill"]);
        Assert.Null(element["stroke"]);
    }

    [Fact, Trait("Rule", "J12")]
    public async Task Who_returns_gets_what_was_missed_or_the_whole_drawing_where_that_is_too_much()
    {
        await using var host = new TestEngine(options => options.ResyncLimit = 3);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        for (var i = 0; i < 5; i++)
            await ann.DoAsync("create", $"e{i}");
        async Task<Resync> Join(long? last) => (await host.JoinAsync(document, "bob", new(document, "main", "bob", null, "s", LastRevision: last, WantsDocument: true))).Joined.Resync;
        Assert.IsType<Resync.None>(await Join(5));
        Assert.Equal([3L, 4L, 5L], Assert.IsType<Resync.Operations>(await Join(2)).Missed.Select(o => o.Entry.Revision));
        Assert.Equal(5, Assert.IsType<Resync.Document>(await Join(1)).Content.Revision);
        Assert.IsType<Resync.Document>(await Join(99));
        Assert.IsType<Resync.Document>(await Join(null));
    }

    [Fact, Trait("Rule", "J13")]
    public async Task Who_does_not_keep_up_is_sent_away_alone()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        bob.IsFull = true;
        await ann.DoAsync("create", "a");
        Assert.Equal(CloseReason.TooSlow, await bob.Closed);
        await ann.DoAsync("create", "b");
    }

    [Fact, Trait("Rule", "J13")]
    public async Task Several_who_do_not_keep_up_are_sent_away_where_the_end_of_ones_gesture_is_too_much_for_another()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob, cleo) = await JoinTwoSlowAsync(host, document);
        await ann.DoAsync("create", "a");
        Assert.Equal(CloseReason.TooSlow, await bob.Closed);
        Assert.Equal(CloseReason.TooSlow, await cleo.Closed);
        await ann.DoAsync("create", "b");
    }

    [Fact, Trait("Rule", "J13")]
    public async Task A_session_ends_where_the_end_of_ones_gesture_is_too_much_for_another()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, _, _) = await JoinTwoSlowAsync(host, document);
        await host.Engine.CloseDocumentAsync(document, CloseReason.ServerStopping);
        Assert.Equal(CloseReason.ServerStopping, await ann.Closed);
        await host.JoinAsync(document);
    }

    /// <summary>Ann, and two who take nothing any more, one of them in the middle of a gesture.</summary>
    private static async Task<(TestPeer Ann, TestPeer Bob, TestPeer Cleo)> JoinTwoSlowAsync(TestEngine host, Guid document)
    {
        var (ann, bob, cleo) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"), await host.JoinAsync(document, "cleo"));
        cleo.Participant.Preview(new("g", ["a"], null));
        await ann.NextAsync<SessionEvent.PreviewShared>();
        (bob.IsFull, cleo.IsFull) = (true, true);
        return (ann, bob, cleo);
    }

    [Fact, Trait("Rule", "J14")]
    public async Task An_empty_session_closes_after_its_grace_and_opens_again()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        await ann.Participant.LeaveAsync();
        Assert.Equal(CloseReason.Left, await ann.Closed);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (host.Engine.GetPerformanceStats().OpenSessions > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            host.Time.Advance(TimeSpan.FromSeconds(31));
            await Task.Yield();
        }
        Assert.Equal(1, (await host.JoinAsync(document)).Joined.Revision);
    }

    [Fact, Trait("Rule", "K1")]
    public async Task A_viewers_edit_is_refused_and_nobody_else_hears_of_it()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        host.Access.Set(document, "vera", DocumentRole.Viewer);
        var (vera, bob) = (await host.JoinAsync(document, "vera"), await host.JoinAsync(document, "bob"));
        Assert.Equal("read_only", (await vera.TryAsync("create", "a")).Code);
        Assert.DoesNotContain(await bob.SettleAsync(), e => e is SessionEvent.OperationsCommitted or SessionEvent.Refused);
    }

    [Fact, Trait("Rule", "K2")]
    public async Task A_changed_role_counts_at_once_and_a_lost_right_ends_the_participation()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var bob = await host.JoinAsync(document, "bob");
        host.Access.Set(document, "bob", DocumentRole.Viewer);
        Assert.Equal(DocumentRole.Viewer, (await bob.NextAsync<SessionEvent.RoleChanged>()).Role);
        Assert.Equal("read_only", (await bob.TryAsync("create", "a")).Code);
        host.Access.Set(document, "bob", null);
        Assert.Equal(CloseReason.AccessRemoved, await bob.Closed);
        var again = await host.Engine.JoinAsync(new(document, "main", "bob", null, "s"), new TestPeer());
        Assert.Equal("document_not_found", Assert.IsType<JoinOutcome.Refused>(again).Code);
    }

    [Fact, Trait("Rule", "K3")]
    public async Task A_tokens_role_limits_its_users()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var tool = await host.JoinAsync(document, "ann", new(document, "main", "ann", null, "s", MaxRole: DocumentRole.Viewer));
        Assert.Equal(DocumentRole.Viewer, tool.Joined.Role);
        Assert.Equal("read_only", (await tool.TryAsync("create", "a")).Code);
    }

    [Fact, Trait("Rule", "K4")]
    public async Task A_participation_ends_with_its_token()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var tool = await host.JoinAsync(document, "ann", new(document, "main", "ann", null, "s", ExpiresAt: host.Time.GetUtcNow().AddMinutes(1)));
        host.Time.Advance(TimeSpan.FromSeconds(59));
        await tool.SettleAsync();
        host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(CloseReason.TokenExpired, await tool.Closed);
    }

    [Fact, Trait("Rule", "J15")]
    public async Task A_flood_is_refused_with_the_time_to_wait_and_a_fast_tool_is_not()
    {
        Assert.Equal((30_000, TimeSpan.FromSeconds(10)), (new EngineOptions().RateLimit, new EngineOptions().RateWindow));
        await using var host = new TestEngine(options => options.RateLimit = 3_000);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        await ann.Participant.SubmitManyAsync([.. Enumerable.Range(0, 3_001).Select(n => Operation("move", "a", """{"dx":1}"""))], atomic: false);
        var refused = await ann.NextAsync<SessionEvent.Refused>();
        Assert.Equal("rate_limited", refused.Code);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        Assert.Equal(3_000, (await ann.NextAsync<SessionEvent.Acknowledged>()).Operations.Length);
    }

    [Fact, Trait("Rule", "R1")]
    public async Task A_user_in_two_tabs_is_one_entry_with_one_colour_and_two_sessions()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var first = await host.JoinAsync(document, "ann");
        var second = await host.JoinAsync(document, "ann", new(document, "main", "ann", null, "tab-2"));
        var bob = await host.JoinAsync(document, "bob");
        Assert.Equal(first.Joined.Color, second.Joined.Color);
        Assert.NotEqual(first.Joined.Color, bob.Joined.Color);
        Assert.Equal(2, bob.Joined.ActiveUsers);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var users = (await bob.NextAsync<SessionEvent.PresenceChanged>(e => e.Users.Length == 2)).Users;
        Assert.Equal(2, users.Single(user => user.UserId == "ann").Sessions.Length);
    }

    [Fact, Trait("Rule", "R2")]
    public async Task A_preview_goes_to_the_others_and_ends_after_ten_seconds_of_silence()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        ann.Participant.Preview(new("g1", ["e1"], null));
        Assert.Equal("e1", (await bob.NextAsync<SessionEvent.PreviewShared>()).Preview.ElementIds[0]);
        Assert.DoesNotContain(await ann.SettleAsync(), e => e is SessionEvent.PreviewShared);
        host.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Empty((await bob.NextAsync<SessionEvent.PreviewShared>()).Preview.ElementIds);
    }

    [Fact, Trait("Rule", "R2")]
    public async Task A_preview_ends_for_the_others_where_its_batch_is_refused_after_a_part_of_it()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "a");
        ann.Participant.Preview(new("g", ["a", "b"], null));
        await bob.NextAsync<SessionEvent.PreviewShared>();
        await ann.Participant.SubmitManyAsync([Move("a"), Move("nowhere")], atomic: true);
        Assert.Equal("batch_failed", (await ann.NextAsync<SessionEvent.Refused>()).Code);
        var over = (await bob.NextAsync<SessionEvent.PreviewShared>()).Preview;
        Assert.Equal(("g", 0), (over.GestureId, over.ElementIds.Count));
        Assert.DoesNotContain(await (await host.JoinAsync(document, "cleo")).SettleAsync(), e => e is SessionEvent.PreviewShared);
    }

    [Theory, Trait("Rule", "R2")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_preview_ends_for_the_others_where_its_operations_could_not_be_stored(bool atomic)
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "a");
        ann.Participant.Preview(new("g", ["a"], null));
        await bob.NextAsync<SessionEvent.PreviewShared>();
        host.Store.FailAppends = 1;
        await ann.Participant.SubmitManyAsync([Move("a"), Move("a")], atomic);
        Assert.Equal("storage_failed", (await ann.NextAsync<SessionEvent.Refused>()).Code);
        Assert.Empty((await bob.NextAsync<SessionEvent.PreviewShared>()).Preview.ElementIds);
    }

    [Theory, Trait("Rule", "R2")]
    [InlineData("a", "nowhere")]
    [InlineData("nowhere", "a")]
    public async Task A_preview_ends_with_the_operation_that_is_stored_and_not_before_it_where_another_is_refused(string first, string second)
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "a");
        ann.Participant.Preview(new("g", ["a", "b"], null));
        await bob.NextAsync<SessionEvent.PreviewShared>();
        await ann.Participant.SubmitManyAsync([Move(first), Move(second)], atomic: false);
        await ann.SettleAsync();
        var told = (await bob.SettleAsync()).Where(e => e is SessionEvent.PreviewShared or SessionEvent.OperationsCommitted);
        Assert.Equal("g", Assert.IsType<SessionEvent.OperationsCommitted>(Assert.Single(told)).Operations[0].Entry.GestureId);
        Assert.DoesNotContain(await (await host.JoinAsync(document, "cleo")).SettleAsync(), e => e is SessionEvent.PreviewShared);
    }

    [Fact, Trait("Rule", "R3")]
    public async Task A_selection_is_presence_and_never_history()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.Participant.SubmitAsync(Operation("select", null, """{"elements":["a","b"]}"""));
        await ann.SettleAsync();
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var users = (await bob.NextAsync<SessionEvent.PresenceChanged>(e => e.Users.Any(user => user.Selection.Length > 0))).Users;
        Assert.Equal(["a", "b"], users.Single(user => user.UserId == "ann").Selection);
        Assert.Equal(0, (await host.Engine.ReadDocumentAsync(document))!.Revision);
    }

    [Fact, Trait("Rule", "R4")]
    public async Task Presence_is_told_at_once_and_then_at_a_bounded_pace()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await ann.SettleAsync();
        host.Time.Advance(TimeSpan.FromMilliseconds(60));
        await ann.SettleAsync();
        ann.Participant.Report(new(Cursor: new(new(0, 0))));
        await ann.NextAsync<SessionEvent.PresenceChanged>();
        for (var i = 1; i <= 100; i++)
        {
            ann.Participant.Report(new(Cursor: new(new(i, i))));
            Assert.Empty(await ann.SettleAsync());
        }
        host.Time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(100, (await ann.NextAsync<SessionEvent.PresenceChanged>()).Users[0].Cursor!.Value.X);
    }

    [Fact, Trait("Rule", "J16")]
    public async Task An_operation_can_be_sent_without_joining()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var bob = await host.JoinAsync(document, "bob");
        Assert.Equal(1, Assert.IsType<SubmitOutcome.Accepted>(await host.Engine.SendOperationAsync(document, "ann", Operation("create", "a"))).Acknowledgement.Revision);
        Assert.Equal("unknown_element", Assert.IsType<SubmitOutcome.Refused>(await host.Engine.SendOperationAsync(document, "ann", Operation("delete", "x"))).Code);
        Assert.Equal("ann", (await bob.NextAsync<SessionEvent.OperationsCommitted>()).Operations[0].Entry.UserId);
    }

    [Fact, Trait("Rule", "J17")]
    public async Task A_deleted_document_sends_all_away_and_leaves_nothing()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        await host.Engine.DeleteDocumentAsync(document);
        Assert.Equal(CloseReason.DocumentGone, await ann.Closed);
        Assert.Null(await host.Engine.ReadDocumentAsync(document));
        Assert.Empty(await host.Engine.ReadOperationsAsync(document).ToListAsync());
    }

    private static OperationRequest Move(string element) => Operation("move", element, """{"dx":1}""", gesture: "g");
}
