using System.Text.Json.Serialization;
using Svgx.Collaboration.Comments;

namespace Svgx.Web.Api;

/// <summary>A new thread.</summary>
internal sealed record CommentBody(
    [property: JsonPropertyName("text")] string Text, [property: JsonPropertyName("anchor")] AnchorBody? Anchor, [property: JsonPropertyName("comment_id")] string? CommentId);

/// <summary>Where to pin it.</summary>
internal sealed record AnchorBody(
    [property: JsonPropertyName("x")] double? X, [property: JsonPropertyName("y")] double? Y, [property: JsonPropertyName("element_id")] string? ElementId, [property: JsonPropertyName("offset")] PointBody? Offset);

/// <summary>Two numbers.</summary>
internal sealed record PointBody([property: JsonPropertyName("x")] double X, [property: JsonPropertyName("y")] double Y);

/// <summary>A reply.</summary>
internal sealed record ReplyBody([property: JsonPropertyName("text")] string Text, [property: JsonPropertyName("comment_id")] string? CommentId);

/// <summary>Another text.</summary>
internal sealed record CommentTextBody([property: JsonPropertyName("text")] string Text);

/// <summary>What has been read: a thread, or everything, up to a sequence, or to the end.</summary>
internal sealed record ReadBody([property: JsonPropertyName("thread_id")] string? ThreadId, [property: JsonPropertyName("sequence")] long? Sequence);

/// <summary>The threads of a branch: the fields of the protocol.</summary>
internal sealed record CommentsAnswer(
    [property: JsonPropertyName("sequence")] long Sequence, [property: JsonPropertyName("threads")] IReadOnlyList<ThreadAnswer> Threads,
    [property: JsonPropertyName("read")] IReadOnlyDictionary<string, long> Read);

/// <summary>A thread.</summary>
internal sealed record ThreadAnswer(
    [property: JsonPropertyName("thread_id")] string ThreadId, [property: JsonPropertyName("anchor")] AnchorAnswer Anchor, [property: JsonPropertyName("resolved")] bool Resolved,
    [property: JsonPropertyName("resolved_by"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ResolvedBy,
    [property: JsonPropertyName("resolved_by_name"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ResolvedByName,
    [property: JsonPropertyName("resolved_at"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? ResolvedAt,
    [property: JsonPropertyName("deleted"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Deleted,
    [property: JsonPropertyName("sequence")] long Sequence, [property: JsonPropertyName("comments")] IReadOnlyList<CommentAnswer> Comments)
{
    public static ThreadAnswer Of(CommentThread thread) => new(
        thread.ThreadId, AnchorAnswer.Of(thread.Anchor), thread.Resolution is not null, thread.Resolution?.UserId, thread.Resolution?.Username, thread.Resolution?.At, thread.IsDeleted, thread.Sequence,
        [.. thread.Comments.Select(CommentAnswer.Of)]);
}

/// <summary>Where a thread is pinned.</summary>
internal sealed record AnchorAnswer(
    [property: JsonPropertyName("x")] double X, [property: JsonPropertyName("y")] double Y,
    [property: JsonPropertyName("element_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ElementId,
    [property: JsonPropertyName("offset"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PointBody? Offset,
    [property: JsonPropertyName("detached"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Detached)
{
    public static AnchorAnswer Of(CommentAnchor anchor) => anchor.ElementId is null
        ? new(anchor.X, anchor.Y, null, null, null)
        : new(anchor.X, anchor.Y, anchor.ElementId, new(anchor.OffsetX, anchor.OffsetY), anchor.IsDetached);
}

/// <summary>A comment.</summary>
internal sealed record CommentAnswer(
    [property: JsonPropertyName("comment_id")] string CommentId, [property: JsonPropertyName("user_id")] string UserId, [property: JsonPropertyName("username")] string Username,
    [property: JsonPropertyName("text")] string Text, [property: JsonPropertyName("mentions")] IReadOnlyList<string> Mentions, [property: JsonPropertyName("created_at")] DateTime CreatedAt,
    [property: JsonPropertyName("edited_at"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? EditedAt,
    [property: JsonPropertyName("deleted"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Deleted,
    [property: JsonPropertyName("deleted_by"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DeletedBy,
    [property: JsonPropertyName("sequence")] long Sequence, [property: JsonPropertyName("revision")] long Revision)
{
    public static CommentAnswer Of(Comment comment) => new(
        comment.CommentId, comment.UserId, comment.Username, comment.Text, comment.Mentions, comment.CreatedAt, comment.EditedAt, comment.IsDeleted, comment.DeletedBy, comment.Sequence, comment.Revision);
}
