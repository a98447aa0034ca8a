using System.Collections.Immutable;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Presence;

namespace Svgx.Collaboration.Engine;

/// <summary>Posts what a connection asks for to its session.</summary>
internal sealed class Participant(DocumentSession session, Seat seat) : IParticipant
{
    public ValueTask SubmitAsync(OperationRequest operation, string? requestId = null, CancellationToken cancellationToken = default) =>
        session.PostAsync(new SessionCommand.Submit(seat, [operation], Atomic: false, requestId), cancellationToken);

    public ValueTask SubmitManyAsync(ImmutableArray<OperationRequest> operations, bool atomic, string? requestId = null, CancellationToken cancellationToken = default) =>
        session.PostAsync(new SessionCommand.Submit(seat, operations, atomic, requestId), cancellationToken);

    public ValueTask UndoAsync(string? requestId = null, CancellationToken cancellationToken = default) => session.PostAsync(new SessionCommand.Undo(seat, Redo: false, requestId), cancellationToken);

    public ValueTask RedoAsync(string? requestId = null, CancellationToken cancellationToken = default) => session.PostAsync(new SessionCommand.Undo(seat, Redo: true, requestId), cancellationToken);

    public ValueTask ResolveConflictAsync(ConflictDecision decision, string? requestId = null, CancellationToken cancellationToken = default) =>
        session.PostAsync(new SessionCommand.Resolve(seat, decision, requestId), cancellationToken);

    public ValueTask LockAsync(ImmutableArray<string> elementIds, string? requestId = null, CancellationToken cancellationToken = default) =>
        session.PostAsync(new SessionCommand.Lock(seat, elementIds, requestId), cancellationToken);

    public ValueTask UnlockAsync(ImmutableArray<string> elementIds, string? requestId = null, CancellationToken cancellationToken = default) =>
        session.PostAsync(new SessionCommand.Unlock(seat, elementIds, requestId), cancellationToken);

    public ValueTask SyncAsync(long lastRevision, string? requestId = null, CancellationToken cancellationToken = default) =>
        session.PostAsync(new SessionCommand.Sync(seat, lastRevision, requestId), cancellationToken);

    public void Report(ActivityReport report) => session.TryPost(new SessionCommand.Report(seat, report));

    public void Preview(PreviewRequest preview) => session.TryPost(new SessionCommand.ShowPreview(seat, preview));

    public ValueTask CommentAsync(CommentRequest request, string? requestId = null, CancellationToken cancellationToken = default) =>
        session.PostAsync(new SessionCommand.Comment(seat, request, requestId), cancellationToken);

    public ValueTask MarkCommentsReadAsync(string? threadId, long? sequence = null, string? requestId = null, CancellationToken cancellationToken = default) =>
        session.PostAsync(new SessionCommand.MarkCommentsRead(seat, threadId, sequence, requestId), cancellationToken);

    public ValueTask ListCommentsAsync(long after = 0, string? requestId = null, CancellationToken cancellationToken = default) =>
        session.PostAsync(new SessionCommand.ListComments(seat, after, requestId), cancellationToken);

    public ValueTask LeaveAsync() => session.PostAsync(new SessionCommand.Leave(seat, IsLost: false), CancellationToken.None);

    public ValueTask DisposeAsync() => session.PostAsync(new SessionCommand.Leave(seat, IsLost: true), CancellationToken.None);
}
