using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Threading.RateLimiting;
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

    /// <summary>Requests of one user at once that take in or give out a whole drawing, until the answer is sent. Further ones wait, 64 of them; beyond: 429 with <c>Retry-After</c>. Default 8, more than a browser sends.</summary>
    [Range(1, 1_024)]
    public int DrawingsAtOnce { get; set; } = 8;
}

/// <summary>What callers of the API may do in a minute.</summary>
internal sealed class ApiLimits(IOptions<ApiOptions> options, TimeProvider time) : IDisposable
{
    private const int NotedTokensPerMinute = 60;
    private const int MaxWaitingDrawings = 64;
    private const int ImportsAtOnce = 2;

    public KeyedRateLimiter Requests { get; } = new(options.Value.RequestsPerMinute, TimeSpan.FromMinutes(1), time);

    /// <summary>A whole drawing is in memory until the last byte of it has gone, over however slow a line.</summary>
    public PartitionedRateLimiter<string> Drawings { get; } = PartitionedRateLimiter.Create<string, string>(user =>
        RateLimitPartition.GetConcurrencyLimiter(user, _ => new() { PermitLimit = options.Value.DrawingsAtOnce, QueueLimit = MaxWaitingDrawings, QueueProcessingOrder = QueueProcessingOrder.OldestFirst }));

    /// <summary>Files that are read at once, of all users together: one of 20 MiB can take two gigabytes while it is.</summary>
    public ConcurrencyLimiter Imports { get; } = new(new() { PermitLimit = ImportsAtOnce, QueueLimit = MaxWaitingDrawings, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    /// <summary>Refused tokens of an address that are noted in the audit trail.</summary>
    public KeyedRateLimiter RefusedTokens { get; } = new(NotedTokensPerMinute, TimeSpan.FromMinutes(1), time);

    /// <summary>One note a minute of each user who asks too often.</summary>
    public KeyedRateLimiter Notes { get; } = new(1, TimeSpan.FromMinutes(1), time);

    /// <inheritdoc/>
    public void Dispose()
    {
        Drawings.Dispose();
        Imports.Dispose();
    }
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
        return ValueTask.FromResult<object?>(Refuse(http, wait, "Too many requests; wait."));
    }

    public static IResult Refuse(HttpContext http, TimeSpan wait, string detail)
    {
        http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Results.Problem(detail, statusCode: StatusCodes.Status429TooManyRequests, extensions: new Dictionary<string, object?> { ["code"] = "rate_limited", ["retry_after_ms"] = (long)Math.Ceiling(wait.TotalMilliseconds) });
    }
}
