using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Conflicts;
using static Svgx.Tests.Unit.Engine.TestEngine;

namespace Svgx.Tests.Unit.Engine;

/// <summary>Whoever waits for an answer gets one, however a session ends. Each call below would wait for ever otherwise.</summary>
public sealed class SessionFailureTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact, Trait("Rule", "J21")]
    public async Task A_session_that_fails_answers_what_failed_and_what_was_decided_with_it_and_the_next_one_goes_on()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        await host.Engine.SendCommentAsync(document, "ann", new CommentRequest.Create("c1", new(1, 1), "Look"));
        host.Store.Hold();
        await ann.Participant.SubmitAsync(Operation("create", "b"));
        await host.Store.Reached.Task.WaitAsync(Patience);

        var decided = host.Engine.SendOperationAsync(document, "ann", Operation("create", "decided", id: "decided"));
        var comment = host.Engine.SendCommentAsync(document, "ann", new CommentRequest.Create("c2", new(1, 1), "Look"));
        var failed = host.Engine.SendOperationAsync(document, "ben", Operation("create", "failed")); // Ben's history has to be read
        var behind = host.Engine.SendOperationAsync(document, "ann", Operation("create", "behind"));
        var read = host.Engine.ReadDocumentAsync(document);
        host.Store.FailReads = true;
        host.Store.Release();

        foreach (var waiting in new[] { decided, failed, behind })
            Assert.Equal("storage_failed", Assert.IsType<SubmitOutcome.Refused>(await waiting.WaitAsync(Patience)).Code);
        Assert.Equal("storage_failed", Assert.IsType<CommentOutcome.Refused>(await comment.WaitAsync(Patience)).Code);
        Assert.Equal(CloseReason.SessionFailed, await ann.Closed);
        Assert.Equal(2, (await read.WaitAsync(Patience))!.Revision);
        host.Store.FailReads = false;
        Assert.IsType<SubmitOutcome.Accepted>(await host.Engine.SendOperationAsync(document, "ann", Operation("create", "decided", id: "decided")));
        Assert.Equal(["a", "b", "decided"], await host.Engine.ReadOperationsAsync(document).Select(entry => entry.ElementId).ToListAsync());
    }

    [Fact, Trait("Rule", "J26")]
    public async Task What_fails_as_a_session_ends_keeps_nobody_out_and_no_other_document_open()
    {
        await using var host = new TestEngine();
        var (document, other) = (await host.Engine.CreateDocumentAsync(), await host.Engine.CreateDocumentAsync());
        var ann = await host.JoinAsync(document);
        await host.Engine.JoinAsync(new(document, "main", "ben", "ben", "ben-1"), new Stubborn());
        await ann.DoAsync("create", "a");
        await host.Engine.CloseDocumentAsync(document, CloseReason.ServerStopping).WaitAsync(Patience);
        Assert.Equal(CloseReason.ServerStopping, await ann.Closed);
        await host.Engine.JoinAsync(new(document, "main", "ben", "ben", "ben-2"), new Stubborn()).WaitAsync(Patience);
        ann = await host.JoinAsync(document);
        Assert.Equal(1, ann.Joined.Revision);
        var cleo = await host.JoinAsync(other, "cleo");

        await host.Engine.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.Equal((CloseReason.ServerStopping, CloseReason.ServerStopping), (await ann.Closed, await cleo.Closed));
    }

    [Fact, Trait("Rule", "J21")]
    public async Task A_decision_that_fails_with_its_session_is_answered_and_the_conflict_is_as_before()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.DeletionClashAsync();
        scene.Host.Store.FailReads = true;
        var decision = scene.Host.Engine.ResolveConflictAsync(scene.Document, "cleo", new(conflict.ConflictId, "last_write_wins")); // Cleo's history has to be read
        Assert.Equal("storage_failed", Assert.IsType<ResolveOutcome.Refused>(await decision.WaitAsync(Patience)).Code);
        scene.Host.Store.FailReads = false;
        Assert.IsType<ResolveOutcome.Accepted>(await scene.Host.Engine.ResolveConflictAsync(scene.Document, "cleo", new(conflict.ConflictId, "last_write_wins")));
        Assert.Null(await scene.ElementAsync());
    }

    [Fact, Trait("Rule", "J21")]
    public async Task What_comes_behind_the_end_of_a_session_is_answered_or_taken_by_the_next()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var (host, document) = (scene.Host, scene.Document);
        var conflict = await scene.DeletionClashAsync();
        await host.Engine.SendCommentAsync(document, "ann", new CommentRequest.Create("c1", new(1, 1), "Look"));
        await host.Engine.Versions.CreateBranchAsync(document, new("ann"), "side");
        await host.Engine.SendCommentAsync(document, "ann", new CommentRequest.Create("c2", new(1, 1), "Look"), "side");
        host.Store.Hold();
        await scene.Ann.Participant.SubmitAsync(Operation("create", "last"));
        await host.Store.Reached.Task.WaitAsync(Patience);

        var closing = host.Engine.CloseDocumentAsync(document, CloseReason.ServerStopping);
        var submit = host.Engine.SendOperationAsync(document, "ann", Operation("create", "late"));
        var comment = host.Engine.SendCommentAsync(document, "ann", new CommentRequest.Create("c3", new(1, 1), "Look"));
        var decision = host.Engine.ResolveConflictAsync(document, "ann", new(conflict.ConflictId, "reject"));
        var read = host.Engine.ReadDocumentAsync(document);
        var version = host.Engine.Versions.SaveAsync(document, new("ann"));
        var adopted = host.Engine.MergeCommentsAsync(document, "side", "main");
        var peer = new TestPeer();
        var join = host.Engine.JoinAsync(new(document, "main", "eve", "eve", "eve-1"), peer);
        host.Store.Release();

        await closing.WaitAsync(Patience);
        Assert.Equal(CloseReason.ServerStopping, await scene.Ann.Closed);
        // Answered either way: which of them the session came to before its end is a matter of moments.
        await submit.WaitAsync(Patience);
        await comment.WaitAsync(Patience);
        await decision.WaitAsync(Patience);
        Assert.True((await read.WaitAsync(Patience))!.Revision > scene.Start);
        Assert.IsType<VersionResult<DocumentVersion>.Done>(await version.WaitAsync(Patience));
        Assert.Equal(1, await adopted.WaitAsync(Patience));
        Assert.IsType<JoinOutcome.Accepted>(await join.WaitAsync(Patience));
    }

    private sealed class Stubborn : ISessionSubscriber
    {
        public bool TryPublish(SessionEvent sessionEvent) => true;

        public void Close(CloseReason reason) => throw new InvalidOperationException("It does not go.");
    }
}
