using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Svgx.Web.Notifications;

/// <summary>Something a user is told of once, until it is read or old.</summary>
public sealed class NotificationRow
{
    public long Id { get; init; }
    public required string UserId { get; init; }

    /// <summary>What it is about, so that it is made once: kind and id.</summary>
    public required string Key { get; init; }

    public required NotificationKind Kind { get; init; }
    public required Guid DocumentId { get; init; }
    public required string Branch { get; init; }

    /// <summary>The thread or the conflict to go to.</summary>
    public required string TargetId { get; init; }

    /// <summary>The comment; null where there is none.</summary>
    public string? CommentId { get; init; }

    public required string ActorName { get; init; }

    /// <summary>The beginning of what was said.</summary>
    public required string Excerpt { get; init; }

    public required DateTime CreatedAt { get; init; }
    public DateTime? ReadAt { get; set; }
}

/// <summary>Why somebody is notified.</summary>
public enum NotificationKind
{
    /// <summary>They were mentioned.</summary>
    Mention = 1,

    /// <summary>Somebody answered in a thread in which they take part.</summary>
    Reply,

    /// <summary>A conflict with an operation of theirs waits for a decision.</summary>
    Conflict,
}

/// <summary>Up to where what happened in the engine has been turned into notifications.</summary>
public sealed class NotificationCursor
{
    public required string Source { get; init; }
    public required long Position { get; set; }
}

internal sealed class NotificationRowConfiguration : IEntityTypeConfiguration<NotificationRow>
{
    public void Configure(EntityTypeBuilder<NotificationRow> builder)
    {
        builder.ToTable("Notifications");
        builder.HasIndex(row => new { row.UserId, row.Key }).IsUnique(); // made once, whatever is tried again
        builder.HasIndex(row => new { row.DocumentId, row.CommentId });
        builder.Property(row => row.Excerpt).HasMaxLength(NotificationFeed.MaxExcerpt + 1);
    }
}

internal sealed class NotificationCursorConfiguration : IEntityTypeConfiguration<NotificationCursor>
{
    public void Configure(EntityTypeBuilder<NotificationCursor> builder)
    {
        builder.ToTable("NotificationCursors");
        builder.HasKey(cursor => cursor.Source);
    }
}
