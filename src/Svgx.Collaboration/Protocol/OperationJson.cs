using System.Text.Encodings.Web;
using System.Text.Json;
using Svgx.Collaboration.Engine;

namespace Svgx.Collaboration.Protocol;

/// <summary>The JSON of one operation, encoded once and shared by all who receive it.</summary>
internal sealed class OperationJson
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = 2_048 };

    private readonly byte[] _plain;
    private readonly CommittedOperation _operation;
    private byte[]? _withChanges;

    private OperationJson(CommittedOperation operation)
    {
        _operation = operation;
        _plain = Encode(operation);
    }

    /// <summary>The encoded operation. Two connections may encode it at the same time: the bytes are the same, and one of the two stays.</summary>
    public static OperationJson Of(CommittedOperation operation)
    {
        if (operation.Encoded is OperationJson encoded)
            return encoded;
        encoded = new OperationJson(operation);
        operation.Encoded = encoded;
        return encoded;
    }

    public ReadOnlySpan<byte> Bytes(bool changes) => changes ? _withChanges ??= WithChanges() : _plain;

    private byte[] WithChanges()
    {
        var changes = _operation.Entry.Changes.Span;
        var json = new byte[_plain.Length + ",\"changes\":"u8.Length + changes.Length];
        _plain.AsSpan(0, _plain.Length - 1).CopyTo(json);
        var at = _plain.Length - 1;
        ",\"changes\":"u8.CopyTo(json.AsSpan(at));
        at += ",\"changes\":"u8.Length;
        changes.CopyTo(json.AsSpan(at));
        json[^1] = (byte)'}';
        return json;
    }

    private static byte[] Encode(CommittedOperation operation)
    {
        var entry = operation.Entry;
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("operation_id"u8, entry.OperationId);
            json.WriteString("operation_type"u8, entry.Type);
            json.WriteString("user_id"u8, entry.UserId);
            json.WriteString("element_id"u8, entry.ElementId);
            json.WritePropertyName("data"u8);
            if (entry.Data.IsEmpty)
                json.WriteRawValue("{}"u8, skipInputValidation: true);
            else
                json.WriteRawValue(entry.Data.Span, skipInputValidation: true);
            json.WriteString("timestamp"u8, entry.Timestamp);
            json.WriteNumber("revision"u8, entry.Revision);
            json.WriteString("session_id"u8, entry.SessionId);
            json.WriteString("username"u8, entry.Username);
            if (entry.BaseRevision is { } baseRevision)
                json.WriteNumber("base_revision"u8, baseRevision);
            if (entry.GestureId is not null)
                json.WriteString("gesture_id"u8, entry.GestureId);
            if (entry.GroupId is not null)
                json.WriteString("group_id"u8, entry.GroupId);
            WriteIds(json, "undo_of", entry.UndoOf);
            WriteIds(json, "redo_of", entry.RedoOf);
            if (entry.Origin is not null)
                json.WriteString("origin"u8, entry.Origin);
            if (entry.IsHeldDeletion)
                json.WriteBoolean("held"u8, true);
            json.WriteEndObject();
        }
        return buffer.Written.ToArray();
    }

    private static void WriteIds(Utf8JsonWriter json, string name, string? ids)
    {
        if (ids is null)
            return;
        json.WriteStartArray(name);
        foreach (var id in ids.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            json.WriteStringValue(id);
        json.WriteEndArray();
    }
}
