using System.Collections.Immutable;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Presence;

namespace Svgx.Collaboration.Engine;

/// <summary>
/// The sending side of one connection. Everything is posted to the session's bounded inbox; awaiting a full inbox slows the sender alone.
/// Answers come as events. After the participation ended, calls do nothing. Disposing says that the connection is lost: the user is shown as offline for a while, unless
/// they left before.
/// </summary>
public interface IParticipant : IAsyncDisposable
{
    /// <summary>Submits one operation.</summary>
    ValueTask SubmitAsync(OperationRequest operation, string? requestId = null, CancellationToken cancellationToken = default);

    /// <summary>Submits several in order; atomic: all or none, one undo step.</summary>
    ValueTask SubmitManyAsync(ImmutableArray<OperationRequest> operations, bool atomic, string? requestId = null, CancellationToken cancellationToken = default);

    /// <summary>Takes back the user's own last step that still stands.</summary>
    ValueTask UndoAsync(string? requestId = null, CancellationToken cancellationToken = default);

    /// <summary>Brings back the step undone last.</summary>
    ValueTask RedoAsync(string? requestId = null, CancellationToken cancellationToken = default);

    /// <summary>Settles a conflict; answered by <see cref="SessionEvent.ConflictSettled"/> (for <c>manual</c> by <see cref="SessionEvent.ConflictsChanged"/>) with the request's id.</summary>
    ValueTask ResolveConflictAsync(ConflictDecision decision, string? requestId = null, CancellationToken cancellationToken = default);

    /// <summary>Locks elements for the user, or renews the leases; answered by <see cref="SessionEvent.LocksChanged"/>. Where one of several is refused, those before it are locked.</summary>
    ValueTask LockAsync(ImmutableArray<string> elementIds, string? requestId = null, CancellationToken cancellationToken = default);

    /// <summary>Releases the user's locks on elements; answered by <see cref="SessionEvent.LocksChanged"/>.</summary>
    ValueTask UnlockAsync(ImmutableArray<string> elementIds, string? requestId = null, CancellationToken cancellationToken = default);

    /// <summary>Asks for what was missed since a revision; answered by <see cref="SessionEvent.Resynced"/>.</summary>
    ValueTask SyncAsync(long lastRevision, string? requestId = null, CancellationToken cancellationToken = default);

    /// <summary>Says what the participant is doing. Dropped when the inbox is full: the next report replaces it.</summary>
    void Report(ActivityReport report);

    /// <summary>Shows a gesture to the others. Dropped when the inbox is full: the next one replaces it.</summary>
    void Preview(PreviewRequest preview);

    /// <summary>Does something with comments; answered by a <see cref="SessionEvent.CommentChanged"/>.</summary>
    ValueTask CommentAsync(CommentRequest request, string? requestId = null, CancellationToken cancellationToken = default);

    /// <summary>Notes that the user has read a thread (<see langword="null"/>: all) up to a sequence (<see langword="null"/>: to the end); answered by a <see cref="SessionEvent.CommentsRead"/>.</summary>
    ValueTask MarkCommentsReadAsync(string? threadId, long? sequence = null, string? requestId = null, CancellationToken cancellationToken = default);

    /// <summary>Asks for the threads to which something happened after a sequence, 0 for all; answered by a <see cref="SessionEvent.CommentsListed"/>.</summary>
    ValueTask ListCommentsAsync(long after = 0, string? requestId = null, CancellationToken cancellationToken = default);

    /// <summary>Leaves for good. The subscriber is closed with <see cref="CloseReason.Left"/>.</summary>
    ValueTask LeaveAsync();
}
