using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Engine;

namespace Svgx.Tests.Unit.Comments;

/// <summary>What peers do with comments, in one call each.</summary>
internal static class CommentPeers
{
    public static async Task<CommentUpdate> CommentAsync(this TestPeer peer, CommentRequest request, string requestId = "r")
    {
        await peer.Participant.CommentAsync(request, requestId);
        return (await peer.NextAsync<SessionEvent.CommentChanged>(changed => changed.IsAnswer)).Update;
    }

    public static Task<CommentUpdate> BeginAsync(this TestPeer peer, string text = "Look here", string? id = null, string? element = null) =>
        peer.CommentAsync(new CommentRequest.Create(id, element is null ? new(10, 20) : new(null, null, element, 0.5, 0.5), text));

    public static async Task<SessionEvent.Refused> TryCommentAsync(this TestPeer peer, CommentRequest request)
    {
        await peer.Participant.CommentAsync(request);
        return await peer.NextAsync<SessionEvent.Refused>();
    }

    public static async Task<SessionEvent.CommentsListed> ListAsync(this TestPeer peer, long after = 0)
    {
        await peer.Participant.ListCommentsAsync(after);
        return await peer.NextAsync<SessionEvent.CommentsListed>();
    }

    public static async Task<CommentThread> ThreadAsync(this TestPeer peer, string id) => (await peer.ListAsync()).Threads.Single(thread => thread.ThreadId == id);
}
