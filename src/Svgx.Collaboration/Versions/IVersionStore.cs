using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>What versions and branches ask of a database. Failures come as exceptions.</summary>
internal interface IVersionStore
{
    /// <summary>Stores a version; durable on return.</summary>
    Task<DocumentVersion> SaveAsync(VersionDraft draft, CancellationToken cancellationToken);

    /// <summary>Versions by falling number, purged ones left out.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="branch">Of one branch; <see langword="null"/>: of all.</param>
    /// <param name="before">Only those of a lower number.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="checkpoints">Checkpoints too.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<StoredVersion>> ListAsync(Guid documentId, string? branch, long? before, int limit, bool checkpoints, CancellationToken cancellationToken);

    /// <summary>Every version of a document, purged ones too, by number.</summary>
    Task<IReadOnlyList<StoredVersion>> ReadAllAsync(Guid documentId, CancellationToken cancellationToken);

    /// <summary>How many versions <see cref="ListAsync"/> would find.</summary>
    Task<int> CountAsync(Guid documentId, string? branch, bool checkpoints, CancellationToken cancellationToken);

    /// <summary>A version, purged or not; <see langword="null"/> when there is none of that id.</summary>
    Task<StoredVersion?> FindAsync(Guid documentId, string versionId, CancellationToken cancellationToken);

    /// <summary>The newest version of a branch at or below a revision; where it has none, the one the branch was made from.</summary>
    Task<DocumentVersion?> HeadAsync(Guid documentId, string branch, long upToRevision, CancellationToken cancellationToken);

    /// <summary>A content.</summary>
    /// <exception cref="ContentDamagedException">It is not what its hash says.</exception>
    Task<Document> ReadContentAsync(Guid documentId, string contentHash, CancellationToken cancellationToken);

    /// <summary>Changes what is written on a version.</summary>
    Task LabelAsync(DocumentVersion version, CancellationToken cancellationToken);

    /// <summary>Lets the contents of checkpoints go, those closest to their neighbours in time first, until a branch has no more than so many.</summary>
    Task ThinAsync(Guid documentId, string branch, int kept, DateTime now, CancellationToken cancellationToken);

    /// <summary>All branches, deleted ones too, <c>main</c> first; empty when there is no such document.</summary>
    Task<IReadOnlyList<(Branch Branch, string? Fault)>> ReadBranchesAsync(Guid documentId, CancellationToken cancellationToken);

    /// <summary>Makes a branch whose revision 0 is the content; <see langword="false"/> where the name is taken.</summary>
    Task<bool> CreateBranchAsync(Branch branch, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Notes that a branch is deleted.</summary>
    Task DeleteBranchAsync(Branch branch, CancellationToken cancellationToken);

    /// <summary>Lets go of what a branch holds, in portions. Done again after an interruption, it goes on.</summary>
    Task PurgeBranchAsync(Branch branch, DateTime now, CancellationToken cancellationToken);

    /// <summary>A branch, deleted or not, as of a revision; <see langword="null"/> when it has none such.</summary>
    /// <exception cref="BranchDamagedException">It cannot be trusted.</exception>
    Task<BranchState?> LoadAsOfAsync(Guid documentId, string branch, long revision, CancellationToken cancellationToken);

    /// <summary>The revision of a branch after the last operation accepted by a time. Found by halves: where a clock was set back, it is one of those that may be meant.</summary>
    Task<long> RevisionAtAsync(Guid documentId, string branch, DateTime at, CancellationToken cancellationToken);

    /// <summary>When an operation was accepted; of revision 0 the time the branch was made; <see langword="null"/> when there is none.</summary>
    Task<DateTime?> TimeOfAsync(Guid documentId, string branch, long revision, CancellationToken cancellationToken);

    /// <summary>Operations of a branch below a revision, newest first, that name an element or what held it, among the next <paramref name="scan"/> ones; in pages like <see cref="ICollaborationStore.ReadAsync"/>.</summary>
    Task<IReadOnlyList<JournalEntry>> FindByElementAsync(Guid documentId, string branch, string elementId, long beforeRevision, int scan, int limit, CancellationToken cancellationToken);

    /// <summary>The revisions of a branch's snapshots, rising.</summary>
    Task<IReadOnlyList<long>> ReadSnapshotRevisionsAsync(Guid documentId, string branch, CancellationToken cancellationToken);

    /// <summary>The branches that snapshots or operations are of, whether or not there are such branches.</summary>
    Task<IReadOnlyList<string>> ReadNamesOfContentsAsync(Guid documentId, CancellationToken cancellationToken);

    /// <summary>The rows with a value of another type than is ever stored.</summary>
    Task<IReadOnlyList<Damage>> ReadMistypedAsync(Guid documentId, CancellationToken cancellationToken);

    /// <summary>A snapshot's content, and whether it has a checksum; found and <see langword="null"/> where it is damaged, not found where it was let go meanwhile.</summary>
    Task<(bool Found, byte[]? Content, bool IsSealed)> ReadSnapshotAsync(Guid documentId, string branch, long revision, CancellationToken cancellationToken);

    /// <summary>The ids of all documents that have anything stored.</summary>
    Task<StoredDocumentIds> ReadDocumentIdsAsync(CancellationToken cancellationToken);
}
