using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Security;

namespace Svgx.Web.Identity;

/// <summary>Makes accounts. The first one ever is the admin's, also where two register at the same moment.</summary>
internal sealed class Registration(UserManager<AppUser> users, RoleManager<IdentityRole> roles, AppDbContext database, IOptions<RegistrationOptions> options, AuditTrail audit)
{
    // Serialises the question "is this the first?" with its answer. One server owns the database.
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    /// <summary>Whether somebody who comes to the app may make an account by themselves.</summary>
    public bool IsOpen => options.Value.Open || !users.Users.Any();

    public async Task<IdentityResult> RegisterAsync(AppUser user, string password, bool admin, CancellationToken cancellationToken)
    {
        await OneAtATime.WaitAsync(cancellationToken);
        try
        {
            // As a whole or not at all: an account that is there without its role would be the first one, and nobody after it an administrator.
            await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
            var isAdmin = admin || !users.Users.Any();
            var result = await users.CreateAsync(user, password);
            if (result.Succeeded && isAdmin)
            {
                if (!await roles.RoleExistsAsync(AppRoles.Admin))
                    await roles.CreateAsync(new(AppRoles.Admin));
                result = await users.AddToRoleAsync(user, AppRoles.Admin);
            }
            if (!result.Succeeded)
                return result;
            await transaction.CommitAsync(cancellationToken);
            audit.Record(new(AuditKind.Registered) { UserId = user.Id });
            if (isAdmin)
                audit.Record(new(AuditKind.RoleChanged) { UserId = user.Id, Detail = AppRoles.Admin });
            return result;
        }
        finally
        {
            OneAtATime.Release();
        }
    }
}
