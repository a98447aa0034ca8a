using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Svgx.Collaboration.Security;

/// <summary>
/// Makes tokens. It does not ask whether the user has the rights a token names: the engine does, at every join. It keeps no list of them either: <see cref="TokenRegistry"/> does. Thread-safe.
/// </summary>
public sealed class TokenIssuer(KeyRing keys, TimeProvider time, TokenRevocations? revocations = null)
{
    /// <summary>How long a token is good unless asked otherwise.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(1);

    /// <summary>The longest life a token can have.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(365);

    /// <summary>Makes a token. Waits only where a key has to be made, or noted to sign for longer, about once a day.</summary>
    /// <param name="request">What it is to say.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes that change the keys.</param>
    /// <exception cref="ArgumentException">The user is missing, a name is over 256 characters, or the life is not above zero and within <see cref="MaxLifetime"/>.</exception>
    /// <exception cref="IOException">Other processes have been at the keys for ten seconds, or the key file cannot be written.</exception>
    public async Task<IssuedToken> IssueAsync(TokenRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(request.UserId, nameof(request));
        if (request.UserId.Length > 256 || request.Username?.Length > 256 || request.SessionId?.Length > 256)
            throw new ArgumentException("A name in a token is at most 256 characters.", nameof(request));
        var life = request.ExpiresIn ?? DefaultLifetime;
        if (life <= TimeSpan.Zero || life > MaxLifetime)
            throw new ArgumentOutOfRangeException(nameof(request), life, "A token lives more than no time and at most a year.");
        var expires = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + life).ToUnixTimeSeconds());
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var issuedAt = IssuedAt(request);
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            new TokenPayload(request.UserId, request.Username, request.DocumentId, request.Role, request.SessionId, expires.ToUnixTimeSeconds(), id, issuedAt.ToUnixTimeMilliseconds()),
            SecurityJsonContext.Default.TokenPayload);
        var token = Sign(await keys.ForSigningAsync(expires, cancellationToken), payload);
        return new(token, request.UserId, request.SessionId ?? "tool-" + RandomNumberGenerator.GetHexString(12, lowercase: true), expires, id, issuedAt);
    }

    private static string Sign(SigningKey key, byte[] payload)
    {
        var signed = $"{TokenFormat.Prefix}.{key.Id}.{Base64Url.EncodeToString(payload)}";
        Span<byte> mac = stackalloc byte[TokenFormat.MacBytes];
        key.Sign(Encoding.ASCII.GetBytes(signed), mac);
        return $"{signed}.{Base64Url.EncodeToString(mac)}";
    }

    /// <summary>Now; but after the last revocation that would cover it, so that a clock set back does not void what is made anew.</summary>
    private DateTimeOffset IssuedAt(TokenRequest request)
    {
        var now = time.GetUtcNow();
        return revocations?.LatestFor(request.UserId, request.DocumentId) is { } revoked && revoked >= now ? revoked.AddMilliseconds(1) : now;
    }
}
