using Svgx.Web.Identity;

namespace Svgx.Web.Api;

/// <summary>Lets a user's requests for whole drawings in by turns.</summary>
internal sealed class DrawingRequestFilter(ApiLimits limits) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var lease = await limits.Drawings.AcquireAsync(http.User.UserId() ?? "", 1, http.RequestAborted);
        http.Response.RegisterForDispose(lease); // once the answer is sent
        return lease.IsAcquired ? await next(context) : ApiRateLimitFilter.Refuse(http, TimeSpan.FromSeconds(1), "Too many requests for whole drawings at once; wait for the others.");
    }
}
