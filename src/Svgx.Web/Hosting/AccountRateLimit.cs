using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Security;

namespace Svgx.Web.Hosting;

/// <summary>
/// Slows down guessing of passwords and mass registration: the account forms take only so many posts a minute from one address. Reading the pages is free. Lock-out bounds the tries on one account;
/// this bounds the tries on many.
/// </summary>
internal static class AccountRateLimit
{
    public static void Configure(RateLimiterOptions options, IOptions<AccountOptions> account)
    {
        var posts = account.Value.PostsPerMinute;
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(context, posts));
        options.OnRejected = async (context, cancellationToken) =>
        {
            context.HttpContext.Response.Headers.RetryAfter = "60";
            context.HttpContext.Response.ContentType = "text/plain; charset=utf-8";
            await context.HttpContext.Response.WriteAsync("Too many tries from your network. Wait a minute and try again.", cancellationToken);
        };
    }

    private static RateLimitPartition<string> Partition(HttpContext context, int posts) =>
        HttpMethods.IsPost(context.Request.Method) && context.Request.Path.StartsWithSegments("/Account", StringComparison.OrdinalIgnoreCase)
            ? RateLimitPartition.GetSlidingWindowLimiter(
                AddressKey.Of(context.Connection.RemoteIpAddress),
                _ => new() { PermitLimit = posts, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6, QueueLimit = 0 })
            : RateLimitPartition.GetNoLimiter("");
}
