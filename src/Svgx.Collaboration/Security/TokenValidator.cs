using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Svgx.Collaboration.Security;

/// <summary>Tells a good token from others. Comparison takes the same time wherever a forged token differs.</summary>
public sealed class TokenValidator(KeyRing keys, TimeProvider time, TokenRevocations? revocations = null)
{
    /// <summary>Checks a token, also against what was revoked; never throws for a bad one.</summary>
    public async ValueTask<TokenResult> ValidateAsync(ReadOnlyMemory<char> token, CancellationToken cancellationToken = default)
    {
        if (revocations is not null)
            await revocations.PrepareAsync(cancellationToken);
        return Validate(token.Span);
    }

    /// <summary>Checks a token's signature and expiry, and the revocations known so far; never throws for a bad one.</summary>
    public TokenResult Validate(ReadOnlySpan<char> token)
    {
        Span<Range> parts = stackalloc Range[5];
        if (token.Length > TokenFormat.MaxLength || token.Split(parts, '.') != 4 || token[parts[0]] is not TokenFormat.Prefix || !Ascii.IsValid(token))
            return TokenResult.Invalid.Instance;
        if (!keys.TryFind(token[parts[1]], out var key))
            return TokenResult.Invalid.Instance;
        Span<byte> given = stackalloc byte[TokenFormat.MacBytes];
        Span<byte> expected = stackalloc byte[TokenFormat.MacBytes];
        var mac = token[parts[3]];
        if (!Base64Url.IsValid(mac, out var macLength) || macLength != TokenFormat.MacBytes || !Base64Url.TryDecodeFromChars(mac, given, out _))
            return TokenResult.Invalid.Instance;
        Span<byte> text = stackalloc byte[TokenFormat.MaxLength];
        var signedLength = Encoding.ASCII.GetBytes(token[..parts[2].End.Value], text);
        key.Sign(text[..signedLength], expected);
        if (!CryptographicOperations.FixedTimeEquals(given, expected))
            return TokenResult.Invalid.Instance;
        return Base64Url.TryDecodeFromChars(token[parts[2]], text, out var payloadLength) ? Read(text[..payloadLength], key.Id) : TokenResult.Invalid.Instance;
    }

    private TokenResult Read(ReadOnlySpan<byte> payload, string keyId)
    {
        var claims = JsonSerializer.Deserialize(payload, SecurityJsonContext.Default.TokenPayload);
        if (claims is null)
            return TokenResult.Invalid.Instance;
        var expires = DateTimeOffset.FromUnixTimeSeconds(claims.ExpiresAt);
        var issued = claims.IssuedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : DateTimeOffset.MinValue;
        var identity = new TokenIdentity(claims.UserId, keyId, claims.TokenId, claims.DocumentId, issued);
        if (expires <= time.GetUtcNow())
            return new TokenResult.Expired(identity);
        return revocations?.Covers(identity) == true
            ? new TokenResult.Revoked(identity)
            : new TokenResult.Valid(new(claims.UserId, claims.Username, claims.DocumentId, claims.Role, claims.SessionId, expires, identity));
    }
}
