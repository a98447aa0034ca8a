using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Svgx.Collaboration.Client;

/// <summary>What waits to be sent on the present connection, beside own operations. Not thread-safe: the client guards it.</summary>
internal sealed class Outbox
{
    /// <summary>Messages that may wait; beyond it the caller is refused.</summary>
    public const int MaxMessages = 1_024;

    private readonly Queue<byte[]> _messages = new();
    private readonly Queue<(byte[] Message, PendingOperation? After)> _steps = new();
    private readonly Dictionary<string, byte[]> _previews = new(StringComparer.Ordinal);
    private byte[]? _activity;

    public bool TryAdd(byte[] message)
    {
        if (_messages.Count >= MaxMessages)
            return false;
        _messages.Enqueue(message);
        return true;
    }

    /// <summary>An undo or redo goes in its place among the operations: before one that still waits here it would take back the step before.</summary>
    public bool TryAddStep(byte[] message, PendingOperation? after)
    {
        if (_steps.Count >= MaxMessages)
            return false;
        _steps.Enqueue((message, after));
        return true;
    }

    /// <summary>The operation that the next undo or redo follows.</summary>
    public PendingOperation? StepFollows => _steps.TryPeek(out var step) ? step.After : null;

    /// <summary>A newer report replaces one that still waits.</summary>
    public void Report(byte[] activity) => _activity = activity;

    /// <summary>The newest of a gesture goes out.</summary>
    public void Preview(string gestureId, byte[] preview)
    {
        if (_previews.Count < MaxMessages || _previews.ContainsKey(gestureId))
            _previews[gestureId] = preview;
    }

    /// <summary>The operation that ends a gesture says it all.</summary>
    public void EndPreview(string gestureId) => _previews.Remove(gestureId);

    /// <summary>What is to be sent next, previews last: they are courtesy.</summary>
    public byte[]? Take()
    {
        if (_messages.TryDequeue(out var message))
            return message;
        if (_steps.TryPeek(out var step) && step.After?.IsWaiting != true)
            return _steps.Dequeue().Message;
        if (_activity is { } activity)
        {
            _activity = null;
            return activity;
        }
        if (_previews.Count == 0)
            return null;
        var (gestureId, preview) = _previews.First();
        _previews.Remove(gestureId);
        return preview;
    }

    public void Clear()
    {
        _messages.Clear();
        _steps.Clear();
        _previews.Clear();
        _activity = null;
    }
}

/// <summary>Writes messages of the client.</summary>
internal static class ClientMessages
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A message from its fields; those that are null are left out.</summary>
    public static byte[] Write(string type, IEnumerable<KeyValuePair<string, object?>> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            foreach (var (name, value) in fields)
            {
                if (value is null)
                    continue;
                json.WritePropertyName(name);
                JsonSerializer.Serialize(json, value, Options);
            }
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>An operation as it stands in an <c>operations</c> message.</summary>
    public static byte[] Operation(Engine.OperationRequest request, string elementId)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("operation_id"u8, request.OperationId);
            json.WriteString("operation_type"u8, request.OperationType);
            json.WriteString("element_id"u8, elementId);
            if (request.Data.ValueKind == JsonValueKind.Object)
            {
                json.WritePropertyName("data"u8);
                request.Data.WriteTo(json);
            }
            if (request.BaseRevision is { } baseRevision)
                json.WriteNumber("base_revision"u8, baseRevision);
            if (request.Priority != 0)
                json.WriteNumber("priority"u8, request.Priority);
            if (request.GestureId is not null)
                json.WriteString("gesture_id"u8, request.GestureId);
            if (request.GroupId is not null)
                json.WriteString("group_id"u8, request.GroupId);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Several operations in one message.</summary>
    public static byte[] Operations(string requestId, bool atomic, IReadOnlyList<byte[]> operations)
    {
        var head = Encoding.UTF8.GetBytes($$"""{"type":"operations","request_id":"{{requestId}}","atomic":{{(atomic ? "true" : "false")}},"operations":[""");
        var buffer = new ArrayBufferWriter<byte>(head.Length + operations.Sum(operation => operation.Length + 1) + 2);
        buffer.Write(head);
        for (var i = 0; i < operations.Count; i++)
        {
            if (i > 0)
                buffer.Write(","u8);
            buffer.Write(operations[i]);
        }
        buffer.Write("]}"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>An object as an operation's <c>data</c>: property names as they stand, nulls kept, since null removes an attribute.</summary>
    public static JsonElement Data(object? data) => data switch
    {
        null => default,
        JsonElement element => element.Clone(),
        _ => JsonSerializer.SerializeToElement(data, DataOptions),
    };

    private static readonly JsonSerializerOptions DataOptions = new() { Encoder = Options.Encoder };
}
