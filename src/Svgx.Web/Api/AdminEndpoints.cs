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
        admin.MapGet("/keys", async (KeyRing keys, CancellationToken cancellationToken) => (await keys.ListAsync(cancellationToken)).Select(KeyAnswer.Of)).WithSummary("The keys that sign tokens, without the keys themselves (administrators)");
        admin.MapPost("/keys/rotate", RotateKey).WithSummary("Signs with a new key from now on (administrators)").Produces<KeyRotated>();
        admin.MapDelete("/keys/{id}", RemoveKey).WithSummary("Removes a key that nothing is signed with any more (administrators)").Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status409Conflict);
        admin.MapPost("/tokens/revoke", Revoke).WithSummary("Takes tokens back, by token, user or document (administrators)").Produces(StatusCodes.Status204NoContent);
        admin.MapGet("/audit", Audit).WithSummary("The audit trail, newest first (administrators)");
        admin.MapGet("/stats", (CollaborationEngine engine) => StatsAnswer.Of(engine.GetPerformanceStats())).WithSummary("The engine's figures: totals since its start, rates and percentiles of the last moments (administrators)");
    }

    private static async Task<IResult> RotateKey(ClaimsPrincipal user, KeyRing keys, AuditTrail audit, CancellationToken cancellationToken)
    {
        var id = await keys.RotateAsync(cancellationToken);
        audit.Record(new(AuditKind.KeyRotated) { ActorId = user.UserId(), Detail = id });
        return Results.Ok(new KeyRotated(id));
    }

    private static async Task<IResult> RemoveKey(string id, ClaimsPrincipal user, KeyRing keys, AuditTrail audit, CancellationToken cancellationToken)
    {
        try
        {
            if (!await keys.RemoveAsync(id, cancellationToken))
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
