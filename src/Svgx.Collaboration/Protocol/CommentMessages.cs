using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;

namespace Svgx.Collaboration.Protocol;

/// <summary>Writes the messages about comments, as docs/protocol.md has them.</summary>
internal static class CommentMessages
{
    /// <summary>Threads of a list go out in frames of about this size.</summary>
    private const int MaxFrameBytes = 192 << 10;

    /// <summary>Every <c>type</c> written here.</summary>
    public static readonly ImmutableArray<string> Types = ["comments", "comment_update", "comment_read"];

    public static void Update(PooledBuffer frame, DateTimeOffset now, CommentUpdate update, string? requestId) => ServerMessages.Write(frame, "comment_update", now, json =>
    {
        if (update.Kind is { } kind)
            json.WriteString("action"u8, ActionName(kind));
        json.WriteNumber("sequence"u8, update.Sequence);
        if (update.Kind is not null && update.UserId.Length > 0)
        {
            json.WriteString("user_id"u8, update.UserId);
            json.WriteString("username"u8, update.Username);
        }
        json.WritePropertyName("thread"u8);
        WriteThread(json, update.Thread, withComments: false);
        if (update.Comment is not null)
        {
            json.WritePropertyName("comment"u8);
            WriteComment(json, update.Comment);
        }
        if (requestId is not null)
            json.WriteString("request_id"u8, requestId);
    });

    public static void Read(PooledBuffer frame, DateTimeOffset now, ImmutableDictionary<string, long> marks, string? requestId) => ServerMessages.Write(frame, "comment_read", now, json =>
    {
        WriteMarks(json, marks);
        if (requestId is not null)
            json.WriteString("request_id"u8, requestId);
    });

    /// <summary>Writes threads from an index on, as many as a frame takes; answers the index of the next.</summary>
    public static int List(PooledBuffer frame, DateTimeOffset now, SessionEvent.CommentsListed list, int from)
    {
        var next = from;
        ServerMessages.Write(frame, "comments", now, json =>
        {
            json.WriteNumber("sequence"u8, list.Sequence);
            json.WriteNumber("after"u8, list.After);
            json.WriteStartArray("threads"u8);
            do
            {
                if (next < list.Threads.Length)
                    WriteThread(json, list.Threads[next++], withComments: true);
            }
            while (next < list.Threads.Length && json.BytesCommitted + json.BytesPending < MaxFrameBytes);
            json.WriteEndArray();
            json.WriteBoolean("more"u8, next < list.Threads.Length);
            if (from == 0)
                WriteMarks(json, list.ReadMarks);
            if (list.RequestId is not null)
                json.WriteString("request_id"u8, list.RequestId);
        });
        return next;
    }

    private static void WriteThread(Utf8JsonWriter json, CommentThread thread, bool withComments)
    {
        json.WriteStartObject();
        json.WriteString("thread_id"u8, thread.ThreadId);
        json.WriteStartObject("anchor"u8);
        json.WriteNumber("x"u8, thread.Anchor.X);
        json.WriteNumber("y"u8, thread.Anchor.Y);
        if (thread.Anchor.ElementId is { } element)
        {
            json.WriteString("element_id"u8, element);
            json.WriteStartObject("offset"u8);
            json.WriteNumber("x"u8, thread.Anchor.OffsetX);
            json.WriteNumber("y"u8, thread.Anchor.OffsetY);
            json.WriteEndObject();
            json.WriteBoolean("detached"u8, thread.Anchor.IsDetached);
        }
        json.WriteEndObject();
        json.WriteBoolean("resolved"u8, thread.Resolution is not null);
        if (thread.Resolution is { } resolution)
        {
            json.WriteString("resolved_by"u8, resolution.UserId);
            json.WriteString("resolved_by_name"u8, resolution.Username);
            json.WriteString("resolved_at"u8, resolution.At);
        }
        if (thread.IsDeleted)
            json.WriteBoolean("deleted"u8, true);
        json.WriteNumber("sequence"u8, thread.Sequence);
        if (withComments)
        {
            json.WriteStartArray("comments"u8);
            foreach (var comment in thread.Comments)
                WriteComment(json, comment);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteComment(Utf8JsonWriter json, Comment comment)
    {
        json.WriteStartObject();
        json.WriteString("comment_id"u8, comment.CommentId);
        json.WriteString("user_id"u8, comment.UserId);
        json.WriteString("username"u8, comment.Username);
        json.WriteString("text"u8, comment.Text);
        json.WriteStartArray("mentions"u8);
        foreach (var user in comment.Mentions)
            json.WriteStringValue(user);
        json.WriteEndArray();
        json.WriteString("created_at"u8, comment.CreatedAt);
        if (comment.EditedAt is { } edited)
            json.WriteString("edited_at"u8, edited);
        if (comment.DeletedBy is { } by)
        {
            json.WriteBoolean("deleted"u8, true);
            json.WriteString("deleted_by"u8, by);
        }
        json.WriteNumber("sequence"u8, comment.Sequence);
        json.WriteNumber("revision"u8, comment.Revision);
        json.WriteEndObject();
    }

    private static void WriteMarks(Utf8JsonWriter json, ImmutableDictionary<string, long> marks)
    {
        json.WriteStartObject("read"u8);
        foreach (var (thread, sequence) in marks)
            json.WriteNumber(thread, sequence);
        json.WriteEndObject();
    }

    private static string ActionName(CommentEventKind kind) => kind switch
    {
        CommentEventKind.Created => "create",
        CommentEventKind.Replied => "reply",
        CommentEventKind.Edited => "edit",
        CommentEventKind.Deleted => "delete",
        CommentEventKind.Restored => "restore",
        CommentEventKind.Resolved => "resolve",
        CommentEventKind.Reopened => "reopen",
        CommentEventKind.Detached => "detach",
        _ => "attach",
    };
}
