using Svgx.Collaboration.Engine;

namespace Svgx.Collaboration.Security;

/// <summary>What a new token is to allow.</summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="Username">The name shown for it; default: the account's.</param>
/// <param name="DocumentId">The only document it opens; <see langword="null"/>: every document its user may use.</param>
/// <param name="Role">The most it allows; <see langword="null"/>: what the user may do.</param>
/// <param name="SessionId">The only session it joins as; generated when absent and then not binding.</param>
/// <param name="ExpiresIn">How long it is good: one hour unless said, at most a year.</param>
public sealed record TokenRequest(
    string UserId,
    string? Username = null,
    Guid? DocumentId = null,
    DocumentRole? Role = null,
    string? SessionId = null,
    TimeSpan? ExpiresIn = null);

/// <param name="Token">The token: shown once, never logged.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="SessionId">The session it names, or one to use.</param>
/// <param name="ExpiresAt">When it runs out, UTC.</param>
/// <param name="TokenId">Names it in lists and for revocation; no secret.</param>
/// <param name="IssuedAt">When it was made, UTC.</param>
public sealed record IssuedToken(string Token, string UserId, string SessionId, DateTimeOffset ExpiresAt, string TokenId, DateTimeOffset IssuedAt);

/// <summary>What a valid token says.</summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="Username">The name shown for it.</param>
/// <param name="DocumentId">The only document it opens.</param>
/// <param name="Role">The most it allows.</param>
/// <param name="SessionId">The only session it joins as.</param>
/// <param name="ExpiresAt">When it runs out, UTC.</param>
/// <param name="Identity">What tells it from other tokens, for revocation.</param>
public sealed record TokenClaims(string UserId, string? Username, Guid? DocumentId, DocumentRole? Role, string? SessionId, DateTimeOffset ExpiresAt, TokenIdentity Identity);

/// <summary>What a revocation can name a token by.</summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="KeyId">The key that signed it.</param>
/// <param name="TokenId">Its id; <see langword="null"/> for tokens made before there were ids.</param>
/// <param name="DocumentId">The only document it opens.</param>
/// <param name="IssuedAt">When it was made, UTC; <see cref="DateTimeOffset.MinValue"/> where it does not say.</param>
public sealed record TokenIdentity(string UserId, string KeyId, string? TokenId, Guid? DocumentId, DateTimeOffset IssuedAt);

/// <summary>What a token turned out to be.</summary>
public abstract record TokenResult
{
    private TokenResult()
    {
    }

    /// <summary>Signed by this server and good until its expiry.</summary>
    public sealed record Valid(TokenClaims Claims) : TokenResult;

    /// <summary>Not a token, changed, or signed with another key.</summary>
    public sealed record Invalid : TokenResult
    {
        internal static Invalid Instance { get; } = new();
    }

    /// <summary>Signed by this server, but its time is over.</summary>
    /// <param name="Token">Which one it was.</param>
    public sealed record Expired(TokenIdentity Token) : TokenResult;

    /// <summary>Good by itself, but taken back.</summary>
    /// <param name="Token">Which one it was.</param>
    public sealed record Revoked(TokenIdentity Token) : TokenResult;

    /// <summary>Whose token it is, where its signature says so.</summary>
    public string? UserId => this switch
    {
        Valid valid => valid.Claims.UserId,
        Expired expired => expired.Token.UserId,
        Revoked revoked => revoked.Token.UserId,
        _ => null,
    };
}
