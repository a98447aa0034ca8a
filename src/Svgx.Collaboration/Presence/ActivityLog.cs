using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Svgx.Collaboration.Presence;

/// <summary>
/// Who did what in which document, kept for a while. Recording costs the caller one write to a bounded queue; one task groups what comes and writes it about once a second.
/// What does not fit the queue is dropped and counted: the log tells a story, the journal keeps the truth. Thread-safe.
/// </summary>
internal sealed class ActivityLog : IAsyncDisposable
{
    /// <summary>How many elements an entry names; of more, the count alone tells.</summary>
    public const int MaxElements = 50;

    private const int MaxUnsaved = 4_096;
    private const int MaxDetail = 200;
    private static readonly TimeSpan SavePeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PurgePeriod = TimeSpan.FromHours(1);

    private readonly IActivityStore _store;
    private readonly PresenceOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Work> _queue;
    private readonly ActivityGroups _groups;
    private readonly Dictionary<Guid, int> _added = [];
    private readonly ITimer _saveTimer;
    private readonly ITimer _purgeTimer;
    private readonly Task _loop;
    private bool _saveIsDue;
    private bool _prepared;
    private long _dropped;

    public ActivityLog(IActivityStore store, IOptions<PresenceOptions> options, TimeProvider time, ILogger<ActivityLog> logger)
    {
        (_store, _options, _time, _logger) = (store, options.Value, time, logger);
        _groups = new(_options.ActivityGap);
        _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(_options.ActivityQueue) { SingleReader = true });
        _saveTimer = time.CreateTimer(_ => _queue.Writer.TryWrite(Work.Save.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _purgeTimer = time.CreateTimer(_ => _queue.Writer.TryWrite(Work.Purge.Instance), null, PurgePeriod, PurgePeriod);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Raised with a document's id after its log has grown; at most about once a second, on the log's task: return at once.</summary>
    public event Action<Guid>? Changed;

    /// <summary>Activities that found the queue full, or could not be stored, since the start.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Notes something; returns at once, whatever the database does. The features call it for what people should find in the log.</summary>
    public void Record(in Activity activity)
    {
        var noted = activity with { At = activity.At ?? _time.GetUtcNow().UtcDateTime, Detail = activity.Detail is { Length: > MaxDetail } detail ? detail[..MaxDetail] : activity.Detail };
        if (!_queue.Writer.TryWrite(new Work.Note(noted)))
            Interlocked.Increment(ref _dropped);
    }

    /// <summary>A document's entries, newest first, with everything that was recorded before the call.</summary>
    public async Task<IReadOnlyList<ActivityEntry>> ReadAsync(Guid documentId, string? userId, long? before, int limit, CancellationToken cancellationToken)
    {
        await AskAsync(done => new Work.Settle(done), cancellationToken);
        return await _store.ReadAsync(documentId, userId, before, limit, cancellationToken);
    }

    /// <summary>Removes all of a document.</summary>
    public Task ForgetAsync(Guid documentId, CancellationToken cancellationToken) => AskAsync(done => new Work.Forget(documentId, done), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _saveTimer.DisposeAsync();
        await _purgeTimer.DisposeAsync();
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task AskAsync(Func<TaskCompletionSource, Work> ask, CancellationToken cancellationToken)
    {
        // Inline continuations would run the reader's code on the log's task.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(ask(done), cancellationToken);
        await done.Task.WaitAsync(cancellationToken);
    }

    private async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (_queue.Reader.TryRead(out var work))
                await HandleAsync(work);
        }
        await SaveAsync();
    }

    private async ValueTask HandleAsync(Work work)
    {
        switch (work)
        {
            case Work.Note note:
                if (!_prepared && !await PrepareAsync())
                {
                    Interlocked.Increment(ref _dropped);
                    return;
                }
                if (_groups.Add(note.Activity))
                    _added[note.Activity.DocumentId] = _added.GetValueOrDefault(note.Activity.DocumentId) + 1;
                if (_groups.Unsaved.Count >= MaxUnsaved)
                    await SaveAsync();
                else if (!_saveIsDue)
                    _saveIsDue = _saveTimer.Change(SavePeriod, Timeout.InfiniteTimeSpan);
                break;
            case Work.Save:
                await SaveAsync();
                break;
            case Work.Settle settle:
                await SaveAsync();
                settle.Done.SetResult();
                break;
            case Work.Purge:
                await TryAsync(() => _store.PurgeAsync(_time.GetUtcNow().UtcDateTime.AddDays(-_options.ActivityDays), CancellationToken.None));
                break;
            case Work.Forget forget:
                _groups.Forget(forget.DocumentId);
                _added.Remove(forget.DocumentId);
                if (await TryAsync(() => _store.DeleteAsync(forget.DocumentId, CancellationToken.None)) is { } error)
                    forget.Done.SetException(error);
                else
                    forget.Done.SetResult();
                break;
        }
    }

    private async Task<bool> PrepareAsync()
    {
        return _prepared = await TryAsync(async () =>
        {
            await _store.PrepareAsync(CancellationToken.None);
            _groups.LastId = await _store.ReadLastIdAsync(CancellationToken.None);
            await _store.PurgeAsync(_time.GetUtcNow().UtcDateTime.AddDays(-_options.ActivityDays), CancellationToken.None);
        }) is null;
    }

    private async Task SaveAsync()
    {
        _saveIsDue = false;
        if (_groups.Unsaved.Count == 0)
            return;
        var trimAfter = Math.Max(1, _options.ActivityEntries / 100);
        var trimmed = _added.Where(added => added.Value >= trimAfter).Select(added => added.Key).ToArray();
        if (await TryAsync(() => _store.SaveAsync(_groups.Unsaved, trimmed, _options.ActivityEntries, CancellationToken.None)) is not null)
        {
            // They are tried again, as long as they are few.
            _saveIsDue = _saveTimer.Change(SavePeriod, Timeout.InfiniteTimeSpan);
            if (_groups.Unsaved.Count >= MaxUnsaved)
            {
                Interlocked.Add(ref _dropped, _groups.Unsaved.Count);
                _groups.Saved(_time.GetUtcNow().UtcDateTime);
            }
            return;
        }
        foreach (var document in trimmed)
            _added.Remove(document);
        foreach (var document in _groups.Saved(_time.GetUtcNow().UtcDateTime))
            Changed?.Invoke(document);
    }

    private async Task<Exception?> TryAsync(Func<Task> store)
    {
        try
        {
            await store();
            return null;
        }
        catch (Exception error) // whatever it is: the log goes on, and nobody's drawing depends on it
        {
            _logger.ActivityNotStored(error);
            return error;
        }
    }

    private abstract record Work
    {
        public sealed record Note(Activity Activity) : Work;

        public sealed record Save : Work
        {
            public static Save Instance { get; } = new();
        }

        public sealed record Purge : Work
        {
            public static Purge Instance { get; } = new();
        }

        public sealed record Settle(TaskCompletionSource Done) : Work;

        public sealed record Forget(Guid DocumentId, TaskCompletionSource Done) : Work;
    }
}

internal static partial class PresenceLog
{
    [LoggerMessage(1, LogLevel.Warning, "The activity log could not be stored; drawings are not concerned.")]
    public static partial void ActivityNotStored(this ILogger logger, Exception error);
}
