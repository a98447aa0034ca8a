namespace Svgx.Collaboration.Engine;

/// <content>The end of a session: what is kept, and the answers to those who wait.</content>
internal sealed partial class DocumentSession
{
    private async Task EndAsync(CloseReason reason)
    {
        _inbox.Writer.TryComplete();
        try
        {
            await _ticker.DisposeAsync();
            await _presenceTimer.DisposeAsync();
            while (_seats.Count > 0)
                SendAway(_seats[^1], reason); // and with one at times others, who cannot take the news of it
            _shownPresence = [];
            _presence.Clear();
            RecordPresence();
            await KeepAsync(reason);
        }
        catch (Exception error)
        {
            _services.Logger.SessionNotKept(_documentId, _branch, error);
        }
        finally
        {
            // Whatever failed above: as long as this has not been said, nobody can open the branch again.
            _ids.Release(_turn.ClaimedIds);
            _services.OperationIds.Release(_documentId);
            _services.Metrics.SessionClosed();
            _services.Logger.SessionClosed(_documentId, _branch, _committedRevision);
            _ended(this);
            if (_failure is not null)
                AnswerUndecided(_failure);
            while (_inbox.Reader.TryRead(out var command))
            {
                MakeRoom(command);
                Abandon(command, new SessionEndedException());
            }
        }
    }

    /// <summary>One who cannot be told to go does not keep the others from it.</summary>
    private void SendAway(Seat seat, CloseReason reason)
    {
        try
        {
            Remove(seat, reason);
        }
        catch (Exception error)
        {
            _seats.Remove(seat);
            _services.Logger.SessionNotKept(_documentId, _branch, error);
        }
    }

    private async Task KeepAsync(CloseReason reason)
    {
        await _saving;
        if (reason is not (CloseReason.SessionFailed or CloseReason.DocumentGone) && _committedRevision > Volatile.Read(ref _snapshotRevision))
            await SaveSnapshotAsync(Content());
        await _checkpointing;
        if (reason == CloseReason.Left && _lastAuthor is { } author && _committedRevision > _versionRevision)
            await CheckpointAsync(author);
    }

    /// <summary>
    /// Those who are not seated hear of a failure by the answer that they wait for: to what was under way, which is not tried again since it may be what failed, and to what was decided in the same
    /// turn and is not durable.
    /// </summary>
    private void AnswerUndecided(Exception failure)
    {
        if (_underway is not null)
            Abandon(_underway, failure);
        var waiting = _turn.Replies.Select(reply => reply.To).Concat(_turn.Conflicts.Values.Select(kept => kept.By).OfType<Seat>()).Concat(_commentTurn.Answers.Select(answer => answer.From).OfType<Seat>());
        foreach (var visitor in waiting.Where(seat => seat.IsTaken))
            visitor.Subscriber.Close(CloseReason.SessionFailed);
    }

    private static void Abandon(SessionCommand command, Exception why)
    {
        switch (command)
        {
            case SessionCommand.Join join:
                join.Reply.TrySetException(why);
                break;
            case SessionCommand.Read read:
                read.Reply.TrySetException(why);
                break;
            case SessionCommand.ChangeVersions change:
                change.Reply.TrySetException(why);
                break;
            case SessionCommand.Submit { From: { IsTaken: true } visitor }:
                visitor.Subscriber.Close(CloseReason.SessionFailed); // nobody seated is left: it waits for its one answer
                break;
            case SessionCommand.AboutComments { From: { IsTaken: true } visitor }:
                visitor.Subscriber.Close(CloseReason.SessionFailed);
                break;
            case SessionCommand.AdoptComments adopt:
                adopt.Reply.TrySetException(why);
                break;
            case SessionCommand.Resolve { From: { IsTaken: true } visitor }:
                visitor.Subscriber.Close(CloseReason.SessionFailed);
                break;
        }
    }
}
