using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;

namespace Svgx.Web.Identity;

/// <summary>Tells the lines that are open by a sign-in when it ends. Requests are asked one by one; a line is asked at its beginning alone. Thread-safe.</summary>
internal sealed class SignIns
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _users = new(StringComparer.Ordinal);

    /// <summary>Cancelled when the user's sign-ins of before end. To be taken before they are checked, or an end in between would be missed.</summary>
    public CancellationToken EndOf(string userId) => _users.GetOrAdd(userId, _ => new()).Token;

    /// <summary>Ends the lines of all of a user's sign-ins, once they are not good any more. Who has a new one comes back with it.</summary>
    public async Task EndAsync(string userId)
    {
        if (_users.TryRemove(userId, out var ended))
            await ended.CancelAsync();
    }
}

/// <summary>The end of the sign-in that a request came with.</summary>
internal sealed record SignInEnd(CancellationToken Token);

/// <summary>
/// Asks at every request whether its sign-in is still good, for one look-up by key. ASP.NET's own asks every 30 minutes: that long would a stolen cookie outlive the change of the password.
/// </summary>
internal sealed class SignInValidator(IOptions<SecurityStampValidatorOptions> options, SignInManager<AppUser> signInManager, ILoggerFactory logger, SignIns signIns)
    : SecurityStampValidator<AppUser>(options, signInManager, logger)
{
    public override async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            return; // a page loads dozens of them, and anybody may have them
        if (context.Principal?.UserId() is { } userId)
            context.HttpContext.Features.Set(new SignInEnd(signIns.EndOf(userId)));
        if (await VerifySecurityStamp(context.Principal) is null)
        {
            context.RejectPrincipal();
            await SignInManager.SignOutAsync();
            return;
        }
        await base.ValidateAsync(context); // renews what the cookie says of the user, now and then
    }
}
