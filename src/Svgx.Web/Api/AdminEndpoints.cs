using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Web.Documents;
using Svgx.Web.Identity;

namespace Svgx.Web.Api;

/// <summary>What administrators do about security: keys, the tokens of others, the audit trail, the server's figures.</summary>
internal static class AdminEndpoints
{
    public static void MapAdmin(this IEndpointRouteBuilder api)
    {
        var admin = api.MapGroup("").RequireAuthorization(AdminRequirement.Policy);
        admin.MapGet("/keys", (KeyRing keys) => keys.List().Select(KeyAnswer.Of));
        admin.MapPost("/keys/rotate", RotateKey);
        admin.MapDelete("/keys/{id}", RemoveKey);
        admin.MapPost("/tokens/revoke", Revoke);
        admin.MapGet("/audit", Audit);
        admin.MapGet("/stats", (CollaborationEngine engine) => StatsAnswer.Of(engine.GetPerformanceStats()));
    }

    private static IResult RotateKey(ClaimsPrincipal user, KeyRing keys, AuditTrail audit)
    {
        var id = keys.Rotate();
        audit.Record(new(AuditKind.KeyRotated) { ActorId = user.UserId(), Detail = id });
        return Results.Ok(new { key_id = id });
    }

    private static IResult RemoveKey(string id, ClaimsPrincipal user, KeyRing keys, AuditTrail audit)
    {
        try
        {
            if (!keys.Remove(id))
                throw new DocumentRefusedException("key_not_found", "There is no such key.");
            audit.Record(new(AuditKind.KeyRemoved) { ActorId = user.UserId(), Detail = id });
            return Results.NoContent();
        }
        catch (InvalidOperationException error)
        {
            throw new DocumentRefusedException("key_in_use", error.Message);
        }
    }

    private static async Task<IResult> Revoke(RevokeBody body, ClaimsPrincipal user, TokenRevocations revocations, CancellationToken cancellationToken)
    {
        if (body is { TokenId: null, UserId: null, DocumentId: null })
            throw new DocumentRefusedException("bad_request", "Name \"token_id\", \"user_id\" or \"document_id\".");
        await revocations.RevokeAsync(body.TokenId, body.UserId, body.DocumentId, user.UserId(), cancellationToken);
        return Results.NoContent();
    }

    private static async Task<AuditPage> Audit(AuditTrail audit, CancellationToken cancellationToken, string? kind = null, [FromQuery(Name = "user_id")] string? userId = null, [FromQuery(Name = "document_id")] Guid? documentId = null, long? before = null, int limit = 100)
    {
        var page = await audit.QueryAsync(new(kind, userId, documentId, before, limit), cancellationToken);
        return new([.. page.Select(AuditAnswer.Of)], page.Count > 0 ? page[^1].Sequence : null);
    }
}
