using System.Security.Claims;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Web.Documents;

namespace Svgx.Web.Api;

/// <summary>The comments of a document. A branch other than <c>main</c> is named by <c>?branch=</c>; <c>cid</c> is a comment's id, a thread's that of its first.</summary>
internal static class CommentEndpoints
{
    public static void MapComments(this IEndpointRouteBuilder document)
    {
        var comments = document.MapGroup("/comments");
        comments.MapGet("", List).WithSummary("The threads, as they are or as they were at a time or revision");
        comments.MapPost("", Create).WithSummary("Begins a thread (commenters)").Produces<ThreadAnswer>(StatusCodes.Status201Created);
        comments.MapPost("/read", Read).WithSummary("Notes what the caller has read").Produces(StatusCodes.Status204NoContent);
        comments.MapPost("/{cid}/replies", Reply).WithSummary("Answers in a thread (commenters)").Produces<ThreadAnswer>(StatusCodes.Status201Created);
        comments.MapPost("/{cid}/resolve", (Guid id, string cid, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string branch = CollaborationEngine.MainBranch) =>
            SendAsync(id, branch, user, engine, new CommentRequest.Resolve(cid), cancellationToken)).WithSummary("Settles a thread (commenters)");
        comments.MapPost("/{cid}/reopen", (Guid id, string cid, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string branch = CollaborationEngine.MainBranch) =>
            SendAsync(id, branch, user, engine, new CommentRequest.Reopen(cid), cancellationToken)).WithSummary("Opens a settled thread again (commenters)");
        comments.MapPost("/{cid}/restore", (Guid id, string cid, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string branch = CollaborationEngine.MainBranch) =>
            SendAsync(id, branch, user, engine, new CommentRequest.Restore(cid), cancellationToken)).WithSummary("Brings back a comment that the caller has deleted");
        comments.MapPatch("/{cid}", Edit).WithSummary("Changes one's own comment");
        comments.MapDelete("/{cid}", Delete).WithSummary("Deletes one's own comment; the owner of the document may delete any").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<CommentsAnswer> List(
        Guid id, ClaimsPrincipal user, CollaborationEngine engine, IDocumentAccess access, CancellationToken cancellationToken,
        string branch = CollaborationEngine.MainBranch, DateTimeOffset? time = null, long? revision = null)
    {
        var caller = ApiCaller.Of(user);
        caller.Require(id, DocumentRole.Viewer);
        if (await access.GetAsync(id, caller.UserId, cancellationToken) is null)
            throw new DocumentRefusedException("document_not_found", "There is no such document, or it is not shared with you.");
        CommentMoment? moment = time is null && revision is null ? null : new(time?.UtcDateTime, revision);
        var list = await engine.GetCommentsAsync(id, branch, moment, cancellationToken);
        return new(list.Sequence, [.. list.Threads.Select(ThreadAnswer.Of)], await engine.GetCommentReadMarksAsync(id, caller.UserId, branch, cancellationToken));
    }

    private static async Task<IResult> Create(Guid id, CommentBody body, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string branch = CollaborationEngine.MainBranch)
    {
        var place = new CommentPlace(body.Anchor?.X, body.Anchor?.Y, body.Anchor?.ElementId, body.Anchor?.Offset?.X, body.Anchor?.Offset?.Y);
        var thread = await SendAsync(id, branch, user, engine, new CommentRequest.Create(body.CommentId, place, body.Text ?? ""), cancellationToken);
        return Results.Created($"/api/documents/{id}/comments", thread);
    }

    private static async Task<IResult> Reply(Guid id, string cid, ReplyBody body, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string branch = CollaborationEngine.MainBranch)
    {
        var thread = await SendAsync(id, branch, user, engine, new CommentRequest.Reply(body.CommentId, cid, body.Text ?? ""), cancellationToken);
        return Results.Created($"/api/documents/{id}/comments", thread);
    }

    private static Task<ThreadAnswer> Edit(Guid id, string cid, CommentTextBody body, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string branch = CollaborationEngine.MainBranch) =>
        SendAsync(id, branch, user, engine, new CommentRequest.Edit(cid, body.Text ?? ""), cancellationToken);

    private static async Task<IResult> Delete(Guid id, string cid, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string branch = CollaborationEngine.MainBranch)
    {
        await SendAsync(id, branch, user, engine, new CommentRequest.Delete(cid), cancellationToken);
        return Results.NoContent();
    }

    private static async Task<IResult> Read(Guid id, ReadBody body, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string branch = CollaborationEngine.MainBranch)
    {
        var caller = ApiCaller.Of(user);
        caller.Require(id, DocumentRole.Viewer);
        if (await engine.MarkCommentsReadAsync(id, caller.UserId, body.ThreadId, body.Sequence, branch, cancellationToken) is { } refused)
            throw new DocumentRefusedException(refused.Code, refused.Reason);
        return Results.NoContent();
    }

    private static async Task<ThreadAnswer> SendAsync(Guid id, string branch, ClaimsPrincipal user, CollaborationEngine engine, CommentRequest request, CancellationToken cancellationToken)
    {
        var caller = ApiCaller.Of(user);
        caller.Require(id, DocumentRole.Commenter);
        return await engine.SendCommentAsync(id, caller.UserId, request, branch, caller.MaxRole, cancellationToken) switch
        {
            CommentOutcome.Accepted accepted => ThreadAnswer.Of(accepted.Update.Thread),
            CommentOutcome.Refused refused => throw new DocumentRefusedException(refused.Code, refused.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
