using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;

namespace Svgx.Web.Components.Presence;

/// <summary>
/// A document's activity log as a page shows it, newest first. Reads again when the log has grown, and older pages when asked. <see cref="Changed"/> is raised on a thread of the pool:
/// components come back to their own by <c>InvokeAsync</c>.
/// </summary>
public sealed class ActivityFeed : IDisposable
{
    /// <summary>Entries read at once.</summary>
    public const int Page = 50;

    /// <summary>So many are shown at most; older ones are in the API.</summary>
    public const int MaxShown = 500;

    private readonly CollaborationEngine? _engine;
    private readonly Func<string?, long?, CancellationToken, Task<IReadOnlyList<ActivityEntry>>> _read;
    private readonly Guid _documentId;
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _reading = new(1, 1);

    /// <summary>Begins to follow a document.</summary>
    public ActivityFeed(CollaborationEngine engine, Guid documentId)
        : this((userId, before, cancellation) => engine.GetActivityAsync(documentId, userId, before, Page, cancellation), documentId)
    {
        _engine = engine;
        _engine.ActivityChanged += OnChanged;
    }

    /// <summary>Reads from anywhere: of one user or all, below an id or the newest.</summary>
    internal ActivityFeed(Func<string?, long?, CancellationToken, Task<IReadOnlyList<ActivityEntry>>> read, Guid documentId)
    {
        (_read, _documentId) = (read, documentId);
        _ = RefreshAsync();
    }

    /// <summary>Raised after the entries or the failure changed.</summary>
    public event Action? Changed;

    /// <summary>Newest first; <see langword="null"/> until they were read.</summary>
    public IReadOnlyList<ActivityEntry>? Entries { get; private set; }

    /// <summary>Whether there may be older ones.</summary>
    public bool HasOlder { get; private set; }

    /// <summary>Whether the last reading failed; the entries are as they were before.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whose activity alone is shown; <see langword="null"/>: everybody's.</summary>
    public string? UserId { get; private set; }

    /// <summary>Shows one user's activity alone, or everybody's.</summary>
    public Task ShowAsync(string? userId) => ReadAsync(() =>
    {
        (UserId, Entries, HasOlder) = (userId, null, false);
        return null;
    });

    /// <summary>Reads what is new.</summary>
    public Task RefreshAsync() => ReadAsync(() => null);

    /// <summary>Reads the page below the oldest that is shown.</summary>
    public Task ReadOlderAsync() => ReadAsync(() => Entries is { Count: > 0 } entries ? entries[^1].Id : null);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_engine is not null)
            _engine.ActivityChanged -= OnChanged;
        _ended.Cancel();
    }

    private async Task ReadAsync(Func<long?> prepare)
    {
        try
        {
            await _reading.WaitAsync(_ended.Token);
            try
            {
                var before = prepare();
                var page = await _read(UserId, before, _ended.Token);
                var former = Entries ?? [];
                // The newest page may have grown entries that are shown already; where it does not reach them, something is missing between and they go.
                var joins = before is not null || former.Count == 0 || page.Count == 0 || page[^1].Id <= former[0].Id;
                var known = joins ? former : [];
                Entries = [.. page.Concat(known).DistinctBy(entry => entry.Id).OrderByDescending(entry => entry.Id).Take(MaxShown)];
                if (before is not null || known.Count == 0)
                    HasOlder = page.Count == Page && Entries.Count < MaxShown;
                HasFailed = false;
            }
            finally
            {
                _reading.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return; // the panel is gone
        }
        catch (Exception) when (!_ended.IsCancellationRequested) // the store says what it was in the log; the panel offers to try again
        {
            HasFailed = true;
        }
        Changed?.Invoke();
    }

    private void OnChanged(Guid documentId)
    {
        if (documentId == _documentId)
            _ = RefreshAsync();
    }
}
