using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>Versions and branches in <c>collaboration.db</c>.</summary>
internal sealed class SqliteVersionStore(CollaborationDatabase database) : IVersionStore
{
    private const string Listed = "FROM Versions WHERE DocumentId = $document AND PurgedAt IS NULL AND ($branch IS NULL OR Branch = $branch) AND ($checkpoints OR Kind <> 1)";

    public async Task<DocumentVersion> SaveAsync(VersionDraft draft, CancellationToken cancellationToken)
    {
        _ = draft.PackedChunks; // compressed here, not by the writer for whom all documents wait
        await database.WriteAsync((connection, transaction) => VersionTable.Write(connection, transaction, draft), cancellationToken);
        return draft.Saved!;
    }

    public Task<IReadOnlyList<StoredVersion>> ListAsync(Guid documentId, string? branch, long? before, int limit, bool checkpoints, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<StoredVersion>>(connection =>
    {
        using var select = connection.Command($"SELECT {VersionTable.Columns} {Listed} AND Number < $before ORDER BY Number DESC LIMIT $limit",
            ("$document", documentId), ("$branch", branch), ("$checkpoints", checkpoints), ("$before", before ?? long.MaxValue), ("$limit", limit));
        return VersionTable.ReadAll(select);
    }, cancellationToken);

    public Task<IReadOnlyList<StoredVersion>> ReadAllAsync(Guid documentId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<StoredVersion>>(connection =>
    {
        using var select = connection.Command($"SELECT {VersionTable.Columns} FROM Versions WHERE DocumentId = $document ORDER BY Number", ("$document", documentId));
        return VersionTable.ReadAll(select);
    }, cancellationToken);

    public Task<int> CountAsync(Guid documentId, string? branch, bool checkpoints, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var select = connection.Command($"SELECT COUNT(*) {Listed}", ("$document", documentId), ("$branch", branch), ("$checkpoints", checkpoints));
        return (int)(long)select.ExecuteScalar()!;
    }, cancellationToken);

    public Task<StoredVersion?> FindAsync(Guid documentId, string versionId, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var select = connection.Command($"SELECT {VersionTable.Columns} FROM Versions WHERE DocumentId = $document AND VersionId = $version", ("$document", documentId), ("$version", versionId));
        return VersionTable.ReadAll(select).FirstOrDefault();
    }, cancellationToken);

    public Task<DocumentVersion?> HeadAsync(Guid documentId, string branch, long upToRevision, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var select = connection.Command($"SELECT {VersionTable.Columns} FROM Versions WHERE DocumentId = $document AND Branch = $branch AND Revision <= $upTo ORDER BY Revision DESC, Number DESC LIMIT 1",
            ("$document", documentId), ("$branch", branch), ("$upTo", upToRevision));
        if (VersionTable.ReadAll(select).FirstOrDefault()?.Version is { } head)
            return head;
        using var origin = connection.Command($"SELECT {VersionTable.Columns} FROM Versions WHERE DocumentId = $document AND VersionId = (SELECT FromVersion FROM Branches WHERE DocumentId = $document AND Name = $branch)",
            ("$document", documentId), ("$branch", branch));
        return VersionTable.ReadAll(origin).FirstOrDefault()?.Version;
    }, cancellationToken);

    public Task<Document> ReadContentAsync(Guid documentId, string contentHash, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => VersionTable.ReadContent(connection, documentId, contentHash), cancellationToken);

    public Task LabelAsync(DocumentVersion version, CancellationToken cancellationToken) =>
        database.WriteAsync((connection, transaction) => VersionTable.UpdateLabels(connection, transaction, version), cancellationToken);

    public Task ThinAsync(Guid documentId, string branch, int kept, DateTime now, CancellationToken cancellationToken) => database.WriteAsync((connection, transaction) =>
    {
        using var select = connection.Command($"SELECT {VersionTable.Columns} FROM Versions WHERE DocumentId = $document AND Branch = $branch AND PurgedAt IS NULL AND Kind = 1 ORDER BY Number", ("$document", documentId), ("$branch", branch));
        select.Transaction = transaction;
        var checkpoints = VersionTable.ReadAll(select).Where(stored => stored is { Fault: null, Version.Labels: { Name: null, Tags.IsEmpty: true, Metadata.IsEmpty: true } }).Select(stored => stored.Version!).ToList();
        var before = checkpoints.Count;
        while (checkpoints.Count > kept)
        {
            // The newer half stays as it is; of the older half the one that tells least goes, so that they lie further apart the older they are.
            var at = Enumerable.Range(1, Math.Max(1, checkpoints.Count / 2)).MinBy(i => checkpoints[Math.Min(i + 1, checkpoints.Count - 1)].CreatedAt - checkpoints[i - 1].CreatedAt);
            VersionTable.UpdateLabels(connection, transaction, checkpoints[at] with { PurgedAt = now });
            checkpoints.RemoveAt(at);
        }
        if (checkpoints.Count < before)
            VersionTable.Sweep(connection, transaction, documentId);
    }, cancellationToken);

    public Task<IReadOnlyList<(Branch Branch, string? Fault)>> ReadBranchesAsync(Guid documentId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<(Branch, string?)>>(connection => BranchTable.ReadAll(connection, documentId), cancellationToken);

    public async Task<bool> CreateBranchAsync(Branch branch, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var snapshot = SnapshotTable.Prepare(branch.DocumentId, branch.Name, 0, content, branch.CreatedAt);
        var isNew = false;
        await database.WriteAsync((connection, transaction) =>
        {
            isNew = BranchTable.Write(connection, transaction, branch);
            if (isNew)
            {
                SnapshotTable.Write(connection, transaction, snapshot);
                if (branch.FromBranch is { } from)
                    SqliteCommentStore.Copy(connection, transaction, branch.DocumentId, from, new(Revision: branch.FromRevision), branch.Name);
            }
        }, cancellationToken);
        return isNew;
    }

    public Task DeleteBranchAsync(Branch branch, CancellationToken cancellationToken) =>
        database.WriteAsync((connection, transaction) => BranchTable.Mark(connection, transaction, branch), cancellationToken);

    public Task PurgeBranchAsync(Branch branch, DateTime now, CancellationToken cancellationToken) => new BranchPurge(database).RunAsync(branch, now, cancellationToken);

    public Task<BranchState?> LoadAsOfAsync(Guid documentId, string branch, long revision, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        return new BranchReader(database, documentId, branch).Load(connection, revision);
    }, cancellationToken);

    public Task<long> RevisionAtAsync(Guid documentId, string branch, DateTime at, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var head = connection.Command("SELECT COALESCE(MAX(Revision), 0) FROM Operations WHERE DocumentId = $document AND Branch = $branch", ("$document", documentId), ("$branch", branch));
        long low = 0, high = (long)head.ExecuteScalar()!;
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (Time(connection, documentId, branch, middle) is { } time && time <= at)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }, cancellationToken);

    public Task<DateTime?> TimeOfAsync(Guid documentId, string branch, long revision, CancellationToken cancellationToken) =>
        database.ReadAsync(connection => Time(connection, documentId, branch, revision), cancellationToken);

    public Task<IReadOnlyList<JournalEntry>> FindByElementAsync(Guid documentId, string branch, string elementId, long beforeRevision, int scan, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<JournalEntry>>(connection =>
    {
        // As the id stands in the JSON of changes. A value that looks like it is found too; the reader of the changes tells them apart.
        var quoted = Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(elementId, ChangeJson.WriterOptions.Encoder)}\"");
        using var select = connection.Command(
            $"""
            SELECT {JournalTable.Columns} FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision < $before AND Revision >= $before - $scan
            AND (instr(Changes, $id) > 0 OR instr(Inverse, $id) > 0) ORDER BY Revision DESC LIMIT $limit
            """,
            ("$document", documentId), ("$branch", branch), ("$before", beforeRevision), ("$scan", scan), ("$id", quoted), ("$limit", limit));
        return JournalTable.ReadPage(select);
    }, cancellationToken);

    public Task<IReadOnlyList<long>> ReadSnapshotRevisionsAsync(Guid documentId, string branch, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<long>>(connection =>
    {
        using var select = connection.Command("SELECT Revision FROM Snapshots WHERE DocumentId = $document AND Branch = $branch ORDER BY Revision", ("$document", documentId), ("$branch", branch));
        using var row = select.ExecuteReader();
        var revisions = new List<long>();
        while (row.Read())
            revisions.Add(row.GetInt64(0));
        return revisions;
    }, cancellationToken);

    public Task<(bool Found, byte[]? Content, bool IsSealed)> ReadSnapshotAsync(Guid documentId, string branch, long revision, CancellationToken cancellationToken) => database.ReadAsync<(bool, byte[]?, bool)>(connection =>
    {
        using var select = connection.Command("SELECT Revision, TakenAt, Content, Hash FROM Snapshots WHERE DocumentId = $document AND Branch = $branch AND Revision = $revision", ("$document", documentId), ("$branch", branch), ("$revision", revision));
        using var row = select.ExecuteReader();
        return row.Read() ? (true, SnapshotTable.Read(row, documentId, branch), !row.IsDBNull(3)) : (false, null, false);
    }, cancellationToken);

    public Task<IReadOnlyList<string>> ReadNamesOfContentsAsync(Guid documentId, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<string>>(connection => BranchTable.ReadNamesOfContents(connection, documentId), cancellationToken);

    public Task<IReadOnlyList<Damage>> ReadMistypedAsync(Guid documentId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Damage>>(connection => StoredTypes.Check(connection, documentId), cancellationToken);

    public async Task<StoredDocumentIds> ReadDocumentIdsAsync(CancellationToken cancellationToken)
    {
        await database.PrepareAsync(cancellationToken);
        return await database.ReadAsync(connection =>
        {
            using var select = connection.Command(string.Join(" UNION ", StoredTypes.Tables.Select(table => $"SELECT DISTINCT DocumentId FROM {table}")));
            using var row = select.ExecuteReader();
            var ids = new SortedSet<Guid>();
            var unreadable = new List<string>();
            while (row.Read())
            {
                if (row.GetValue(0) is string text && Guid.TryParseExact(text, "D", out var id) && string.Equals(text, id.ToString("D").ToUpperInvariant(), StringComparison.Ordinal))
                    ids.Add(id);
                else
                    unreadable.Add(Convert.ToString(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture) ?? "");
            }
            return new StoredDocumentIds([.. ids], [.. unreadable]);
        }, cancellationToken);
    }

    private static DateTime? Time(SqliteConnection connection, Guid documentId, string branch, long revision)
    {
        using var select = revision == 0
            ? connection.Command("SELECT TakenAt FROM Snapshots WHERE DocumentId = $document AND Branch = $branch AND Revision = 0", ("$document", documentId), ("$branch", branch))
            : connection.Command("SELECT Timestamp FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision = $revision", ("$document", documentId), ("$branch", branch), ("$revision", revision));
        return select.ExecuteScalar() is long ticks ? SqliteCommands.Time(ticks) : null;
    }
}
