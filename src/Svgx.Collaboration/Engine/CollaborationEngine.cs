using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Engine;

/// <summary>The one place documents are edited through. Opens a session per document branch on demand and lets it go when empty. Thread-safe; a singleton.</summary>
public sealed partial class CollaborationEngine : IAsyncDisposable
{
    /// <summary>The branch a document starts with.</summary>
    public const string MainBranch = "main";

    private const int PageSize = 1_000;
    private readonly ConcurrentDictionary<(Guid DocumentId, string Branch), Lazy<Task<DocumentSession?>>> _sessions = new();
    private readonly SessionServices _services;
    private readonly CollaborationMetrics _metrics;
    private readonly long _startedAt;
    private volatile bool _disposed;

    internal CollaborationEngine(ICollaborationStore store, IConflictStore conflicts, IDocumentAccess access, IOptions<EngineOptions> options, CollaborationMetrics metrics, TokenRevocations revocations, TimeProvider time, ILogger<CollaborationEngine> logger, ICommentStore comments, IOptions<CommentOptions> commentOptions, IVersionStore versions, ActivityLog activity, IOptions<PresenceOptions> presence, AuditTrail audit)
    {
        _services = new(store, conflicts, access, options.Value, time, metrics, revocations, logger)
        {
            Comments = comments,
            CommentOptions = commentOptions.Value,
            Activity = activity,
            Audit = audit,
            Presence = presence.Value,
            CommentsChanged = change => Tell(change.DocumentId, () => CommentsChanged?.Invoke(change)),
            Versions = versions,
            Reads = new(options.Value.ReadsAtOnce),
            OperationIds = new(store),
            Announce = Announce,
        };
        Versions = new(this, _services);
        _metrics = metrics;
        _startedAt = time.GetTimestamp();
        access.Changed += OnAccessChanged;
        revocations.Revoked += OnRevoked;
        metrics.Users = CountUsers;
    }

    /// <summary>Raised with a document's id after somebody came, went or did something there; often, on a session's loop: return at once.</summary>
    public event Action<Guid>? PresenceChanged;

    /// <summary>Makes a document, empty or from an imported drawing; durable on return.</summary>
    public async Task<Guid> CreateDocumentAsync(Document? initial = null, CancellationToken cancellationToken = default)
    {
        await _services.Store.PrepareAsync(cancellationToken);
        var id = Guid.CreateVersion7();
        await _services.Store.CreateDocumentAsync(id, MainBranch, DocumentJson.Write(initial ?? Document.CreateEmpty()), _services.Time.GetUtcNow().UtcDateTime, cancellationToken);
        return id;
    }

    /// <summary>Makes the document of an id where there is none, empty or from a drawing; durable on return.</summary>
    /// <returns>Whether it was made.</returns>
    public async Task<bool> EnsureDocumentAsync(Guid documentId, Document? initial = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(documentId, Guid.Empty);
        await _services.Store.PrepareAsync(cancellationToken);
        if (await _services.Store.LoadBranchAsync(documentId, MainBranch, cancellationToken) is not null)
            return false;
        await _services.Store.CreateDocumentAsync(documentId, MainBranch, DocumentJson.Write(initial ?? Document.CreateEmpty()), _services.Time.GetUtcNow().UtcDateTime, cancellationToken);
        return true;
    }

    /// <summary>Lets somebody in. Their subscriber may hear of events before this returns.</summary>
    public async Task<JoinOutcome> JoinAsync(JoinRequest request, ISessionSubscriber subscriber, CancellationToken cancellationToken = default)
    {
        using var span = CollaborationActivity.Start(CollaborationActivity.Join);
        span?.SetTag("svgx.document", request.DocumentId).SetTag("svgx.branch", request.Branch);
        // Asked before anything is opened, so that nobody can make the server load what they may not see.
        if (await _services.Access.GetAsync(request.DocumentId, request.UserId, cancellationToken) is null)
            return new JoinOutcome.Refused(RefusalCode.DocumentNotFound, "There is no such document, or it is not shared with you.");
        while (true)
        {
            DocumentSession? session;
            try
            {
                session = await GetSessionAsync(request.DocumentId, request.Branch, cancellationToken);
            }
            catch (BranchDamagedException damage)
            {
                _services.Logger.BranchDamaged(request.DocumentId, request.Branch, damage);
                return new JoinOutcome.Refused(RefusalCode.DocumentDamaged, "What is stored of this drawing is damaged, and it is not shown before that is looked into. An administrator can verify it.");
            }
            if (session is null)
            {
                return request.Branch == MainBranch
                    ? new JoinOutcome.Refused(RefusalCode.DocumentNotFound, "There is no such document, or it is not shared with you.")
                    : new JoinOutcome.Refused(RefusalCode.BranchNotFound, $"The document has no branch \"{request.Branch}\".");
            }
            // Inline continuations would run the joiner's code on the session's loop.
            var reply = new TaskCompletionSource<JoinOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
            await session.PostAsync(new SessionCommand.Join(request, subscriber, reply), cancellationToken);
            try
            {
                return await reply.Task; // no cancellation past this point: they may already be seated
            }
            catch (SessionEndedException)
            {
                await session.Completion;
            }
        }
    }

    /// <summary>The drawing with everything durable in it; <see langword="null"/> when there is no such branch. Does not ask for rights: the host does.</summary>
    public async Task<DocumentContent?> ReadDocumentAsync(Guid documentId, string branch = MainBranch, CancellationToken cancellationToken = default)
    {
        while (await GetSessionAsync(documentId, branch, cancellationToken) is { } session)
        {
            var reply = new TaskCompletionSource<DocumentContent>(TaskCreationOptions.RunContinuationsAsynchronously);
            await session.PostAsync(new SessionCommand.Read(reply), cancellationToken);
            try
            {
                return await reply.Task.WaitAsync(cancellationToken);
            }
            catch (SessionEndedException)
            {
                await session.Completion;
            }
        }
        return null;
    }

    /// <summary>When these drawings were changed last, in any branch that is in use, and by whom; drawings that nobody has changed are left out. Does not ask for rights: the host does.</summary>
    public async Task<IReadOnlyDictionary<Guid, LastChange>> ReadLastChangesAsync(IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken = default)
    {
        await _services.Store.PrepareAsync(cancellationToken);
        return await _services.Store.ReadLastChangesAsync(documentIds, cancellationToken);
    }

    /// <summary>One operation without joining; completes when it is durable or refused.</summary>
    public async Task<SubmitOutcome> SendOperationAsync(Guid documentId, string userId, OperationRequest operation, string branch = MainBranch, CancellationToken cancellationToken = default)
    {
        if (operation.OperationType is "select" or "deselect")
            return new SubmitOutcome.Refused(RefusalCode.UnsupportedOperation, "A selection belongs to a participant.");
        if (await _services.Access.GetAsync(documentId, userId, cancellationToken) is not { } access || await GetSessionAsync(documentId, branch, cancellationToken) is not { } session)
            return new SubmitOutcome.Refused(RefusalCode.DocumentNotFound, "There is no such document, or it is not shared with you.");
        var visitor = new Visitor();
        var seat = new Seat(new(documentId, branch, userId, Username: null, SessionId: "api"), access.Username, access.Role, visitor);
        await session.PostAsync(new SessionCommand.Submit(seat, [operation], Atomic: false, RequestId: null), cancellationToken);
        return await visitor.Outcome;
    }

    /// <summary>The journal after a revision, in order, at most <paramref name="limit"/> operations, read page by page.</summary>
    public async IAsyncEnumerable<JournalEntry> ReadOperationsAsync(Guid documentId, string branch = MainBranch, long afterRevision = 0, int limit = int.MaxValue, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await _services.Store.PrepareAsync(cancellationToken);
        while (limit > 0 && await _services.Store.ReadAsync(documentId, branch, afterRevision, Math.Min(PageSize, limit), cancellationToken) is { Count: > 0 } page)
        {
            limit -= page.Count;
            foreach (var entry in page)
                yield return entry;
            afterRevision = page[^1].Revision;
        }
    }

    /// <summary>Sends everybody away from a document and lets go of it; it can be opened again.</summary>
    public async Task CloseDocumentAsync(Guid documentId, CloseReason reason = CloseReason.DocumentGone)
    {
        foreach (var (key, opening) in _sessions)
        {
            if (key.DocumentId == documentId && await opening.Value is { } session)
                await session.StopAsync(reason);
        }
    }

    /// <summary>Sends everybody away and removes every trace of the document, for good.</summary>
    public async Task DeleteDocumentAsync(Guid documentId, CancellationToken cancellationToken = default)
    {
        await CloseDocumentAsync(documentId);
        await _services.Store.PrepareAsync(cancellationToken);
        await _services.Store.DeleteDocumentAsync(documentId, cancellationToken);
        await _services.Activity.ForgetAsync(documentId, cancellationToken);
    }

    /// <summary>The engine's figures now; some work, not for every frame.</summary>
    public PerformanceStats GetPerformanceStats() => _metrics.Snapshot(_services.Time.GetUtcNow(), _services.Time.GetElapsedTime(_startedAt), _sessions.Count);

    /// <summary>Sends everybody away to come back later, and keeps a snapshot of each open branch.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _services.Access.Changed -= OnAccessChanged;
        _services.Revocations.Revoked -= OnRevoked;
        while (_sessions.FirstOrDefault() is { Value: { } opening, Key: var key })
        {
            try
            {
                if (await opening.Value is { } session)
                    await session.StopAsync(CloseReason.ServerStopping);
            }
            catch (Exception error)
            {
                // It never opened, or could not be closed: the others still are.
                _services.Logger.SessionNotKept(key.DocumentId, key.Branch, error);
                _sessions.TryRemove(key, out _);
            }
        }
        _services.Reads.Dispose();
    }

    internal async Task<DocumentSession?> GetSessionAsync(Guid documentId, string branch, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        // Everybody who comes meanwhile waits for the same opening, so it must not end with one of them.
        var opening = _sessions.GetOrAdd((documentId, branch), key => new(() => OpenAsync(key.DocumentId, key.Branch)));
        return await opening.Value.WaitAsync(cancellationToken);
    }

    private async Task<DocumentSession?> OpenAsync(Guid documentId, string branch)
    {
        DocumentSession? session = null;
        try
        {
            await Task.Yield(); // the entry must stand before it can be removed
            await _services.Store.PrepareAsync(CancellationToken.None);
            session = await DocumentSession.OpenAsync(documentId, branch, _services, new(Forget, id => Tell(id, () => PresenceChanged?.Invoke(id)), id => Tell(id, () => ConflictsChanged?.Invoke(id))), CancellationToken.None);
            return session;
        }
        finally
        {
            if (session is null)
                _sessions.TryRemove((documentId, branch), out _);
        }
    }

    /// <summary>A follower that fails does not take a session with it, nor the answers that wait in it.</summary>
    private void Tell(Guid documentId, Action tell)
    {
        try
        {
            tell();
        }
        catch (Exception error)
        {
            _services.Logger.FollowerFailed(documentId, error);
        }
    }

    private void Forget(DocumentSession session) => _sessions.TryRemove((session.DocumentId, session.Branch), out _);

    private void OnAccessChanged(AccessChanged change)
    {
        foreach (var (key, opening) in _sessions)
        {
            if (key.DocumentId == change.DocumentId && opening is { IsValueCreated: true })
                _ = ReviewAsync(opening.Value, new SessionCommand.ReviewAccess(change));
        }
    }

    private int CountUsers() => _sessions.Keys.SelectMany(key => GetPresence(key.DocumentId, key.Branch)).Where(entry => entry.Status != PresenceStatus.Offline).Select(entry => entry.UserId).Distinct(StringComparer.Ordinal).Count();

    private void OnRevoked(TokenRevocation revocation)
    {
        foreach (var (key, opening) in _sessions)
        {
            if ((revocation.DocumentId ?? key.DocumentId) == key.DocumentId && opening is { IsValueCreated: true })
                _ = ReviewAsync(opening.Value, new SessionCommand.ReviewTokens(revocation));
        }
    }

    private static async Task ReviewAsync(Task<DocumentSession?> opening, SessionCommand review)
    {
        try
        {
            if (await opening is { } session)
                await session.PostAsync(review, CancellationToken.None);
        }
        catch (Exception) when (opening.IsFaulted)
        {
            // It never opened, so nobody is in it; who asked for it was told.
        }
    }
}
