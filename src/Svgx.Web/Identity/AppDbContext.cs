using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Svgx.Web.Documents;
using Svgx.Web.Notifications;

namespace Svgx.Web.Identity;

/// <summary>The schema of <c>app.db</c>: accounts, documents, sharing. Drawings themselves are the engine's.</summary>
public sealed class AppDbContext(DbContextOptions<AppDbContext> options) : IdentityDbContext<AppUser, IdentityRole, string>(options)
{
    /// <summary>All documents, those in the bin too.</summary>
    public DbSet<DocumentRow> Documents => Set<DocumentRow>();

    /// <summary>Who beside the owner may do what.</summary>
    public DbSet<DocumentShare> Shares => Set<DocumentShare>();

    /// <summary>What users have been told of.</summary>
    public DbSet<NotificationRow> Notifications => Set<NotificationRow>();

    /// <summary>Up to where that has been done.</summary>
    public DbSet<NotificationCursor> NotificationCursors => Set<NotificationCursor>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(AppDbContext).Assembly);
    }
}
