using Svgx.Collaboration.Conflicts;

namespace Svgx.Collaboration.Engine;

/// <content>Element locks.</content>
internal sealed partial class DocumentSession
{
    private readonly ElementLocks _locks;

    private async ValueTask LockAsync(SessionCommand.Lock command)
    {
        var (seat, requestId) = (command.From, command.RequestId);
        await CommitAsync(); // all hear of the lock at once: they must know its element
        if (!seat.IsTaken)
            return;
        foreach (var elementId in command.ElementIds)
        {
            if (!seat.MayEdit)
                Refuse(seat, RefusalCode.ReadOnly, "Your role in this document does not allow to lock elements.", requestId: requestId);
            else if (!_document.TryGetElement(elementId, out var element))
                Refuse(seat, "unknown_element", $"There is no element \"{Shorten(elementId)}\".", requestId: requestId);
            else if (element.Parent is null)
                Refuse(seat, "root_is_fixed", "The root cannot be locked: that would lock the whole drawing.", requestId: requestId);
            else if ((_locks.Around(_document, seat.UserId, elementId) ?? _locks.Inside(_document, seat.UserId, elementId)) is { } held)
                RefuseLocked(seat, held, requestId: requestId);
            else if (_locks.Find(elementId) is null && _locks.CountOf(seat.UserId) >= _locks.MaxPerUser)
                Refuse(seat, RefusalCode.TooManyLocks, $"You hold {_locks.MaxPerUser} locks, which is the limit. Release some first.", requestId: requestId);
            else
            {
                _locks.Hold(seat, elementId, seat.UserId, seat.Username, seat.SessionId);
                continue;
            }
            return;
        }
        AnswerLocks(seat, requestId);
    }

    private void Unlock(SessionCommand.Unlock command)
    {
        var (seat, requestId) = (command.From, command.RequestId);
        foreach (var elementId in command.ElementIds)
        {
            // Releasing what is not held is no fault: the lease may have run out on the way.
            if (_locks.Find(elementId) is not { } held)
                continue;
            if (held.UserId != seat.UserId)
            {
                RefuseLocked(seat, held, requestId: requestId);
                return;
            }
            _locks.Release(elementId);
        }
        AnswerLocks(seat, requestId);
    }

    private void AnswerLocks(Seat seat, string? requestId)
    {
        var hasNews = _locks.HasNews;
        var locks = hasNews ? _locks.Take() : _locks.All;
        Send(seat, new SessionEvent.LocksChanged(locks, requestId));
        if (!hasNews)
            return;
        Publish(new SessionEvent.LocksChanged(locks), seat);
        _conflictsChanged(_documentId);
    }

    private void ShareLocks()
    {
        if (!_locks.HasNews)
            return;
        Publish(new SessionEvent.LocksChanged(_locks.Take()));
        _conflictsChanged(_documentId);
    }

    private void RefuseLocked(Seat seat, ElementLock held, string? operationId = null, string? requestId = null)
    {
        _services.Metrics.Refused(RefusalCode.Locked);
        _turn.Tell(seat, new SessionEvent.Refused(RefusalCode.Locked, LockedReason(held), operationId, requestId) { LockedBy = held });
    }

    private static string LockedReason(ElementLock held) => $"{held.Username} has locked \"{held.ElementId}\" for now.";
}
