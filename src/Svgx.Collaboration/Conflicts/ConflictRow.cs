using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Svgx.Collaboration.Conflicts;

/// <summary>A <see cref="Conflict"/> as a row.</summary>
internal sealed class ConflictRow
{
    public required Guid DocumentId { get; init; }
    public required string ConflictId { get; init; }
    public required string Branch { get; init; }
    public required bool IsOpen { get; init; }

    /// <summary>The whole of it, UTF-8 JSON.</summary>
    public required byte[] Content { get; init; }
}

internal sealed class ConflictRowConfiguration : IEntityTypeConfiguration<ConflictRow>
{
    public void Configure(EntityTypeBuilder<ConflictRow> builder)
    {
        builder.ToTable("Conflicts");
        builder.HasKey(row => new { row.DocumentId, row.ConflictId });
        builder.HasIndex(row => new { row.DocumentId, row.Branch, row.IsOpen, row.ConflictId });
    }
}

/// <summary>A document's <see cref="ConflictPolicy"/> as a row.</summary>
internal sealed class ConflictPolicyRow
{
    public required Guid DocumentId { get; init; }

    /// <summary>UTF-8 JSON.</summary>
    public required byte[] Content { get; init; }
}

internal sealed class ConflictPolicyRowConfiguration : IEntityTypeConfiguration<ConflictPolicyRow>
{
    public void Configure(EntityTypeBuilder<ConflictPolicyRow> builder)
    {
        builder.ToTable("ConflictPolicies");
        builder.HasKey(row => row.DocumentId);
    }
}
