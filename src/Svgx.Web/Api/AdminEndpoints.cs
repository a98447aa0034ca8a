using Svgx.Collaboration.Security;
using Svgx.Web.Documents;

namespace Svgx.Web.Api;

/// <summary>What administrators do about security: keys, and the tokens of others.</summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this IEndpointRouteBuilder api)
    {
        var admin = api.MapGroup("").RequireAuthorization(AdminRequirement.Policy);
        admin.MapGet("/keys", (KeyRing keys) => keys.List().Select(KeyAnswer.Of));
        admin.MapPost("/keys/rotate", (KeyRing keys) => new { key_id = keys.Rotate() });
        admin.MapDelete("/keys/{id}", RemoveKey);
        admin.MapPost("/tokens/revoke", Revoke);
    }

    private static IResult RemoveKey(string id, KeyRing keys)
    {
        try
        {
            return keys.Remove(id) ? Results.NoContent() : throw new DocumentRefusedException("key_not_found", "There is no such key.");
        }
        catch (InvalidOperationException error)
        {
            throw new DocumentRefusedException("key_in_use", error.Message);
        }
    }

    private static async Task<IResult> Revoke(RevokeBody body, TokenRevocations revocations, CancellationToken cancellationToken)
    {
        if (body is { TokenId: null, UserId: null, DocumentId: null })
            throw new DocumentRefusedException("bad_request", "Name \"token_id\", \"user_id\" or \"document_id\".");
        await revocations.RevokeAsync(body.TokenId, body.UserId, body.DocumentId, cancellationToken);
        return Results.NoContent();
    }
}
