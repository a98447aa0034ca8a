using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Storage;

/// <summary>The model of <c>collaboration.db</c>. The journal is written by <see cref="SqliteCollaborationStore"/>; this keeps the tables and their migrations.</summary>
internal sealed class CollaborationDbContext(DbContextOptions<CollaborationDbContext> options) : DbContext(options)
{
    public DbSet<OperationRow> Operations => Set<OperationRow>();

    public DbSet<SnapshotRow> Snapshots => Set<SnapshotRow>();

    public DbSet<CommentEventRow> CommentEvents => Set<CommentEventRow>();

    public DbSet<CommentReadMarkRow> CommentReadMarks => Set<CommentReadMarkRow>();

    public DbSet<VersionRow> Versions => Set<VersionRow>();

    public DbSet<VersionContentRow> VersionContents => Set<VersionContentRow>();

    public DbSet<VersionChunkRow> VersionChunks => Set<VersionChunkRow>();

    public DbSet<BranchRow> Branches => Set<BranchRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.ApplyConfigurationsFromAssembly(typeof(CollaborationDbContext).Assembly);
}

/// <summary>Lets <c>dotnet ef</c> make migrations without a host.</summary>
internal sealed class CollaborationDbContextFactory : IDesignTimeDbContextFactory<CollaborationDbContext>
{
    public CollaborationDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<CollaborationDbContext>().UseSqlite("Data Source=:memory:").Options);
}
