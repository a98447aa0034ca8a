namespace Svgx.Collaboration.Versions;

internal static class BranchHistoryReader
{
    public static async Task<BranchHistory> ReadAsync(IVersionStore store, Guid documentId, CancellationToken cancellationToken) => new(
        [.. (await store.ReadBranchesAsync(documentId, cancellationToken)).Select(pair => pair.Branch)],
        [.. (await store.ReadAllAsync(documentId, cancellationToken)).Where(stored => stored.Version is not null).Select(stored => stored.Version!)]);
}
