using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Protocol;

/// <summary>Decides whom a join is for: the token says who somebody is, the message only repeats it.</summary>
/// <param name="Request">What to ask the engine for.</param>
/// <param name="Refusal">Why there is nothing to ask.</param>
/// <param name="UserId">Whose the refused token is, where its signature says so; without a token, who is signed in.</param>
internal readonly record struct JoinAdmission(JoinRequest? Request, MessageFault? Refusal, string? UserId = null)
{
    public static async ValueTask<JoinAdmission> DecideAsync(ClientMessage.Join join, ConnectionUser? user, TokenValidator tokens, ProtocolOptions options, CancellationToken cancellationToken)
    {
        var who = user?.UserId;
        JoinAdmission Refuse(string code, string reason) => new(null, new(code, reason, null, join.RequestId), who);

        TokenClaims? claims = null;
        if (join.Token is not null)
        {
            var result = await tokens.ValidateAsync(join.Token.AsMemory(), cancellationToken);
            who = result.UserId;
            switch (result)
            {
                case TokenResult.Valid valid: claims = valid.Claims; break;
                case TokenResult.Expired: return Refuse(ErrorCode.TokenExpired, "The token has expired; get a new one.");
                case TokenResult.Revoked: return Refuse(ErrorCode.TokenRevoked, "The token was taken back; get a new one.");
                default: return Refuse(ErrorCode.TokenInvalid, "The token is not valid.");
            }
        }
        else if (user is null)
            return Refuse(ErrorCode.TokenMissing, "The join needs a token.");

        var userId = claims?.UserId ?? user!.UserId;
        if (join.UserId is not null && join.UserId != userId)
            return Refuse(ErrorCode.UserMismatch, "\"user_id\" is not the user that this connection is signed in as.");
        if (claims?.SessionId is not null && join.SessionId is not null && join.SessionId != claims.SessionId)
            return Refuse(ErrorCode.SessionMismatch, "\"session_id\" is not the session that the token is for.");

        var documentId = claims?.DocumentId ?? options.DefaultDocumentId;
        if (join.DocumentId is not null)
        {
            if (!Guid.TryParse(join.DocumentId, out var asked))
                return Refuse(ErrorCode.DocumentNotFound, "There is no such document, or it is not shared with you.");
            if (claims?.DocumentId is not null && claims.DocumentId != asked)
                return Refuse(ErrorCode.Forbidden, "The token is for another document.");
            documentId = asked;
        }
        if (documentId is not { } document)
            return Refuse(ErrorCode.DocumentRequired, "Name a document in \"document_id\".");

        var sessionId = join.SessionId ?? claims?.SessionId ?? $"session-{Guid.NewGuid():N}";
        return new(
            new(document, join.Branch ?? "main", userId, join.Username ?? claims?.Username ?? user?.Username, sessionId, claims?.Role, join.LastRevision, IsTool: claims is not null,
                WantsDocument: join.Features.HasFlag(ClientFeatures.Document), claims?.ExpiresAt, claims?.Identity),
            null);
    }
}
