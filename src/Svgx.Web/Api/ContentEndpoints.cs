using System.Globalization;
using System.Security.Claims;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Web.Documents;

namespace Svgx.Web.Api;

/// <summary>What is drawn in a document, now or at an earlier point, and the operations between two points.</summary>
internal static class ContentEndpoints
{
    private const int MaxPage = 1_000;
    private const long MaxPageBytes = 16 << 20;

    public static void MapContent(this RouteGroupBuilder document)
    {
        document.MapGet("/svg", Svg).WithSummary("The drawing as SVG, of a branch now, at a revision or time, or of a version; the header Svgx-Revision says of which revision")
            .Produces<string>(StatusCodes.Status200OK, "image/svg+xml").AddEndpointFilter<DrawingRequestFilter>();
        document.MapGet("/content", Content).WithSummary("The drawing as the protocol's document message has it, with the choices of svg; the header Svgx-Revision says of which revision")
            .Produces<object>(StatusCodes.Status200OK, "application/json").AddEndpointFilter<DrawingRequestFilter>();
        document.MapGet("/operations", Operations).WithSummary("The journal of a branch, at most 1,000 operations and about 16 MiB a page; next_after is the after of the next. With inverse, each operation also has the changes that take it back").AddEndpointFilter<DrawingRequestFilter>();
    }

    private static async Task<IResult> Svg(Guid id, HttpResponse response, ClaimsPrincipal user, DocumentDirectory documents, CollaborationEngine engine, CancellationToken cancellationToken,
        bool download = false, string? version = null, string branch = CollaborationEngine.MainBranch, long? revision = null, DateTimeOffset? time = null)
    {
        var document = await ApiEndpoints.RequireAsync(id, user, DocumentRole.Viewer, documents, cancellationToken);
        var content = await ReadAsync(id, user, engine, Point(version, branch, revision, time), cancellationToken);
        // Opened by itself the file may show what it holds and nothing else.
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";
        Describe(response, content);
        var file = new MemoryStream();
        SvgWriter.Write(content.Document, file);
        file.Position = 0;
        return Results.File(file, "image/svg+xml", download ? $"{FileName(document.Name)}.svg" : null);
    }

    private static async Task<IResult> Content(Guid id, HttpResponse response, ClaimsPrincipal user, DocumentDirectory documents, CollaborationEngine engine, CancellationToken cancellationToken,
        string? version = null, string branch = CollaborationEngine.MainBranch, long? revision = null, DateTimeOffset? time = null)
    {
        await ApiEndpoints.RequireAsync(id, user, DocumentRole.Viewer, documents, cancellationToken);
        var content = await ReadAsync(id, user, engine, Point(version, branch, revision, time), cancellationToken);
        Describe(response, content);
        return Results.Bytes(DocumentJson.Write(content.Document), "application/json");
    }

    private static async Task<OperationsAnswer> Operations(Guid id, ClaimsPrincipal user, DocumentDirectory documents, CollaborationEngine engine, CancellationToken cancellationToken,
        string branch = CollaborationEngine.MainBranch, long after = 0, int limit = MaxPage, bool inverse = false)
    {
        await ApiEndpoints.RequireAsync(id, user, DocumentRole.Viewer, documents, cancellationToken);
        var page = new List<OperationAnswer>();
        var bytes = 0L;
        await foreach (var entry in engine.ReadOperationsAsync(id, branch, Math.Max(0, after), Math.Clamp(limit, 1, MaxPage), cancellationToken))
        {
            page.Add(OperationAnswer.Of(entry, inverse));
            bytes += entry.Data.Length + entry.Changes.Length + entry.Inverse.Length;
            if (bytes >= MaxPageBytes)
                break;
        }
        return new(page, page.Count > 0 ? page[^1].Revision : after);
    }

    private static ContentPoint Point(string? version, string branch, long? revision, DateTimeOffset? time) => (version, revision, time) switch
    {
        (null, null, null) => new ContentPoint.Live(branch),
        ({ } id, null, null) => new ContentPoint.Version(id),
        (null, { } number, null) => new ContentPoint.Revision(branch, number),
        (null, null, { } moment) => new ContentPoint.Time(branch, moment.UtcDateTime),
        _ => throw new DocumentRefusedException("invalid_data", "Name one of version, revision and time."),
    };

    private static async Task<PointContent> ReadAsync(Guid id, ClaimsPrincipal user, CollaborationEngine engine, ContentPoint point, CancellationToken cancellationToken)
    {
        var caller = ApiCaller.Of(user);
        return await engine.Versions.ReadAsync(id, new(caller.UserId, caller.MaxRole), point, cancellationToken) switch
        {
            VersionResult<PointContent>.Done done => done.Value,
            VersionResult<PointContent>.Refused refused => throw new DocumentRefusedException(refused.Code, refused.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static void Describe(HttpResponse response, PointContent content)
    {
        response.Headers["Svgx-Revision"] = content.Revision.ToString(CultureInfo.InvariantCulture);
        response.Headers.CacheControl = "private, no-cache";
    }

    private static string FileName(string name) => string.Concat(name.Select(c => char.IsControl(c) || "\\/:*?\"<>|".Contains(c, StringComparison.Ordinal) ? '-' : c)).Trim();
}
