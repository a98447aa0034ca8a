namespace Svgx.Collaboration.Conflicts;

/// <summary>Where conflicts and policies are kept. Conflicts are written with the operations they belong to, see <see cref="Storage.JournalBatch.Conflicts"/>.</summary>
public interface IConflictStore
{
    /// <summary>Conflicts of a branch, newest first.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="status">Only those; <see langword="null"/>: all.</param>
    /// <param name="before">Only those older than this id: the last one of the page before.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<Conflict>> ReadAsync(Guid documentId, string branch, ConflictStatus? status, string? before, int limit, CancellationToken cancellationToken);

    /// <summary>The open conflicts of all branches that are in use, newest first, at most so many.</summary>
    Task<IReadOnlyList<Conflict>> ReadOpenAsync(Guid documentId, int limit, CancellationToken cancellationToken);

    /// <summary>One conflict of a document; <see langword="null"/> when there is none of that id.</summary>
    Task<Conflict?> FindAsync(Guid documentId, string conflictId, CancellationToken cancellationToken);

    /// <summary>The document's own policy; <see langword="null"/> when it has none.</summary>
    Task<ConflictPolicy?> ReadPolicyAsync(Guid documentId, CancellationToken cancellationToken);

    /// <summary>Keeps a document's policy; durable on return.</summary>
    Task SavePolicyAsync(Guid documentId, ConflictPolicy policy, CancellationToken cancellationToken);
}
