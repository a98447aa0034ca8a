using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Storage;

/// <summary>Everything the engine asks of a database. Failures come as exceptions; the engine answers <c>storage_failed</c> and goes on.</summary>
public interface ICollaborationStore
{
    /// <summary>Makes the folder and brings the tables up to date. Called once, before anything else.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a new document's revision 0.</summary>
    Task CreateDocumentAsync(Guid documentId, string branch, ReadOnlyMemory<byte> content, DateTime createdAt, CancellationToken cancellationToken);

    /// <summary>The newest snapshot that is whole and every operation after it; <see langword="null"/> when there is no such branch, or it was deleted.</summary>
    /// <exception cref="BranchDamagedException">No snapshot is whole.</exception>
    Task<BranchState?> LoadBranchAsync(Guid documentId, string branch, CancellationToken cancellationToken);

    /// <summary>Appends operations of one branch and what belongs to them, all or none. Completes after the commit, which other sessions' appends may share.</summary>
    Task AppendAsync(JournalBatch batch, CancellationToken cancellationToken);

    /// <summary>Keeps the drawing as of a revision and lets old snapshots go.</summary>
    Task SaveSnapshotAsync(Guid documentId, string branch, long revision, ReadOnlyMemory<byte> content, DateTime takenAt, CancellationToken cancellationToken);

    /// <summary>Operations after a revision, in order, at most <paramref name="limit"/>; fewer where they are large. Only an empty page says that there are no more.</summary>
    Task<IReadOnlyList<JournalEntry>> ReadAsync(Guid documentId, string branch, long afterRevision, int limit, CancellationToken cancellationToken);

    /// <summary>Operations up to a revision, newest first, of one user where named; in pages like <see cref="ReadAsync"/>.</summary>
    Task<IReadOnlyList<JournalEntry>> ReadBackAsync(Guid documentId, string branch, long upToRevision, string? userId, int limit, CancellationToken cancellationToken);

    /// <summary>A user's operations up to a revision without what they hold, newest first: <paramref name="limit"/> of them and what belongs to the same step as the last; fewer where they hold very much.</summary>
    Task<IReadOnlyList<UndoableOperation>> ReadUndoableAsync(Guid documentId, string branch, long upToRevision, string userId, int limit, CancellationToken cancellationToken);

    /// <summary>The operations among <paramref name="operationIds"/> that the document's journal has, in any branch.</summary>
    Task<IReadOnlyList<KnownOperation>> FindOperationsAsync(Guid documentId, IReadOnlyCollection<string> operationIds, CancellationToken cancellationToken);

    /// <summary>The ids of all operations in the document's journal, in any branch.</summary>
    Task<IReadOnlyList<string>> ReadOperationIdsAsync(Guid documentId, CancellationToken cancellationToken);

    /// <summary>The newest operation of each of these documents, in any branch that is in use; documents without one are left out.</summary>
    Task<IReadOnlyDictionary<Guid, LastChange>> ReadLastChangesAsync(IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken);

    /// <summary>Removes every trace of the document.</summary>
    Task DeleteDocumentAsync(Guid documentId, CancellationToken cancellationToken);
}

/// <summary>A branch as it is stored.</summary>
/// <param name="SnapshotRevision">The newest snapshot's revision.</param>
/// <param name="Content">The drawing as of it.</param>
/// <param name="Hash">The checksum that the first operation after it follows.</param>
/// <param name="Tail">The operations after it, in order; read page by page as they are asked for. Throws <see cref="BranchDamagedException"/> where one is not as it was stored.</param>
public sealed record BranchState(long SnapshotRevision, ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Hash, IAsyncEnumerable<JournalEntry> Tail)
{
    /// <summary>The revisions of newer snapshots that were found damaged and passed over.</summary>
    public IReadOnlyList<long> DamagedSnapshots { get; init; } = [];
}

/// <summary>What is stored of a branch cannot be trusted any more.</summary>
public sealed class BranchDamagedException(string message) : Exception(message);

/// <summary>What tells which undo step an operation belongs to.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="OperationId">Its id.</param>
/// <param name="GroupId">The undo step it belongs to.</param>
/// <param name="UndoOf">The newest of the operations it takes back.</param>
/// <param name="RedoOf">The newest of those it brings back.</param>
/// <param name="Bytes">The size of what it holds.</param>
public sealed record UndoableOperation(long Revision, string OperationId, string? GroupId, string? UndoOf, string? RedoOf, long Bytes)
{
    internal static UndoableOperation Of(JournalEntry entry) => new(entry.Revision, entry.OperationId, entry.GroupId, Newest(entry.UndoOf), Newest(entry.RedoOf), entry.Bytes);

    internal static string? Newest(string? operationIds) => operationIds?.Split(' ', 2)[0];
}

/// <summary>An operation already in the journal.</summary>
public sealed record KnownOperation(string OperationId, string UserId, string Branch, long Revision, string ElementId);

/// <summary>What a turn of a session makes durable at once.</summary>
/// <param name="Entries">The operations, in revision order. Not read after the commit.</param>
public sealed record JournalBatch(IReadOnlyList<JournalEntry> Entries)
{
    /// <summary>What happened to the comments, in the order of their sequence.</summary>
    public IReadOnlyList<CommentEvent> Comments { get; init; } = [];

    /// <summary>Up to where users have read threads.</summary>
    public IReadOnlyList<CommentReadMark> ReadMarks { get; init; } = [];

    /// <summary>Conflicts as they are now, opened, joined or settled by the operations. A row of the same id is replaced.</summary>
    public IReadOnlyList<Conflicts.Conflict> Conflicts { get; init; } = [];

    /// <summary>The version of what they lead to; <see cref="VersionDraft.Saved"/> after the commit.</summary>
    internal VersionDraft? Version { get; init; }
}
