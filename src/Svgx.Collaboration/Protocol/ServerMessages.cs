using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Protocol;

/// <summary>Writes the messages of the server, as docs/protocol.md has them.</summary>
internal static class ServerMessages
{
    /// <summary>Every <c>type</c> that the server may send.</summary>
    public static readonly ImmutableArray<string> Types = ["current_state", "operations", "ack", "document", "presence_update", "presence_changes", "activity_log", "preview", "role_changed", "error", "pong", .. CommentMessages.Types, .. ConflictMessages.Types, .. VersionMessages.Types];

    public static void CurrentState(PooledBuffer frame, DateTimeOffset now, Joined joined, string userId, string sessionId, ClientFeatures features, int maxMessageBytes) => Write(frame, "current_state", now, json =>
    {
        json.WriteNumber("active_users"u8, joined.ActiveUsers);
        json.WriteNumber("pending_operations"u8, 0); // all that a joiner is told of is durable
        json.WriteNumber("version_history"u8, joined.VersionHistory);
        json.WriteString("document_id"u8, joined.DocumentId);
        json.WriteString("document_name"u8, joined.DocumentName);
        json.WriteString("branch"u8, joined.Branch);
        json.WriteNumber("revision"u8, joined.Revision);
        json.WriteString("user_id"u8, userId);
        json.WriteString("username"u8, joined.Username);
        json.WriteString("session_id"u8, sessionId);
        json.WriteString("role"u8, RoleName(joined.Role));
        json.WriteString("color"u8, joined.Color);
        json.WriteStartArray("features"u8);
        foreach (var name in ProtocolReader.Features)
        {
            if (ProtocolReader.TryFeature(name, out var feature) && features.HasFlag(feature))
                json.WriteStringValue(name);
        }
        json.WriteEndArray();
        json.WriteNumber("max_message_bytes"u8, maxMessageBytes);
        if (features.HasFlag(ClientFeatures.Comments))
            json.WriteNumber("last_comment"u8, joined.LastComment);
        json.WriteString("resync"u8, joined.Resync switch { Resync.Operations => "operations", Resync.Document => "document", _ => "none" });
    });

    public static void RoleChanged(PooledBuffer frame, DateTimeOffset now, DocumentRole role) => Write(frame, "role_changed", now, json => json.WriteString("role"u8, RoleName(role)));

    public static void Acks(PooledBuffer frame, DateTimeOffset now, ImmutableArray<Acknowledgement> acks, string? requestId) => Write(frame, "ack", now, json =>
    {
        json.WriteStartArray("acks"u8);
        foreach (var ack in acks)
        {
            json.WriteStartObject();
            json.WriteString("operation_id"u8, ack.OperationId);
            json.WriteNumber("revision"u8, ack.Revision);
            json.WriteString("element_id"u8, ack.ElementId);
            if (!ack.Removed.IsDefaultOrEmpty)
            {
                json.WriteStartArray("removed"u8);
                foreach (var part in ack.Removed)
                {
                    json.WriteStartObject();
                    json.WriteString("path"u8, part.Path);
                    json.WriteString("what"u8, part.What);
                    json.WriteString("why"u8, part.Why);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            }
            if (ack.MoreRemoved > 0)
                json.WriteNumber("more_removed"u8, ack.MoreRemoved);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (requestId is not null)
            json.WriteString("request_id"u8, requestId);
    });

    public static void Error(PooledBuffer frame, DateTimeOffset now, string code, string reason, string? operationId, string? requestId, TimeSpan? retryAfter, ElementLock? lockedBy = null) => Write(frame, "error", now, json =>
    {
        json.WriteString("error"u8, reason);
        json.WriteString("code"u8, code);
        if (operationId is not null)
            json.WriteString("operation_id"u8, operationId);
        if (requestId is not null)
            json.WriteString("request_id"u8, requestId);
        if (retryAfter is { } wait)
            json.WriteNumber("retry_after_ms"u8, (long)Math.Ceiling(wait.TotalMilliseconds));
        if (lockedBy is not null)
        {
            json.WritePropertyName("locked_by"u8);
            ConflictMessages.WriteLock(json, lockedBy);
        }
    });

    public static void Pong(PooledBuffer frame, DateTimeOffset now, string? sentAt, string? requestId) => Write(frame, "pong", now, json =>
    {
        if (sentAt is not null)
        {
            json.WritePropertyName("sent_at"u8);
            json.WriteRawValue(sentAt, skipInputValidation: true);
        }
        if (requestId is not null)
            json.WriteString("request_id"u8, requestId);
    });

    public static void Preview(PooledBuffer frame, DateTimeOffset now, Preview preview) => Write(frame, "preview", now, json =>
    {
        json.WriteString("gesture_id"u8, preview.GestureId);
        json.WriteString("user_id"u8, preview.UserId);
        json.WriteString("session_id"u8, preview.SessionId);
        json.WriteString("color"u8, preview.Color);
        WriteTexts(json, "element_ids", preview.ElementIds);
        if (preview.Data is { } data)
        {
            json.WritePropertyName("data"u8);
            data.WriteTo(json);
        }
    });

    public static void ActivityLog(PooledBuffer frame, DateTimeOffset now, IReadOnlyList<ActivityEntry> entries, string? requestId) => Write(frame, "activity_log", now, json =>
    {
        json.WriteStartArray("entries"u8);
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteNumber("id"u8, entry.Id);
            json.WriteString("branch"u8, entry.Branch);
            json.WriteString("user_id"u8, entry.UserId);
            json.WriteString("username"u8, entry.Username);
            json.WriteString("kind"u8, entry.Kind);
            if (entry.Detail is not null)
                json.WriteString("detail"u8, entry.Detail);
            json.WriteNumber("count"u8, entry.Count);
            WriteTexts(json, "element_ids", entry.ElementIds);
            json.WriteString("started_at"u8, entry.StartedAt);
            json.WriteString("ended_at"u8, entry.EndedAt);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (requestId is not null)
            json.WriteString("request_id"u8, requestId);
    });

    /// <summary>One part of a document: a slice of its JSON text, which must not cut a character in two.</summary>
    public static void DocumentPart(PooledBuffer frame, DateTimeOffset now, string branch, long revision, int part, int parts, ReadOnlyMemory<byte> slice) => Write(frame, "document", now, json =>
    {
        json.WriteNumber("revision"u8, revision);
        json.WriteString("branch"u8, branch);
        json.WriteNumber("part"u8, part);
        json.WriteNumber("parts"u8, parts);
        json.WriteString("content"u8, slice.Span);
    });

    /// <summary>Begins an <c>operations</c> message; operations follow, separated by commas, then <see cref="EndOperations"/>.</summary>
    public static void BeginOperations(PooledBuffer frame, DateTimeOffset now)
    {
        Append(frame, "{\"type\":\"operations\",\"timestamp\":\""u8);
        now.UtcDateTime.TryFormat(frame.GetSpan(33), out var written, "O", System.Globalization.CultureInfo.InvariantCulture);
        frame.Advance(written);
        Append(frame, "\",\"operations\":["u8);
    }

    public static void Append(PooledBuffer frame, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(frame.GetSpan(bytes.Length));
        frame.Advance(bytes.Length);
    }

    public static void EndOperations(PooledBuffer frame) => Append(frame, "]}"u8);

    internal static void Write(PooledBuffer frame, string type, DateTimeOffset now, Action<Utf8JsonWriter> fields)
    {
        using var json = new Utf8JsonWriter(frame, OperationJson.WriterOptions);
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteString("timestamp"u8, now.UtcDateTime);
        fields(json);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static string RoleName(DocumentRole role) => role switch
    {
        DocumentRole.Viewer => "viewer",
        DocumentRole.Commenter => "commenter",
        DocumentRole.Editor => "editor",
        _ => "owner",
    };
}
