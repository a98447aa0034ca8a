using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <content>Operations, undo and redo.</content>
internal sealed partial class DocumentSession
{
    private const int MaxIdLength = 128;
    private const int MaxElementIdLength = 256;

    /// <summary>What looking for an operation that was stored before counts as, beside the types: who sends again and again costs the store no more than who sends new ones.</summary>
    private const string Repetition = "repetition";

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");
    private static readonly byte[] NoData = "{}"u8.ToArray();

    private async ValueTask SubmitAsync(SessionCommand.Submit submit)
    {
        var known = new Known();
        if (submit.From.MayEdit) // who may not is refused, or selects: for that nothing is read
        {
            await FindAsync(known, submit);
            await HistoryAsync(submit.From.UserId);
            await ReadTouchesAsync(submit.Operations);
        }
        if (submit.Atomic)
            SubmitAtomic(submit, known);
        else
            SubmitEach(submit, known);
    }

    private async ValueTask FindAsync(Known known, SessionCommand.Submit submit)
    {
        foreach (var operation in submit.Operations)
        {
            if (operation.OperationId is not { Length: > 0 } id || !_ids.MayContain(id) || known.ById.ContainsKey(id))
                continue;
            if (!_rates.TryTake(submit.From.UserId, Repetition, out var retryAfter))
            {
                known.RetryAfter = retryAfter;
                break;
            }
            known.ById.Add(id, null);
        }
        if (known.ById.Count == 0)
            return;
        foreach (var found in await _services.Store.FindOperationsAsync(_documentId, known.ById.Keys, CancellationToken.None))
            known.ById[found.OperationId] = found;
    }

    private void SubmitEach(SessionCommand.Submit submit, Known known)
    {
        var acknowledged = ImmutableArray.CreateBuilder<Acknowledgement>(submit.Operations.Length);
        foreach (var operation in submit.Operations)
        {
            switch (Decide(submit.From, operation, operation.GroupId, known))
            {
                case Decision.Accepted accepted:
                    _histories[submit.From.UserId].Add(accepted.Entry);
                    acknowledged.Add(accepted.Acknowledgement);
                    TakeUp(accepted);
                    _turn.EndGesture(submit.From, operation.GestureId, isCarried: true);
                    break;
                case Decision.Repeated repeated:
                    acknowledged.Add(repeated.Acknowledgement);
                    break;
                case Decision.Refused refused:
                    _turn.EndGesture(submit.From, operation.GestureId, isCarried: false);
                    Refuse(submit.From, refused, operation.OperationId, submit.RequestId);
                    break;
            }
        }
        if (acknowledged.Count > 0)
            _turn.Tell(submit.From, new SessionEvent.Acknowledged(acknowledged.DrainToImmutable(), submit.RequestId));
    }

    private void SubmitAtomic(SessionCommand.Submit submit, Known known)
    {
        var start = _turn.Accepted.Count;
        using var trial = _document.Try();
        var batch = new List<Decision.Accepted>(submit.Operations.Length);
        var group = "batch:" + Guid.CreateVersion7().ToString("N");
        var acknowledged = ImmutableArray.CreateBuilder<Acknowledgement>(submit.Operations.Length);
        foreach (var operation in submit.Operations)
        {
            switch (Decide(submit.From, operation, operation.GroupId ?? group, known))
            {
                case Decision.Accepted accepted:
                    acknowledged.Add(accepted.Acknowledgement);
                    batch.Add(accepted);
                    break;
                case Decision.Repeated repeated:
                    acknowledged.Add(repeated.Acknowledgement);
                    break;
                case Decision.Refused refused:
                    trial.RollBack();
                    _revision -= _turn.Accepted.Count - start;
                    _turn.Truncate(start);
                    foreach (var part in submit.Operations)
                        _turn.EndGesture(submit.From, part.GestureId, isCarried: false);
                    Refuse(submit.From, refused with { Code = RefusalCode.BatchFailed, Reason = $"{refused.Code}: {refused.Reason}" }, operation.OperationId, submit.RequestId);
                    return;
            }
        }
        foreach (var accepted in batch)
        {
            _histories[submit.From.UserId].Add(accepted.Entry);
            TakeUp(accepted); // only now: until here the batch might have been taken back
            _turn.EndGesture(submit.From, accepted.Entry.GestureId, isCarried: true);
        }
        if (acknowledged.Count > 0)
            _turn.Tell(submit.From, new SessionEvent.Acknowledged(acknowledged.DrainToImmutable(), submit.RequestId));
    }

    private Decision Decide(Seat seat, OperationRequest operation, string? groupId, Known known)
    {
        if (!OperationTypes.TryParse(operation.OperationType, out var type))
            return new Decision.Refused(RefusalCode.UnknownOperationType, $"There is no operation type \"{operation.OperationType}\".");
        if (type is OperationType.Select or OperationType.Deselect)
            return TooFast(seat, operation) ?? Select(seat, operation, replace: type == OperationType.Select);
        if (!seat.MayEdit)
            return new Decision.Refused(RefusalCode.ReadOnly, "Your role in this document does not allow changes.");
        if (operation.OperationId is { } id)
        {
            if (id.Length is 0 or > MaxIdLength || id.AsSpan().ContainsAnyExcept(IdCharacters))
                return new Decision.Refused(RefusalCode.InvalidData, "An \"operation_id\" is 1 to 128 characters of A-Z a-z 0-9 . _ : -");
            if (Repeats(seat, id, known) is { } repeats)
                return repeats;
            if (!_ids.TryClaim(id, _branch, known.ById.ContainsKey(id)))
                return UsedElsewhere;
            _turn.ClaimedIds.Add(id);
        }
        if (operation.GestureId?.Length > MaxIdLength || operation.GroupId?.Length > MaxIdLength)
            return new Decision.Refused(RefusalCode.InvalidData, "A \"gesture_id\" or \"group_id\" is at most 128 characters.");
        return TooFast(seat, operation) ?? Apply(seat, operation, type, groupId);
    }

    private Decision? TooFast(Seat seat, OperationRequest operation) => _rates.TryTake(seat.UserId, operation.OperationType, out var retryAfter) ? null : TooFast(retryAfter);

    private static Decision.Refused TooFast(TimeSpan retryAfter) => new(RefusalCode.RateLimited, "Too many operations; slow down.", retryAfter);

    private static Decision.Refused UsedElsewhere { get; } = new(RefusalCode.InvalidData, "This \"operation_id\" cannot be used here.");

    private Decision? Repeats(Seat seat, string operationId, Known known)
    {
        KnownOperation? first;
        if (_turn.Find(operationId) is { } waiting)
            first = new KnownOperation(operationId, waiting.UserId, waiting.Branch, waiting.Revision, waiting.ElementId);
        else if (!known.ById.TryGetValue(operationId, out first) && known.RetryAfter > TimeSpan.Zero && _ids.MayContain(operationId))
            return TooFast(known.RetryAfter);
        if (first is null)
            return null;
        return first.UserId == seat.UserId && first.Branch == _branch
            ? new Decision.Repeated(new(operationId, first.Revision, first.ElementId, []))
            : UsedElsewhere;
    }

    /// <summary>Where the interpreter fails there is a bug. It costs its author one operation, and not everybody the session.</summary>
    private Interpretation Interpret(OperationRequest operation, OperationType type, Horizon horizon)
    {
        var startedAt = _services.Time.GetTimestamp();
        try
        {
            return OperationInterpreter.Interpret(_document, type, operation.ElementId, operation.Data, _limits, NewElementId, id => StoodAt(id, horizon));
        }
        catch (Exception error) when (error is not DocumentChangeException)
        {
            _services.Logger.InterpretationFailed(operation.OperationType, _documentId, error);
            return new Interpretation.Refused(RefusalCode.InvalidData, "The operation could not be understood.");
        }
        finally
        {
            _services.Metrics.Validated(_services.Time.GetElapsedTime(startedAt));
        }
    }

    private Decision Apply(Seat seat, OperationRequest operation, OperationType type, string? groupId)
    {
        var horizon = HorizonOf(seat, operation.BaseRevision);
        List<(InsertNode Insert, Removal Removal)>? revived = null;
        Interpretation? interpretation;
        while (true)
        {
            interpretation = Interpret(operation, type, horizon);
            if (interpretation is not Interpretation.Refused || revived?.Count == 2 || Revive(operation, type, horizon) is not { } back)
                break;
            (revived ??= []).Add(back); // at most the element itself and where it is to go
        }
        var decision = interpretation switch
        {
            Interpretation.Refused refused => new Decision.Refused(refused.Code, refused.Reason),
            Interpretation.Accepted accepted when _locks.Conflicting(_document, seat.UserId, accepted.Changes) is { } held => new Decision.Refused(RefusalCode.Locked, LockedReason(held)) { LockedBy = held },
            Interpretation.Accepted accepted => Apply(seat, operation, groupId, accepted, horizon, revived),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (decision is Decision.Refused)
        {
            for (var i = (revived?.Count ?? 0) - 1; i >= 0; i--)
                _document.Apply([new RemoveElement(revived![i].Insert.ElementId)]);
        }
        return decision;
    }

    private Decision Apply(Seat seat, OperationRequest operation, string? groupId, Interpretation.Accepted accepted, Horizon horizon, List<(InsertNode Insert, Removal Removal)>? revived)
    {
        try
        {
            var changes = accepted.Changes;
            var startedAt = _services.Time.GetTimestamp();
            var clashes = ConflictDetector.Find(_document, _touches, horizon, operation.OperationType, changes);
            _services.Metrics.Detected(_services.Time.GetElapsedTime(startedAt));
            if (revived is not null)
                clashes = [.. revived.Select(back => ConflictDetector.Revival(_document, back.Removal, changes)), .. clashes];
            if (clashes.Any(clash => clash.OwnDeletes))
                changes = []; // held: the deletion waits for a decision
            var inverse = _document.Apply(changes);
            for (var i = (revived?.Count ?? 0) - 1; i >= 0; i--)
            {
                changes = [revived![i].Insert, .. changes];
                inverse = [.. inverse, new RemoveElement(revived[i].Insert.ElementId)];
            }
            var entry = Record(seat, operation.OperationId ?? Guid.CreateVersion7().ToString("N"), operation.OperationType, accepted.ElementId, Data(operation), changes, inverse) with
            {
                BaseRevision = operation.BaseRevision,
                GestureId = operation.GestureId,
                GroupId = groupId,
            };
            Accept(seat, entry);
            _locks.Renew(_document, seat.UserId, entry.ElementId);
            return new Decision.Accepted(entry, new(entry.OperationId, entry.Revision, entry.ElementId, accepted.Removed, accepted.MoreRemoved), changes, inverse, clashes);
        }
        catch (DocumentChangeException misfit)
        {
            return new Decision.Refused(misfit.Code, misfit.Message);
        }
    }

    private async ValueTask UndoAsync(SessionCommand.Undo undo)
    {
        var seat = undo.From;
        if (!seat.MayEdit)
        {
            Refuse(seat, RefusalCode.ReadOnly, "Your role in this document does not allow changes.", requestId: undo.RequestId);
            return;
        }
        var history = await HistoryAsync(seat.UserId);
        while (history.TryPeek(undo.Redo, out var newest))
        {
            if (await ReadStepAsync(newest) is not { } step)
            {
                Refuse(seat, RefusalCode.StorageFailed, "What would be taken back could not be read. Try again.", requestId: undo.RequestId);
                return;
            }
            if (_locks.Conflicting(_document, seat.UserId, step.SelectMany(part => ChangeJson.Read(part.Inverse))) is { } held)
            {
                RefuseLocked(seat, held, requestId: undo.RequestId);
                return;
            }
            using var trial = _document.Try();
            var length = _document.CharacterCount;
            var plan = TakeBack(step);
            if (_document.CharacterCount > Math.Max(length, _limits.MaxCharacters))
            {
                trial.RollBack();
                Refuse(seat, "too_large", $"The drawing would be longer than {_limits.MaxCharacters} characters.", requestId: undo.RequestId);
                return;
            }
            var ids = string.Join(' ', step.Reverse().Select(part => part.OperationId));
            var acknowledged = ImmutableArray.CreateBuilder<Acknowledgement>();
            if (!plan.Changes.IsEmpty)
            {
                var entry = Record(seat, Guid.CreateVersion7().ToString("N"), OperationType.Update.ToWire(), plan.Changes[0].ElementId, NoData, plan.Changes, plan.Inverse);
                entry = (undo.Redo ? entry with { RedoOf = ids } : entry with { UndoOf = ids }) with { Origin = await TakeBackDecisionAsync(step, undo.Redo) };
                Accept(seat, entry);
                history.Add(entry);
                Remember(_touches, entry, plan.Changes, plan.Inverse, _document);
                _locks.Renew(_document, seat.UserId, entry.ElementId);
                acknowledged.Add(new(entry.OperationId, entry.Revision, entry.ElementId, []));
            }
            if (!undo.Redo)
            {
                foreach (var entry in Withdraw(seat, step, undo.RequestId, ids))
                {
                    history.Add(entry);
                    acknowledged.Add(new(entry.OperationId, entry.Revision, entry.ElementId, []));
                }
            }
            if (acknowledged.Count > 0)
            {
                _turn.Tell(seat, new SessionEvent.Acknowledged(acknowledged.DrainToImmutable(), undo.RequestId));
                return;
            }
            history.Drop(undo.Redo); // others have changed all of it since, or nothing came of it
        }
        if (undo.Redo)
            Refuse(seat, RefusalCode.NothingToRedo, "There is nothing to bring back.", requestId: undo.RequestId);
        else
            Refuse(seat, RefusalCode.NothingToUndo, "There is nothing of yours to take back.", requestId: undo.RequestId);
    }

    /// <summary>The operations of a step in journal order, from the turn under way or from the journal; <see langword="null"/> where that cannot be read.</summary>
    private async ValueTask<IReadOnlyList<JournalEntry>?> ReadStepAsync(UndoStep step)
    {
        var places = step.Places;
        var entries = new List<JournalEntry>(places.Count);
        try
        {
            while (entries.Count < places.Count)
            {
                var next = places[entries.Count];
                if (_turn.Find(next.OperationId) is { } waiting)
                {
                    entries.Add(waiting);
                    continue;
                }
                var length = 1;
                while (entries.Count + length < places.Count && places[entries.Count + length].Revision == next.Revision + length && next.Revision + length <= _committedRevision)
                    length++;
                // With the one before, whose checksum they follow: what was damaged meanwhile is not taken back into the drawing.
                var read = await ReadJournalAsync(next.Revision - 2, length + 1);
                var last = read is [var first, ..] && first.Revision < next.Revision ? first.Hash : null;
                var before = last ?? JournalChain.Start(_documentId, _branch);
                var hasBegun = last is not null;
                var parts = read.Where(entry => entry.Revision >= next.Revision).Take(length).ToList();
                if (parts.Count != length || parts[0].OperationId != next.OperationId)
                    throw new InvalidDataException($"Operation {next.OperationId} is not where it was stored.");
                foreach (var part in parts)
                {
                    if (!JournalChain.Holds(before, part, hasBegun))
                        throw new InvalidDataException($"Operation {part.OperationId} is not as it was stored.");
                    hasBegun |= part.Hash is not null;
                    before = part.Hash ?? before;
                }
                entries.AddRange(parts);
            }
            return entries;
        }
        catch (Exception error) when (error is Microsoft.Data.Sqlite.SqliteException or IOException or InvalidDataException or InvalidCastException or FormatException or OverflowException)
        {
            _services.Logger.StepUnreadable(_documentId, _branch, error);
            return null;
        }
    }

    private async ValueTask<List<JournalEntry>> ReadJournalAsync(long afterRevision, int count)
    {
        var entries = new List<JournalEntry>(count);
        while (entries.Count < count && await _services.Store.ReadAsync(_documentId, _branch, afterRevision, count - entries.Count, CancellationToken.None) is { Count: > 0 } page)
        {
            entries.AddRange(page);
            afterRevision = page[^1].Revision;
        }
        return entries;
    }

    /// <summary>Applies what still stands of a step's inverse, its newest operation first.</summary>
    private (ImmutableArray<DocumentChange> Changes, ImmutableArray<DocumentChange> Inverse) TakeBack(IReadOnlyList<JournalEntry> step)
    {
        var changes = new List<DocumentChange>();
        var inverses = new List<ImmutableArray<DocumentChange>>(step.Count);
        for (var i = step.Count - 1; i >= 0; i--)
        {
            var planned = UndoPlanner.Plan(_document, ChangeJson.Read(step[i].Changes), ChangeJson.Read(step[i].Inverse));
            changes.AddRange(planned);
            inverses.Add(_document.Apply(planned));
        }
        inverses.Reverse();
        return ([.. changes], [.. inverses.SelectMany(part => part)]);
    }

    private JournalEntry Record(Seat seat, string operationId, string type, string elementId, ReadOnlyMemory<byte> data, ImmutableArray<DocumentChange> changes, ImmutableArray<DocumentChange> inverse) => new()
    {
        DocumentId = _documentId,
        Branch = _branch,
        Revision = _revision + 1,
        OperationId = operationId,
        UserId = seat.UserId,
        Username = seat.Username,
        SessionId = seat.SessionId,
        Type = type,
        ElementId = elementId,
        Data = data,
        Changes = ChangeJson.Write(changes),
        Inverse = ChangeJson.Write(inverse),
        Timestamp = _services.Time.GetUtcNow().UtcDateTime,
    };

    private void Accept(Seat seat, JournalEntry entry)
    {
        _revision = entry.Revision;
        _lastAuthor = (seat.UserId, seat.Username);
        _turn.Accept(entry, _services.Time.GetTimestamp());
        _presence.Edited(seat, seat.UserId, entry.ElementId);
    }

    private async ValueTask<UndoHistory> HistoryAsync(string userId)
    {
        if (_histories.TryGetValue(userId, out var history))
            return history;
        _histories.Add(userId, history = new(_services.Options.UndoDepth));
        // Steps of several operations take more entries than steps; beyond ten each, the oldest steps are forgotten.
        var newest = await _services.Store.ReadUndoableAsync(_documentId, _branch, _committedRevision, userId, _services.Options.UndoDepth * 10, CancellationToken.None);
        for (var i = newest.Count - 1; i >= 0; i--)
            history.Add(newest[i]);
        return history;
    }

    private Decision Select(Seat seat, OperationRequest operation, bool replace)
    {
        IReadOnlyCollection<string> elements = operation.ElementId is { } single ? [single] : [];
        if (operation.Data.ValueKind == JsonValueKind.Object && operation.Data.TryGetProperty("elements"u8, out var list))
        {
            if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
                return new Decision.Refused(RefusalCode.InvalidData, "\"elements\" must be a list of element ids.");
            elements = [.. list.EnumerateArray().Select(item => item.GetString()!)];
        }
        if (elements.Any(id => id.Length > MaxElementIdLength))
            return new Decision.Refused(RefusalCode.InvalidData, $"An element id has at most {MaxElementIdLength} characters.");
        _presence.Select(seat, seat.UserId, elements, replace);
        return Decision.Noted.Instance;
    }

    private static ReadOnlyMemory<byte> Data(OperationRequest operation) =>
        operation.Data.ValueKind == JsonValueKind.Object ? JsonMarshal.GetRawUtf8Value(operation.Data).ToArray() : NoData;

    private static string NewElementId() => "e" + Guid.NewGuid().ToString("N")[..16];

    /// <summary>The operations of a submission that may have been stored before: those of them that were, by their ids.</summary>
    private sealed class Known
    {
        public Dictionary<string, KnownOperation?> ById { get; } = new(StringComparer.Ordinal);

        /// <summary>When the others can be looked up, where they were too many.</summary>
        public TimeSpan RetryAfter { get; set; }
    }

    private abstract record Decision
    {
        public sealed record Accepted(
            JournalEntry Entry, Acknowledgement Acknowledgement, ImmutableArray<DocumentChange> Changes, ImmutableArray<DocumentChange> Inverse, IReadOnlyList<Clash> Clashes) : Decision;

        public sealed record Repeated(Acknowledgement Acknowledgement) : Decision;

        public sealed record Refused(string Code, string Reason, TimeSpan? RetryAfter = null) : Decision
        {
            public ElementLock? LockedBy { get; init; }
        }

        public sealed record Noted : Decision
        {
            public static Noted Instance { get; } = new();
        }
    }
}
