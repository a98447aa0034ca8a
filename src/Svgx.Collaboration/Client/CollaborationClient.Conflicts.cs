using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Conflicts;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <content>Conflicts and element locks. Both are as the server last told; they are forgotten when the connection is lost, and told anew at the next join.</content>
public sealed partial class CollaborationClient
{
    private readonly Dictionary<string, Conflict> _conflicts = new(StringComparer.Ordinal);
    private ImmutableArray<ElementLock> _locks = [];

    /// <summary>The conflicts of the branch that are open, oldest first. Settled ones are told by <see cref="ClientEvent.ConflictSettled"/> and listed over HTTP.</summary>
    public IReadOnlyList<Conflict> Conflicts
    {
        get
        {
            lock (_lock)
                return [.. _conflicts.Values.OrderBy(conflict => conflict.ConflictId, StringComparer.Ordinal)];
        }
    }

    /// <summary>The element locks there are.</summary>
    public IReadOnlyList<ElementLock> Locks
    {
        get
        {
            lock (_lock)
                return _locks;
        }
    }

    /// <summary>Settles a conflict; one that the policy has settled can be settled otherwise, once.</summary>
    /// <param name="conflictId">The conflict.</param>
    /// <param name="strategy">A name of <see cref="ConflictStrategies"/>.</param>
    /// <param name="chosenOperationId">With <c>user_choice</c>: any operation of the side to take.</param>
    /// <param name="choices">With <c>user_choice</c> by value: for each clashing name any operation of the side to take it from; names left out stay as they are.</param>
    /// <param name="cancellationToken">Ends the wait, not the decision.</param>
    /// <returns>How it is settled; <see langword="null"/> after <c>manual</c>: it waits for a person, without a time-out.</returns>
    /// <exception cref="RequestRefusedException">Refused: <c>unknown_conflict</c>, <c>unknown_strategy</c>, <c>conflict_settled</c>, <c>invalid_data</c>, <c>read_only</c>, <c>locked</c>.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile.</exception>
    public async Task<ConflictResolution?> ResolveConflictAsync(
        string conflictId, string strategy, string? chosenOperationId = null, IReadOnlyDictionary<string, string>? choices = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(conflictId);
        ArgumentException.ThrowIfNullOrEmpty(strategy);
        var answer = await AskAsync("conflict_resolution", [new("conflict_id", conflictId), new("resolution", strategy), new("chosen_operation_id", chosenOperationId), new("choices", choices)], cancellationToken);
        return Text(answer, "type") == "conflict_resolution" ? ConflictWire.Settled(answer).Resolution : null;
    }

    /// <summary>Locks elements with all in them for this user, or renews the leases: 30 s, renewed by this user's work there.</summary>
    /// <param name="elementIds">The elements. Where one is refused, those before it are locked.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    /// <returns>All locks there are.</returns>
    /// <exception cref="RequestRefusedException">Refused: <c>locked</c> (by <see cref="RequestRefusedException.LockedBy"/>), <c>unknown_element</c>, <c>too_many_locks</c>, <c>read_only</c>.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile.</exception>
    public async Task<ImmutableArray<ElementLock>> LockAsync(IReadOnlyList<string> elementIds, CancellationToken cancellationToken = default) => Read(await AskAsync("lock", [new("element_ids", elementIds)], cancellationToken));

    /// <summary>Releases locks of this user. Those that this client took also go when it leaves.</summary>
    /// <param name="elementIds">The elements.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    /// <returns>All locks there are.</returns>
    /// <exception cref="RequestRefusedException">Refused: <c>locked</c> where somebody else holds one.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile.</exception>
    public async Task<ImmutableArray<ElementLock>> UnlockAsync(IReadOnlyList<string> elementIds, CancellationToken cancellationToken = default) => Read(await AskAsync("unlock", [new("element_ids", elementIds)], cancellationToken));

    private static ImmutableArray<ElementLock> Read(JsonElement message) => [.. Items(message, "locks").Select(ConflictWire.Lock)];

    private void OnLocks(JsonElement message)
    {
        _locks = Read(message);
        _events.Publish(new ClientEvent.LocksChanged(_locks));
    }

    private void OnConflicts(JsonElement message)
    {
        ImmutableArray<Conflict> conflicts = [.. Items(message, "conflicts").Select(conflict => ConflictWire.Conflict(conflict, _session!))];
        foreach (var conflict in conflicts)
        {
            if (conflict.Status == ConflictStatus.Open)
                _conflicts[conflict.ConflictId] = conflict;
            else
                _conflicts.Remove(conflict.ConflictId);
        }
        _events.Publish(new ClientEvent.ConflictsChanged(conflicts));
    }

    private void OnConflictSettled(JsonElement message)
    {
        var settled = ConflictWire.Settled(message);
        _conflicts.Remove(settled.ConflictId);
        _events.Publish(settled);
    }

    /// <summary>At a join: those that are open, and the locks, follow.</summary>
    private void ForgetConflicts()
    {
        if (_conflicts.Count > 0)
        {
            _conflicts.Clear();
            _events.Publish(new ClientEvent.ConflictsChanged([]));
        }
        if (_locks.Length > 0)
        {
            _locks = [];
            _events.Publish(new ClientEvent.LocksChanged([]));
        }
    }
}
