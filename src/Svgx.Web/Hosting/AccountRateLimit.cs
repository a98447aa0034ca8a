using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Svgx.Collaboration.Security;

namespace Svgx.Web.Hosting;

/// <summary>
/// Slows down guessing of passwords and mass registration: the account forms take at most <see cref="PostsPerMinute"/> posts a minute from one address. Reading the pages is free. Lock-out bounds the tries on one account;
/// this bounds the tries on many.
/// </summary>
internal static class AccountRateLimit
{
    public const int PostsPerMinute = 30;

    public static void Configure(RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(Partition);
        options.OnRejected = async (context, cancellationToken) =>
        {
            context.HttpContext.Response.Headers.RetryAfter = "60";
            context.HttpContext.Response.ContentType = "text/plain; charset=utf-8";
            await context.HttpContext.Response.WriteAsync("Too many tries from your network. Wait a minute and try again.", cancellationToken);
        };
    }

    private static RateLimitPartition<string> Partition(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && context.Request.Path.StartsWithSegments("/Account", StringComparison.OrdinalIgnoreCase)
            ? RateLimitPartition.GetSlidingWindowLimiter(
                AddressKey.Of(context.Connection.RemoteIpAddress),
                _ => new() { PermitLimit = PostsPerMinute, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6, QueueLimit = 0 })
            : RateLimitPartition.GetNoLimiter("");
}
