using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <summary>The <see cref="OperationIdSet"/> of each document of which a branch is open. Thread-safe.</summary>
internal sealed class OperationIdSets(ICollaborationStore store)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Shared> _open = [];

    /// <summary>The document's set, read from the journal for the first who asks. Give it back with <see cref="Release"/>.</summary>
    public async Task<OperationIdSet> AcquireAsync(Guid documentId)
    {
        Shared? shared;
        lock (_lock)
        {
            if (!_open.TryGetValue(documentId, out shared))
                _open.Add(documentId, shared = new(new(() => ReadAsync(documentId))));
            shared.Users++;
        }
        try
        {
            return await shared.Set.Value;
        }
        catch
        {
            Release(documentId); // the next to ask after the last of these reads again
            throw;
        }
    }

    public void Release(Guid documentId)
    {
        lock (_lock)
        {
            if (--_open[documentId].Users == 0)
                _open.Remove(documentId);
        }
    }

    private async Task<OperationIdSet> ReadAsync(Guid documentId)
    {
        var ids = new OperationIdSet();
        ids.Add(await store.ReadOperationIdsAsync(documentId, CancellationToken.None));
        return ids;
    }

    private sealed class Shared(Lazy<Task<OperationIdSet>> set)
    {
        public Lazy<Task<OperationIdSet>> Set { get; } = set;

        public int Users { get; set; }
    }
}
