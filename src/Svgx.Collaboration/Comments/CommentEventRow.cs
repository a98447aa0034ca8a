using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Svgx.Collaboration.Comments;

/// <summary>A <see cref="CommentEvent"/> as a row.</summary>
internal sealed class CommentEventRow
{
    /// <summary>In the order of commits, over all documents; never used again, so that a reader who remembers one misses nothing.</summary>
    public long Position { get; init; }

    public required Guid DocumentId { get; init; }
    public required string Branch { get; init; }
    public required long Sequence { get; init; }
    public required string EventId { get; init; }
    public required int Kind { get; init; }
    public required string ThreadId { get; init; }
    public required string CommentId { get; init; }
    public required string UserId { get; init; }
    public required string Username { get; init; }
    public string? Text { get; init; }
    public double? X { get; init; }
    public double? Y { get; init; }
    public string? ElementId { get; init; }
    public double? OffsetX { get; init; }
    public double? OffsetY { get; init; }
    public required long Revision { get; init; }

    /// <summary>UTC ticks.</summary>
    public required long RecordedAt { get; init; }

    /// <summary>UTC ticks.</summary>
    public required long WrittenAt { get; init; }

    public string? Origin { get; init; }
}

internal sealed class CommentEventRowConfiguration : IEntityTypeConfiguration<CommentEventRow>
{
    public void Configure(EntityTypeBuilder<CommentEventRow> builder)
    {
        builder.ToTable("CommentEvents");
        builder.HasKey(row => row.Position);
        builder.Property(row => row.Position).ValueGeneratedOnAdd();
        builder.HasIndex(row => new { row.DocumentId, row.Branch, row.Sequence }).IsUnique(); // two writers can never both own a place
        builder.HasIndex(row => new { row.DocumentId, row.Branch, row.EventId }).IsUnique(); // what a merge brings twice is the same event
    }
}

/// <summary>A <see cref="CommentReadMark"/> as a row.</summary>
internal sealed class CommentReadMarkRow
{
    public required Guid DocumentId { get; init; }
    public required string Branch { get; init; }
    public required string UserId { get; init; }
    public required string ThreadId { get; init; }
    public required long Sequence { get; init; }
}

internal sealed class CommentReadMarkRowConfiguration : IEntityTypeConfiguration<CommentReadMarkRow>
{
    public void Configure(EntityTypeBuilder<CommentReadMarkRow> builder)
    {
        builder.ToTable("CommentReadMarks");
        builder.HasKey(row => new { row.DocumentId, row.Branch, row.UserId, row.ThreadId });
    }
}
