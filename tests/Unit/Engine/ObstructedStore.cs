using Svgx.Collaboration.Storage;

namespace Svgx.Tests.Unit.Engine;

/// <summary>A store that can hold its appends back or fail them, or fail to read, and counts what opening a branch reads.</summary>
internal sealed class ObstructedStore(ICollaborationStore inner) : ICollaborationStore
{
    private volatile TaskCompletionSource? _gate;

    public int FailAppends { get; set; }
    public int LoseAnswers { get; set; }
    public bool FailLoads { get; set; }
    public bool FailReads { get; set; }
    public int EntriesLoaded { get; private set; }
    public TaskCompletionSource Reached { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Hold()
    {
        Await();
        _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary><see cref="Reached"/> counts from now on.</summary>
    public void Await() => Reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _gate?.TrySetResult();

    public async Task AppendAsync(JournalBatch batch, CancellationToken cancellationToken)
    {
        Reached.TrySetResult();
        if (_gate is { } gate)
            await gate.Task;
        if (FailAppends > 0)
        {
            FailAppends--;
            throw new IOException("No space left on device");
        }
        await inner.AppendAsync(batch, cancellationToken);
        if (LoseAnswers > 0)
        {
            LoseAnswers--;
            throw new IOException("It is on the disk, and nobody says so");
        }
    }

    public async Task<BranchState?> LoadBranchAsync(Guid documentId, string branch, CancellationToken cancellationToken)
    {
        if (FailLoads)
            throw new IOException("The disk is gone");
        var state = await inner.LoadBranchAsync(documentId, branch, cancellationToken);
        return state is null ? null : state with { Tail = state.Tail.Select(Counted) };
    }

    private JournalEntry Counted(JournalEntry entry)
    {
        EntriesLoaded++;
        return entry;
    }

    public Task PrepareAsync(CancellationToken cancellationToken) => inner.PrepareAsync(cancellationToken);
    public Task CreateDocumentAsync(Guid documentId, string branch, ReadOnlyMemory<byte> content, DateTime createdAt, CancellationToken cancellationToken) => inner.CreateDocumentAsync(documentId, branch, content, createdAt, cancellationToken);
    public Task SaveSnapshotAsync(Guid documentId, string branch, long revision, ReadOnlyMemory<byte> content, DateTime takenAt, CancellationToken cancellationToken) => inner.SaveSnapshotAsync(documentId, branch, revision, content, takenAt, cancellationToken);
    public Task<IReadOnlyList<JournalEntry>> ReadAsync(Guid documentId, string branch, long afterRevision, int limit, CancellationToken cancellationToken) => FailReads ? throw new IOException("The disk is gone") : inner.ReadAsync(documentId, branch, afterRevision, limit, cancellationToken);
    public Task<IReadOnlyList<JournalEntry>> ReadBackAsync(Guid documentId, string branch, long upToRevision, string? userId, int limit, CancellationToken cancellationToken) => FailReads ? throw new IOException("The disk is gone") : inner.ReadBackAsync(documentId, branch, upToRevision, userId, limit, cancellationToken);
    public Task<IReadOnlyList<UndoableOperation>> ReadUndoableAsync(Guid documentId, string branch, long upToRevision, string userId, int limit, CancellationToken cancellationToken) => FailReads ? throw new IOException("The disk is gone") : inner.ReadUndoableAsync(documentId, branch, upToRevision, userId, limit, cancellationToken);
    public Task<IReadOnlyList<KnownOperation>> FindOperationsAsync(Guid documentId, IReadOnlyCollection<string> operationIds, CancellationToken cancellationToken) => FailReads ? throw new IOException("The disk is gone") : inner.FindOperationsAsync(documentId, operationIds, cancellationToken);
    public Task<IReadOnlyList<string>> ReadOperationIdsAsync(Guid documentId, CancellationToken cancellationToken) => inner.ReadOperationIdsAsync(documentId, cancellationToken);
    public Task<IReadOnlyDictionary<Guid, LastChange>> ReadLastChangesAsync(IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken) => inner.ReadLastChangesAsync(documentIds, cancellationToken);
    public Task DeleteDocumentAsync(Guid documentId, CancellationToken cancellationToken) => inner.DeleteDocumentAsync(documentId, cancellationToken);
}
