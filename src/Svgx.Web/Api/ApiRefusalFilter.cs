using Svgx.Collaboration.Documents;
using Svgx.Web.Documents;

namespace Svgx.Web.Api;

/// <summary>Turns refusals into problem details (RFC 9457) with a stable <c>code</c>.</summary>
internal sealed partial class ApiRefusalFilter(ILogger<ApiRefusalFilter> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (DocumentRefusedException refusal) when (refusal.Code == "rate_limited")
        {
            return ApiRateLimitFilter.Refuse(context.HttpContext, TimeSpan.FromSeconds(1), refusal.Message);
        }
        catch (DocumentRefusedException refusal)
        {
            return Problem(Status(refusal.Code), refusal.Code, refusal.Message);
        }
        catch (SvgFormatException fault)
        {
            var extensions = fault.Line > 0 ? new Dictionary<string, object?> { ["line"] = fault.Line, ["column"] = fault.Column } : [];
            var where = fault.Line > 0 ? $" (line {fault.Line}, column {fault.Column})" : "";
            return Problem(fault.Code == "too_large" ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status422UnprocessableEntity, fault.Code, fault.Message + where, extensions);
        }
        catch (BadHttpRequestException fault)
        {
            return Problem(fault.StatusCode, fault.StatusCode == StatusCodes.Status413PayloadTooLarge ? "too_large" : "bad_request", fault.Message);
        }
        catch (Exception fault) when (fault is Microsoft.Data.Sqlite.SqliteException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            StorageFailed(fault);
            return Problem(StatusCodes.Status503ServiceUnavailable, "storage_failed", "The data could not be read or stored. Nothing was changed; try again.");
        }
    }

    [LoggerMessage(1, LogLevel.Error, "An API request failed at the data folder.")]
    private partial void StorageFailed(Exception fault);

    private static int Status(string code) => code switch
    {
        "document_not_found" or "token_not_found" or "key_not_found" or "unknown_person" or "not_shared" or "unknown_thread" or "unknown_comment" or "branch_not_found" or "version_not_found" or "unknown_conflict" => StatusCodes.Status404NotFound,
        "token_revoked" => StatusCodes.Status401Unauthorized,
        "forbidden" or "read_only" => StatusCodes.Status403Forbidden,
        "storage_failed" => StatusCodes.Status503ServiceUnavailable,
        "key_in_use" or "version_damaged" or "document_damaged" or "branch_exists" or "conflict_settled" or "locked" or "nothing_to_merge" or "retry" => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status400BadRequest,
    };

    private static IResult Problem(int status, string code, string detail, Dictionary<string, object?>? extensions = null)
    {
        extensions ??= [];
        extensions["code"] = code;
        return Results.Problem(detail, statusCode: status, extensions: extensions);
    }
}
