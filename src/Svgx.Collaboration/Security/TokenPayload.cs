using System.Text.Json.Serialization;
using Svgx.Collaboration.Engine;

namespace Svgx.Collaboration.Security;

/// <summary>The signed part of a token, with short names: it travels in every join. Tokens made before there were ids have neither id nor issue time (Unix milliseconds), and stay good.</summary>
internal sealed record TokenPayload(
    [property: JsonPropertyName("u")] string UserId,
    [property: JsonPropertyName("n")] string? Username,
    [property: JsonPropertyName("d")] Guid? DocumentId,
    [property: JsonPropertyName("r")] DocumentRole? Role,
    [property: JsonPropertyName("s")] string? SessionId,
    [property: JsonPropertyName("e")] long ExpiresAt,
    [property: JsonPropertyName("i")] string? TokenId = null,
    [property: JsonPropertyName("c")] long? IssuedAt = null);

internal sealed record StoredKey(
    [property: JsonPropertyName("kid")] string Id,
    [property: JsonPropertyName("secret")] byte[] Secret,
    [property: JsonPropertyName("created")] DateTimeOffset Created,
    [property: JsonPropertyName("signed_until")] DateTimeOffset? SignedUntil = null);

internal sealed record StoredKeys([property: JsonPropertyName("keys")] IReadOnlyList<StoredKey> Keys);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(TokenPayload)), JsonSerializable(typeof(StoredKeys))]
internal sealed partial class SecurityJsonContext : JsonSerializerContext;
