using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Web.Documents;

namespace Svgx.Web.Api;

/// <summary>Versions and branches of a document. Answers have the fields of the protocol's messages.</summary>
internal static class VersionEndpoints
{
    public static void MapVersions(this RouteGroupBuilder document)
    {
        document.MapGet("/versions", List).WithSummary("The versions, newest first; next is the before of the next page").Answers("version_page");
        document.MapPost("/versions", Save).WithSummary("Saves a version of a branch as it is now (editors)").Answers("version", StatusCodes.Status201Created);
        document.MapGet("/versions/{vid}", Get).WithSummary("One version; its drawing is at svg?version=").Answers("version");
        document.MapPatch("/versions/{vid}", Label).WithSummary("Writes name, tags and metadata on a version, in place of those it had (editors)").Answers("version");
        document.MapPost("/versions/{vid}/revert", Revert).WithSummary("Brings a branch back to a version, as one operation and a new version (editors)").Answers("version_change").AddEndpointFilter<DrawingRequestFilter>();
        document.MapPost("/restore", Restore).WithSummary("Brings back the drawing, or some elements, as of a version, revision or time (editors)").Answers("version_change").AddEndpointFilter<DrawingRequestFilter>();
        document.MapGet("/diff", Diff).WithSummary("How two points differ: each a version's id, BRANCH, BRANCH@REVISION or BRANCH@TIME").Answers("difference").AddEndpointFilter<DrawingRequestFilter>();
        document.MapGet("/branches", Branches).WithSummary("The branches, main first; with deleted=true those too").Answers("branch_list");
        document.MapPost("/branches", CreateBranch).WithSummary("Makes a branch from a point (editors)").Answers("branch", StatusCodes.Status201Created).AddEndpointFilter<DrawingRequestFilter>();
        document.MapDelete("/branches/{bid}", DeleteBranch).WithSummary("Deletes a branch; its versions stay (editors)").Answers("branch");
        document.MapPost("/branches/{bid}/purge", PurgeBranch).WithSummary("Lets go, for good, of what a deleted branch holds (the document's owner)").Answers("branch");
        document.MapPost("/branches/{bid}/merge", Merge).WithSummary("Merges the branch into another (editors); with preview=true only says what would come in").Answers("merge").AddEndpointFilter<DrawingRequestFilter>();
        document.MapPost("/verify", Verify).WithSummary("Recomputes every checksum and replays the journal").Answers("integrity").AddEndpointFilter<DrawingRequestFilter>();
        document.MapGet("/elements/{eid}/history", ElementHistory).WithSummary("Who changed an element, when, and from what to what; next is the cursor of the next page").Answers("element_history").AddEndpointFilter<DrawingRequestFilter>();
    }

    private static async Task<IResult> List(
        Guid id, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string? branch = null, long? before = null, int limit = 100, bool checkpoints = true) =>
        Answer(await engine.Versions.ListAsync(id, Actor(id, user, DocumentRole.Viewer), branch, before, limit, checkpoints, cancellationToken));

    private static async Task<IResult> Save(Guid id, VersionBody body, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken) =>
        Answer(await engine.Versions.SaveAsync(id, Actor(id, user, DocumentRole.Editor), body.Branch ?? CollaborationEngine.MainBranch, body.Description ?? "", body.Labels(), cancellationToken), StatusCodes.Status201Created);

    private static async Task<IResult> Get(Guid id, string vid, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken) =>
        Answer(await engine.Versions.GetAsync(id, Actor(id, user, DocumentRole.Viewer), vid, cancellationToken));

    private static async Task<IResult> Label(Guid id, string vid, VersionBody body, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken) =>
        Answer(await engine.Versions.LabelAsync(id, Actor(id, user, DocumentRole.Editor), vid, body.Labels(), cancellationToken));

    private static async Task<IResult> Revert(Guid id, string vid, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string branch = CollaborationEngine.MainBranch) =>
        Answer(await engine.Versions.RevertAsync(id, Actor(id, user, DocumentRole.Editor), vid, branch, cancellationToken: cancellationToken));

    private static async Task<IResult> Restore(Guid id, RestoreBody body, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken) =>
        Answer(await engine.Versions.RestoreAsync(id, Actor(id, user, DocumentRole.Editor), Point(body.From, "from"), body.Branch ?? CollaborationEngine.MainBranch, body.ElementIds, body.Description, cancellationToken));

    private static async Task<IResult> Diff(Guid id, string from, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string to = CollaborationEngine.MainBranch) =>
        Answer(await engine.Versions.DiffAsync(id, Actor(id, user, DocumentRole.Viewer), Point(from, "from"), Point(to, "to"), cancellationToken));

    private static async Task<IResult> Branches(Guid id, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, bool deleted = false) =>
        Answer(await engine.Versions.ListBranchesAsync(id, Actor(id, user, DocumentRole.Viewer), deleted, cancellationToken));

    private static async Task<IResult> CreateBranch(Guid id, BranchBody body, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken) =>
        Answer(await engine.Versions.CreateBranchAsync(id, Actor(id, user, DocumentRole.Editor), body.Name, body.From is null ? null : Point(body.From, "from"), cancellationToken), StatusCodes.Status201Created);

    private static async Task<IResult> DeleteBranch(Guid id, string bid, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken) =>
        Answer(await engine.Versions.DeleteBranchAsync(id, Actor(id, user, DocumentRole.Editor), bid, cancellationToken));

    private static async Task<IResult> PurgeBranch(Guid id, string bid, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken) =>
        Answer(await engine.Versions.PurgeBranchAsync(id, Actor(id, user, DocumentRole.Owner), bid, cancellationToken));

    private static async Task<IResult> Merge(Guid id, string bid, MergeBody body, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, bool preview = false)
    {
        var target = body.Into ?? CollaborationEngine.MainBranch;
        var resolutions = (body.Resolutions ?? []).Select(resolution => resolution.Read()).ToList();
        return preview
            ? Answer(await engine.Versions.PreviewMergeAsync(id, Actor(id, user, DocumentRole.Viewer), bid, target, resolutions, cancellationToken))
            : Answer(await engine.Versions.MergeAsync(id, Actor(id, user, DocumentRole.Editor), bid, target, resolutions, body.Description, cancellationToken));
    }

    private static async Task<IResult> Verify(Guid id, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken) =>
        Answer(await engine.Versions.VerifyAsync(id, Actor(id, user, DocumentRole.Viewer), cancellationToken));

    private static async Task<IResult> ElementHistory(
        Guid id, string eid, ClaimsPrincipal user, CollaborationEngine engine, CancellationToken cancellationToken, string branch = CollaborationEngine.MainBranch, string? cursor = null, int limit = 50) =>
        Answer(await engine.Versions.ElementHistoryAsync(id, Actor(id, user, DocumentRole.Viewer), eid, branch, cursor, limit, cancellationToken));

    /// <summary>The engine asks what the user may do; what their token reaches is asked here.</summary>
    private static VersionActor Actor(Guid id, ClaimsPrincipal user, DocumentRole role)
    {
        var caller = ApiCaller.Of(user);
        caller.Require(id, role);
        return new(caller.UserId, caller.MaxRole, Token: caller.Token);
    }

    private static ContentPoint Point(string text, string name) =>
        ContentPoint.Parse(text) ?? throw new DocumentRefusedException("invalid_data", $"\"{name}\" must be a version's id, BRANCH, BRANCH@REVISION or BRANCH@TIME.");

    private static IResult Answer<T>(VersionResult<T> result, int status = StatusCodes.Status200OK) => result switch
    {
        VersionResult<T>.Done done => Results.Json(done.Value, VersionJson.Options, statusCode: status),
        VersionResult<T>.Refused refused => throw new DocumentRefusedException(refused.Code, refused.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>A version to save, or what to write on one.</summary>
internal sealed record VersionBody(
    [property: JsonPropertyName("description")] string? Description = null, [property: JsonPropertyName("branch")] string? Branch = null, [property: JsonPropertyName("name")] string? Name = null,
    [property: JsonPropertyName("tags")] IReadOnlyList<string>? Tags = null, [property: JsonPropertyName("metadata")] Dictionary<string, string>? Metadata = null)
{
    public VersionLabels Labels() => new(Name, [.. Tags ?? []], (Metadata ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal));
}

/// <summary>What to bring back, and where.</summary>
internal sealed record RestoreBody(
    [property: JsonPropertyName("from")] string From, [property: JsonPropertyName("branch")] string? Branch = null,
    [property: JsonPropertyName("element_ids")] IReadOnlyList<string>? ElementIds = null, [property: JsonPropertyName("description")] string? Description = null);

/// <summary>A branch to make, and where it begins: default, <c>main</c> as it is now.</summary>
internal sealed record BranchBody([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("from")] string? From = null);

/// <summary>A merge: into which branch (default <c>main</c>), with which decisions on clashes.</summary>
internal sealed record MergeBody(
    [property: JsonPropertyName("into")] string? Into = null, [property: JsonPropertyName("resolutions")] IReadOnlyList<MergeResolutionBody>? Resolutions = null,
    [property: JsonPropertyName("description")] string? Description = null);

/// <summary>A decision on a clash, as in the protocol's <c>merge_branch</c>.</summary>
internal sealed record MergeResolutionBody(
    [property: JsonPropertyName("choice")] string Choice, [property: JsonPropertyName("element_id")] string? ElementId = null, [property: JsonPropertyName("name")] string? Name = null)
{
    public MergeResolution Read() => new(ElementId, Name, Choice switch
    {
        "target" => MergeSide.Target,
        "source" => MergeSide.Source,
        _ => throw new DocumentRefusedException("invalid_data", "A resolution's \"choice\" must be target or source."),
    });
}
