using System.Collections.Immutable;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;

namespace Svgx.Web.Components.Versions;

/// <summary>What a page shows of a document's history.</summary>
/// <param name="Versions">Those of all branches, newest first.</param>
/// <param name="Branches">Those that are in use, <c>main</c> first.</param>
/// <param name="HasOlder">There are older versions than these.</param>
public sealed record HistoryView(ImmutableArray<DocumentVersion> Versions, ImmutableArray<Branch> Branches, bool HasOlder)
{
    /// <summary>Those that are deleted and still hold what was drawn, the last deleted first.</summary>
    public ImmutableArray<Branch> Deleted { get; init; } = [];
}

/// <summary>
/// A document's versions and branches as a page shows them. Follows the engine in process, at most four times a second. <see cref="Changed"/> is raised on a thread of the pool: components
/// come back to their own by <c>InvokeAsync</c>.
/// </summary>
public sealed class VersionFeed : IDisposable
{
    /// <summary>So many more versions are shown with each <see cref="ShowOlderAsync"/>.</summary>
    public const int Step = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly CollaborationEngine? _engine;
    private readonly Func<int, CancellationToken, Task<HistoryView>> _read;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _ended = new();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private int _limit = Step;
    private int _waiting;

    /// <summary>Begins to follow a document, for somebody who may see it.</summary>
    public VersionFeed(CollaborationEngine engine, TimeProvider time, Guid documentId, string userId)
        : this((limit, cancellation) => ReadAsync(engine, documentId, new(userId), limit, cancellation), time, documentId)
    {
        _engine = engine;
        _engine.Versions.Changed += OnChanged;
    }

    /// <summary>Reads from anywhere; the number says how many versions are wanted.</summary>
    internal VersionFeed(Func<int, CancellationToken, Task<HistoryView>> read, TimeProvider time, Guid documentId)
    {
        (_read, DocumentId) = (read, documentId);
        _timer = time.CreateTimer(_ => _ = RefreshAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = RefreshAsync();
    }

    /// <summary>Raised after the history or the failure changed.</summary>
    public event Action? Changed;

    /// <summary>The document.</summary>
    public Guid DocumentId { get; }

    /// <summary><see langword="null"/> until it was read.</summary>
    public HistoryView? History { get; private set; }

    /// <summary>Whether the last reading failed; what is shown is as it was before.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Shows older versions too.</summary>
    public Task ShowOlderAsync()
    {
        _limit += Step;
        return RefreshAsync();
    }

    /// <summary>Reads again, after a failure for example.</summary>
    public async Task RefreshAsync()
    {
        Volatile.Write(ref _waiting, 0);
        try
        {
            await _reading.WaitAsync(_ended.Token);
            try
            {
                History = await _read(_limit, _ended.Token);
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
            _engine.Versions.Changed -= OnChanged;
        _timer.Dispose();
        _ended.Cancel();
    }

    private static async Task<HistoryView> ReadAsync(CollaborationEngine engine, Guid documentId, VersionActor actor, int limit, CancellationToken cancellationToken)
    {
        var page = Require(await engine.Versions.ListAsync(documentId, actor, limit: Math.Min(limit, DocumentVersions.MaxPage), cancellationToken: cancellationToken));
        var branches = Require(await engine.Versions.ListBranchesAsync(documentId, actor, deleted: true, cancellationToken));
        return new(page.Versions, [.. branches.Where(branch => branch.DeletedAt is null)], page.Next is not null && limit < DocumentVersions.MaxPage)
        {
            Deleted = [.. branches.Where(branch => branch is { DeletedAt: not null, PurgedAt: null }).OrderByDescending(branch => branch.DeletedAt)],
        };
    }

    private static T Require<T>(VersionResult<T> result) => result switch
    {
        VersionResult<T>.Done done => done.Value,
        VersionResult<T>.Refused refused => throw new InvalidOperationException(refused.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private void OnChanged(Guid documentId)
    {
        if (documentId == DocumentId && Interlocked.Exchange(ref _waiting, 1) == 0)
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
    }
}
