using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Svgx.Collaboration.Storage;

/// <summary>A drawing as of a revision, Brotli-compressed. A branch exists when its first snapshot does.</summary>
internal sealed class SnapshotRow
{
    public required Guid DocumentId { get; init; }
    public required string Branch { get; init; }
    public required long Revision { get; init; }

    /// <summary>UTC ticks.</summary>
    public required long TakenAt { get; init; }

    public required byte[] Content { get; init; }

    /// <summary>SHA-256 over the rest; absent on snapshots older than checksums.</summary>
    public byte[]? Hash { get; init; }
}

internal sealed class SnapshotRowConfiguration : IEntityTypeConfiguration<SnapshotRow>
{
    public void Configure(EntityTypeBuilder<SnapshotRow> builder)
    {
        builder.ToTable("Snapshots");
        builder.HasKey(row => new { row.DocumentId, row.Branch, row.Revision });
    }
}
