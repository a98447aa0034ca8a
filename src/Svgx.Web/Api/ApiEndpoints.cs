using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Web.Documents;

namespace Svgx.Web.Api;

/// <summary>The HTTP API. Nothing of it answers without a sign-in, and every document is checked against the caller's role as of now.</summary>
internal static class ApiEndpoints
{
    public const string Policy = "Api";

    /// <summary>The most bytes of a request that is no import.</summary>
    private const int MaxJsonBytes = 1 << 20;

    /// <summary>The bounds of an import.</summary>
    public static readonly SvgReadLimits ImportLimits = new();

    public static void MapApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api").RequireAuthorization(Policy).AddEndpointFilter<ApiRateLimitFilter>().AddEndpointFilter<ApiRefusalFilter>().AddEndpointFilter<SameOriginFilter>()
            .WithMetadata(new RequestSizeLimitAttribute(MaxJsonBytes)); // an import sets its own
        api.MapTokens();
        api.MapAdmin();
        api.MapGet("/documents", List).WithSummary("The documents that the caller may use");
        api.MapPost("/documents", Create).WithSummary("Makes a document, empty or from the SVG in the body (at most 20 MiB); says what was removed for safety")
            .Produces<CreatedAnswer>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .AddEndpointFilter<DrawingRequestFilter>()
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.RequestBody = new OpenApiRequestBody { Description = "An SVG or SVGX file.", Content = new Dictionary<string, OpenApiMediaType> { ["image/svg+xml"] = new OpenApiMediaType() } };
                return Task.CompletedTask;
            });
        var document = api.MapGroup("/documents/{id:guid}");
        document.MapGet("", Get).WithSummary("One document");
        document.MapPatch("", Rename).WithSummary("Renames it (editors)");
        document.MapDelete("", Delete).WithSummary("Puts it into the bin (its owner)").Produces(StatusCodes.Status204NoContent);
        document.MapPost("/bin/restore", Restore).WithSummary("Takes it out of the bin (its owner)").Produces(StatusCodes.Status204NoContent);
        document.MapGet("/people", People).WithSummary("Who may do what in it");
        document.MapPut("/people/{email}", Share).WithSummary("Shares it with a person, or changes their role (its owner)").Produces(StatusCodes.Status204NoContent);
        document.MapDelete("/people/{email}", Unshare).WithSummary("Takes it away from a person (its owner), or from oneself").Produces(StatusCodes.Status204NoContent);
        document.MapContent();
        document.MapVersions();
        document.MapConflicts();
        document.MapComments();
        PresenceEndpoints.Map(api, document);
    }

    private static async Task<IEnumerable<DocumentAnswer>> List(ClaimsPrincipal user, DocumentDirectory documents, CancellationToken cancellationToken, bool bin = false)
    {
        var caller = ApiCaller.Of(user);
        return (await documents.ListAsync(caller.UserId, bin, cancellationToken)).Where(document => caller.DocumentId is null || caller.DocumentId == document.Id).Select(Answer);
    }

    private static async Task<IResult> Create(HttpRequest request, ClaimsPrincipal user, DocumentDirectory documents, ApiLimits limits, CancellationToken cancellationToken, string? name = null)
    {
        var caller = ApiCaller.Of(user);
        caller.RequireUnlimited();
        caller.Require(DocumentRole.Editor);
        Document? drawing = null;
        (IReadOnlyList<RemovedPart> Listed, int More) removed = ([], 0);
        if (request.ContentLength > ImportLimits.MaxBytes)
            throw new SvgFormatException("too_large", ImportLimits.TooLarge, 0, 0);
        if (request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0)
        {
            if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
                bound.MaxRequestBodySize = ImportLimits.MaxBytes + 1; // the reader says it in words before the server cuts the line
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancellationToken); // bounded above; the XML reader is not asynchronous
            body.Position = 0;
            using var turn = await limits.Imports.AcquireAsync(1, cancellationToken);
            if (!turn.IsAcquired)
                throw new DocumentRefusedException("rate_limited", "The server reads as many files as it can at once. Try again in a moment.");
            var read = await Task.Run(() => SvgReader.Read(body, ImportLimits), cancellationToken);
            (drawing, removed) = (read.Document, (read.Removed, read.MoreRemoved));
        }
        var id = await documents.CreateAsync(caller.UserId, name, drawing, cancellationToken);
        var created = (await documents.FindAsync(id, caller.UserId, cancellationToken))!;
        return Results.Created($"/api/documents/{id}", new CreatedAnswer(id, created.Name, 0, [.. removed.Listed.Select(part => new RemovedAnswer(part.Path, part.What, part.Why))], removed.More));
    }

    private static async Task<DocumentAnswer> Get(Guid id, ClaimsPrincipal user, DocumentDirectory documents, CancellationToken cancellationToken) =>
        Answer(await RequireAsync(id, user, DocumentRole.Viewer, documents, cancellationToken));

    private static async Task<DocumentAnswer> Rename(Guid id, RenameBody body, ClaimsPrincipal user, DocumentDirectory documents, CancellationToken cancellationToken)
    {
        var document = await RequireAsync(id, user, DocumentRole.Editor, documents, cancellationToken);
        await documents.RenameAsync(id, ApiCaller.Of(user).UserId, body.Name, cancellationToken);
        return Answer(document) with { Name = (await documents.FindAsync(id, ApiCaller.Of(user).UserId, cancellationToken))!.Name };
    }

    private static async Task<IResult> Delete(Guid id, ClaimsPrincipal user, DocumentDirectory documents, CancellationToken cancellationToken)
    {
        await RequireAsync(id, user, DocumentRole.Owner, documents, cancellationToken);
        await documents.DeleteAsync(id, ApiCaller.Of(user).UserId, cancellationToken);
        return Results.NoContent();
    }

    private static async Task<IResult> Restore(Guid id, ClaimsPrincipal user, DocumentDirectory documents, CancellationToken cancellationToken)
    {
        ApiCaller.Of(user).Require(id, DocumentRole.Owner);
        await documents.RestoreAsync(id, ApiCaller.Of(user).UserId, cancellationToken);
        return Results.NoContent();
    }

    private static async Task<IEnumerable<PersonAnswer>> People(Guid id, ClaimsPrincipal user, DocumentDirectory documents, CancellationToken cancellationToken)
    {
        await RequireAsync(id, user, DocumentRole.Viewer, documents, cancellationToken);
        return (await documents.PeopleAsync(id, ApiCaller.Of(user).UserId, cancellationToken)).Select(person => new PersonAnswer(person.UserId, person.Name, person.Email, person.Role.Wire()));
    }

    private static async Task<IResult> Share(Guid id, string email, RoleBody body, ClaimsPrincipal user, DocumentDirectory documents, CancellationToken cancellationToken)
    {
        await RequireAsync(id, user, DocumentRole.Owner, documents, cancellationToken);
        var role = RoleNames.Parse(body.Role) ?? throw new DocumentRefusedException("invalid_role", "\"role\" must be editor, commenter or viewer.");
        await documents.ShareAsync(id, ApiCaller.Of(user).UserId, email, role, cancellationToken);
        return Results.NoContent();
    }

    private static async Task<IResult> Unshare(Guid id, string email, ClaimsPrincipal user, DocumentDirectory documents, CancellationToken cancellationToken)
    {
        // Leaving is anybody's right, so the directory asks for the owner only where somebody else is meant.
        await RequireAsync(id, user, DocumentRole.Viewer, documents, cancellationToken);
        if (ApiCaller.Of(user).IsLimited)
            ApiCaller.Of(user).Require(DocumentRole.Owner);
        await documents.UnshareAsync(id, ApiCaller.Of(user).UserId, email, cancellationToken);
        return Results.NoContent();
    }

    /// <summary>The document, where the caller has the role in it and the token reaches it.</summary>
    internal static async Task<DocumentSummary> RequireAsync(Guid id, ClaimsPrincipal user, DocumentRole role, DocumentDirectory documents, CancellationToken cancellationToken)
    {
        var caller = ApiCaller.Of(user);
        caller.Require(id, role);
        var document = await documents.FindAsync(id, caller.UserId, cancellationToken) ?? throw new DocumentRefusedException("document_not_found", "There is no such document, or it is not shared with you.");
        return document.Role >= role ? document : throw new DocumentRefusedException("forbidden", "Your role in this document does not allow that.");
    }

    private static DocumentAnswer Answer(DocumentSummary document) =>
        new(document.Id, document.Name, document.OwnerName, document.Role.Wire(), document.People, document.CreatedAt, document.UpdatedAt);
}
