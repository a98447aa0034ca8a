using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Svgx.Collaboration.Security;

/// <summary>An <see cref="AuditEvent"/> as a row.</summary>
internal sealed class AuditRow
{
    public long Sequence { get; init; }

    /// <summary>UTC ticks.</summary>
    public required long Timestamp { get; init; }

    public required string Kind { get; init; }
    public string? ActorId { get; init; }
    public string? UserId { get; init; }
    public Guid? DocumentId { get; init; }
    public string? Address { get; init; }
    public string? Detail { get; init; }
}

internal sealed class AuditRowConfiguration : IEntityTypeConfiguration<AuditRow>
{
    public void Configure(EntityTypeBuilder<AuditRow> builder)
    {
        builder.ToTable("AuditEvents");
        builder.HasKey(row => row.Sequence);
        builder.Property(row => row.Sequence).ValueGeneratedOnAdd();
        builder.HasIndex(row => row.Kind);
        builder.HasIndex(row => row.UserId);
        builder.HasIndex(row => row.DocumentId);
    }
}
