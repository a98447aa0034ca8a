using Microsoft.AspNetCore.Identity;

namespace Svgx.Web.Identity;

/// <summary>A person with an account.</summary>
public sealed class AppUser : IdentityUser
{
    /// <summary>The name that others see.</summary>
    public string DisplayName { get; set; } = "";
}

/// <summary>The global roles.</summary>
internal static class AppRoles
{
    public const string Admin = "Admin";
}
