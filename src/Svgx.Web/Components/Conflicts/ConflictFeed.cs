using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Engine;

namespace Svgx.Web.Components.Conflicts;

/// <summary>
/// A branch's conflicts as a page shows them. Follows the engine in process, at most four times a second. <see cref="Changed"/> is raised on a thread of the pool: components come back to
/// their own by <c>InvokeAsync</c>.
/// </summary>
public sealed class ConflictFeed : IDisposable
{
    /// <summary>So many settled ones are shown; older ones are in the API.</summary>
    public const int Shown = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly CollaborationEngine? _engine;
    private readonly Func<bool, CancellationToken, Task<IReadOnlyList<Conflict>>> _read;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private int _waiting;

    /// <summary>Begins to follow a branch.</summary>
    public ConflictFeed(CollaborationEngine engine, TimeProvider time, Guid documentId, string branch)
        : this((settled, cancellation) => engine.GetConflictsAsync(documentId, branch, settled, settled ? Shown : CollaborationEngine.MaxConflictPage, cancellationToken: cancellation), time, documentId, branch)
    {
        _engine = engine;
        _engine.ConflictsChanged += OnChanged;
    }

    /// <summary>Reads from anywhere; the argument says whether settled ones are wanted too.</summary>
    internal ConflictFeed(Func<bool, CancellationToken, Task<IReadOnlyList<Conflict>>> read, TimeProvider time, Guid documentId, string branch)
    {
        (_read, DocumentId, Branch) = (read, documentId, branch);
        _timer = time.CreateTimer(_ => _ = RefreshAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = RefreshAsync();
    }

    /// <summary>Raised after the lists or the failure changed.</summary>
    public event Action? Changed;

    /// <summary>The document.</summary>
    public Guid DocumentId { get; }

    /// <summary>The branch.</summary>
    public string Branch { get; }

    /// <summary>Newest first; <see langword="null"/> until they were read.</summary>
    public IReadOnlyList<Conflict>? Conflicts { get; private set; }

    /// <summary>Those that wait for a decision.</summary>
    public IEnumerable<Conflict> Open => (Conflicts ?? []).Where(conflict => conflict.Status == ConflictStatus.Open);

    /// <summary>Whether the last reading failed; the lists are as they were before.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Reads again, after a failure for example.</summary>
    public async Task RefreshAsync()
    {
        Volatile.Write(ref _waiting, 0);
        try
        {
            await _reading.WaitAsync(_ended.Token);
            try
            {
                var open = await _read(false, _ended.Token);
                var newest = await _read(true, _ended.Token);
                Conflicts = [.. open.Concat(newest).DistinctBy(conflict => conflict.ConflictId).OrderByDescending(conflict => conflict.ConflictId, StringComparer.Ordinal)];
                HasFailed = false;
            }
            finally
            {
                _reading.Release();
            }
        }
        catch (OperationCanceledException)
        {
            return; // the page is gone
        }
        catch (Exception) when (!_ended.IsCancellationRequested) // the store says what it was in the log; the page offers to try again
        {
            HasFailed = true;
        }
        Changed?.Invoke();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_engine is not null)
            _engine.ConflictsChanged -= OnChanged;
        _timer.Dispose();
        _ended.Cancel();
    }

    private void OnChanged(Guid documentId)
    {
        if (documentId == DocumentId && Interlocked.Exchange(ref _waiting, 1) == 0)
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
    }
}
