using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Engine;

/// <content>Coming and going, rights, presence and previews.</content>
internal sealed partial class DocumentSession
{
    private async ValueTask JoinAsync(SessionCommand.Join join)
    {
        await CommitAsync(); // a newcomer starts at what is durable
        try
        {
            var outcome = await SeatAsync(join);
            RecordPresence(); // before the answer: what they do, perhaps in this very turn, comes after their coming
            join.Reply.TrySetResult(outcome);
        }
        catch (Exception error)
        {
            join.Reply.TrySetException(error); // the host's rights or the store failed this one; nobody else hears of it
        }
    }

    private async ValueTask<JoinOutcome> SeatAsync(SessionCommand.Join join)
    {
        var request = join.Request;
        if (await _services.Access.GetAsync(_documentId, request.UserId, CancellationToken.None) is not { } access)
            return new JoinOutcome.Refused(RefusalCode.DocumentNotFound, "There is no such document, or it is not shared with you.");
        if (request.Token is { } token && _services.Revocations.Covers(token)) // taken back while the join was on its way
            return new JoinOutcome.Refused(RefusalCode.TokenRevoked, "The token was taken back; get a new one.");
        if (_seats.Count >= _services.Options.MaxParticipants)
            return new JoinOutcome.Refused(RefusalCode.DocumentFull, $"{_seats.Count} participants are in this document already, which is its limit.");
        var resync = await ResyncAsync(request.LastRevision, request.WantsDocument);
        var versions = await _services.Versions.CountAsync(_documentId, branch: null, checkpoints: true, CancellationToken.None);
        var seat = new Seat(request, request.Username ?? access.Username, Seat.Limit(access.Role, request.MaxRole), join.Subscriber) { Deadline = Deadline(request.ExpiresAt) };
        seat.Color = _presence.Join(seat, seat.UserId, seat.Username, seat.SessionId, request.IsTool, seat.MayEdit);
        _seats.Add(seat);
        _services.Metrics.ParticipantsChanged(1);
        foreach (var preview in _previews.All)
            Send(seat, new SessionEvent.PreviewShared(preview));
        if (_conflicts.OpenCount > 0)
            Send(seat, new SessionEvent.ConflictsOpen([.. _conflicts.Open.OrderBy(conflict => conflict.ConflictId, StringComparer.Ordinal)]));
        if (!_locks.IsEmpty)
            Send(seat, new SessionEvent.LocksChanged(_locks.All));
        return new JoinOutcome.Accepted(new(
            new Participant(this, seat), _documentId, access.DocumentName, _branch, _committedRevision, seat.Username, seat.Role, seat.Color, _presence.UserCount, VersionHistory: versions, resync)
        {
            LastComment = _comments.Sequence,
        });
    }

    private async ValueTask SyncAsync(SessionCommand.Sync sync)
    {
        await CommitAsync();
        if (sync.From.IsTaken)
            Send(sync.From, new SessionEvent.Resynced(_committedRevision, await ResyncAsync(sync.LastRevision, sync.From.WantsDocument), sync.RequestId));
    }

    private async ValueTask<Resync> ResyncAsync(long? lastRevision, bool wantsDocument)
    {
        if (lastRevision == _committedRevision || (lastRevision is null && !wantsDocument))
            return Resync.None.Instance;
        if (lastRevision is { } last and >= 0 && last < _committedRevision && (_committedRevision - last <= _services.Options.ResyncLimit || !wantsDocument))
        {
            var missed = await _services.Store.ReadAsync(_documentId, _branch, last, _services.Options.ResyncLimit, CancellationToken.None);
            if (!wantsDocument || (missed.Sum(entry => (long)entry.Data.Length + entry.Changes.Length) <= _services.Options.ResyncBytes && missed is [.., var newest] && newest.Revision == _committedRevision))
                return new Resync.Operations([.. missed.Select(entry => new CommittedOperation(entry))]);
        }
        return wantsDocument ? new Resync.Document(Content()) : Resync.None.Instance;
    }

    private async ValueTask ReadAsync(SessionCommand.Read read)
    {
        await CommitAsync();
        read.Reply.TrySetResult(Content());
    }

    /// <summary>Rights count from now on, and for those who cannot see the document any more it ends here.</summary>
    private async ValueTask ReviewAccessAsync(AccessChanged change)
    {
        await CommitAsync();
        foreach (var seat in _seats.Where(seat => change.UserId is null || seat.UserId == change.UserId).ToArray())
        {
            DocumentAccess? access = null;
            try
            {
                access = change.DocumentGone ? null : await _services.Access.GetAsync(_documentId, seat.UserId, CancellationToken.None);
            }
            catch (Exception error)
            {
                _services.Logger.AccessFailed(_documentId, error); // who cannot be checked is not let stay
            }
            if (access is null)
            {
                Remove(seat, change.DocumentGone ? CloseReason.DocumentGone : CloseReason.AccessRemoved);
            }
            else if (Seat.Limit(access.Role, seat.MaxRole) is var role && role != seat.Role)
            {
                seat.Role = role;
                _presence.SetRights(seat, seat.UserId, seat.MayEdit);
                Send(seat, new SessionEvent.RoleChanged(role));
            }
        }
    }

    private long? Deadline(DateTimeOffset? expiresAt) =>
        expiresAt is { } at ? _services.Time.GetTimestamp() + (long)((at - _clock.GetUtcNow()).TotalSeconds * _services.Time.TimestampFrequency) : null;

    private void ReviewTokens(TokenRevocation revocation)
    {
        foreach (var seat in _seats.Where(seat => seat.Token is { } token && revocation.Covers(token)).ToArray())
            Remove(seat, CloseReason.TokenRevoked);
    }

    private void Remove(Seat seat, CloseReason reason, bool isLost = false)
    {
        if (!seat.IsTaken)
            return;
        seat.IsTaken = false;
        if (_seats.Remove(seat))
        {
            _services.Metrics.ParticipantsChanged(-1);
            _presence.Leave(seat, seat.UserId, isLost || reason == CloseReason.TooSlow);
            _rates.Forget(seat.UserId);
            _locks.Leave(seat);
            foreach (var over in _previews.Leave(seat))
                Publish(new SessionEvent.PreviewShared(over));
            if (_seats.Count == 0)
                _emptySince = _services.Time.GetTimestamp();
        }
        seat.Subscriber.Close(reason);
    }

    /// <summary>Time passed: expiries, silent gestures, presence that waits, the grace of an empty session.</summary>
    private void OnTick()
    {
        _presenceTimerRuns = false;
        DecideOverdue();
        _locks.Expire(_document);
        var now = _services.Time.GetTimestamp();
        for (var i = _seats.Count - 1; i >= 0; i--)
        {
            if (i < _seats.Count && _seats[i].Deadline <= now)
                Remove(_seats[i], CloseReason.TokenExpired);
        }
        foreach (var (seat, over) in _previews.EndSilent())
            Publish(new SessionEvent.PreviewShared(over), (Seat)seat);
        _presence.Advance();
        if (_seats.Count == 0 && _turn.Accepted.Count == 0 && _services.Time.GetElapsedTime(_emptySince) >= _services.Options.EmptySessionGrace)
            _stopped = CloseReason.Left;
    }

    private void ShowPreview(Seat seat, PreviewRequest request)
    {
        if (!seat.MayEdit || request.GestureId.Length is 0 or > MaxIdLength)
            return; // a hint, not an operation: what cannot be shown is not answered
        if (request.ElementIds.Count == 0)
        {
            EndGesture(seat, request.GestureId, announce: true);
            return;
        }
        if (!_locks.IsEmpty)
        {
            foreach (var elementId in request.ElementIds)
                _locks.Renew(_document, seat.UserId, elementId);
        }
        _presence.Edited(seat, seat.UserId, request.ElementIds[0]);
        var preview = new Preview(request.GestureId, seat.UserId, seat.SessionId, seat.Color, request.ElementIds, request.Data);
        var shared = new SessionEvent.PreviewShared(preview);
        if (shared.DataBytes > PreviewBoard.MaxBytes)
            return; // it counts as work, and the others go on seeing the state before
        if (_previews.Show(seat, preview) is { } crowdedOut)
            Publish(new SessionEvent.PreviewShared(crowdedOut), seat);
        Publish(shared, seat);
    }

    private void EndGesture(Seat seat, string gestureId, bool announce)
    {
        if (_previews.End(seat, gestureId) is { } over && announce)
            Publish(new SessionEvent.PreviewShared(over), seat);
    }
}
