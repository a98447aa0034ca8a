using System.Collections.Immutable;

namespace Svgx.Collaboration.Comments;

/// <summary>One comment as it is now. Immutable.</summary>
/// <param name="CommentId">Unique in its document branch; a thread's first comment has the thread's id.</param>
/// <param name="UserId">The author.</param>
/// <param name="Username">The author's shown name at the time.</param>
/// <param name="Text">Plain text, at most <see cref="CommentText.MaxLength"/> characters; empty while deleted. Mentions stand in it as <c>@[name](user_id)</c>.</param>
/// <param name="CreatedAt">When it was written, UTC.</param>
/// <param name="EditedAt">When its text was last changed, UTC; <see langword="null"/> where it never was.</param>
/// <param name="DeletedBy">Who deleted it and may bring it back; <see langword="null"/> while it stands.</param>
/// <param name="Sequence">Where it stands in its branch: a reader who has read up to here has read it.</param>
/// <param name="Revision">The drawing's revision at the time.</param>
public sealed record Comment(
    string CommentId, string UserId, string Username, string Text, DateTime CreatedAt, DateTime? EditedAt, string? DeletedBy, long Sequence, long Revision)
{
    /// <summary>Whether it is deleted.</summary>
    public bool IsDeleted => DeletedBy is not null;

    /// <summary>The users that its text mentions, each once.</summary>
    public ImmutableArray<string> Mentions => CommentText.Mentions(Text);
}

/// <summary>A comment with its answers, at one place of the drawing. Immutable.</summary>
/// <param name="ThreadId">The id of its first comment.</param>
/// <param name="Anchor">Where it is pinned.</param>
/// <param name="Comments">The first comment and the replies, in order; deleted ones keep their place.</param>
/// <param name="Resolution">Who resolved it and when; <see langword="null"/> while it is open.</param>
/// <param name="Sequence">Of the last thing that happened to it.</param>
public sealed record CommentThread(string ThreadId, CommentAnchor Anchor, ImmutableArray<Comment> Comments, CommentResolution? Resolution, long Sequence)
{
    /// <summary>Whether nothing in it stands any more: it is not shown, and comes back with any of its comments.</summary>
    public bool IsDeleted => Comments.All(comment => comment.IsDeleted);

    /// <summary>Whether the user wrote in it or is mentioned in it.</summary>
    public bool Involves(string userId) => Comments.Any(comment => !comment.IsDeleted && (comment.UserId == userId || comment.Mentions.Contains(userId)));

    /// <summary>How many comments of others, after what <paramref name="userId"/> has read or written last, still stand.</summary>
    public int Unread(string userId, long readUpTo)
    {
        foreach (var comment in Comments)
        {
            if (comment.UserId == userId)
                readUpTo = Math.Max(readUpTo, comment.Sequence);
        }
        return Comments.Count(comment => !comment.IsDeleted && comment.UserId != userId && comment.Sequence > readUpTo);
    }
}

/// <param name="UserId">Who resolved the thread.</param>
/// <param name="Username">Their shown name at the time.</param>
/// <param name="At">When, UTC.</param>
public sealed record CommentResolution(string UserId, string Username, DateTime At);

/// <summary>Where a thread is pinned: to a point, or to an element with which it moves.</summary>
/// <param name="X">The point in user units of the drawing; for an element's pin, where it was last known to be.</param>
/// <param name="Y">As <paramref name="X"/>.</param>
/// <param name="ElementId">The element; <see langword="null"/> for a point.</param>
/// <param name="OffsetX">Where in the element: 0 is the left edge and 1 the right edge of its own box, before its <c>transform</c>.</param>
/// <param name="OffsetY">As <paramref name="OffsetX"/>, from the top edge to the bottom edge.</param>
/// <param name="IsDetached">The element is gone; the point is where the pin was when it went.</param>
public sealed record CommentAnchor(double X, double Y, string? ElementId = null, double OffsetX = 0, double OffsetY = 0, bool IsDetached = false);

/// <summary>The threads of a branch at one moment. Immutable.</summary>
/// <param name="Threads">All threads that stand, in the order in which they were begun.</param>
/// <param name="Sequence">Of the last event in them; events that follow have higher ones.</param>
public sealed record CommentList(ImmutableArray<CommentThread> Threads, long Sequence)
{
    /// <summary>No threads.</summary>
    public static CommentList Empty { get; } = new([], 0);
}
