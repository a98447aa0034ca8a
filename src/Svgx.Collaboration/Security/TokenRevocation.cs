namespace Svgx.Collaboration.Security;

/// <summary>
/// Tokens taken back. Of the four names those that are given must all fit; a user's, a document's or a key's tokens are those made up to <paramref name="RevokedAt"/>: a token made afterwards is good.
/// </summary>
/// <param name="TokenId">One token.</param>
/// <param name="UserId">A user's tokens.</param>
/// <param name="DocumentId">The tokens that are limited to a document.</param>
/// <param name="KeyId">The tokens that a key signed.</param>
/// <param name="RevokedAt">When, UTC.</param>
public sealed record TokenRevocation(string? TokenId, string? UserId, Guid? DocumentId, string? KeyId, DateTimeOffset RevokedAt)
{
    internal bool Covers(TokenIdentity token) =>
        (TokenId is null ? token.IssuedAt <= RevokedAt : token.TokenId == TokenId)
        && (UserId is null || token.UserId == UserId)
        && (DocumentId is null || token.DocumentId == DocumentId)
        && (KeyId is null || token.KeyId == KeyId);
}
