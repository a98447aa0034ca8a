using System.Text.Json.Serialization;
using Svgx.Collaboration.Security;

namespace Svgx.Web.Api;

/// <summary>Entries of the audit trail, the newest first; ask again with <c>before</c> for those that follow.</summary>
internal sealed record AuditPage([property: JsonPropertyName("events")] IReadOnlyList<AuditAnswer> Events, [property: JsonPropertyName("next_before")] long? NextBefore);

/// <summary>An entry of the audit trail.</summary>
internal sealed record AuditAnswer(
    [property: JsonPropertyName("sequence")] long Sequence, [property: JsonPropertyName("timestamp")] DateTime Timestamp, [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("actor_id")] string? ActorId, [property: JsonPropertyName("user_id")] string? UserId, [property: JsonPropertyName("document_id")] Guid? DocumentId,
    [property: JsonPropertyName("address")] string? Address, [property: JsonPropertyName("detail")] string? Detail)
{
    public static AuditAnswer Of(AuditEvent entry) => new(entry.Sequence, entry.Timestamp.UtcDateTime, entry.Kind, entry.ActorId, entry.UserId, entry.DocumentId, entry.Address, entry.Detail);
}
