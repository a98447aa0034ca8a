using System.Security.Claims;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Web.Documents;

namespace Svgx.Web.Api;

/// <summary>One's own tokens: make, list, take back. A limited token does none of it.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        api.MapPost("/tokens", Issue).WithSummary("Makes a token for a tool, limited to a document and role where those are named; it is shown this once");
        api.MapGet("/tokens", List).WithSummary("The caller's tokens, without the tokens themselves");
        api.MapDelete("/tokens/{id}", Revoke).WithSummary("Takes a token back, at once and for open connections too").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<TokenAnswer> Issue(TokenBody body, ClaimsPrincipal user, TokenRegistry tokens, DocumentDirectory documents, CancellationToken cancellationToken)
    {
        var caller = RequireWhole(user);
        DocumentRole? role = null;
        if (body.Role is not null)
            role = RoleNames.Parse(body.Role) ?? throw new DocumentRefusedException("invalid_role", "\"role\" must be owner, editor, commenter or viewer.");
        if (body.DocumentId is { } id && await documents.FindAsync(id, caller.UserId, cancellationToken) is null)
            throw new DocumentRefusedException("document_not_found", "There is no such document, or it is not shared with you.");
        if (body.ExpiresIn is <= 0 || body.ExpiresIn > TokenIssuer.MaxLifetime.TotalSeconds)
            throw new DocumentRefusedException("invalid_expiry", $"\"expires_in\" must be 1 to {TokenIssuer.MaxLifetime.TotalSeconds:0} seconds.");
        var token = await tokens.IssueAsync(new(caller.UserId, null, body.DocumentId, role, body.SessionId, body.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : null), cancellationToken);
        return TokenAnswer.Of(token);
    }

    private static async Task<IEnumerable<TokenEntryAnswer>> List(ClaimsPrincipal user, TokenRegistry tokens, CancellationToken cancellationToken) =>
        (await tokens.ListAsync(RequireWhole(user).UserId, cancellationToken)).Select(TokenEntryAnswer.Of);

    private static async Task<IResult> Revoke(string id, ClaimsPrincipal user, TokenRegistry tokens, TokenRevocations revocations, CancellationToken cancellationToken)
    {
        var caller = RequireWhole(user);
        if (await tokens.FindAsync(id, cancellationToken) is not { } entry || entry.UserId != caller.UserId)
            throw new DocumentRefusedException("token_not_found", "You have no such token.");
        if (entry.RevokedAt is null)
            await revocations.RevokeAsync(tokenId: id, actorId: caller.UserId, cancellationToken: cancellationToken);
        return Results.NoContent();
    }

    private static ApiCaller RequireWhole(ClaimsPrincipal user)
    {
        var caller = ApiCaller.Of(user);
        return caller.IsLimited ? throw new DocumentRefusedException("forbidden", "A limited token has nothing to do with tokens.") : caller;
    }
}
