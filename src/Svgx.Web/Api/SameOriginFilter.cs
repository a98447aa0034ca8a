using Microsoft.AspNetCore.Identity;

namespace Svgx.Web.Api;

/// <summary>
/// Refuses changes that a page of another origin asks for with the reader's cookie. A bearer token needs no such care: no browser sends it by itself.
/// </summary>
internal sealed class SameOriginFilter : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        var byCookie = context.HttpContext.User.Identity?.AuthenticationType == IdentityConstants.ApplicationScheme;
        if (!byCookie || HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return next(context);
        return IsOwn(request)
            ? next(context)
            : ValueTask.FromResult<object?>(Results.Problem("Changes are taken from the app's own pages only.", statusCode: StatusCodes.Status403Forbidden, extensions: new Dictionary<string, object?> { ["code"] = "foreign_origin" }));
    }

    /// <summary>Whether a page of the app says that it asks.</summary>
    public static bool IsOwn(HttpRequest request) => request.Headers.Origin.ToString().Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
