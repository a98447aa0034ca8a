using System.Text.Json;
using System.Text.Json.Serialization;
using Svgx.Collaboration.Storage;

namespace Svgx.Web.Api;

/// <summary>An operation of the journal as the API shows it: the fields of the protocol.</summary>
internal sealed record OperationAnswer(
    [property: JsonPropertyName("operation_id")] string OperationId, [property: JsonPropertyName("operation_type")] string OperationType, [property: JsonPropertyName("user_id")] string UserId,
    [property: JsonPropertyName("element_id")] string ElementId, [property: JsonPropertyName("data")] JsonElement Data, [property: JsonPropertyName("timestamp")] DateTime Timestamp,
    [property: JsonPropertyName("revision")] long Revision, [property: JsonPropertyName("session_id")] string SessionId, [property: JsonPropertyName("username")] string Username,
    [property: JsonPropertyName("changes")] JsonElement Changes, [property: JsonPropertyName("origin"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Origin,
    [property: JsonPropertyName("inverse"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Inverse)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1_024 };

    public static OperationAnswer Of(JournalEntry entry, bool inverse) => new(
        entry.OperationId, entry.Type, entry.UserId, entry.ElementId, Json(entry.Data), entry.Timestamp, entry.Revision, entry.SessionId, entry.Username, Json(entry.Changes), entry.Origin,
        inverse ? Json(entry.Inverse) : null);

    private static JsonElement Json(ReadOnlyMemory<byte> utf8)
    {
        using var json = JsonDocument.Parse(utf8.IsEmpty ? "{}"u8.ToArray() : utf8, Options);
        return json.RootElement.Clone();
    }
}

/// <summary>A page of the journal.</summary>
internal sealed record OperationsAnswer([property: JsonPropertyName("operations")] IReadOnlyList<OperationAnswer> Operations, [property: JsonPropertyName("next_after")] long NextAfter);
