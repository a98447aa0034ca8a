using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Security;
using Svgx.Web.Identity;

namespace Svgx.Web.Api;

/// <summary>Bounds of the HTTP API, bound from <c>Svgx:Api</c>.</summary>
internal sealed class ApiOptions
{
    /// <summary>Requests a minute of one user, by cookie and tokens together; beyond: 429 with <c>Retry-After</c>. Default 3,000.</summary>
    [Range(1, int.MaxValue)]
    public int RequestsPerMinute { get; set; } = 3_000;
}

/// <summary>What callers of the API may do in a minute.</summary>
internal sealed class ApiLimits(IOptions<ApiOptions> options, TimeProvider time)
{
    private const int NotedTokensPerMinute = 60;

    public KeyedRateLimiter Requests { get; } = new(options.Value.RequestsPerMinute, TimeSpan.FromMinutes(1), time);

    /// <summary>Refused tokens of an address that are noted in the audit trail.</summary>
    public KeyedRateLimiter RefusedTokens { get; } = new(NotedTokensPerMinute, TimeSpan.FromMinutes(1), time);

    /// <summary>One note a minute of each user who asks too often.</summary>
    public KeyedRateLimiter Notes { get; } = new(1, TimeSpan.FromMinutes(1), time);
}

/// <summary>Answers 429 to who asks too often.</summary>
internal sealed class ApiRateLimitFilter(ApiLimits limits, AuditTrail audit) : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var user = http.User.UserId() ?? "";
        if (limits.Requests.TryTake(user, out var wait))
            return next(context);
        if (limits.Notes.TryTake(user, out _))
            audit.Record(new(AuditKind.RateLimited) { UserId = user, Address = AddressKey.Of(http.Connection.RemoteIpAddress), Detail = "requests" });
        http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return ValueTask.FromResult<object?>(Results.Problem("Too many requests; wait.", statusCode: StatusCodes.Status429TooManyRequests, extensions: new Dictionary<string, object?> { ["code"] = "rate_limited", ["retry_after_ms"] = (long)Math.Ceiling(wait.TotalMilliseconds) }));
    }
}
