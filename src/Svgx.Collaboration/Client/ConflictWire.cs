using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Conflicts;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <summary>Reads what docs/protocol.md has about conflicts and locks.</summary>
internal static class ConflictWire
{
    public static ElementLock Lock(JsonElement json) => new(
        Text(json, "element_id") ?? "", Text(json, "user_id") ?? "", Text(json, "username") ?? "", Text(json, "session_id") ?? "", Time(json, "expires_at") ?? default);

    public static Conflict Conflict(JsonElement json, ClientSession session)
    {
        var isOpen = Text(json, "status") != "settled";
        return new()
        {
            ConflictId = Text(json, "conflict_id") ?? "",
            DocumentId = session.DocumentId,
            Branch = session.Branch,
            ElementId = Text(json, "element_id") ?? "",
            Type = Text(json, "conflict_type") ?? "",
            Severity = Named(json, "severity", ConflictSeverity.Low),
            AutoResolvable = Flag(json, "auto_resolvable"),
            Status = isOpen ? ConflictStatus.Open : ConflictStatus.Settled,
            First = Side(json.GetProperty("operation_1"u8)),
            Second = Side(json.GetProperty("operation_2"u8)),
            Base = Values(json, "base"),
            LastByFirst = Texts(json, "last_by_operation_1"),
            Before = json.TryGetProperty("before"u8, out var before) ? before.GetRawText() : null,
            MergedFrom = Text(json, "merged_from"),
            DetectedAt = Time(json, "detected_at") ?? default,
            DecideBy = Time(json, "decide_by"),
            Clashes = (int)Number(json, "clashes"),
            Resolution = isOpen ? null : new()
            {
                Strategy = Text(json, "resolution") ?? "",
                ResolvedBy = Text(json, "resolved_by") ?? "",
                Username = "",
                At = Time(json, "resolved_at") ?? default,
            },
        };
    }

    public static ClientEvent.ConflictSettled Settled(JsonElement json) => new(Text(json, "conflict_id") ?? "", Text(json, "element_id") ?? "", new()
    {
        Strategy = Text(json, "resolution") ?? "",
        ResolvedBy = Text(json, "resolved_by") ?? "",
        Username = Text(json, "username") ?? "",
        At = Time(json, "timestamp") ?? default,
        OperationId = Text(json, "operation_id"),
        ChosenOperationId = Text(json, "chosen_operation_id"),
        Choices = json.TryGetProperty("choices"u8, out _) ? Values(json, "choices").ToImmutableDictionary(pair => pair.Key, pair => pair.Value ?? "", StringComparer.Ordinal) : null,
    });

    private static ConflictSide Side(JsonElement json) => new()
    {
        UserId = Text(json, "user_id") ?? "",
        Username = Text(json, "username") ?? "",
        OperationIds = Texts(json, "operation_ids"),
        OperationType = Text(json, "operation_type") ?? "",
        Timestamp = Time(json, "timestamp") ?? default,
        ElementId = Text(json, "element_id") ?? "",
        IsDelete = Flag(json, "deletes"),
        Values = Values(json, "values"),
    };
}
