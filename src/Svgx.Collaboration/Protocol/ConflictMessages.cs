using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Conflicts;

namespace Svgx.Collaboration.Protocol;

/// <summary>Writes the messages about conflicts and locks, as docs/protocol.md has them.</summary>
public static class ConflictMessages
{
    /// <summary>Longer values are cut: what is shown of an embedded picture need not be all of it.</summary>
    private const int MaxValue = 4_096;

    /// <summary>Every <c>type</c> written here.</summary>
    internal static readonly ImmutableArray<string> Types = ["conflict_notification", "conflict_resolution", "lock_update"];

    internal static void Notification(PooledBuffer frame, DateTimeOffset now, ImmutableArray<Conflict> conflicts, string? requestId) => ServerMessages.Write(frame, "conflict_notification", now, json =>
    {
        json.WriteStartArray("conflicts"u8);
        foreach (var conflict in conflicts)
            WriteConflict(json, conflict);
        json.WriteEndArray();
        WriteRequest(json, requestId);
    });

    internal static void Resolution(PooledBuffer frame, DateTimeOffset now, Conflict conflict, string? requestId) => ServerMessages.Write(frame, "conflict_resolution", now, json =>
    {
        var resolution = conflict.Resolution!;
        json.WriteString("conflict_id"u8, conflict.ConflictId);
        json.WriteString("resolution"u8, resolution.Strategy);
        json.WriteString("resolved_by"u8, resolution.ResolvedBy);
        json.WriteString("username"u8, resolution.Username);
        json.WriteString("element_id"u8, conflict.ElementId);
        if (resolution.OperationId is not null)
            json.WriteString("operation_id"u8, resolution.OperationId);
        if (resolution.ChosenOperationId is not null)
            json.WriteString("chosen_operation_id"u8, resolution.ChosenOperationId);
        if (resolution.Choices is { } choices)
        {
            json.WriteStartObject("choices"u8);
            foreach (var (name, operation) in choices)
                json.WriteString(name, operation);
            json.WriteEndObject();
        }
        WriteRequest(json, requestId);
    });

    internal static void Locks(PooledBuffer frame, DateTimeOffset now, ImmutableArray<ElementLock> locks, string? requestId) => ServerMessages.Write(frame, "lock_update", now, json =>
    {
        json.WriteStartArray("locks"u8);
        foreach (var held in locks)
            WriteLock(json, held);
        json.WriteEndArray();
        WriteRequest(json, requestId);
    });

    internal static void WriteLock(Utf8JsonWriter json, ElementLock held)
    {
        json.WriteStartObject();
        json.WriteString("element_id"u8, held.ElementId);
        json.WriteString("user_id"u8, held.UserId);
        json.WriteString("username"u8, held.Username);
        json.WriteString("session_id"u8, held.SessionId);
        json.WriteString("expires_at"u8, held.ExpiresAt);
        json.WriteEndObject();
    }

    /// <summary>Writes a <c>CONFLICT</c> of docs/protocol.md; the HTTP API shows the same.</summary>
    public static void WriteConflict(Utf8JsonWriter json, Conflict conflict)
    {
        json.WriteStartObject();
        json.WriteString("conflict_id"u8, conflict.ConflictId);
        json.WriteString("conflict_type"u8, conflict.Type);
        json.WriteString("severity"u8, conflict.Severity.Wire());
        json.WriteBoolean("auto_resolvable"u8, conflict.AutoResolvable);
        WriteSide(json, "operation_1", conflict.First);
        WriteSide(json, "operation_2", conflict.Second);
        json.WriteString("element_id"u8, conflict.ElementId);
        json.WriteString("status"u8, conflict.Status == ConflictStatus.Open ? "open" : "settled");
        json.WriteString("detected_at"u8, conflict.DetectedAt);
        if (conflict.DecideBy is { } decideBy)
            json.WriteString("decide_by"u8, decideBy);
        json.WriteNumber("clashes"u8, conflict.Clashes);
        WriteValues(json, "base", conflict.Base);
        WriteNames(json, "last_by_operation_1", conflict.LastByFirst);
        string[] cut = [.. conflict.Base.Keys.Where(name => new[] { conflict.Base, conflict.First.Values, conflict.Second.Values }.Any(values => values.GetValueOrDefault(name)?.Length > MaxValue))];
        if (cut.Length > 0)
            WriteNames(json, "cut", cut);
        if (conflict.Before is not null)
        {
            json.WritePropertyName("before"u8);
            json.WriteRawValue(conflict.Before, skipInputValidation: true);
        }
        if (conflict.MergedFrom is not null)
            json.WriteString("merged_from"u8, conflict.MergedFrom);
        if (conflict.Resolution is { } resolution)
        {
            json.WriteString("resolution"u8, resolution.Strategy);
            json.WriteString("resolved_by"u8, resolution.ResolvedBy);
            json.WriteString("resolved_at"u8, resolution.At);
        }
        json.WriteEndObject();
    }

    private static void WriteSide(Utf8JsonWriter json, string name, ConflictSide side)
    {
        json.WriteStartObject(name);
        json.WriteString("operation_id"u8, side.OperationIds[^1]);
        json.WriteString("operation_type"u8, side.OperationType);
        json.WriteString("user_id"u8, side.UserId);
        json.WriteString("timestamp"u8, side.Timestamp);
        json.WriteString("username"u8, side.Username);
        json.WriteString("element_id"u8, side.ElementId);
        WriteNames(json, "operation_ids", side.OperationIds);
        if (side.IsDelete)
            json.WriteBoolean("deletes"u8, true);
        WriteValues(json, "values", side.Values);
        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string?> values)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
            json.WriteString(key, value is { Length: > MaxValue } ? value.AsSpan(0, char.IsHighSurrogate(value[MaxValue - 1]) ? MaxValue - 1 : MaxValue) : value);
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string name, IEnumerable<string> names)
    {
        json.WriteStartArray(name);
        foreach (var entry in names)
            json.WriteStringValue(entry);
        json.WriteEndArray();
    }

    private static void WriteRequest(Utf8JsonWriter json, string? requestId)
    {
        if (requestId is not null)
            json.WriteString("request_id"u8, requestId);
    }
}
