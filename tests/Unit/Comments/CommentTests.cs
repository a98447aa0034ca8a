using Microsoft.Extensions.Options;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Engine;
using Svgx.Tests.Unit.Versions;

namespace Svgx.Tests.Unit.Comments;

public sealed class CommentTests
{
    [Fact, Trait("Rule", "T1")]
    public async Task Nobody_hears_of_a_comment_before_its_commit()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.SettleAsync();
        await bob.SettleAsync();
        host.Store.Hold();
        await ann.Participant.CommentAsync(new CommentRequest.Create("c1", new(1, 2), "Hm"), "r1");
        await host.Store.Reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var heard = ann.NextAsync<SessionEvent.CommentChanged>();
        Assert.False(heard.IsCompleted);
        Assert.Empty((await host.Engine.GetCommentsAsync(document)).Threads);
        host.Store.Release();
        Assert.Equal((true, "r1", 1L), ((await heard).IsAnswer, (await heard).RequestId, (await heard).Update.Sequence));
        var news = await bob.NextAsync<SessionEvent.CommentChanged>();
        Assert.Equal((false, "Hm", "ann"), (news.IsAnswer, news.Update.Comment!.Text, news.Update.Comment.UserId));
        Assert.Single((await host.Engine.GetCommentsAsync(document)).Threads);
    }

    [Fact, Trait("Rule", "T2")]
    public async Task A_comment_sent_again_is_made_once_also_after_a_restart()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.BeginAsync(id: "c1");
        var reply = new CommentRequest.Reply("c2", "c1", "Yes");
        await ann.CommentAsync(reply);
        Assert.Null((await ann.BeginAsync(id: "c1")).Kind);
        Assert.Null((await ann.CommentAsync(reply)).Kind);
        await ann.CommentAsync(new CommentRequest.Resolve("c1"));
        Assert.Null((await ann.CommentAsync(new CommentRequest.Resolve("c1"))).Kind);
        Assert.Equal([1L, 2L, 3L], (await bob.SettleAsync()).OfType<SessionEvent.CommentChanged>().Select(changed => changed.Update.Sequence));
        await host.RestartAsync();
        ann = await host.JoinAsync(document, "ann");
        Assert.Equal(3, ann.Joined.LastComment);
        Assert.Null((await ann.CommentAsync(reply)).Kind);
        var thread = Assert.Single((await ann.ListAsync()).Threads);
        Assert.Equal(["Look here", "Yes"], thread.Comments.Select(comment => comment.Text));
        Assert.Equal("ann", thread.Resolution?.UserId);
        bob = await host.JoinAsync(document, "bob");
        Assert.Equal("invalid_data", (await bob.TryCommentAsync(new CommentRequest.Create("c1", new(1, 1), "Mine"))).Code);
        Assert.Equal("invalid_data", (await ann.TryCommentAsync(new CommentRequest.Create("c2", new(1, 1), "A reply's id"))).Code);
    }

    [Fact, Trait("Rule", "T3")]
    public async Task A_viewer_reads_comments_and_writes_none_a_commenter_writes_and_draws_nothing()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        host.Access.Set(document, "vic", DocumentRole.Viewer);
        host.Access.Set(document, "cem", DocumentRole.Commenter);
        var (vic, cem) = (await host.JoinAsync(document, "vic"), await host.JoinAsync(document, "cem"));
        await cem.BeginAsync("From a commenter", "c1");
        Assert.Equal("read_only", (await cem.TryAsync("create", "lamp")).Code);
        CommentRequest[] all = [new CommentRequest.Create(null, new(1, 1), "x"), new CommentRequest.Reply(null, "c1", "x"), new CommentRequest.Resolve("c1"), new CommentRequest.Delete("c1")];
        foreach (var request in all)
            Assert.Equal("read_only", (await vic.TryCommentAsync(request)).Code);
        Assert.Equal("From a commenter", Assert.Single((await vic.ListAsync()).Threads).Comments[0].Text);
        host.Access.Set(document, "cem", DocumentRole.Viewer);
        await cem.NextAsync<SessionEvent.RoleChanged>();
        Assert.Equal("read_only", (await cem.TryCommentAsync(new CommentRequest.Edit("c1", "x"))).Code);
    }

    [Fact, Trait("Rule", "T4")]
    public async Task Only_the_author_edits_the_author_and_the_owner_delete_and_who_deleted_brings_back()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        host.Access.Set(document, "olga", DocumentRole.Owner);
        var (ann, bob, olga) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"), await host.JoinAsync(document, "olga"));
        await ann.BeginAsync("First", "c1");
        Assert.Equal("forbidden", (await bob.TryCommentAsync(new CommentRequest.Edit("c1", "x"))).Code);
        Assert.Equal("forbidden", (await olga.TryCommentAsync(new CommentRequest.Edit("c1", "x"))).Code);
        Assert.Equal("forbidden", (await bob.TryCommentAsync(new CommentRequest.Delete("c1"))).Code);
        var edited = await ann.CommentAsync(new CommentRequest.Edit("c1", "  Second\r\nline\u0007 "));
        Assert.Equal("Second\nline", edited.Comment!.Text);
        Assert.NotNull(edited.Comment.EditedAt);
        var deleted = await olga.CommentAsync(new CommentRequest.Delete("c1"));
        Assert.Equal(("", "olga", true), (deleted.Comment!.Text, deleted.Comment.DeletedBy, deleted.Thread.IsDeleted));
        Assert.Equal("forbidden", (await ann.TryCommentAsync(new CommentRequest.Restore("c1"))).Code);
        Assert.Equal("unknown_comment", (await ann.TryCommentAsync(new CommentRequest.Edit("c1", "x"))).Code);
        await host.RestartAsync();
        olga = await host.JoinAsync(document, "olga");
        Assert.Equal("Second\nline", (await olga.CommentAsync(new CommentRequest.Restore("c1"))).Comment!.Text);
    }

    [Fact, Trait("Rule", "T5")]
    public async Task A_deleted_comment_keeps_its_place_and_a_thread_of_deleted_ones_is_gone()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.BeginAsync("First", "c1");
        await bob.CommentAsync(new CommentRequest.Reply("c2", "c1", "Second"));
        await ann.CommentAsync(new CommentRequest.Delete("c1"));
        Assert.Equal(["", "Second"], (await bob.ThreadAsync("c1")).Comments.Select(comment => comment.Text));
        await bob.CommentAsync(new CommentRequest.Delete("c2"));
        Assert.Empty((await bob.ListAsync()).Threads);
        Assert.Equal("unknown_thread", (await bob.TryCommentAsync(new CommentRequest.Reply(null, "c1", "Third"))).Code);
        Assert.True(Assert.Single((await bob.ListAsync(after: 3)).Threads).IsDeleted); // who comes back learns that it is gone
        await bob.CommentAsync(new CommentRequest.Restore("c2"));
        Assert.Equal(["", "Second"], (await bob.ThreadAsync("c1")).Comments.Select(comment => comment.Text));
    }

    [Fact, Trait("Rule", "T6")]
    public async Task A_pin_goes_with_its_element_survives_it_and_is_back_with_it()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "box", """{"type":"g","transform":"translate(1000 0)"}""");
        await ann.DoAsync("create", "lamp", """{"type":"rect","x":100,"y":200,"width":40,"height":20,"parent_id":"box","transform":"scale(2)"}""");
        Assert.Equal("unknown_element", (await ann.TryCommentAsync(new CommentRequest.Create(null, new(null, null, "nowhere"), "x"))).Code);
        var begun = await ann.BeginAsync("Too bright", "c1", element: "lamp");
        Assert.Equal((1240d, 420d, false), (begun.Thread.Anchor.X, begun.Thread.Anchor.Y, begun.Thread.Anchor.IsDetached));
        await ann.DoAsync("move", "lamp", """{"dx":10,"dy":-10}""");
        await ann.DoAsync("move", "box", """{"dx":-1000,"dy":0}""");
        await ann.SettleAsync();
        host.Time.Advance(TimeSpan.FromSeconds(5)); // long enough for bob to have seen it: no conflict
        await bob.DoAsync("delete", "box");
        var gone = (await ann.NextAsync<SessionEvent.CommentChanged>()).Update;
        Assert.Equal((CommentEventKind.Detached, 250d, 410d, true), (gone.Kind, gone.Thread.Anchor.X, gone.Thread.Anchor.Y, gone.Thread.Anchor.IsDetached));
        await host.RestartAsync();
        (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        var anchor = (await ann.ThreadAsync("c1")).Anchor;
        Assert.Equal((250d, 410d, true), (anchor.X, anchor.Y, anchor.IsDetached));
        await bob.Participant.UndoAsync();
        var back = (await ann.NextAsync<SessionEvent.CommentChanged>()).Update;
        Assert.Equal((CommentEventKind.Attached, 250d, 410d, false), (back.Kind, back.Thread.Anchor.X, back.Thread.Anchor.Y, back.Thread.Anchor.IsDetached));
    }

    [Fact, Trait("Rule", "T7")]
    public async Task A_mention_is_of_somebody_who_may_see_the_drawing_under_their_own_name()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        host.Access.Set(document, "eve", null);
        var ann = await host.JoinAsync(document, "ann");
        var said = await ann.BeginAsync("Ask @[The boss](bob), not @bob", "c1");
        Assert.Equal(("Ask @[bob](bob), not @bob", "bob"), (said.Comment!.Text, Assert.Single(said.Comment.Mentions)));
        Assert.Equal("Ask @bob, not @bob", CommentText.Plain(said.Comment.Text));
        Assert.Equal("unknown_person", (await ann.TryCommentAsync(new CommentRequest.Reply(null, "c1", "@[Eve](eve)"))).Code);
        host.Access.Set(document, "bob", null);
        Assert.Equal("Or @[bob](bob)", (await ann.CommentAsync(new CommentRequest.Edit("c1", "Or @[bob](bob)"))).Comment!.Text);
        var crowd = string.Concat(Enumerable.Range(0, 21).Select(i => $"@[n](u{i})"));
        Assert.Equal("invalid_data", (await ann.TryCommentAsync(new CommentRequest.Reply(null, "c1", crowd))).Code);
    }

    [Fact, Trait("Rule", "T8")]
    public async Task What_somebody_has_read_is_kept_and_told_to_their_other_sessions_alone()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob, bobs) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"), await host.JoinAsync(document, "bob", new(document, "main", "bob", "bob", "bob-2")));
        await ann.BeginAsync("One", "c1");
        await ann.CommentAsync(new CommentRequest.Reply("c2", "c1", "Two"));
        Assert.Equal(2, (await bob.ThreadAsync("c1")).Unread("bob", 0));
        Assert.Equal(0, (await bob.ThreadAsync("c1")).Unread("ann", 0));
        await bob.Participant.MarkCommentsReadAsync("c1", 1);
        Assert.Equal(1, (await bobs.NextAsync<SessionEvent.CommentsRead>()).ReadMarks["c1"]);
        Assert.Equal(1, (await bob.ThreadAsync("c1")).Unread("bob", 1));
        await bob.Participant.MarkCommentsReadAsync(null);
        await bob.Participant.MarkCommentsReadAsync("c1", 1); // a mark never goes back
        Assert.Equal(2, (await bob.ListAsync()).ReadMarks["c1"]);
        Assert.DoesNotContain(await ann.SettleAsync(), e => e is SessionEvent.CommentsRead);
        await host.RestartAsync();
        bob = await host.JoinAsync(document, "bob");
        Assert.Equal(2, (await bob.ListAsync()).ReadMarks["c1"]);
        await bob.Participant.MarkCommentsReadAsync("c9");
        Assert.Equal("unknown_thread", (await bob.NextAsync<SessionEvent.Refused>()).Code);
        await bob.CommentAsync(new CommentRequest.Reply("c3", "c1", "Three"));
        Assert.Equal(0, (await bob.ThreadAsync("c1")).Unread("bob", 2)); // one's own is read
    }

    [Fact, Trait("Rule", "T9")]
    public async Task Every_bound_has_its_answer_and_changes_nothing()
    {
        await using var host = new TestEngine(comments: options => (options.MaxThreads, options.MaxThreadComments, options.MaxEvents, options.RateLimit) = (2, 2, 5, 40));
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        Assert.Equal("too_large", (await ann.TryCommentAsync(new CommentRequest.Create(null, new(1, 1), new('x', CommentText.MaxLength + 1)))).Code);
        Assert.Equal("invalid_data", (await ann.TryCommentAsync(new CommentRequest.Create(null, new(1, 1), " \n "))).Code);
        Assert.Equal("invalid_data", (await ann.TryCommentAsync(new CommentRequest.Create(null, new(double.NaN, 1), "x"))).Code);
        Assert.Equal("invalid_data", (await ann.TryCommentAsync(new CommentRequest.Create(null, new(null, 1), "x"))).Code);
        Assert.Equal("invalid_data", (await ann.TryCommentAsync(new CommentRequest.Create(null, new(1, 1, "root", 7), "x"))).Code);
        Assert.Equal("invalid_data", (await ann.TryCommentAsync(new CommentRequest.Create("no spaces", new(1, 1), "x"))).Code);
        await ann.BeginAsync(new('x', CommentText.MaxLength), "c1");
        await ann.BeginAsync("Two", "c2");
        Assert.Equal("too_many_comments", (await ann.TryCommentAsync(new CommentRequest.Create(null, new(1, 1), "Three"))).Code);
        await ann.CommentAsync(new CommentRequest.Reply("c3", "c2", "Reply"));
        Assert.Equal("too_many_comments", (await ann.TryCommentAsync(new CommentRequest.Reply(null, "c2", "Another"))).Code);
        await ann.CommentAsync(new CommentRequest.Edit("c3", "Changed"));
        await ann.CommentAsync(new CommentRequest.Edit("c3", "Changed again"));
        Assert.Equal("too_many_comments", (await ann.TryCommentAsync(new CommentRequest.Edit("c3", "And again"))).Code);
        Assert.Equal((5L, 2), ((await ann.ListAsync()).Sequence, (await ann.ListAsync()).Threads.Length));
        SessionEvent.Refused refused;
        do
            refused = await ann.TryCommentAsync(new CommentRequest.Edit("c3", "And again"));
        while (refused.Code == "too_many_comments");
        Assert.Equal("rate_limited", refused.Code);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
    }

    [Fact, Trait("Rule", "T10")]
    public async Task Who_names_the_last_they_have_gets_what_happened_since()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.BeginAsync("One", "c1");
        await ann.BeginAsync("Two", "c2");
        await ann.BeginAsync("Three", "c3");
        await bob.Participant.LeaveAsync();
        await bob.Closed;
        await ann.CommentAsync(new CommentRequest.Resolve("c1"));
        await ann.CommentAsync(new CommentRequest.Delete("c2"));
        bob = await host.JoinAsync(document, "bob");
        Assert.Equal(5, bob.Joined.LastComment);
        var missed = await bob.ListAsync(after: 3);
        Assert.Equal([("c1", false), ("c2", true)], missed.Threads.Select(thread => (thread.ThreadId, thread.IsDeleted)));
        Assert.Equal(5, missed.Sequence);
        await ann.CommentAsync(new CommentRequest.Reopen("c1"));
        Assert.Equal(6, (await bob.NextAsync<SessionEvent.CommentChanged>()).Update.Sequence);
    }

    [Fact, Trait("Rule", "T11")]
    public async Task Comments_are_kept_as_they_were_at_any_time_and_revision()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        await ann.DoAsync("create", "lamp");
        await ann.BeginAsync("Before", "c1", element: "lamp");
        var time = host.Time.GetUtcNow().UtcDateTime;
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await ann.CommentAsync(new CommentRequest.Edit("c1", "After"));
        await ann.DoAsync("delete", "lamp");
        await ann.CommentAsync(new CommentRequest.Resolve("c1"));
        var then = Assert.Single((await host.Engine.GetCommentsAsync(document, asOf: new(Time: time))).Threads);
        Assert.Equal(("Before", null, false), (then.Comments[0].Text, then.Resolution, then.Anchor.IsDetached));
        var first = Assert.Single((await host.Engine.GetCommentsAsync(document, asOf: new(Revision: 1))).Threads);
        Assert.Equal(("After", false, null), (first.Comments[0].Text, first.Anchor.IsDetached, first.Resolution));
        var now = Assert.Single((await host.Engine.GetCommentsAsync(document, asOf: new(Revision: 2))).Threads);
        Assert.Equal(("After", true, "ann"), (now.Comments[0].Text, now.Anchor.IsDetached, now.Resolution?.UserId));
        Assert.Empty((await host.Engine.GetCommentsAsync(document, asOf: new(Time: time.AddDays(-1)))).Threads);
    }

    [Fact, Trait("Rule", "T11")]
    public async Task A_clock_put_back_does_not_change_the_order_of_what_was_said()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        await ann.BeginAsync("One", "c1");
        var time = host.Time.GetUtcNow().UtcDateTime;
        host.Time.AdjustTime(host.Time.GetUtcNow().AddHours(-2));
        await ann.BeginAsync("Two", "c2");
        Assert.Equal(2, (await host.Engine.GetCommentsAsync(document, asOf: new(Time: time))).Threads.Length);
        Assert.Empty((await host.Engine.GetCommentsAsync(document, asOf: new(Time: time.AddHours(-1)))).Threads);
    }

    [Fact, Trait("Rule", "T12")]
    public async Task A_failed_commit_is_told_and_the_comment_can_be_sent_again()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.BeginAsync("One", "c1");
        host.Store.FailAppends = 1;
        Assert.Equal("storage_failed", (await ann.TryCommentAsync(new CommentRequest.Reply("c2", "c1", "Two"))).Code);
        Assert.Single((await ann.ThreadAsync("c1")).Comments);
        Assert.Equal(2, (await ann.CommentAsync(new CommentRequest.Reply("c2", "c1", "Two"))).Sequence);
        Assert.Equal([1L, 2L], (await bob.SettleAsync()).OfType<SessionEvent.CommentChanged>().Select(changed => changed.Update.Sequence));
        host.Store.FailAppends = 1;
        await bob.Participant.MarkCommentsReadAsync("c1");
        Assert.Equal("storage_failed", (await bob.NextAsync<SessionEvent.Refused>()).Code);
        Assert.Empty((await bob.ListAsync()).ReadMarks);
    }

    [Fact, Trait("Rule", "T13")]
    public async Task A_branch_starts_with_the_threads_of_its_making_and_merging_brings_what_is_new_once()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        await ann.BeginAsync("Both know this", "c1");
        await ann.Participant.MarkCommentsReadAsync("c1");
        await ann.SettleAsync();
        var made = host.Time.GetUtcNow().UtcDateTime;
        host.Time.Advance(TimeSpan.FromSeconds(1));
        await ann.BeginAsync("Too late for the branch", "c2");
        await host.BranchAsync(document, "wild");
        for (var i = 0; i < 2; i++) // again, as after a crash between the two
            await host.Comments.CopyAsync(document, "main", new(Time: made), "wild", default);
        var bob = await host.JoinAsync(document, "bob", new(document, "wild", "bob", "bob", "bob-1"));
        Assert.Equal("c1", Assert.Single((await bob.ListAsync()).Threads).ThreadId);
        Assert.Equal(1, (await host.Engine.GetCommentReadMarksAsync(document, "ann", "wild"))["c1"]);
        await bob.CommentAsync(new CommentRequest.Reply("c3", "c1", "Said in the branch"));
        await bob.BeginAsync("Begun in the branch", "c4");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await ann.ListAsync()).Sequence);
        Assert.Equal(2, await host.Engine.MergeCommentsAsync(document, "wild", "main"));
        Assert.Equal(0, await host.Engine.MergeCommentsAsync(document, "wild", "main"));
        var list = await ann.ListAsync();
        Assert.Equal(["c1", "c2", "c4"], list.Threads.Select(thread => thread.ThreadId));
        var reply = list.Threads[0].Comments[1];
        Assert.Equal(("Said in the branch", "bob", made.AddSeconds(1)), (reply.Text, reply.UserId, reply.CreatedAt));
        Assert.Equal(1, list.Threads[0].Unread("ann", list.ReadMarks["c1"])); // new here, so unread here
        Assert.Equal(1, await host.Engine.MergeCommentsAsync(document, "main", "wild"));
    }

    [Fact, Trait("Rule", "T13")]
    public async Task Making_and_merging_a_branch_takes_its_comments_along()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        await ann.DoAsync("create", "lamp");
        await ann.BeginAsync("Known to both", "c1", element: "lamp");
        await host.Engine.Versions.CreateBranchAsync(document, VersionTesting.Ann, "wild").Done();
        var bob = await host.JoinBranchAsync(document, "wild", "bob");
        Assert.Equal("c1", Assert.Single((await bob.ListAsync()).Threads).ThreadId);
        Assert.Single((await host.Engine.GetCommentsAsync(document, "wild", new(Revision: 0))).Threads);
        await bob.DoAsync("create", "shade");
        await bob.BeginAsync("On what is new", "c2", element: "shade");
        await host.Engine.Versions.MergeAsync(document, VersionTesting.Ann, "wild").Done();
        var list = await ann.ListAsync();
        Assert.Equal([("c1", false), ("c2", false)], list.Threads.Select(thread => (thread.ThreadId, thread.Anchor.IsDetached)));
    }

    [Fact, Trait("Rule", "T25")]
    public async Task Who_follows_all_documents_knows_before_the_answer_goes_out()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        await ann.SettleAsync();
        var seen = new List<(bool HasEvents, string Readers, int AlreadyTold)>();
        host.Engine.CommentsChanged += change => seen.Add((change.HasEvents, string.Join(' ', change.Readers), ann.Waiting));
        await ann.BeginAsync("One", "c1");
        await ann.Participant.MarkCommentsReadAsync("c1");
        await ann.NextAsync<SessionEvent.CommentsRead>();
        Assert.Equal([(true, "", 0), (false, "ann", 0)], seen);
    }

    [Fact, Trait("Rule", "L24")]
    public async Task A_handler_of_an_event_that_fails_costs_nobody_anything()
    {
        await using var host = new TestEngine();
        host.Engine.CommentsChanged += _ => throw new InvalidOperationException("A fault of the program.");
        host.Engine.PresenceChanged += _ => throw new InvalidOperationException("A fault of the program.");
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.BeginAsync("One", "c1");
        Assert.Equal("One", (await bob.NextAsync<SessionEvent.CommentChanged>()).Update.Comment!.Text);
        Assert.Equal(1, (await ann.DoAsync("create", "lamp")).Revision);
    }

    [Fact, Trait("Rule", "T14")]
    public async Task A_program_comments_without_joining_as_far_as_its_role_goes()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann");
        var begun = Assert.IsType<CommentOutcome.Accepted>(await host.Engine.SendCommentAsync(document, "tool", new CommentRequest.Create(null, new(1, 2), "From outside")));
        Assert.Equal("From outside", (await ann.NextAsync<SessionEvent.CommentChanged>()).Update.Comment!.Text);
        var refused = Assert.IsType<CommentOutcome.Refused>(await host.Engine.SendCommentAsync(document, "tool", new CommentRequest.Resolve(begun.Update.Thread.ThreadId), maxRole: DocumentRole.Viewer));
        Assert.Equal("read_only", refused.Code);
        Assert.Equal("branch_not_found", Assert.IsType<CommentOutcome.Refused>(await host.Engine.SendCommentAsync(document, "tool", new CommentRequest.Resolve("x"), branch: "none")).Code);
        Assert.Null(await host.Engine.MarkCommentsReadAsync(document, "tool"));
        Assert.Single(await host.Engine.GetCommentReadMarksAsync(document, "tool"));
        await host.Engine.DeleteDocumentAsync(document);
        Assert.Empty((await host.Engine.GetCommentsAsync(document)).Threads);
        Assert.Empty(await host.Engine.GetCommentReadMarksAsync(document, "tool"));
        Assert.Empty(await host.Engine.ReadCommentEventsAsync(0, 100));
    }

    [Fact, Trait("Rule", "T9")]
    public void Bounds_out_of_range_stop_startup()
    {
        Assert.True(new CommentOptionsValidator().Validate(Options.DefaultName, new()).Succeeded);
        Assert.True(new CommentOptionsValidator().Validate(Options.DefaultName, new() { MaxThreads = 0 }).Failed);
    }
}
