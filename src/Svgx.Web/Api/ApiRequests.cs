using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Svgx.Web.Api;

/// <summary>What to make a token for.</summary>
internal sealed record TokenBody(
    [property: JsonPropertyName("document_id")] Guid? DocumentId, [property: JsonPropertyName("role")] string? Role,
    [property: JsonPropertyName("session_id"), MaxLength(128)] string? SessionId, [property: JsonPropertyName("expires_in")] int? ExpiresIn);

/// <summary>Another name for a document.</summary>
internal sealed record RenameBody([property: JsonPropertyName("name")] string Name);

/// <summary>A role for a person.</summary>
internal sealed record RoleBody([property: JsonPropertyName("role")] string Role);

/// <summary>A document as the API shows it.</summary>
internal sealed record DocumentAnswer(
    [property: JsonPropertyName("id")] Guid Id, [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("owner")] string Owner, [property: JsonPropertyName("role")] string Role,
    [property: JsonPropertyName("people")] int People, [property: JsonPropertyName("created_at")] DateTime CreatedAt, [property: JsonPropertyName("updated_at")] DateTime UpdatedAt);

/// <summary>A document that was just made; of what was taken out the first 100 parts, and how many more there were.</summary>
internal sealed record CreatedAnswer(
    [property: JsonPropertyName("id")] Guid Id, [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("revision")] long Revision,
    [property: JsonPropertyName("removed")] IReadOnlyList<RemovedAnswer> Removed, [property: JsonPropertyName("more_removed")] int MoreRemoved);

/// <summary>What sanitising took out.</summary>
internal sealed record RemovedAnswer([property: JsonPropertyName("path")] string Path, [property: JsonPropertyName("what")] string What, [property: JsonPropertyName("why")] string Why);

/// <summary>Somebody who may use a document.</summary>
internal sealed record PersonAnswer(
    [property: JsonPropertyName("user_id")] string UserId, [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("email")] string Email, [property: JsonPropertyName("role")] string Role);
