using Svgx.Collaboration.Client;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.Unit.Client;

/// <summary>Comments through the client.</summary>
public sealed class ClientCommentTests
{
    [Fact, Trait("Rule", "N23")]
    public async Task A_thread_lives_its_life_and_others_follow_it()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await using var bob = await host.CollaborateAsync("bob");
        await ann.Submit("create", "lamp", new { x = 10, y = 10 }).AcceptedAsync();
        var thread = await ann.CommentAsync(new(null, null, "lamp", 0.5), "Too bright?");
        Assert.Equal(("lamp", 0.5, 0, "Too bright?", "ann"), (thread.Anchor.ElementId, thread.Anchor.OffsetX, thread.Anchor.OffsetY, thread.Comments[0].Text, thread.Comments[0].UserId));
        await bob.UntilAsync(client => client.UnreadComments(thread.ThreadId) == 1);
        var answered = await bob.ReplyAsync(thread.ThreadId, "Yes");
        Assert.Equal(["Too bright?", "Yes"], answered.Comments.Select(comment => comment.Text));
        Assert.Equal(0, bob.UnreadComments(thread.ThreadId)); // who answers has read
        await ann.UntilAsync(client => client.UnreadComments(thread.ThreadId) == 1);
        await ann.MarkCommentsReadAsync();
        Assert.Equal(0, ann.UnreadComments(thread.ThreadId));

        var reply = answered.Comments[1].CommentId;
        Assert.Equal("No", (await bob.EditCommentAsync(reply, "No")).Comments[1].Text);
        Assert.True((await bob.DeleteCommentAsync(reply)).Comments[1].IsDeleted);
        Assert.Equal("No", (await bob.RestoreCommentAsync(reply)).Comments[1].Text);
        Assert.Equal("bob", (await bob.ResolveThreadAsync(thread.ThreadId)).Resolution!.UserId);
        await ann.UntilAsync(client => client.Comments.Single().Resolution is not null);
        Assert.Null((await ann.ReopenThreadAsync(thread.ThreadId)).Resolution);
        await ann.Submit("delete", "lamp").AcceptedAsync();
        await bob.UntilAsync(client => client.Comments.Single().Anchor.IsDetached);

        await using var eve = await host.CollaborateAsync("eve", DocumentRole.Viewer);
        await eve.UntilAsync(client => client.Comments.Count == 1);
        Assert.Equal(2, eve.Comments[0].Comments.Length);
        Assert.Equal("read_only", (await Assert.ThrowsAsync<RequestRefusedException>(() => eve.CommentAsync(new(1, 2), "Me too"))).Code);
        Assert.Equal("unknown_thread", (await Assert.ThrowsAsync<RequestRefusedException>(() => ann.ReplyAsync("nothing", "?"))).Code);
    }

    [Fact, Trait("Rule", "N23")]
    public async Task After_a_lost_line_comments_are_brought_up_to_date()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        await using var ann = await host.CollaborateAsync(server: line.Server);
        await using var bob = await host.CollaborateAsync("bob");
        var first = await ann.CommentAsync(new(1, 2), "First");
        await bob.UntilAsync(client => client.Comments.Count == 1);
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        await bob.ReplyAsync(first.ThreadId, "While you were away");
        var second = await bob.CommentAsync(new(3, 4), "Second");
        await bob.CommentAsync(new(5, 6), "Third");
        await bob.DeleteCommentAsync(second.ThreadId);
        Assert.Single(ann.Comments);
        line.Up();
        await ann.UntilAsync(client => client.Comments.Count == 2 && client.Comments[0].Comments.Length == 2);
        Assert.Equal(["First", "Third"], ann.Comments.Select(thread => thread.Comments[0].Text));
        Assert.Equal(2, ann.Comments.Sum(thread => ann.UnreadComments(thread.ThreadId)));
    }

    [Fact, Trait("Rule", "N23")]
    public async Task A_comment_sent_again_with_its_id_is_one_comment()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await ann.CommentAsync(new(1, 2), "Once", "mine");
        Assert.Equal("mine", (await ann.CommentAsync(new(1, 2), "Once", "mine")).ThreadId);
        Assert.Single(ann.Comments);
    }
}
