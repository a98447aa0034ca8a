using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Engine;

/// <summary>What all sessions share.</summary>
internal sealed record SessionServices(ICollaborationStore Store, IConflictStore Conflicts, IDocumentAccess Access, EngineOptions Options, TimeProvider Time, CollaborationMetrics Metrics, TokenRevocations Revocations, ILogger Logger)
{
    public required ICommentStore Comments { get; init; }

    public required CommentOptions CommentOptions { get; init; }

    public required Action<CommentsChanged> CommentsChanged { get; init; }

    public required IVersionStore Versions { get; init; }

    /// <summary>Tells the participants of the document's other open branches, and those who follow its versions in this process.</summary>
    public required Action<Guid, string, SessionEvent> Announce { get; init; }

    public required PresenceOptions Presence { get; init; }

    public required ActivityLog Activity { get; init; }
}

/// <summary>
/// The authority for one open branch of a document. State is touched by <see cref="RunAsync"/> alone; everyone else posts a command. A turn drains what
/// waits, decides in memory, commits, and only then tells anybody.
/// </summary>
internal sealed partial class DocumentSession : IAsyncDisposable
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    private readonly Guid _documentId;
    private readonly string _branch;
    private readonly SessionServices _services;
    private readonly TimeProvider _clock; // as the machine tells it, for what was written down elsewhere
    private readonly Action<DocumentSession> _ended;
    private readonly Action<Guid> _presenceChanged;
    private readonly Action<Guid> _conflictsChanged;
    private readonly Channel<SessionCommand> _inbox;
    private readonly ITimer _ticker;
    private readonly ITimer _presenceTimer;
    private readonly Task _loop;

    private readonly List<Seat> _seats = [];
    private readonly Turn _turn = new();
    private readonly Dictionary<string, UndoHistory> _histories = new(StringComparer.Ordinal);
    private readonly OperationRateLimiter _rates;
    private readonly PresenceBoard _presence;
    private readonly PreviewBoard _previews;
    private OperationIdSet _ids;
    private Document _document;
    private long _revision;          // with what the turn has accepted
    private long _committedRevision; // durable
    private long _snapshotRevision;
    private DocumentContent? _content;
    private Task _saving = Task.CompletedTask;
    private long _emptySince;
    private long _presenceSharedAt;
    private bool _presenceTimerRuns;
    private CloseReason? _stopped;
    private volatile IReadOnlyList<PresenceEntry> _shownPresence = []; // read by other threads

    private DocumentSession(Guid documentId, string branch, BranchState state, OperationIdSet ids, CommentBoard comments, ConflictPolicy policy, DocumentVersion? newestVersion, SessionServices services, SessionNews news)
    {
        _clock = services.Time;
        services = services with { Time = new SteadyTime(services.Time) };
        _documentId = documentId;
        _branch = branch;
        _services = services;
        _ended = news.Ended;
        _presenceChanged = news.PresenceChanged;
        _conflictsChanged = news.ConflictsChanged;
        _policy = policy;
        _ids = ids;
        _rates = new(services.Options.RateLimit, services.Options.RateWindow, services.Time);
        _presence = new(services.Presence, services.Time);
        _previews = new(services.Time);
        _comments = comments;
        _shownComments = comments.List();
        _commentRates = new(services.CommentOptions.RateLimit, services.CommentOptions.RateWindow, services.Time);
        _conflicts = new(services.Time);
        _locks = new(services.Options.LockLease, services.Options.MaxLocksPerUser, services.Time);
        _nobody = new(new(documentId, branch, ConflictResolution.Policy, null, ConflictResolution.Policy), "Policy", DocumentRole.Owner, new Visitor());
        (_document, _revision, _touches) = Replay(state);
        _lastHash = state.LastHash;
        _versionRevision = newestVersion is { } newest && newest.Branch == branch ? newest.Revision : 0;
        _versionAt = services.Time.GetTimestamp();
        _committedRevision = _revision;
        _snapshotRevision = state.SnapshotRevision;
        _emptySince = services.Time.GetTimestamp();
        _presenceSharedAt = _emptySince - services.Time.TimestampFrequency;
        _inbox = Channel.CreateBounded<SessionCommand>(new BoundedChannelOptions(services.Options.Inbox) { SingleReader = true });
        _ticker = services.Time.CreateTimer(_ => TryPost(SessionCommand.Tick.Instance), null, TickPeriod, TickPeriod);
        _presenceTimer = services.Time.CreateTimer(_ => TryPost(SessionCommand.Tick.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        services.Metrics.SessionOpened();
        services.Logger.SessionOpened(documentId, branch, _revision, state.Tail.Count);
        _loop = Task.Run(RunAsync);
    }

    public Guid DocumentId => _documentId;

    public string Branch => _branch;

    /// <summary>Completes when the session has let go of everything.</summary>
    public Task Completion => _loop;

    public IReadOnlyList<PresenceEntry> ShownPresence => _shownPresence;

    /// <summary>Opens a branch from its newest snapshot and the operations after it; <see langword="null"/> when there is none.</summary>
    public static async Task<DocumentSession?> OpenAsync(Guid documentId, string branch, SessionServices services, SessionNews news, CancellationToken cancellationToken)
    {
        if (await services.Store.LoadBranchAsync(documentId, branch, cancellationToken) is not { } state)
            return null;
        var comments = new CommentBoard(await services.Comments.LoadAsync(documentId, branch, cancellationToken));
        var policy = await services.Conflicts.ReadPolicyAsync(documentId, cancellationToken) ?? services.Options.ConflictPolicy;
        foreach (var damaged in state.DamagedSnapshots)
            services.Logger.SnapshotDamaged(documentId, branch, damaged);
        var newest = await services.Versions.HeadAsync(documentId, branch, long.MaxValue, cancellationToken);
        return new(documentId, branch, state, await LoadIdsAsync(documentId, services, cancellationToken), comments, policy, newest, services, news);
    }

    /// <summary>Waits where the inbox is full. What comes after the end is dropped, or answered by <see cref="SessionEndedException"/> where an answer is awaited.</summary>
    public async ValueTask PostAsync(SessionCommand command, CancellationToken cancellationToken)
    {
        try
        {
            await _inbox.Writer.WriteAsync(command, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            Abandon(command);
        }
    }

    public bool TryPost(SessionCommand command) => _inbox.Writer.TryWrite(command);

    public async Task StopAsync(CloseReason reason)
    {
        await PostAsync(new SessionCommand.Stop(reason), CancellationToken.None);
        await _loop;
    }

    public async ValueTask DisposeAsync() => await StopAsync(CloseReason.ServerStopping);

    private static async Task<OperationIdSet> LoadIdsAsync(Guid documentId, SessionServices services, CancellationToken cancellationToken)
    {
        var ids = new OperationIdSet();
        foreach (var id in await services.Store.ReadOperationIdsAsync(documentId, cancellationToken))
            ids.Add(id);
        return ids;
    }

    private static (Document Document, long Revision, TouchMap Touches) Replay(BranchState state)
    {
        var document = DocumentJson.Read(state.Content);
        var touches = new TouchMap(state.SnapshotRevision);
        var revision = state.SnapshotRevision;
        foreach (var entry in state.Tail)
        {
            if (entry.Revision != revision + 1)
                throw new BranchDamagedException($"The journal of {entry.DocumentId} has {entry.Revision} after {revision}.");
            var changes = ChangeJson.Read(entry.Changes);
            Remember(touches, entry, changes, document.Apply(changes), document);
            revision = entry.Revision;
        }
        return (document, revision, touches);
    }

    private async Task RunAsync()
    {
        try
        {
            await LoadConflictsAsync();
            DecideOverdue();
            await CommitAsync();
            while (_stopped is null && await _inbox.Reader.WaitToReadAsync())
            {
                while (_stopped is null && _turn.Accepted.Count + _commentTurn.Answers.Count < _services.Options.MaxTurn && _inbox.Reader.TryRead(out var command))
                    await HandleAsync(command);
                await CommitAsync();
                ShareConflicts();
                ShareLocks();
                SharePresence();
                RecordPresence();
                SnapshotIfDue();
                CheckpointIfDue();
            }
        }
        catch (Exception error)
        {
            // Memory and journal may disagree: everyone rejoins a session rebuilt from the journal.
            _services.Logger.SessionFailed(_documentId, _branch, error);
            _stopped = CloseReason.SessionFailed;
        }
        await EndAsync(_stopped ?? CloseReason.Left);
    }

    /// <summary>Awaits the store for what memory does not have, never a participant.</summary>
    private ValueTask HandleAsync(SessionCommand command)
    {
        switch (command)
        {
            case SessionCommand.Submit submit:
                return submit.From.IsTaken ? SubmitAsync(submit) : default;
            case SessionCommand.Undo undo:
                return undo.From.IsTaken ? UndoAsync(undo) : default;
            case SessionCommand.Resolve resolve:
                return resolve.From.IsTaken ? ResolveAsync(resolve) : default;
            case SessionCommand.Lock take:
                if (take.From.IsTaken)
                    Lock(take);
                return default;
            case SessionCommand.Unlock release:
                if (release.From.IsTaken)
                    Unlock(release);
                return default;
            case SessionCommand.SetPolicy set:
                _policy = set.Policy;
                return default;
            case SessionCommand.Report report:
                _presence.Report(report.From, report.From.UserId, report.Activity);
                if (report.Activity.CurrentElement is { IsPresent: true, Value: { } current })
                    _locks.Renew(_document, report.From.UserId, current);
                return default;
            case SessionCommand.ShowPreview show:
                if (show.From.IsTaken)
                    ShowPreview(show.From, show.Preview);
                return default;
            case SessionCommand.Tick:
                OnTick();
                return default;
            case SessionCommand.Leave leave:
                Remove(leave.From, CloseReason.Left, leave.IsLost);
                return default;
            case SessionCommand.Stop stop:
                _stopped = stop.Reason;
                return default;
            case SessionCommand.Join join:
                return JoinAsync(join);
            case SessionCommand.Sync sync:
                return SyncAsync(sync);
            case SessionCommand.Read read:
                return ReadAsync(read);
            case SessionCommand.ReviewAccess review:
                return ReviewAccessAsync(review.Change);
            case SessionCommand.ChangeVersions change:
                return ChangeVersionsAsync(change);
            case SessionCommand.Announce announce:
                Publish(announce.News);
                return default;
            case SessionCommand.ReviewTokens review:
                ReviewTokens(review.Revocation);
                return default;
            case SessionCommand.AboutComments about:
                return AboutCommentsAsync(about);
            case SessionCommand.AdoptComments adopt:
                return AdoptAsync(adopt);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

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
                await RecoverAsync();
                _turn.Clear();
                return;
            }
            _lastHash = lastHash;
            _committedRevision = _revision;
            if (_turn.Accepted.Count > 0)
                _services.Metrics.Committed(_turn.Accepted.Count, _services.Time.GetElapsedTime(_turn.StartedAt));
            foreach (var entry in _turn.Accepted)
            {
                _ids.Add(entry.OperationId);
                _services.Metrics.Operation(entry.Type);
            }
        }
        RecordOperations();
        Reply();
        if (_turn.Accepted.Count > 0)
            Publish(new SessionEvent.OperationsCommitted([.. _turn.Accepted.Select(entry => new CommittedOperation(entry, _turn.StartedAt))]));
        TellComments();
        PublishConflicts();
        _turn.Clear();
    }

    /// <summary>Puts memory back to what the journal has; what did get there in spite of the failure counts and is shown.</summary>
    private async Task RecoverAsync()
    {
        _content = null;
        _histories.Clear();
        BranchState? state;
        try
        {
            state = await _services.Store.LoadBranchAsync(_documentId, _branch, CancellationToken.None) ?? throw new InvalidDataException("The branch is gone.");
            (_document, _revision, _touches) = Replay(state);
            _lastHash = state.LastHash;
            await LoadConflictsAsync();
            _ids = await LoadIdsAsync(_documentId, _services, CancellationToken.None);
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
        if (state.Tail.Where(entry => entry.Revision > _committedRevision).Select(entry => new CommittedOperation(entry)).ToImmutableArray() is { Length: > 0 } stored)
            Publish(new SessionEvent.OperationsCommitted(stored));
        _committedRevision = _revision;
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
        for (var i = _seats.Count - 1; i >= 0; i--) // backwards: a seat that cannot keep up is removed on the way
        {
            if (!ReferenceEquals(_seats[i], except))
                Send(_seats[i], sessionEvent);
        }
    }

    private DocumentContent Content()
    {
        if (_content?.Revision != _revision)
            _content = new(_revision, DocumentJson.Write(_document));
        return _content;
    }

    private void SnapshotIfDue()
    {
        if (_committedRevision - _snapshotRevision >= _services.Options.SnapshotEvery && _saving.IsCompleted)
            _saving = SaveSnapshotAsync(Content());
    }

    private async Task SaveSnapshotAsync(DocumentContent content)
    {
        var former = _snapshotRevision;
        _snapshotRevision = content.Revision;
        try
        {
            // Compressing takes long enough to be felt by those who draw.
            await Task.Run(() => _services.Store.SaveSnapshotAsync(_documentId, _branch, content.Revision, content.Json, _services.Time.GetUtcNow().UtcDateTime, CancellationToken.None));
        }
        catch (Exception error)
        {
            _services.Logger.SnapshotFailed(_documentId, _branch, content.Revision, error);
            Interlocked.CompareExchange(ref _snapshotRevision, former, content.Revision);
        }
    }

    private async Task EndAsync(CloseReason reason)
    {
        _inbox.Writer.TryComplete();
        await _ticker.DisposeAsync();
        await _presenceTimer.DisposeAsync();
        for (var i = _seats.Count - 1; i >= 0; i--)
            Remove(_seats[i], reason);
        _shownPresence = [];
        _presence.Clear();
        RecordPresence();
        await _saving;
        if (reason is not (CloseReason.SessionFailed or CloseReason.DocumentGone) && _committedRevision > Volatile.Read(ref _snapshotRevision))
            await SaveSnapshotAsync(Content());
        await _checkpointing;
        if (reason == CloseReason.Left && _lastAuthor is { } author && _committedRevision > _versionRevision)
            await CheckpointAsync(author);
        _services.Metrics.SessionClosed();
        _services.Logger.SessionClosed(_documentId, _branch, _committedRevision);
        _ended(this);
        while (_inbox.Reader.TryRead(out var command))
            Abandon(command);
    }

    private static void Abandon(SessionCommand command)
    {
        switch (command)
        {
            case SessionCommand.Join join:
                join.Reply.TrySetException(new SessionEndedException());
                break;
            case SessionCommand.Read read:
                read.Reply.TrySetException(new SessionEndedException());
                break;
            case SessionCommand.ChangeVersions change:
                change.Reply.TrySetException(new SessionEndedException());
                break;
            case SessionCommand.Submit { From: { IsTaken: true } visitor }:
                visitor.Subscriber.Close(CloseReason.SessionFailed); // nobody seated is left: it waits for its one answer
                break;
            case SessionCommand.AboutComments { From: { IsTaken: true } visitor }:
                visitor.Subscriber.Close(CloseReason.SessionFailed);
                break;
            case SessionCommand.AdoptComments adopt:
                adopt.Reply.TrySetException(new SessionEndedException());
                break;
            case SessionCommand.Resolve { From: { IsTaken: true } visitor }:
                visitor.Subscriber.Close(CloseReason.SessionFailed);
                break;
        }
    }
}
