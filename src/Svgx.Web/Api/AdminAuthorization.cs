using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Svgx.Web.Identity;

namespace Svgx.Web.Api;

/// <summary>For administrators, by cookie or by a token that is not limited. The role is read anew each time, so that taking it away counts at once.</summary>
internal sealed class AdminRequirement : IAuthorizationRequirement
{
    public const string Policy = "Admin";
}

/// <summary>Looks the role up.</summary>
internal sealed class AdminAuthorization(IDbContextFactory<AppDbContext> databases) : AuthorizationHandler<AdminRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, AdminRequirement requirement)
    {
        if (await IsAdminAsync(context.User))
            context.Succeed(requirement);
    }

    public async Task<bool> IsAdminAsync(ClaimsPrincipal user)
    {
        if (user.UserId() is not { } userId || ApiCaller.Of(user).IsLimited)
            return false;
        await using var database = await databases.CreateDbContextAsync();
        return await database.UserRoles.AnyAsync(role => role.UserId == userId && database.Roles.Any(known => known.Id == role.RoleId && known.Name == AppRoles.Admin));
    }
}
