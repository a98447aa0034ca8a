namespace Svgx.Collaboration.Comments;

/// <summary>Something to be done with comments. Closed: every request is below.</summary>
public abstract record CommentRequest
{
    private CommentRequest()
    {
    }

    /// <summary>Begins a thread.</summary>
    /// <param name="CommentId">The client's own id, 1 to 128 characters of <c>A-Z a-z 0-9 . _ : -</c>: sent again, it is done once. Generated when absent.</param>
    /// <param name="Place">Where.</param>
    /// <param name="Text">What it says.</param>
    public sealed record Create(string? CommentId, CommentPlace Place, string Text) : CommentRequest;

    /// <summary>Answers in a thread.</summary>
    /// <param name="CommentId">As in <see cref="Create"/>.</param>
    /// <param name="ThreadId">The thread.</param>
    /// <param name="Text">What it says.</param>
    public sealed record Reply(string? CommentId, string ThreadId, string Text) : CommentRequest;

    /// <summary>Changes the text of one's own comment.</summary>
    public sealed record Edit(string CommentId, string Text) : CommentRequest;

    /// <summary>Deletes one's own comment; the document's owner may delete any.</summary>
    public sealed record Delete(string CommentId) : CommentRequest;

    /// <summary>Brings back what one has deleted.</summary>
    public sealed record Restore(string CommentId) : CommentRequest;

    /// <summary>Marks a thread as settled.</summary>
    public sealed record Resolve(string ThreadId) : CommentRequest;

    /// <summary>Opens a settled thread again.</summary>
    public sealed record Reopen(string ThreadId) : CommentRequest;
}

/// <summary>Where a new thread is to be pinned.</summary>
/// <param name="X">A point in user units of the drawing; needed where there is no element.</param>
/// <param name="Y">As <paramref name="X"/>.</param>
/// <param name="ElementId">The element to pin it to.</param>
/// <param name="OffsetX">See <see cref="CommentAnchor.OffsetX"/>, -1 to 2; default 1 where there is an element.</param>
/// <param name="OffsetY">See <see cref="CommentAnchor.OffsetY"/>, -1 to 2; default 0.</param>
public sealed record CommentPlace(double? X, double? Y, string? ElementId = null, double? OffsetX = null, double? OffsetY = null);

/// <summary>The answer to a <see cref="CommentRequest"/> made without joining.</summary>
public abstract record CommentOutcome
{
    private CommentOutcome()
    {
    }

    /// <summary>It is durable.</summary>
    /// <param name="Update">The thread as it is now, and the comment that was meant.</param>
    public sealed record Accepted(CommentUpdate Update) : CommentOutcome;

    /// <summary>It was refused, with a protocol code.</summary>
    public sealed record Refused(string Code, string Reason, TimeSpan? RetryAfter = null) : CommentOutcome;
}

/// <summary>A thread as it is after something happened to it. Immutable and shared.</summary>
/// <param name="Kind">What happened; <see langword="null"/> in the answer to a request that had been carried out before.</param>
/// <param name="Sequence">Of what happened; without it, of the thread's last event.</param>
/// <param name="Thread">The thread now.</param>
/// <param name="Comment">The comment it was about; <see langword="null"/> where the thread was meant.</param>
/// <param name="UserId">Who did it; empty where the drawing did.</param>
/// <param name="Username">Their shown name.</param>
public sealed record CommentUpdate(CommentEventKind? Kind, long Sequence, CommentThread Thread, Comment? Comment, string UserId, string Username);
