using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Svgx.Collaboration.Storage;

/// <summary>A <see cref="Presence.ActivityEntry"/> as a row.</summary>
internal sealed class ActivityRow
{
    public required long Id { get; init; }
    public required Guid DocumentId { get; init; }
    public required string Branch { get; init; }
    public required string UserId { get; init; }
    public required string Username { get; init; }
    public required string Kind { get; init; }
    public string? Detail { get; init; }
    public required long Count { get; init; }

    /// <summary>A JSON list.</summary>
    public required string ElementIds { get; init; }

    /// <summary>UTC ticks.</summary>
    public required long StartedAt { get; init; }

    /// <summary>UTC ticks.</summary>
    public required long EndedAt { get; init; }
}

internal sealed class ActivityRowConfiguration : IEntityTypeConfiguration<ActivityRow>
{
    public void Configure(EntityTypeBuilder<ActivityRow> builder)
    {
        builder.ToTable("Activities");
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedNever();
        builder.HasIndex(row => new { row.DocumentId, row.Id });
        builder.HasIndex(row => new { row.DocumentId, row.UserId, row.Id });
        builder.HasIndex(row => row.EndedAt);
    }
}
