using System.Security.Claims;
using System.Text.Json.Serialization;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Web.Documents;

namespace Svgx.Web.Api;

/// <summary>Who is where, and who did what.</summary>
internal static class PresenceEndpoints
{
    public static void Map(RouteGroupBuilder api, RouteGroupBuilder document)
    {
        api.MapGet("/users/active", ActiveUsers).WithSummary("Who is connected to the documents that the caller may see");
        document.MapGet("/activity", Activity).WithSummary("The activity log, newest first; next_before is the before of the next page");
    }

    /// <summary>Over the documents that the caller may see: of others, nobody learns who is in them.</summary>
    private static async Task<IEnumerable<ActiveUserAnswer>> ActiveUsers(ClaimsPrincipal user, DocumentDirectory documents, CollaborationEngine engine, CancellationToken cancellationToken)
    {
        var caller = ApiCaller.Of(user);
        var visible = (await documents.ListAsync(caller.UserId, bin: false, cancellationToken)).Select(document => document.Id).Where(id => caller.DocumentId is null || caller.DocumentId == id).ToHashSet();
        return engine.GetActiveUsers(visible.Contains).Select(ActiveUserAnswer.Of);
    }

    private static async Task<ActivityAnswer> Activity(
        Guid id, ClaimsPrincipal user, DocumentDirectory documents, CollaborationEngine engine, CancellationToken cancellationToken, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "user_id")] string? userId = null, long? before = null, int limit = 50)
    {
        await ApiEndpoints.RequireAsync(id, user, DocumentRole.Viewer, documents, cancellationToken);
        var entries = await engine.GetActivityAsync(id, userId, before, limit, cancellationToken);
        return new([.. entries.Select(ActivityEntryAnswer.Of)], entries.Count > 0 ? entries[^1].Id : null);
    }
}

/// <summary>Somebody who is connected.</summary>
internal sealed record ActiveUserAnswer(
    [property: JsonPropertyName("user_id")] string UserId, [property: JsonPropertyName("username")] string Username, [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("last_activity")] DateTime LastActivity, [property: JsonPropertyName("documents")] IReadOnlyList<ActiveInAnswer> Documents)
{
    public static ActiveUserAnswer Of(ActiveUser user) => new(user.UserId, user.Username, Wire(user.Status), user.LastActivity.UtcDateTime,
        [.. user.Places.Select(place => new ActiveInAnswer(place.DocumentId, place.Branch, Wire(place.Entry.Status), place.Entry.CurrentElement, place.Entry.IsTool))]);

    private static string Wire(PresenceStatus status) => status.ToString().ToLowerInvariant();
}

/// <summary>Where they are.</summary>
internal sealed record ActiveInAnswer(
    [property: JsonPropertyName("document_id")] Guid DocumentId, [property: JsonPropertyName("branch")] string Branch, [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("current_element")] string? CurrentElement, [property: JsonPropertyName("tool")] bool Tool);

/// <summary>A page of an activity log, newest first.</summary>
internal sealed record ActivityAnswer([property: JsonPropertyName("entries")] IReadOnlyList<ActivityEntryAnswer> Entries, [property: JsonPropertyName("next_before")] long? NextBefore);

/// <summary>An entry of an activity log: the fields of the protocol.</summary>
internal sealed record ActivityEntryAnswer(
    [property: JsonPropertyName("id")] long Id, [property: JsonPropertyName("branch")] string Branch, [property: JsonPropertyName("user_id")] string UserId, [property: JsonPropertyName("username")] string Username,
    [property: JsonPropertyName("kind")] string Kind, [property: JsonPropertyName("detail")] string? Detail, [property: JsonPropertyName("count")] long Count,
    [property: JsonPropertyName("element_ids")] IReadOnlyList<string> ElementIds, [property: JsonPropertyName("started_at")] DateTime StartedAt, [property: JsonPropertyName("ended_at")] DateTime EndedAt)
{
    public static ActivityEntryAnswer Of(ActivityEntry entry) =>
        new(entry.Id, entry.Branch, entry.UserId, entry.Username, entry.Kind, entry.Detail, entry.Count, entry.ElementIds, entry.StartedAt, entry.EndedAt);
}
