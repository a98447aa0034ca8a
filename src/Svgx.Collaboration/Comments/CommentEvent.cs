namespace Svgx.Collaboration.Comments;

/// <summary>What can happen to comments.</summary>
public enum CommentEventKind
{
    /// <summary>A thread was begun.</summary>
    Created = 1,

    /// <summary>A reply was added.</summary>
    Replied,

    /// <summary>The text of a comment was changed.</summary>
    Edited,

    /// <summary>A comment was deleted.</summary>
    Deleted,

    /// <summary>A deleted comment was brought back.</summary>
    Restored,

    /// <summary>A thread was resolved.</summary>
    Resolved,

    /// <summary>A resolved thread was opened again.</summary>
    Reopened,

    /// <summary>The element of a thread went; the anchor says where the pin was.</summary>
    Detached,

    /// <summary>The element of a thread came back.</summary>
    Attached,
}

/// <summary>
/// One thing that happened to the comments of a branch. Only ever added, so that the comments as they were at any time are the fold of the events up to it.
/// </summary>
public sealed record CommentEvent
{
    /// <summary>The document.</summary>
    public required Guid DocumentId { get; init; }

    /// <summary>The branch.</summary>
    public required string Branch { get; init; }

    /// <summary>1, 2, 3 ... without gaps in a branch.</summary>
    public required long Sequence { get; init; }

    /// <summary>Unique in its branch; a copy in another branch has the same.</summary>
    public required string EventId { get; init; }

    /// <summary>What happened.</summary>
    public required CommentEventKind Kind { get; init; }

    /// <summary>The thread it is about.</summary>
    public required string ThreadId { get; init; }

    /// <summary>The comment it is about; where a whole thread is meant, its first.</summary>
    public required string CommentId { get; init; }

    /// <summary>Who did it; empty where the drawing did (<see cref="CommentEventKind.Detached"/>, <see cref="CommentEventKind.Attached"/>).</summary>
    public required string UserId { get; init; }

    /// <summary>Their shown name at the time.</summary>
    public required string Username { get; init; }

    /// <summary>The text that was written.</summary>
    public string? Text { get; init; }

    /// <summary>Where the thread is pinned from now on.</summary>
    public CommentAnchor? Anchor { get; init; }

    /// <summary>The drawing's revision at the time.</summary>
    public required long Revision { get; init; }

    /// <summary>When it was recorded, UTC; never earlier than the event before it.</summary>
    public required DateTime RecordedAt { get; init; }

    /// <summary>When its author did it, UTC: earlier than <see cref="RecordedAt"/> where a merge brought it.</summary>
    public required DateTime WrittenAt { get; init; }

    /// <summary>The branch it was brought from; <see langword="null"/> where it happened here.</summary>
    public string? Origin { get; init; }
}

/// <summary>A moment in a branch's history.</summary>
/// <param name="Time">Up to this time, UTC.</param>
/// <param name="Revision">Up to the end of this revision of the drawing, that is, until the next one.</param>
public readonly record struct CommentMoment(DateTime? Time = null, long? Revision = null)
{
    /// <summary>Whether an event belongs to what was there at this moment. All that belong come before all that do not.</summary>
    public bool Includes(CommentEvent item) => (Time is not { } time || item.RecordedAt <= time) && (Revision is not { } revision || item.Revision <= revision);
}
