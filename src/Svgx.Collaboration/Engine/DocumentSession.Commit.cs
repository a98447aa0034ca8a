using System.Collections.Immutable;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <content>Making a turn durable and telling of it; recovering where that fails.</content>
internal sealed partial class DocumentSession
{
    /// <summary>Makes the turn durable, then gives the answers, then shows it to all.</summary>
    private async ValueTask CommitAsync()
    {
        FollowPins();
        if (_turn.Accepted.Count > 0 || _turn.Conflicts.Count > 0 || !_commentTurn.IsEmpty || _turn.Version is not null)
        {
            var lastHash = JournalChain.Seal(_turn.Accepted, _lastHash);
            using var span = CollaborationActivity.Start(CollaborationActivity.Turn);
            span?.SetTag("svgx.document", _documentId).SetTag("svgx.branch", _branch).SetTag("svgx.operations", _turn.Accepted.Count);
            try
            {
                var batch = new JournalBatch(_turn.Accepted)
                {
                    Conflicts = [.. _turn.Conflicts.Values.Select(kept => kept.Conflict)],
                    Comments = _commentTurn.Events,
                    ReadMarks = _commentTurn.Marks,
                    Version = _turn.Version,
                };
                await _services.Store.AppendAsync(batch, CancellationToken.None);
            }
            catch (Exception error)
            {
                span.Failed(error);
                _services.Logger.AppendFailed(_documentId, _branch, _turn.Accepted.Count, error);
                _ids.Add(_turn.Accepted.Select(entry => entry.OperationId)); // it may be stored all the same, and is looked up when it comes again
                await RecoverAsync();
                EndGestures(stored: false);
                EndTurn();
                return;
            }
            _lastHash = lastHash;
            _committedRevision = _revision;
            _ids.Add(_turn.Accepted.Select(entry => entry.OperationId));
            if (_turn.Accepted.Count > 0)
                _services.Metrics.Committed(_turn.Accepted.Count, _services.Time.GetElapsedTime(_turn.StartedAt));
            foreach (var entry in _turn.Accepted)
            {
                _services.Metrics.Operation(entry.Type);
                Interlocked.Add(ref _tailBytes, entry.Bytes);
            }
        }
        RecordOperations();
        RecordConflicts();
        RecordComments();
        Reply();
        if (_turn.Accepted.Count > 0)
            Publish(new SessionEvent.OperationsCommitted([.. _turn.Accepted.Select(entry => new CommittedOperation(entry, _turn.StartedAt))]));
        EndGestures(stored: true);
        TellComments();
        PublishConflicts();
        EndTurn();
    }

    private void EndTurn()
    {
        _ids.Release(_turn.ClaimedIds);
        _turn.Clear();
    }

    /// <summary>Puts memory back to what the journal has; what did get there in spite of the failure counts and is shown.</summary>
    private async Task RecoverAsync()
    {
        _content = null;
        _histories.Clear();
        Replayed state;
        try
        {
            var stored = await _services.Store.LoadBranchAsync(_documentId, _branch, CancellationToken.None) ?? throw new InvalidDataException("The branch is gone.");
            state = await ReplayAsync(stored, _committedRevision);
            (_document, _revision, _touches, _lastHash) = (state.Document, state.Revision, state.Touches, state.LastHash);
            await LoadConflictsAsync();
            await RecoverCommentsAsync();
        }
        catch
        {
            _revision = _committedRevision;
            RefuseUnstored();
            Reply();
            throw;
        }
        RefuseUnstored();
        Reply();
        if (state.Kept.Count > 0)
            Publish(new SessionEvent.OperationsCommitted([.. state.Kept.Select(entry => new CommittedOperation(entry))]));
        _committedRevision = _revision;
    }

    /// <summary>Where no operation that stands ends a gesture for the others, they are told: else they would go on seeing what came to nothing.</summary>
    private void EndGestures(bool stored)
    {
        foreach (var ((seat, gestureId), isCarried) in _turn.Gestures)
            EndGesture(seat, gestureId, announce: !(stored && isCarried));
    }

    private void RefuseUnstored()
    {
        RefuseUnstoredComments();
        RefuseUndecided();
        var replies = _turn.Replies.ToArray();
        _turn.Replies.Clear();
        foreach (var (seat, reply) in replies)
        {
            if (reply is not SessionEvent.Acknowledged acknowledged)
            {
                _turn.Tell(seat, reply);
                continue;
            }
            if (acknowledged.Operations.RemoveAll(ack => ack.Revision > _revision) is { Length: > 0 } stored)
                _turn.Tell(seat, acknowledged with { Operations = stored });
            foreach (var lost in acknowledged.Operations.Where(ack => ack.Revision > _revision))
                Refuse(seat, RefusalCode.StorageFailed, "The operation could not be stored and was not applied. Send it again.", lost.OperationId, acknowledged.RequestId);
        }
    }

    private void Reply()
    {
        foreach (var (seat, reply) in _turn.Replies)
            Send(seat, reply);
        _turn.Replies.Clear();
    }

    private void Refuse(Seat seat, Decision.Refused refused, string? operationId, string? requestId)
    {
        CountRefusal(refused.Code);
        _turn.Tell(seat, new SessionEvent.Refused(refused.Code, refused.Reason, operationId, requestId, refused.RetryAfter) { LockedBy = refused.LockedBy });
    }

    private void Refuse(Seat seat, string code, string reason, string? operationId = null, string? requestId = null, TimeSpan? retryAfter = null)
    {
        CountRefusal(code);
        _turn.Tell(seat, new SessionEvent.Refused(code, reason, operationId, requestId, retryAfter));
    }

    private void CountRefusal(string code)
    {
        _services.Metrics.Refused(code);
        if (code == RefusalCode.RateLimited)
            _services.Metrics.RateLimited("operations");
    }

    private void Send(Seat seat, SessionEvent sessionEvent)
    {
        if (seat.IsTaken && !seat.Subscriber.TryPublish(sessionEvent))
            Remove(seat, CloseReason.TooSlow);
    }

    private void Publish(SessionEvent sessionEvent, Seat? except = null)
    {
        List<Seat>? slow = null;
        foreach (var seat in _seats)
        {
            if (!ReferenceEquals(seat, except) && !seat.Subscriber.TryPublish(sessionEvent))
                (slow ??= []).Add(seat);
        }
        // Not on the way: that a gesture of theirs is over is told to all, and may be too much for others.
        foreach (var seat in slow ?? [])
            Remove(seat, CloseReason.TooSlow);
    }
}
