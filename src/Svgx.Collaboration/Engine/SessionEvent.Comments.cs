using System.Collections.Immutable;
using Svgx.Collaboration.Comments;

namespace Svgx.Collaboration.Engine;

/// <content>Comments.</content>
public abstract partial record SessionEvent
{
    /// <summary>Something happened to a thread, and is durable. In the order of its sequence, one's own included.</summary>
    /// <param name="Update">The thread as it is now.</param>
    /// <param name="IsAnswer">To the one who asked for it, whatever features they named.</param>
    /// <param name="RequestId">In the answer, the request's id.</param>
    public sealed record CommentChanged(CommentUpdate Update, bool IsAnswer = false, string? RequestId = null) : SessionEvent;

    /// <summary>To one participant, the answer to <see cref="IParticipant.ListCommentsAsync"/>.</summary>
    /// <param name="Threads">The threads asked for; those that are deleted by now are marked so.</param>
    /// <param name="Sequence">Of the last event in them; what follows starts right after it.</param>
    /// <param name="After">What was asked for: 0 for all.</param>
    /// <param name="ReadMarks">Up to where the participant's user has read each thread.</param>
    /// <param name="RequestId">The request's id.</param>
    public sealed record CommentsListed(ImmutableArray<CommentThread> Threads, long Sequence, long After, ImmutableDictionary<string, long> ReadMarks, string? RequestId) : SessionEvent;

    /// <summary>To all sessions of one user: they have read threads up to here.</summary>
    /// <param name="ReadMarks">By thread.</param>
    /// <param name="IsAnswer">To the one who asked for it, whatever features they named.</param>
    /// <param name="RequestId">In the answer, the request's id.</param>
    public sealed record CommentsRead(ImmutableDictionary<string, long> ReadMarks, bool IsAnswer = false, string? RequestId = null) : SessionEvent;
}
