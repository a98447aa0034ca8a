using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Comments;

namespace Svgx.Collaboration.Protocol;

/// <summary>Reads the messages about comments.</summary>
internal static class CommentReader
{
    private const int MaxIdLength = 128;

    /// <summary>What the frame's own limit lets through; the engine says in words what a comment may have.</summary>
    private const int MaxText = 1 << 20;

    /// <summary>Every <c>type</c> read here.</summary>
    public static readonly ImmutableArray<string> Types =
        ["comment_create", "comment_reply", "comment_edit", "comment_delete", "comment_restore", "comment_resolve", "comment_reopen", "comment_read", "comment_list"];

    public static ClientMessage? Read(string type, MessageFields fields) => type switch
    {
        "comment_create" => new ClientMessage.Comment(new CommentRequest.Create(Id(fields), ReadPlace(fields.Object("anchor")), Text(fields))),
        "comment_reply" => new ClientMessage.Comment(new CommentRequest.Reply(Id(fields), Thread(fields), Text(fields))),
        "comment_edit" => new ClientMessage.Comment(new CommentRequest.Edit(Comment(fields), Text(fields))),
        "comment_delete" => new ClientMessage.Comment(new CommentRequest.Delete(Comment(fields))),
        "comment_restore" => new ClientMessage.Comment(new CommentRequest.Restore(Comment(fields))),
        "comment_resolve" => new ClientMessage.Comment(new CommentRequest.Resolve(Thread(fields))),
        "comment_reopen" => new ClientMessage.Comment(new CommentRequest.Reopen(Thread(fields))),
        "comment_read" => new ClientMessage.CommentRead(fields.Text("thread_id", MaxIdLength), fields.Integer("sequence")),
        "comment_list" => new ClientMessage.CommentList(fields.Integer("after") ?? 0),
        _ => null,
    };

    private static string? Id(MessageFields fields) => fields.Text("comment_id", MaxIdLength);

    private static string Comment(MessageFields fields) => fields.Required("comment_id", MaxIdLength);

    private static string Thread(MessageFields fields) => fields.Required("thread_id", MaxIdLength);

    private static string Text(MessageFields fields) => fields.Required("text", MaxText);

    private static CommentPlace ReadPlace(JsonElement anchor)
    {
        if (anchor.ValueKind != JsonValueKind.Object)
            throw new MessageFields.FieldException("\"anchor\" is missing.");
        var fields = new MessageFields(anchor);
        var offset = fields.Object("offset");
        return new(Number(anchor, "x"), Number(anchor, "y"), fields.Text("element_id"), Number(offset, "x"), Number(offset, "y"));
    }

    private static double? Number(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : throw new MessageFields.FieldException($"\"{name}\" must be a number.");
    }
}
