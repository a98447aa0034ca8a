using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Comments;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <summary>Reads what docs/protocol.md has about comments.</summary>
internal static class CommentWire
{
    /// <summary>A thread with the comments that came along.</summary>
    public static CommentThread Thread(JsonElement json) => new(
        Text(json, "thread_id") ?? "", Anchor(json.GetProperty("anchor"u8)), [.. Items(json, "comments").Select(Comment)],
        Flag(json, "resolved") ? new(Text(json, "resolved_by") ?? "", Text(json, "resolved_by_name") ?? "", Time(json, "resolved_at") ?? default) : null, Number(json, "sequence"));

    public static Comment Comment(JsonElement json) => new(
        Text(json, "comment_id") ?? "", Text(json, "user_id") ?? "", Text(json, "username") ?? "", Text(json, "text") ?? "", Time(json, "created_at") ?? default, Time(json, "edited_at"),
        Flag(json, "deleted") ? Text(json, "deleted_by") ?? "" : null, Number(json, "sequence"), Number(json, "revision"));

    /// <summary>Up to where threads were read.</summary>
    public static IEnumerable<KeyValuePair<string, long>> Marks(JsonElement json) => json.TryGetProperty("read"u8, out var read) && read.ValueKind == JsonValueKind.Object
        ? read.EnumerateObject().Select(mark => KeyValuePair.Create(mark.Name, mark.Value.GetInt64()))
        : [];

    private static CommentAnchor Anchor(JsonElement json)
    {
        var (x, y) = Point(json);
        if (Text(json, "element_id") is not { } element)
            return new(x, y);
        var (offsetX, offsetY) = json.TryGetProperty("offset"u8, out var offset) ? Point(offset) : (0, 0);
        return new(x, y, element, offsetX, offsetY, Flag(json, "detached"));
    }

    private static (double X, double Y) Point(JsonElement json) => (json.GetProperty("x"u8).GetDouble(), json.GetProperty("y"u8).GetDouble());
}
