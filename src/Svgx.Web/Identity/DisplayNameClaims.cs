using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Svgx.Web.Identity;

/// <summary>Puts the shown name into the sign-in, so that a page need not look it up.</summary>
internal sealed class DisplayNameClaims(UserManager<AppUser> users, RoleManager<IdentityRole> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<AppUser, IdentityRole>(users, roles, options)
{
    public const string Type = "svgx:name";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(AppUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new(Type, user.DisplayName));
        return identity;
    }
}

internal static class PrincipalExtensions
{
    public static string? UserId(this ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier);

    public static string ShownName(this ClaimsPrincipal user) => user.FindFirstValue(DisplayNameClaims.Type) ?? user.Identity?.Name ?? "";
}
