using System.Buffers;

namespace Svgx.Collaboration.Comments;

/// <summary>Who asks.</summary>
internal readonly record struct CommentActor(string UserId, bool IsOwner);

/// <summary>What becomes of a request.</summary>
internal abstract record CommentDecision
{
    private CommentDecision()
    {
    }

    /// <summary>It is an event.</summary>
    public sealed record Accepted(CommentEventKind Kind, string ThreadId, string CommentId, string? Text = null, CommentAnchor? Anchor = null) : CommentDecision;

    /// <summary>It has been done already: the answer is how things are.</summary>
    public sealed record Repeated(string ThreadId, string CommentId) : CommentDecision;

    /// <summary>It is refused, with a protocol code.</summary>
    public sealed record Refused(string Code, string Reason) : CommentDecision;
}

/// <summary>Decides what may be done with the comments of a branch. Roles, rates and who may be mentioned are the session's to ask.</summary>
internal static class CommentRules
{
    private const double MostOffset = 2;
    private const double LeastOffset = -1;
    private const double MostCoordinate = 1e9;
    private const int MaxIdLength = 128;
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <param name="board">The comments.</param>
    /// <param name="request">What is asked; the text as <see cref="CommentText.Clean"/> leaves it.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="locate">Where in the drawing a pin in an element is; <see langword="null"/> where the drawing has no such element.</param>
    /// <param name="options">The bounds.</param>
    public static CommentDecision Decide(CommentBoard board, CommentRequest request, CommentActor actor, Func<CommentAnchor, CommentAnchor?> locate, CommentOptions options) => request switch
    {
        CommentRequest.Create create => Create(board, create, actor, locate, options),
        CommentRequest.Reply reply => Reply(board, reply, actor, options),
        CommentRequest.Edit edit => Edit(board, edit, actor, options),
        CommentRequest.Delete delete => Delete(board, delete, actor, options),
        CommentRequest.Restore restore => Restore(board, restore, actor, options),
        CommentRequest.Resolve resolve => Settle(board, resolve.ThreadId, resolved: true, options),
        CommentRequest.Reopen reopen => Settle(board, reopen.ThreadId, resolved: false, options),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static CommentDecision Create(CommentBoard board, CommentRequest.Create create, CommentActor actor, Func<CommentAnchor, CommentAnchor?> locate, CommentOptions options)
    {
        if (Known(board, create.CommentId, actor, isThread: true) is { } known)
            return known;
        if (CheckText(create.Text) is { } fault)
            return fault;
        if (board.ThreadCount >= options.MaxThreads)
            return TooMany($"This drawing has {options.MaxThreads} threads, which is its limit. Delete some that are settled.");
        if (board.Sequence >= options.MaxEvents)
            return Full();
        var place = create.Place;
        CommentAnchor anchor;
        if (place.ElementId is { } element)
        {
            double x = place.OffsetX ?? 1, y = place.OffsetY ?? 0;
            if (x is not (>= LeastOffset and <= MostOffset) || y is not (>= LeastOffset and <= MostOffset))
                return new CommentDecision.Refused("invalid_data", "\"offset\" needs numbers \"x\" and \"y\" from -1 to 2.");
            if (locate(new(IsCoordinate(place.X) ? place.X!.Value : 0, IsCoordinate(place.Y) ? place.Y!.Value : 0, element, x, y)) is not { } located)
                return new CommentDecision.Refused("unknown_element", $"There is no element \"{element}\".");
            anchor = located;
        }
        else
        {
            if (!IsCoordinate(place.X) || !IsCoordinate(place.Y))
                return new CommentDecision.Refused("invalid_data", "\"anchor\" needs finite numbers \"x\" and \"y\", at most 1e9 in size, or an \"element_id\".");
            anchor = new(place.X!.Value, place.Y!.Value);
        }
        var id = create.CommentId ?? NewId();
        return new CommentDecision.Accepted(CommentEventKind.Created, id, id, create.Text, anchor);
    }

    private static CommentDecision Reply(CommentBoard board, CommentRequest.Reply reply, CommentActor actor, CommentOptions options)
    {
        if (Known(board, reply.CommentId, actor, isThread: false) is { } known)
            return known;
        if (board.Thread(reply.ThreadId) is not { IsDeleted: false } thread)
            return UnknownThread(reply.ThreadId);
        if (CheckText(reply.Text) is { } fault)
            return fault;
        if (thread.Comments.Length >= options.MaxThreadComments)
            return TooMany($"This thread has {options.MaxThreadComments} comments, which is its limit. Begin another one.");
        return board.Sequence >= options.MaxEvents ? Full() : new CommentDecision.Accepted(CommentEventKind.Replied, reply.ThreadId, reply.CommentId ?? NewId(), reply.Text);
    }

    private static CommentDecision Edit(CommentBoard board, CommentRequest.Edit edit, CommentActor actor, CommentOptions options)
    {
        if (board.Comment(edit.CommentId) is not { IsDeleted: false } comment)
            return UnknownComment(edit.CommentId);
        if (comment.UserId != actor.UserId)
            return new CommentDecision.Refused("forbidden", "Only its author can change a comment.");
        if (CheckText(edit.Text) is { } fault)
            return fault;
        var thread = board.ThreadOf(edit.CommentId)!.ThreadId;
        if (comment.Text == edit.Text)
            return new CommentDecision.Repeated(thread, edit.CommentId);
        return board.Sequence >= options.MaxEvents ? Full() : new CommentDecision.Accepted(CommentEventKind.Edited, thread, edit.CommentId, edit.Text);
    }

    private static CommentDecision Delete(CommentBoard board, CommentRequest.Delete delete, CommentActor actor, CommentOptions options)
    {
        if (board.Comment(delete.CommentId) is not { } comment)
            return UnknownComment(delete.CommentId);
        if (comment.UserId != actor.UserId && !actor.IsOwner)
            return new CommentDecision.Refused("forbidden", "Only its author and the drawing's owner can delete a comment.");
        var thread = board.ThreadOf(delete.CommentId)!.ThreadId;
        if (comment.IsDeleted)
            return new CommentDecision.Repeated(thread, delete.CommentId);
        return IsQuiteFull(board, options) ? Full() : new CommentDecision.Accepted(CommentEventKind.Deleted, thread, delete.CommentId);
    }

    private static CommentDecision Restore(CommentBoard board, CommentRequest.Restore restore, CommentActor actor, CommentOptions options)
    {
        if (board.Comment(restore.CommentId) is not { } comment)
            return UnknownComment(restore.CommentId);
        var thread = board.ThreadOf(restore.CommentId)!;
        if (!comment.IsDeleted)
            return new CommentDecision.Repeated(thread.ThreadId, restore.CommentId);
        if (comment.DeletedBy != actor.UserId)
            return new CommentDecision.Refused("forbidden", "Only who deleted a comment can bring it back.");
        if (thread.IsDeleted && board.ThreadCount >= options.MaxThreads)
            return TooMany($"This drawing has {options.MaxThreads} threads, which is its limit. Delete some that are settled.");
        return IsQuiteFull(board, options) ? Full() : new CommentDecision.Accepted(CommentEventKind.Restored, thread.ThreadId, restore.CommentId);
    }

    private static CommentDecision Settle(CommentBoard board, string threadId, bool resolved, CommentOptions options)
    {
        if (board.Thread(threadId) is not { IsDeleted: false } thread)
            return UnknownThread(threadId);
        if (thread.Resolution is not null == resolved)
            return new CommentDecision.Repeated(threadId, threadId);
        return IsQuiteFull(board, options) ? Full() : new CommentDecision.Accepted(resolved ? CommentEventKind.Resolved : CommentEventKind.Reopened, threadId, threadId);
    }

    /// <summary>The answer to an id that has been used; <see langword="null"/> where it is new.</summary>
    private static CommentDecision? Known(CommentBoard board, string? commentId, CommentActor actor, bool isThread)
    {
        if (commentId is null)
            return null;
        if (commentId.Length is 0 or > MaxIdLength || commentId.AsSpan().ContainsAnyExcept(IdCharacters))
            return new CommentDecision.Refused("invalid_data", "A \"comment_id\" is 1 to 128 characters of A-Z a-z 0-9 . _ : -");
        if (board.ThreadOf(commentId) is not { } thread)
            return null;
        return thread.Comments.First(comment => comment.CommentId == commentId).UserId == actor.UserId && thread.ThreadId == commentId == isThread
            ? new CommentDecision.Repeated(thread.ThreadId, commentId)
            : new CommentDecision.Refused("invalid_data", "This \"comment_id\" cannot be used here.");
    }

    private static CommentDecision.Refused? CheckText(string text)
    {
        if (text.Length == 0)
            return new("invalid_data", "A comment needs a text.");
        if (text.Length > CommentText.MaxLength)
            return new("too_large", $"A comment has at most {CommentText.MaxLength} characters.");
        return CommentText.Mentions(text).Length > CommentText.MaxMentions ? new("invalid_data", $"A comment mentions at most {CommentText.MaxMentions} people.") : null;
    }

    private static bool IsCoordinate(double? value) => value is >= -MostCoordinate and <= MostCoordinate;

    private static bool IsQuiteFull(CommentBoard board, CommentOptions options) => board.Sequence >= options.MaxEvents + (options.MaxEvents / 10);

    private static CommentDecision.Refused Full() => TooMany("So much has happened to the comments of this drawing that no more can be kept. Begin a branch, or a copy of the drawing.");

    private static CommentDecision.Refused TooMany(string reason) => new("too_many_comments", reason);

    private static CommentDecision.Refused UnknownThread(string id) => new("unknown_thread", $"There is no thread \"{id}\".");

    private static CommentDecision.Refused UnknownComment(string id) => new("unknown_comment", $"There is no comment \"{id}\".");

    private static string NewId() => "c" + Guid.CreateVersion7().ToString("N");
}
