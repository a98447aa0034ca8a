using System.Buffers;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;
using Svgx.Web.Documents;

namespace Svgx.Web.Api;

/// <summary>The conflicts of a document and what it does with them. A conflict has the fields of the protocol's <c>conflict_notification</c>.</summary>
internal static class ConflictEndpoints
{
    public static void MapConflicts(this RouteGroupBuilder document)
    {
        document.MapGet("/conflicts", List).WithSummary("The conflicts of a branch, newest first: status open (default), settled or all").Answers("conflict_list");
        document.MapPost("/conflicts/{cid}/resolve", Resolve).WithSummary("Settles a conflict (editors), by the strategies of the protocol's conflict_resolution").Answers("conflict");
        document.MapGet("/settings/conflicts", Policy).WithSummary("What the document does with conflicts, by their kind");
        document.MapPut("/settings/conflicts", SetPolicy).WithSummary("Sets what the document does with conflicts from now on (its owner)");
    }

    private static async Task<IResult> List(
        Guid id, ClaimsPrincipal user, DocumentDirectory documents, CollaborationEngine engine, CancellationToken cancellationToken,
        string branch = CollaborationEngine.MainBranch, string status = "open", string? before = null, int limit = 100)
    {
        await ApiEndpoints.RequireAsync(id, user, DocumentRole.Viewer, documents, cancellationToken);
        var wanted = status switch
        {
            "open" => ConflictStatus.Open,
            "settled" => ConflictStatus.Settled,
            "all" => (ConflictStatus?)null,
            _ => throw new DocumentRefusedException("invalid_data", "\"status\" must be open, settled or all."),
        };
        var conflicts = await engine.GetConflictsAsync(id, wanted, branch, limit, before, cancellationToken);
        return Json(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("conflicts"u8);
            foreach (var conflict in conflicts)
                ConflictMessages.WriteConflict(json, conflict);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static async Task<IResult> Resolve(Guid id, string cid, ResolveBody body, ClaimsPrincipal user, DocumentDirectory documents, CollaborationEngine engine, CancellationToken cancellationToken)
    {
        await ApiEndpoints.RequireAsync(id, user, DocumentRole.Editor, documents, cancellationToken);
        var caller = ApiCaller.Of(user);
        return await engine.ResolveConflictAsync(id, caller.UserId, new(cid, body.Resolution, body.ChosenOperationId, body.Choices), caller.MaxRole, cancellationToken) switch
        {
            ResolveOutcome.Accepted accepted => Json(json => ConflictMessages.WriteConflict(json, accepted.Conflict)),
            ResolveOutcome.Refused refused => throw new DocumentRefusedException(refused.Code, refused.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<PolicyBody> Policy(Guid id, ClaimsPrincipal user, DocumentDirectory documents, CollaborationEngine engine, CancellationToken cancellationToken)
    {
        await ApiEndpoints.RequireAsync(id, user, DocumentRole.Viewer, documents, cancellationToken);
        return PolicyBody.Of(await engine.GetConflictPolicyAsync(id, cancellationToken));
    }

    private static async Task<PolicyBody> SetPolicy(Guid id, PolicyBody body, ClaimsPrincipal user, DocumentDirectory documents, CollaborationEngine engine, CancellationToken cancellationToken)
    {
        await ApiEndpoints.RequireAsync(id, user, DocumentRole.Owner, documents, cancellationToken);
        var policy = body.ToPolicy();
        if (policy.Fault() is { } fault)
            throw new DocumentRefusedException("invalid_data", fault);
        await engine.SetConflictPolicyAsync(id, policy, cancellationToken);
        return PolicyBody.Of(policy);
    }

    private static IResult Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return Results.Bytes(buffer.WrittenMemory.ToArray(), "application/json");
    }
}

/// <summary>How to settle a conflict: the fields of the protocol's <c>conflict_resolution</c>.</summary>
internal sealed record ResolveBody(
    [property: JsonPropertyName("resolution")] string Resolution, [property: JsonPropertyName("chosen_operation_id")] string? ChosenOperationId = null,
    [property: JsonPropertyName("choices")] Dictionary<string, string>? Choices = null);

/// <summary>What is done with conflicts of one kind: <c>strategy</c>, and of those that wait the seconds until <c>time_out_strategy</c> decides.</summary>
internal sealed record RuleBody(
    [property: JsonPropertyName("strategy")] string Strategy, [property: JsonPropertyName("time_out_seconds")] double? TimeOutSeconds = null,
    [property: JsonPropertyName("time_out_strategy")] string TimeOutStrategy = ConflictStrategies.LastWriteWins)
{
    public static RuleBody Of(ConflictRule rule) => new(rule.Strategy, rule.TimeOut?.TotalSeconds, rule.TimeOutStrategy);

    public ConflictRule ToRule()
    {
        if (TimeOutSeconds is { } seconds && !(seconds >= 1 && seconds <= TimeSpan.FromDays(365).TotalSeconds))
            throw new DocumentRefusedException("invalid_data", "\"time_out_seconds\" must be from a second to a year.");
        return new() { Strategy = Strategy, TimeOut = TimeOutSeconds is { } wait ? TimeSpan.FromSeconds(wait) : null, TimeOutStrategy = TimeOutStrategy };
    }
}

/// <summary>What a document does with conflicts, by their kind.</summary>
internal sealed record PolicyBody(
    [property: JsonPropertyName("concurrent")] RuleBody Concurrent, [property: JsonPropertyName("transformation")] RuleBody Transformation,
    [property: JsonPropertyName("modification")] RuleBody Modification, [property: JsonPropertyName("deletion")] RuleBody Deletion)
{
    public static PolicyBody Of(ConflictPolicy policy) => new(RuleBody.Of(policy.Concurrent), RuleBody.Of(policy.Transformation), RuleBody.Of(policy.Modification), RuleBody.Of(policy.Deletion));

    public ConflictPolicy ToPolicy() => new() { Concurrent = Concurrent.ToRule(), Transformation = Transformation.ToRule(), Modification = Modification.ToRule(), Deletion = Deletion.ToRule() };
}
