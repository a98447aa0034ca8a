using System.Text.Json.Serialization;
using Svgx.Collaboration.Security;
using Svgx.Web.Documents;

namespace Svgx.Web.Api;

/// <summary>A new token.</summary>
internal sealed record TokenAnswer(
    [property: JsonPropertyName("token")] string Token, [property: JsonPropertyName("user_id")] string UserId, [property: JsonPropertyName("session_id")] string SessionId,
    [property: JsonPropertyName("expires_at")] DateTime ExpiresAt, [property: JsonPropertyName("token_id")] string TokenId)
{
    public static TokenAnswer Of(IssuedToken token) => new(token.Token, token.UserId, token.SessionId, token.ExpiresAt.UtcDateTime, token.TokenId);
}

/// <summary>A token in the list of its user.</summary>
internal sealed record TokenEntryAnswer(
    [property: JsonPropertyName("token_id")] string TokenId, [property: JsonPropertyName("document_id")] Guid? DocumentId, [property: JsonPropertyName("role")] string? Role,
    [property: JsonPropertyName("session_id")] string? SessionId, [property: JsonPropertyName("created_at")] DateTime CreatedAt, [property: JsonPropertyName("expires_at")] DateTime ExpiresAt,
    [property: JsonPropertyName("last_used_at")] DateTime? LastUsedAt, [property: JsonPropertyName("revoked_at")] DateTime? RevokedAt)
{
    public static TokenEntryAnswer Of(TokenEntry entry) => new(
        entry.TokenId, entry.DocumentId, entry.Role?.Wire(), entry.SessionId, entry.CreatedAt.UtcDateTime, entry.ExpiresAt.UtcDateTime, entry.LastUsedAt?.UtcDateTime, entry.RevokedAt?.UtcDateTime);
}

/// <summary>A signing key, without its secret.</summary>
internal sealed record KeyAnswer(
    [property: JsonPropertyName("key_id")] string KeyId, [property: JsonPropertyName("created_at")] DateTime CreatedAt, [property: JsonPropertyName("signs")] bool Signs,
    [property: JsonPropertyName("signed_until")] DateTime? SignedUntil)
{
    public static KeyAnswer Of(KeyInfo key) => new(key.KeyId, key.CreatedAt.UtcDateTime, key.Signs, key.SignedUntil?.UtcDateTime);
}

/// <summary>Which tokens an administrator takes back: what is given must all fit.</summary>
internal sealed record RevokeBody(
    [property: JsonPropertyName("token_id")] string? TokenId, [property: JsonPropertyName("user_id")] string? UserId, [property: JsonPropertyName("document_id")] Guid? DocumentId);

/// <summary>The key that signs from now on.</summary>
internal sealed record KeyRotated([property: JsonPropertyName("key_id")] string KeyId);
