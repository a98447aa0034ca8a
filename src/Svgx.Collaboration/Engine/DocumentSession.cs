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

/// <summary>
/// The authority for one open branch of a document. State is touched by <see cref="RunAsync"/> alone; everyone else posts a command. A turn drains what
/// waits, decides in memory, commits, and only then tells anybody.
/// </summary>
internal sealed partial class DocumentSession : IAsyncDisposable
{
    /// <summary>From here on, telling everybody takes as long as a commit: half a millisecond, at some 30 us a frame (docs/performance.md).</summary>
    private const int ManySeats = 16;

    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);

    /// <summary>News of versions and branches that wait for the loop. Beyond, the oldest is not told: versions and branches can be listed at any time.</summary>
    private const int MostNews = 1_024;

    /// <summary>Large messages in the inbox, which is bounded by their number else: a thousand of them would take gigabytes. Enough for the loop to have no pause.</summary>
    private const int MostLarge = 32;

    private readonly Guid _documentId;
    private readonly string _branch;
    private readonly SessionServices _services;
    private readonly TimeProvider _clock; // as the machine tells it, for what was written down elsewhere
    private readonly DocumentLimits _limits;
    private readonly Action<DocumentSession> _ended;
    private readonly Action<Guid> _presenceChanged;
    private readonly Action<Guid> _conflictsChanged;
    private readonly Channel<SessionCommand> _inbox;
    private readonly SemaphoreSlim _roomForLarge = new(MostLarge);
    private readonly ITimer _ticker;
    private readonly ITimer _presenceTimer;
    private readonly Task _loop;

    private readonly List<Seat> _seats = [];
    private readonly Turn _turn = new();
    private readonly Dictionary<string, UndoHistory> _histories = new(StringComparer.Ordinal);
    private readonly OperationRateLimiter _rates;
    private readonly PresenceBoard _presence;
    private readonly PreviewBoard _previews;
    private readonly OperationIdSet _ids;
    private Document _document;
    private long _revision;          // with what the turn has accepted
    private long _committedRevision; // durable
    private long _snapshotRevision;
    private long _snapshotBytes;
    private long _tailBytes; // of the journal since; also changed beside the loop
    private DocumentContent? _content;
    private Task _saving = Task.CompletedTask;
    private long _emptySince;
    private long _presenceSharedAt;
    private bool _presenceTimerRuns;
    private int _tickIsDue; // set by timers
    private readonly Channel<SessionEvent> _news = Channel.CreateBounded<SessionEvent>(new BoundedChannelOptions(MostNews) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
    private CloseReason? _stopped;
    private SessionCommand? _underway;
    private Exception? _failure;
    private volatile IReadOnlyList<PresenceEntry> _shownPresence = []; // read by other threads

    private DocumentSession(Guid documentId, string branch, Replayed state, OperationIdSet ids, CommentBoard comments, ConflictPolicy policy, DocumentVersion? newestVersion, SessionServices services, SessionNews news)
    {
        _clock = services.Time;
        services = services with { Time = new SteadyTime(services.Time) };
        _documentId = documentId;
        _branch = branch;
        _services = services;
        _limits = DocumentLimits.Default with { MaxCharacters = services.Options.MaxCharacters };
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
        (_document, _revision, _touches, _lastHash) = (state.Document, state.Revision, state.Touches, state.LastHash);
        (_tailBytes, _snapshotBytes) = (state.TailBytes, state.SnapshotBytes);
        _versionRevision = newestVersion is { } newest && newest.Branch == branch ? newest.Revision : 0;
        _versionAt = services.Time.GetTimestamp();
        _committedRevision = _revision;
        _snapshotRevision = state.SnapshotRevision;
        _emptySince = services.Time.GetTimestamp();
        _presenceSharedAt = _emptySince - services.Time.TimestampFrequency;
        _inbox = Channel.CreateBounded<SessionCommand>(new BoundedChannelOptions(services.Options.Inbox) { SingleReader = true });
        _ticker = services.Time.CreateTimer(_ => Tick(), null, TickPeriod, TickPeriod);
        _presenceTimer = services.Time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        services.Metrics.SessionOpened();
        services.Logger.SessionOpened(documentId, branch, _revision, _revision - _snapshotRevision);
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
        var replayed = await ReplayAsync(state);
        return new(documentId, branch, replayed, await services.OperationIds.AcquireAsync(documentId), comments, policy, newest, services, news);
    }

    /// <summary>Waits where the inbox is full, or has large messages enough. What comes after the end is dropped, or answered by <see cref="SessionEndedException"/> where an answer is awaited.</summary>
    public async ValueTask PostAsync(SessionCommand command, CancellationToken cancellationToken)
    {
        if (command.IsLarge)
            await _roomForLarge.WaitAsync(cancellationToken);
        var isIn = false;
        try
        {
            await _inbox.Writer.WriteAsync(command, cancellationToken);
            isIn = true;
        }
        catch (ChannelClosedException)
        {
            Abandon(command, new SessionEndedException());
        }
        finally
        {
            if (!isIn)
                MakeRoom(command);
        }
    }

    public bool TryPost(SessionCommand command)
    {
        if (command.IsLarge && !_roomForLarge.Wait(0))
            return false;
        if (_inbox.Writer.TryWrite(command))
            return true;
        MakeRoom(command);
        return false;
    }

    /// <summary>The command is not in the inbox, or not any more.</summary>
    private void MakeRoom(SessionCommand command)
    {
        if (command.IsLarge)
            _roomForLarge.Release();
    }

    /// <summary>Says that time has passed. That is kept beside the inbox, so that it counts also where there is no room: then the loop comes round by itself.</summary>
    private void Tick()
    {
        if (Interlocked.Exchange(ref _tickIsDue, 1) == 0)
            TryPost(SessionCommand.Wake.Instance);
    }

    /// <summary>Tells everybody here as soon as the loop comes round. Kept beside the inbox, like the time.</summary>
    public void TellLater(SessionEvent news)
    {
        _news.Writer.TryWrite(news);
        TryPost(SessionCommand.Wake.Instance);
    }

    public async Task StopAsync(CloseReason reason)
    {
        await PostAsync(new SessionCommand.Stop(reason), CancellationToken.None);
        await _loop;
    }

    public async ValueTask DisposeAsync() => await StopAsync(CloseReason.ServerStopping);

    /// <summary>Applies what is stored of a branch; keeps of its operations those after a revision.</summary>
    private static async Task<Replayed> ReplayAsync(BranchState state, long keepAfter = long.MaxValue)
    {
        var document = DocumentJson.Read(state.Content);
        var touches = new TouchMap(state.SnapshotRevision);
        var (revision, hash, bytes) = (state.SnapshotRevision, state.Hash, 0L);
        var kept = new List<JournalEntry>();
        await foreach (var entry in state.Tail)
        {
            if (entry.Revision != revision + 1)
                throw new BranchDamagedException($"The journal of {entry.DocumentId} has {entry.Revision} after {revision}.");
            var changes = ChangeJson.Read(entry.Changes);
            Remember(touches, entry, changes, document.Apply(changes), document);
            (revision, hash, bytes) = (entry.Revision, entry.Hash ?? hash, bytes + entry.Bytes);
            if (revision > keepAfter)
                kept.Add(entry);
        }
        return new(document, revision, touches, hash, state.SnapshotRevision, state.Content.Length, bytes, kept);
    }

    private sealed record Replayed(Document Document, long Revision, TouchMap Touches, ReadOnlyMemory<byte> LastHash, long SnapshotRevision, long SnapshotBytes, long TailBytes, IReadOnlyList<JournalEntry> Kept);

    private async Task RunAsync()
    {
        try
        {
            await LoadConflictsAsync();
            DecideOverdue();
            await CommitAsync();
            while (_stopped is null && await _inbox.Reader.WaitToReadAsync())
            {
                var most = _services.Options.MaxTurn;
                for (var taken = 0; _stopped is null && taken < most && _turn.Accepted.Count + _commentTurn.Answers.Count < most && _turn.Bytes < _services.Options.MaxTurnBytes && _inbox.Reader.TryRead(out _underway); taken++)
                {
                    MakeRoom(_underway);
                    await HandleAsync(_underway);
                    _underway = null;
                }
                // After what was taken: whoever found the inbox full was before it, and whoever woke the loop is in it.
                if (_stopped is null && Interlocked.Exchange(ref _tickIsDue, 0) == 1)
                    OnTick();
                while (_news.Reader.TryRead(out var news))
                    Publish(news);
                var committed = _committedRevision;
                await CommitAsync();
                ShareConflicts();
                ShareLocks();
                SharePresence();
                RecordPresence();
                SnapshotIfDue();
                CheckpointIfDue();
                // To the end of the pool's queue: what was just told is sent, and what has arrived is taken in, before the next turn begins. Else its operations are older by a whole round of sending than those it could hold.
                if (_committedRevision > committed && _seats.Count >= ManySeats)
                    await Task.Yield();
            }
        }
        catch (Exception error)
        {
            // Memory and journal may disagree: everyone rejoins a session rebuilt from the journal.
            _services.Logger.SessionFailed(_documentId, _branch, error);
            (_stopped, _failure) = (CloseReason.SessionFailed, error);
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
                return take.From.IsTaken ? LockAsync(take) : default;
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
            case SessionCommand.Wake:
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
}
