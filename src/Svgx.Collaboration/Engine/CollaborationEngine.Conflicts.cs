using Svgx.Collaboration.Conflicts;

namespace Svgx.Collaboration.Engine;

/// <content>Conflicts and their policy, for those who are not in the document.</content>
public sealed partial class CollaborationEngine
{
    /// <summary>Conflicts in one answer of <see cref="GetConflictsAsync(Guid, ConflictStatus?, string, int, string?, CancellationToken)"/>.</summary>
    public const int MaxConflictPage = 200;

    /// <summary>Raised with a document's id after its conflicts or locks changed, at a bounded pace, on a session's loop: return at once.</summary>
    public event Action<Guid>? ConflictsChanged;

    /// <summary>A branch's conflicts, newest first. Does not ask for rights: the host does.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="includeSettled">Also those that were decided, by the policy or by people.</param>
    /// <param name="limit">At most so many; 1 to <see cref="MaxConflictPage"/>.</param>
    /// <param name="before">Only those older than this conflict: the last one of the page before.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<IReadOnlyList<Conflict>> GetConflictsAsync(Guid documentId, string branch = MainBranch, bool includeSettled = false, int limit = 100, string? before = null, CancellationToken cancellationToken = default) =>
        GetConflictsAsync(documentId, includeSettled ? null : ConflictStatus.Open, branch, limit, before, cancellationToken);

    /// <summary>As the other, of one status; <see langword="null"/>: of both.</summary>
    public async Task<IReadOnlyList<Conflict>> GetConflictsAsync(Guid documentId, ConflictStatus? status, string branch = MainBranch, int limit = 100, string? before = null, CancellationToken cancellationToken = default)
    {
        await _services.Store.PrepareAsync(cancellationToken);
        return await _services.Conflicts.ReadAsync(documentId, branch, status, before, Math.Clamp(limit, 1, MaxConflictPage), cancellationToken);
    }

    /// <summary>The open conflicts of all of a document's branches that are in use, newest first. Does not ask for rights: the host does.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="limit">At most so many; 1 to <see cref="MaxConflictPage"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<Conflict>> GetOpenConflictsAsync(Guid documentId, int limit = MaxConflictPage, CancellationToken cancellationToken = default)
    {
        await _services.Store.PrepareAsync(cancellationToken);
        return await _services.Conflicts.ReadOpenAsync(documentId, Math.Clamp(limit, 1, MaxConflictPage), cancellationToken);
    }

    /// <summary>One conflict of a document, in any branch; <see langword="null"/> when there is none of that id.</summary>
    public async Task<Conflict?> FindConflictAsync(Guid documentId, string conflictId, CancellationToken cancellationToken = default)
    {
        await _services.Store.PrepareAsync(cancellationToken);
        return await _services.Conflicts.FindAsync(documentId, conflictId, cancellationToken);
    }

    /// <summary>Settles a conflict without joining; completes when it is durable or refused.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="userId">Who decides: an editor.</param>
    /// <param name="decision">What is decided.</param>
    /// <param name="maxRole">The most that their token allows; <see langword="null"/>: what the user may do.</param>
    /// <param name="cancellationToken">Ends the waiting for a place in the session's inbox.</param>
    public async Task<ResolveOutcome> ResolveConflictAsync(Guid documentId, string userId, ConflictDecision decision, DocumentRole? maxRole = null, CancellationToken cancellationToken = default)
    {
        if (await _services.Access.GetAsync(documentId, userId, cancellationToken) is not { } access)
            return new ResolveOutcome.Refused(RefusalCode.DocumentNotFound, "There is no such document, or it is not shared with you.");
        if (await FindConflictAsync(documentId, decision.ConflictId, cancellationToken) is not { } conflict || await GetSessionAsync(documentId, conflict.Branch, cancellationToken) is not { } session)
            return new ResolveOutcome.Refused(RefusalCode.UnknownConflict, "There is no such conflict in this document.");
        var visitor = new ResolvingVisitor(conflict.ConflictId);
        var seat = new Seat(new(documentId, conflict.Branch, userId, Username: null, SessionId: "api"), access.Username, Seat.Limit(access.Role, maxRole), visitor);
        await session.PostAsync(new SessionCommand.Resolve(seat, decision, RequestId: null), cancellationToken);
        return await visitor.Outcome;
    }

    /// <summary>What a document does with conflicts: its own policy, else <see cref="EngineOptions.ConflictPolicy"/>. Does not ask for rights.</summary>
    public async Task<ConflictPolicy> GetConflictPolicyAsync(Guid documentId, CancellationToken cancellationToken = default)
    {
        await _services.Store.PrepareAsync(cancellationToken);
        return await _services.Conflicts.ReadPolicyAsync(documentId, cancellationToken) ?? _services.Options.ConflictPolicy;
    }

    /// <summary>Sets a document's policy, durably and for conflicts from now on. Does not ask for rights: it is the owner's.</summary>
    /// <exception cref="ArgumentException"><see cref="ConflictPolicy.Fault"/> finds something wrong with it.</exception>
    public async Task SetConflictPolicyAsync(Guid documentId, ConflictPolicy policy, CancellationToken cancellationToken = default)
    {
        if (policy.Fault() is { } fault)
            throw new ArgumentException(fault, nameof(policy));
        await _services.Store.PrepareAsync(cancellationToken);
        await _services.Conflicts.SavePolicyAsync(documentId, policy, cancellationToken);
        foreach (var (key, opening) in _sessions)
        {
            if (key.DocumentId == documentId && await opening.Value is { } session)
                await session.PostAsync(new SessionCommand.SetPolicy(policy), cancellationToken);
        }
    }
}
