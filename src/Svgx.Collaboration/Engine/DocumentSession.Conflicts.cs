using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <content>Conflicts: found when an operation is accepted, settled by the policy at once or held until somebody decides.</content>
internal sealed partial class DocumentSession
{
    private const string ResolutionOrigin = "resolution:";
    private const int JournalPage = 1_000;

    private readonly ConflictBook _conflicts;
    private readonly Seat _nobody; // decides where the policy does
    private TouchMap _touches;
    private ConflictPolicy _policy;

    /// <summary>
    /// Opens a conflict that the merge of a branch found. To be called on the loop after the merge's operation was accepted in the same turn: the document then holds the first side's values (ours), and an
    /// element that either side deleted is there. The conflict is held, without a time-out, whatever the policy says; it is written with the turn and told to all after the commit.
    /// </summary>
    /// <param name="mergedFrom">The branch that comes in.</param>
    /// <param name="elementId">The element it is about; where a side deletes, the one to be deleted.</param>
    /// <param name="ours">The side of this branch. Its operation ids are what <c>user_choice</c> names; at least one, unique in the document.</param>
    /// <param name="theirs">The side that comes in, likewise.</param>
    /// <param name="before">The clashing values in the common ancestor; the sides' values have the same names.</param>
    /// <param name="node">The element in the common ancestor.</param>
    /// <param name="comesIn">The element in what comes in.</param>
    internal Conflict OpenMergeConflict(string mergedFrom, string elementId, ConflictSide ours, ConflictSide theirs, IReadOnlyDictionary<string, string?> before, SvgElement? node, SvgElement? comesIn)
    {
        var merged = _document.TryGetElement(elementId, out var element) ? element : null;
        // The one that has an attribute says what its prefix stands for.
        var namespaces = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in before.Keys)
        {
            if (new[] { merged, comesIn, node }.FirstOrDefault(one => one?[name] is not null) is { } has && PrefixScope.NamespaceOf(has, name) is { } ns)
                namespaces.Add(name, ns);
        }

        var now = _services.Time.GetUtcNow();
        var deletes = ours.IsDelete || theirs.IsDelete;
        var conflict = new Conflict
        {
            ConflictId = Conflict.NewId(now),
            DocumentId = _documentId,
            Branch = _branch,
            ElementId = elementId,
            Type = deletes ? ConflictTypes.Deletion : ConflictTypes.Of(ours.OperationType, theirs.OperationType),
            Severity = deletes ? ConflictSeverity.High : ConflictTypes.Severity(ours.OperationType, theirs.OperationType),
            AutoResolvable = !deletes,
            Status = ConflictStatus.Open,
            First = ours,
            Second = theirs,
            Base = before,
            Namespaces = namespaces.Count == 0 ? null : namespaces,
            Before = node is null ? null : ClashValues.Node(node, Conflict.MaxBefore),
            MergedFrom = mergedFrom,
            DetectedAt = now.UtcDateTime,
            Clashes = 1,
        };
        _services.Metrics.ConflictDetected(conflict.Type, conflict.Severity.Wire());
        _turn.Found.Add(conflict);
        Keep(conflict);
        return conflict;
    }

    private static void Remember(TouchMap touches, JournalEntry entry, ImmutableArray<DocumentChange> changes, ImmutableArray<DocumentChange> inverse, Document document)
    {
        if (entry.UserId == ConflictResolution.Policy)
            touches.Rewrite(TouchSource.Of(entry), changes, inverse, document);
        else
            touches.Add(TouchSource.Of(entry), changes, inverse, document);
    }

    private Horizon HorizonOf(Seat seat, long? baseRevision) => new(seat.UserId, baseRevision, _services.Time.GetUtcNow().UtcDateTime - _services.Options.ConcurrencyWindow);

    /// <summary>
    /// Reads the touches that an author from long ago had not seen, newest first in pages, up to a bound; an older clash than that goes unnoticed and the last write wins.
    /// </summary>
    private async ValueTask ReadTouchesAsync(ImmutableArray<OperationRequest> operations)
    {
        var oldest = operations.Where(operation => operation.BaseRevision is >= 0).Min(operation => operation.BaseRevision);
        var bound = Math.Max(0, _committedRevision - _services.Options.ConflictHistory);
        while (oldest < _touches.KnownFrom && _touches.KnownFrom > bound && _touches.HasRoomForOlder)
        {
            var page = await _services.Store.ReadBackAsync(_documentId, _branch, _touches.KnownFrom, userId: null, (int)Math.Min(JournalPage, _touches.KnownFrom - Math.Max(bound, oldest.Value)), CancellationToken.None);
            if (page.Count == 0)
                return;
            _touches.AddOlder(page, _document);
        }
    }

    /// <summary>After an operation stands: what it touched is known to those who come after, and what it clashed with becomes or joins a conflict.</summary>
    private void TakeUp(Decision.Accepted accepted)
    {
        var own = TouchSource.Of(accepted.Entry);
        _touches.Add(own, accepted.Changes, accepted.Inverse, _document);
        foreach (var clash in accepted.Clashes)
            TakeUp(clash, own);
    }

    private void TakeUp(Clash clash, TouchSource own)
    {
        var now = _services.Time.GetUtcNow();
        var former = _conflicts.Find(clash.ElementId, own.UserId, clash.Other.UserId);
        if (former is { Status: ConflictStatus.Settled } && (clash.OtherDeletes || clash.OwnDeletes))
            former = null; // a deletion has to be decided; what was settled before it stays so
        var conflict = former is null ? ConflictJoining.Open(_documentId, _branch, clash, own, now) : ConflictJoining.Join(former, clash, own);
        if (former is null)
        {
            _services.Metrics.ConflictDetected(conflict.Type, conflict.Severity.Wire());
            _turn.Found.Add(conflict);
        }
        var rule = _policy.For(conflict.Type);
        var isHeld = former?.Status == ConflictStatus.Open || !conflict.AutoResolvable || rule.Strategy == ConflictStrategies.Manual;
        if (isHeld && former?.Status != ConflictStatus.Open)
            conflict = conflict with { Status = ConflictStatus.Open, Resolution = null, DecideBy = rule.TimeOut is { } wait ? now.UtcDateTime + wait : null };
        if (!isHeld)
            Settle(_nobody, conflict, new(conflict.ConflictId, rule.Strategy));
        else if (former is null && _conflicts.OpenCount >= _services.Options.MaxOpenConflicts)
            Settle(_nobody, conflict, new(conflict.ConflictId, rule.TimeOutStrategy)); // no room to wait in
        else
            Keep(conflict);
    }

    /// <summary>Carries a decision out: one operation, which takes the document where the strategy says; as part of an undo it names what that takes back.</summary>
    private JournalEntry? Settle(Seat by, Conflict conflict, ConflictDecision decision, string? requestId = null, string? undone = null)
    {
        if (!ReferenceEquals(by, _nobody) || conflict.Resolution is null) // a further clash of a settled conflict is no further settlement
            _services.Metrics.ConflictResolved(decision.Strategy);
        var changes = ResolutionPlanner.Plan(_document, conflict, decision);
        JournalEntry? entry = null;
        if (changes.Length > 0 || !ReferenceEquals(by, _nobody)) // a person's decision is history also where the drawing is so already
        {
            var inverse = _document.Apply(changes);
            entry = Record(by, Guid.CreateVersion7().ToString("N"), OperationType.Update.ToWire(), conflict.ElementId, NoData, changes, inverse) with { Origin = ResolutionOrigin + conflict.ConflictId, UndoOf = undone };
            Accept(by, entry);
            Remember(_touches, entry, changes, inverse, _document);
        }
        Keep(conflict with
        {
            Status = ConflictStatus.Settled,
            DecideBy = null,
            TakenBack = null,
            Resolution = new()
            {
                Strategy = decision.Strategy,
                ResolvedBy = by.UserId,
                Username = by.Username,
                At = _services.Time.GetUtcNow().UtcDateTime,
                OperationId = entry?.OperationId,
                ChosenOperationId = decision.ChosenOperationId,
                Choices = decision.Choices,
            },
        }, ReferenceEquals(by, _nobody) ? null : by, requestId);
        return entry;
    }

    private void Keep(Conflict conflict, Seat? by = null, string? requestId = null)
    {
        _conflicts.Put(conflict, joinable: conflict.Resolution is null or { IsByPolicy: true });
        _turn.Keep(conflict, by, requestId);
    }

    private async ValueTask ResolveAsync(SessionCommand.Resolve resolve)
    {
        var (seat, decision, requestId) = (resolve.From, resolve.Decision, resolve.RequestId);
        if (!seat.MayEdit)
            Refuse(seat, RefusalCode.ReadOnly, "Your role in this document does not allow to settle conflicts.", requestId: requestId);
        else if (!ConflictStrategies.All.Contains(decision.Strategy))
            Refuse(seat, RefusalCode.UnknownStrategy, $"There is no strategy \"{Shorten(decision.Strategy)}\".", requestId: requestId);
        else if (!_rates.TryTake(seat.UserId, "conflict_resolution", out var retryAfter))
            Refuse(seat, RefusalCode.RateLimited, "Too many decisions; slow down.", requestId: requestId, retryAfter: retryAfter);
        else if (await FindConflictAsync(decision.ConflictId) is not { } conflict)
            Refuse(seat, RefusalCode.UnknownConflict, $"There is no conflict \"{Shorten(decision.ConflictId)}\" in this branch.", requestId: requestId);
        else if (!conflict.CanBeDecided)
            Refuse(seat, RefusalCode.ConflictSettled, $"{conflict.Resolution!.Username} has settled this conflict already.", requestId: requestId);
        else if (ResolutionPlanner.Fault(conflict, decision) is { } fault)
            Refuse(seat, RefusalCode.InvalidData, fault, requestId: requestId);
        else
            await DecideAsync(seat, conflict, decision, requestId);
    }

    private async ValueTask DecideAsync(Seat seat, Conflict conflict, ConflictDecision decision, string? requestId)
    {
        if (decision.Strategy == ConflictStrategies.Automatic)
        {
            var rule = _policy.For(conflict.Type);
            decision = decision with { Strategy = rule.Strategy == ConflictStrategies.Manual ? rule.TimeOutStrategy : rule.Strategy };
        }
        if (decision.Strategy == ConflictStrategies.Manual)
        {
            Keep(conflict with { Status = ConflictStatus.Open, Resolution = null, DecideBy = null }, seat, requestId);
            return;
        }
        var history = await HistoryAsync(seat.UserId);
        if (_locks.Conflicting(_document, seat.UserId, ResolutionPlanner.Plan(_document, conflict, decision)) is { } held)
        {
            RefuseLocked(seat, held, requestId: requestId);
            return;
        }
        var entry = Settle(seat, conflict, decision, requestId)!;
        history.Add(entry);
        _turn.Tell(seat, new SessionEvent.Acknowledged([new(entry.OperationId, entry.Revision, entry.ElementId, [])], RequestId: null)); // the request's one answer is the resolution
    }

    private async ValueTask<Conflict?> FindConflictAsync(string conflictId)
    {
        if (_turn.Find(conflictId, out var waiting) || _conflicts.TryGet(conflictId, out waiting))
            return waiting;
        return await _services.Conflicts.FindAsync(_documentId, conflictId, CancellationToken.None) is { } stored && stored.Branch == _branch ? stored : null;
    }

    /// <summary>An undo takes a decision back: the conflict is open again and waits for a person. A redo brings it back.</summary>
    private async ValueTask<string?> TakeBackDecisionAsync(IReadOnlyList<JournalEntry> step, bool redo)
    {
        if (step is not [{ Origin: { } origin }] || !origin.StartsWith(ResolutionOrigin, StringComparison.Ordinal))
            return null;
        if (await FindConflictAsync(origin[ResolutionOrigin.Length..]) is { } conflict)
        {
            if (!redo && conflict is { Status: ConflictStatus.Settled, Resolution: { } decision })
                Keep(conflict with { Status = ConflictStatus.Open, Resolution = null, TakenBack = decision });
            else if (redo && conflict is { Status: ConflictStatus.Open, TakenBack: { } former })
                Keep(conflict with { Status = ConflictStatus.Settled, Resolution = former, TakenBack = null });
        }
        return origin;
    }

    /// <summary>An undo of deletions that wait for a decision withdraws them: the changes stay. Gives the operations that say so.</summary>
    private List<JournalEntry> Withdraw(Seat seat, IReadOnlyList<JournalEntry> step, string? requestId, string undone)
    {
        var deletions = step.Where(part => part.Type == "delete").Select(part => part.OperationId).ToHashSet(StringComparer.Ordinal);
        var entries = new List<JournalEntry>();
        foreach (var conflict in deletions.Count == 0 ? [] : _conflicts.Open.ToArray())
        {
            var (deleting, changing) = conflict.First.IsDelete ? (conflict.First, conflict.Second) : (conflict.Second, conflict.First);
            if (deleting.IsDelete && deleting.OperationIds.Any(deletions.Contains))
                entries.Add(Settle(seat, conflict, new(conflict.ConflictId, ConflictStrategies.UserChoice, changing.OperationIds[^1]), requestId, undone)!);
        }
        return entries;
    }

    /// <summary>Puts a removed subtree back for a change to it whose author had not seen the removal; <see langword="null"/> where there is none.</summary>
    private (InsertNode Insert, Removal Removal)? Revive(OperationRequest operation, OperationType type, Horizon horizon)
    {
        var missing = type == OperationType.Create || operation.ElementId is null || _document.TryGetElement(operation.ElementId, out _) ? null : operation.ElementId;
        if (missing is null && operation.Data.ValueKind == JsonValueKind.Object && operation.Data.TryGetProperty("parent_id"u8, out var parent) && parent.ValueKind == JsonValueKind.String)
            missing = parent.GetString();
        if (type == OperationType.Delete || missing is null || !_touches.TryGetRemoval(missing, out var removal) || !horizon.IsUnseen(removal.By))
            return null;
        if (_document.ElementCount + removal.Node.Count() > _limits.MaxElements || _document.CharacterCount + removal.Node.Characters() > _limits.MaxCharacters)
            return null;
        var home = _document.TryGetElement(removal.ParentId, out var former) ? former : _document.Root;
        var insert = new InsertNode(home.Id, PrefixScope.Returning(_document, removal.Back, home));
        try
        {
            _document.Apply([insert]);
            return (insert, removal);
        }
        catch (DocumentChangeException)
        {
            return null; // one of its ids was given to another element since
        }
    }

    /// <summary>Where an element stood that was moved or removed since, as the author of an operation saw it.</summary>
    private (string ParentId, string Key)? StoodAt(string elementId, Horizon horizon)
    {
        if (_touches.TryGet(elementId, out var element) && element.Names.TryGetValue(ClashName.Place, out var places) && places.OldestWhere(touch => horizon.IsAfter(touch.By))?.Before is { } before)
            return ClashValues.ReadPlace(before);
        return _touches.TryGetRemoval(elementId, out var removal) && removal.Node.ElementId == elementId && horizon.IsAfter(removal.By) ? (removal.ParentId, removal.Node.Key) : null;
    }

    /// <summary>Decides what has waited as long as the policy lets it.</summary>
    private void DecideOverdue()
    {
        var now = _services.Time.GetUtcNow().UtcDateTime;
        foreach (var conflict in _conflicts.Open.Where(conflict => conflict.DecideBy <= now).ToArray())
            Settle(_nobody, conflict, new(conflict.ConflictId, _policy.For(conflict.Type).TimeOutStrategy));
        _conflicts.Cool();
    }

    /// <summary>Outside a turn: tells the last state of those conflicts whose notices came too fast.</summary>
    private void ShareConflicts() => Tell(_conflicts.TakeWaiting());

    /// <summary>After the commit: each conflict of the turn is told about, at a bounded pace; a person's decision at once.</summary>
    private void PublishConflicts()
    {
        if (_turn.Conflicts.Count == 0)
            return;
        Tell([.. _turn.Conflicts.Values.Where(kept => kept.Conflict.Resolution is { IsByPolicy: false } || kept.By is not null || _conflicts.MayTell(kept.Conflict.ConflictId)).Select(kept => kept.Conflict)]);
    }

    private void Tell(ImmutableArray<Conflict> conflicts)
    {
        if (conflicts.IsEmpty)
            return;
        // What the policy settled is news as well: a person may decide otherwise.
        foreach (var group in conflicts.Where(conflict => conflict.Resolution is null or { IsByPolicy: true }).GroupBy(conflict => _turn.AskedBy(conflict.ConflictId)))
            Announce(new SessionEvent.ConflictsChanged([.. group]), group.Key, news => news with { RequestId = group.Key?.RequestId });
        foreach (var conflict in conflicts.Where(conflict => conflict.Status == ConflictStatus.Settled))
            Announce(new SessionEvent.ConflictSettled(conflict), _turn.AskedBy(conflict.ConflictId), news => news with { RequestId = _turn.AskedBy(conflict.ConflictId)?.RequestId });
        _conflictsChanged(_documentId);
    }

    /// <summary>To all, and with the request's id to the one who asked, who need not be seated.</summary>
    private void Announce<T>(T news, (Seat Seat, string? RequestId)? asked, Func<T, T> answer)
        where T : SessionEvent
    {
        if (asked is var (seat, _))
            Send(seat, answer(news));
        Publish(news, asked?.Seat);
    }

    private void RefuseUndecided()
    {
        foreach (var (_, by, requestId) in _turn.Conflicts.Values)
        {
            if (by is not null)
                Refuse(by, RefusalCode.StorageFailed, "The decision could not be stored and was not carried out. Send it again.", requestId: requestId);
        }
    }

    private async ValueTask LoadConflictsAsync()
    {
        _conflicts.Clear();
        foreach (var conflict in await _services.Conflicts.ReadAsync(_documentId, _branch, ConflictStatus.Open, before: null, int.MaxValue, CancellationToken.None))
            _conflicts.Put(conflict);
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
