using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;

namespace Svgx.Collaboration.Protocol;

/// <summary>Turns the bytes of a frame into a message, or into what is wrong with them. Never throws for bad input.</summary>
internal static class ProtocolReader
{
    /// <summary>Levels of JSON in one message.</summary>
    public const int MaxDepth = 64;

    /// <summary>Operations in one message.</summary>
    public const int MaxOperations = 5_000;

    private const int MaxIdLength = 128;
    private const int MaxElementIdLength = 256;
    private const int MaxPreviewElements = 2_000;
    private const int MaxRoundTripMs = 60_000;

    private static readonly MessageFault HalfACharacter = new(ErrorCode.InvalidJson, "The message has a text with half a character in it.", null, null);
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Every <c>type</c> that a client may send.</summary>
    public static readonly ImmutableArray<string> Types = ["join", "operation", "operations", "preview", "activity", "undo", "redo", "sync", "leave", "ping", "activity_log", .. CommentReader.Types, .. ConflictReader.Types, .. VersionReader.Types];

    /// <summary>Every feature that a client may name.</summary>
    public static readonly ImmutableArray<string> Features = ["ack", "document", "changes", "preview", "comments", "conflicts", "presence_changes"];

    /// <summary>Reads one frame. The bytes must not change afterwards: a message keeps pieces of them.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> frame, out ClientMessage message, out MessageFault fault)
    {
        message = null!;
        fault = null!;
        JsonElement json;
        try
        {
            // Not disposed: the data of operations lives on in the session. It is ordinary garbage after that.
            json = JsonDocument.Parse(frame, Options).RootElement;
        }
        catch (InvalidOperationException)
        {
            fault = HalfACharacter;
            return false;
        }
        catch (JsonException error)
        {
            fault = IsTooDeep(frame.Span)
                ? new(ErrorCode.NestingTooDeep, $"The message nests deeper than {MaxDepth} levels.", null, null)
                : new(ErrorCode.InvalidJson, WhatIsWrong(error, frame.Span), null, null);
            return false;
        }
        if (!JsonText.IsReadable(frame.Span, MaxDepth))
        {
            fault = HalfACharacter;
            return false;
        }
        if (json.ValueKind != JsonValueKind.Object)
        {
            fault = new(ErrorCode.InvalidMessage, "The message must be a JSON object.", null, null);
            return false;
        }
        string? requestId = Readable(json, "request_id"), operationId = Readable(json, "operation_id");
        try
        {
            var fields = new MessageFields(json);
            fields.Text("request_id", MaxIdLength);
            if (Read(fields, json, frame.Length) is { } read)
            {
                message = read with { RequestId = requestId };
                return true;
            }
            fault = new(ErrorCode.UnknownType, $"There is no message type \"{Short(fields.Required("type"))}\".", operationId, requestId);
        }
        catch (MessageFields.FieldException error)
        {
            fault = new(ErrorCode.InvalidMessage, error.Message, operationId, requestId);
        }
        return false;
    }

    private static ClientMessage? Read(MessageFields fields, JsonElement json, int bytes) => fields.Required("type") switch
    {
        "join" => new ClientMessage.Join(
            fields.Text("token", 4_096), fields.Text("user_id"), fields.Text("username", 100), fields.Text("session_id", MaxIdLength), fields.Text("document_id"), fields.Text("branch"),
            ReadLastRevision(fields), ReadFeatures(fields)),
        "operation" => new ClientMessage.Operations([ReadOperation(fields, bytes)], Atomic: false),
        "operations" => new ClientMessage.Operations([.. ReadOperations(fields, bytes)], fields.Flag("atomic")),
        "preview" => new ClientMessage.ShowPreview(new(fields.Required("gesture_id", MaxIdLength), fields.Texts("element_ids", MaxPreviewElements, required: true, MaxElementIdLength), ReadPreviewData(fields))),
        "activity" => new ClientMessage.Activity(ReadActivity(fields)),
        "undo" => new ClientMessage.Undo(),
        "redo" => new ClientMessage.Redo(),
        "sync" => new ClientMessage.Sync(ReadLastRevision(fields) ?? throw new MessageFields.FieldException("\"last_revision\" is missing.")),
        "leave" => new ClientMessage.Leave(),
        "ping" => new ClientMessage.Ping(json.TryGetProperty("sent_at"u8, out var sent) && sent.ValueKind is JsonValueKind.Number or JsonValueKind.String ? sent.GetRawText() : null, ReadRoundTrip(fields)),
        "activity_log" => new ClientMessage.ReadActivityLog(fields.Text("user_id"), fields.Integer("before"), (int)Math.Clamp(fields.Integer("limit") ?? 50, 1, CollaborationEngine.MaxActivityPage)),
        var type => CommentReader.Read(type, fields) ?? ConflictReader.Read(type, fields) ?? VersionReader.Read(type, fields),
    };

    private static long? ReadLastRevision(MessageFields fields)
    {
        var revision = fields.Integer("last_revision");
        return revision < 0 ? throw new MessageFields.FieldException("\"last_revision\" must be 0 or more.") : revision;
    }

    /// <summary>A copy: a gesture is kept as long as it is shown, and the frame, which may be far larger, need not be.</summary>
    private static JsonElement? ReadPreviewData(MessageFields fields) => fields.Object("data") is { ValueKind: JsonValueKind.Object } data ? data.Clone() : null;

    private static IEnumerable<OperationRequest> ReadOperations(MessageFields fields, int bytes)
    {
        var operations = new List<OperationRequest>();
        foreach (var operation in fields.List("operations", MaxOperations, required: true))
        {
            if (operation.ValueKind != JsonValueKind.Object)
                throw new MessageFields.FieldException($"operations[{operations.Count}] must be an object.");
            try
            {
                operations.Add(ReadOperation(new(operation), bytes));
            }
            catch (MessageFields.FieldException error)
            {
                throw new MessageFields.FieldException($"operations[{operations.Count}]: {error.Message}");
            }
        }
        return operations.Count > 0 ? operations : throw new MessageFields.FieldException("\"operations\" must not be empty.");
    }

    private static OperationRequest ReadOperation(MessageFields fields, int bytes)
    {
        var operationId = fields.Text("operation_id", MaxIdLength);
        if (operationId is not null && !IsId(operationId))
            throw new MessageFields.FieldException("\"operation_id\" must have 1 to 128 characters of A-Z a-z 0-9 . _ : -");
        var priority = fields.Integer("priority") ?? 0;
        return new(operationId, fields.Required("operation_type"), fields.Text("element_id"), fields.Object("data"), fields.Integer("base_revision"),
            (int)Math.Clamp(priority, int.MinValue, int.MaxValue), fields.Text("gesture_id", MaxIdLength), fields.Text("group_id", MaxIdLength))
        {
            MessageBytes = bytes,
        };
    }

    private static ActivityReport ReadActivity(MessageFields fields)
    {
        CursorPosition? cursor = null;
        if (fields.Object("cursor_position") is { ValueKind: JsonValueKind.Object } position)
        {
            if (!TryCoordinate(position, "x", out var x) || !TryCoordinate(position, "y", out var y))
                throw new MessageFields.FieldException("\"cursor_position\" needs finite numbers \"x\" and \"y\".");
            cursor = new(x, y);
        }
        PresenceStatus? status = fields.Text("status") switch
        {
            null => null,
            "online" => PresenceStatus.Online,
            "away" => PresenceStatus.Away,
            "editing" => PresenceStatus.Editing,
            "viewing" => PresenceStatus.Viewing,
            _ => throw new MessageFields.FieldException("\"status\" must be online, away, editing or viewing."),
        };
        ViewedArea? viewport = null;
        if (fields.Object("viewport") is { ValueKind: JsonValueKind.Object } area)
        {
            if (!TryCoordinate(area, "x", out var x) || !TryCoordinate(area, "y", out var y) || !TryCoordinate(area, "width", out var width) || !TryCoordinate(area, "height", out var height) || width <= 0 || height <= 0)
                throw new MessageFields.FieldException("\"viewport\" needs finite numbers \"x\" and \"y\", and \"width\" and \"height\" above 0.");
            viewport = new(x, y, width, height);
        }
        return new(
            fields.Has("current_element") ? new(fields.Text("current_element")) : default,
            fields.Has("cursor_position") ? new(cursor) : default,
            status,
            fields.Has("viewport") ? new(viewport) : default,
            fields.Has("following") ? new(fields.Text("following")) : default,
            ReadRoundTrip(fields));
    }

    private static double? ReadRoundTrip(MessageFields fields) => fields.Number("rtt_ms") switch
    {
        null => null,
        >= 0 and <= MaxRoundTripMs and var milliseconds => milliseconds,
        _ => throw new MessageFields.FieldException($"\"rtt_ms\" must be 0 to {MaxRoundTripMs}."),
    };

    private static ClientFeatures ReadFeatures(MessageFields fields)
    {
        var features = ClientFeatures.None;
        foreach (var name in fields.Texts("features", 64, required: false))
        {
            // Features of a later protocol are passed over: current_state says which were granted.
            if (TryFeature(name, out var feature))
                features |= feature;
        }
        return features;
    }

    /// <summary>What a feature's name stands for.</summary>
    public static bool TryFeature(string name, out ClientFeatures feature)
    {
        feature = ClientFeatures.None;
        return Features.Contains(name) && Enum.TryParse(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out feature);
    }

    private static bool TryCoordinate(JsonElement position, string name, out double value)
    {
        value = 0;
        return position.TryGetProperty(name, out var json) && json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out value) && Math.Abs(value) <= 1e9;
    }

    private static bool IsId(string id) => id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-');

    private static string? Readable(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= MaxIdLength } text ? text : null;

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    /// <summary>The parser says where it gave up, but for a doubled key, of which it says nothing that a client could be told.</summary>
    private static string WhatIsWrong(JsonException error, ReadOnlySpan<byte> frame)
    {
        if (error.LineNumber is { } line)
            return $"The message is not valid JSON (line {line + 1}, byte {error.BytePositionInLine}).";
        return JsonText.FindDoubled(frame, MaxDepth) is var (key, at)
            ? $"The key \"{Short(key)}\" stands twice in one object (line {frame[..at].Count((byte)'\n') + 1}, byte {at - frame[..at].LastIndexOf((byte)'\n') - 1})."
            : "The message is not valid JSON.";
    }

    /// <summary>Whether it was the nesting that the parser gave up on.</summary>
    private static bool IsTooDeep(ReadOnlySpan<byte> json)
    {
        var depth = 0;
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            switch (json[i])
            {
                case (byte)'\\' when inString: i++; break;
                case (byte)'"': inString = !inString; break;
                case (byte)'{' or (byte)'[' when !inString:
                    if (++depth > MaxDepth)
                        return true;
                    break;
                case (byte)'}' or (byte)']' when !inString: depth--; break;
                default: break;
            }
        }
        return false;
    }
}
