namespace Svgx.Collaboration.Comments;

/// <summary>Everything that comments ask of a database, beside what a session's turn writes with its operations. Failures come as exceptions.</summary>
public interface ICommentStore
{
    /// <summary>The events of a branch, in order.</summary>
    Task<IReadOnlyList<CommentEvent>> LoadAsync(Guid documentId, string branch, CancellationToken cancellationToken);

    /// <summary>Up to where a user has read each thread of a branch.</summary>
    Task<IReadOnlyDictionary<string, long>> LoadReadMarksAsync(Guid documentId, string branch, string userId, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a new branch the comments of another as they were at a moment: events up to it, with their sequences, and who had read what of them. Does nothing where the
    /// branch has comments already, so it can be done again.
    /// </summary>
    Task CopyAsync(Guid documentId, string fromBranch, CommentMoment moment, string toBranch, CancellationToken cancellationToken);

    /// <summary>Events of all documents in the order in which they became durable, after a position, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<RecordedCommentEvent>> ReadAsync(long afterPosition, int limit, CancellationToken cancellationToken);
}

/// <param name="Position">Where the event stands among those of all documents; grows, with gaps.</param>
/// <param name="Event">The event.</param>
public readonly record struct RecordedCommentEvent(long Position, CommentEvent Event);

/// <summary>Up to where a user has read a thread.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Branch">The branch.</param>
/// <param name="UserId">The reader.</param>
/// <param name="ThreadId">The thread.</param>
/// <param name="Sequence">The last sequence that was read.</param>
public readonly record struct CommentReadMark(Guid DocumentId, string Branch, string UserId, string ThreadId, long Sequence);
