using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Storage;

/// <summary>Journal and snapshots in <c>collaboration.db</c>.</summary>
internal sealed class SqliteCollaborationStore(CollaborationDatabase database, IOptions<StorageOptions> options) : ICollaborationStore
{
    /// <summary>To come to where an operation says its group, the database passes over all that it holds; no more is passed over than this.</summary>
    private const long MaxPassedOver = 256 << 20;

    /// <summary>Operations beyond those asked for that are read to have a step whole: as many as are one step.</summary>
    private const int MostOfOneStep = 20_000;

    private readonly StorageOptions _options = options.Value;

    public Task PrepareAsync(CancellationToken cancellationToken) => database.PrepareAsync(cancellationToken);

    public Task CreateDocumentAsync(Guid documentId, string branch, ReadOnlyMemory<byte> content, DateTime createdAt, CancellationToken cancellationToken) =>
        SaveSnapshotAsync(documentId, branch, 0, content, createdAt, cancellationToken);

    public Task AppendAsync(JournalBatch batch, CancellationToken cancellationToken) => database.AppendAsync(batch.Entries, (connection, transaction) =>
    {
        CommentTable.Write(connection, transaction, batch.Comments, batch.ReadMarks);
        SqliteConflictStore.Write(connection, transaction, batch.Conflicts);
        if (batch.Version is { } version)
            VersionTable.Write(connection, transaction, version);
    }, cancellationToken);

    public Task SaveSnapshotAsync(Guid documentId, string branch, long revision, ReadOnlyMemory<byte> content, DateTime takenAt, CancellationToken cancellationToken)
    {
        var row = SnapshotTable.Prepare(documentId, branch, revision, content, takenAt);
        return database.WriteAsync((connection, transaction) =>
        {
            SnapshotTable.Write(connection, transaction, row);
            SnapshotTable.Thin(connection, transaction, documentId, branch, _options);
        }, cancellationToken);
    }

    public Task<BranchState?> LoadBranchAsync(Guid documentId, string branch, CancellationToken cancellationToken) => database.ReadAsync<BranchState?>(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: true); // snapshot and head of one moment
        return BranchTable.IsDeleted(connection, documentId, branch) ? null : new BranchReader(database, documentId, branch).Load(connection, long.MaxValue);
    }, cancellationToken);

    public Task<IReadOnlyList<JournalEntry>> ReadAsync(Guid documentId, string branch, long afterRevision, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<JournalEntry>>(connection =>
    {
        using var select = connection.Command($"SELECT {JournalTable.Columns} FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision > $after ORDER BY Revision LIMIT $limit",
            ("$document", documentId), ("$branch", branch), ("$after", afterRevision), ("$limit", limit));
        return JournalTable.ReadPage(select);
    }, cancellationToken);

    public Task<IReadOnlyList<JournalEntry>> ReadBackAsync(Guid documentId, string branch, long upToRevision, string? userId, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<JournalEntry>>(connection =>
    {
        using var select = connection.Command($"SELECT {JournalTable.Columns} FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision <= $upTo AND ($user IS NULL OR UserId = $user) ORDER BY Revision DESC LIMIT $limit",
            ("$document", documentId), ("$branch", branch), ("$upTo", upToRevision), ("$user", userId), ("$limit", limit));
        return JournalTable.ReadPage(select);
    }, cancellationToken);

    public Task<IReadOnlyList<UndoableOperation>> ReadUndoableAsync(Guid documentId, string branch, long upToRevision, string userId, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<UndoableOperation>>(connection =>
    {
        // An id is much shorter than what is taken of the lists, which may name 20,000.
        using var select = connection.Command(
            """
            SELECT Revision, OperationId, GroupId, substr(UndoOf, 1, 256), substr(RedoOf, 1, 256), length(Data) + length(Changes) + length(Inverse) FROM Operations
            WHERE DocumentId = $document AND Branch = $branch AND Revision <= $upTo AND UserId = $user ORDER BY Revision DESC LIMIT $most
            """,
            ("$document", documentId), ("$branch", branch), ("$upTo", upToRevision), ("$user", userId), ("$most", limit + MostOfOneStep));
        using var row = select.ExecuteReader();
        var found = new List<UndoableOperation>();
        for (var passed = 0L; passed < MaxPassedOver && row.Read(); passed += found[^1].Bytes)
        {
            var group = JournalTable.Text(row, 2);
            if (found.Count >= limit && (group is null || group != found[^1].GroupId))
                break;
            found.Add(new(row.GetInt64(0), row.GetString(1), group, UndoableOperation.Newest(JournalTable.Text(row, 3)), UndoableOperation.Newest(JournalTable.Text(row, 4)), row.GetInt64(5)));
        }
        return found;
    }, cancellationToken);

    public Task<IReadOnlyList<KnownOperation>> FindOperationsAsync(Guid documentId, IReadOnlyCollection<string> operationIds, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<KnownOperation>>(connection =>
    {
        var found = new List<KnownOperation>();
        using var select = connection.Command("SELECT UserId, Branch, Revision, ElementId FROM Operations WHERE DocumentId = $document AND OperationId = $operation", ("$document", documentId), ("$operation", ""));
        foreach (var id in operationIds)
        {
            select.Parameters["$operation"].Value = id;
            using var row = select.ExecuteReader();
            if (row.Read())
                found.Add(new(id, row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3)));
        }
        return found;
    }, cancellationToken);

    public Task<IReadOnlyList<string>> ReadOperationIdsAsync(Guid documentId, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<string>>(connection =>
    {
        using var select = connection.Command("SELECT OperationId FROM Operations WHERE DocumentId = $document", ("$document", documentId));
        using var row = select.ExecuteReader();
        var ids = new List<string>();
        while (row.Read())
            ids.Add(row.GetString(0));
        return ids;
    }, cancellationToken);

    public Task<IReadOnlyDictionary<Guid, LastChange>> ReadLastChangesAsync(IReadOnlyCollection<Guid> documentIds, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyDictionary<Guid, LastChange>>(connection =>
    {
        var changes = new Dictionary<Guid, LastChange>();
        // The end of each branch is where the primary key ends: however long a journal is, one row of it is read.
        using var select = connection.Command(
            """
            SELECT Timestamp, UserId, Username FROM Operations
            WHERE DocumentId = $document AND Branch = $branch AND Revision = (SELECT max(Revision) FROM Operations WHERE DocumentId = $document AND Branch = $branch)
            """,
            ("$document", Guid.Empty), ("$branch", ""));
        foreach (var id in documentIds)
        {
            select.Parameters["$document"].Value = id;
            foreach (var branch in BranchTable.ReadNamesInUse(connection, id))
            {
                select.Parameters["$branch"].Value = branch;
                using var row = select.ExecuteReader();
                if (!row.Read())
                    continue;
                var change = new LastChange(row.GetTime(0), row.GetString(1), row.GetString(2));
                if (!changes.TryGetValue(id, out var known) || change.At > known.At)
                    changes[id] = change;
            }
        }
        return changes;
    }, cancellationToken);

    public Task DeleteDocumentAsync(Guid documentId, CancellationToken cancellationToken) => database.WriteAsync((connection, transaction) =>
    {
        connection.Execute(transaction, "DELETE FROM Operations WHERE DocumentId = $document", ("$document", documentId));
        connection.Execute(transaction, "DELETE FROM Snapshots WHERE DocumentId = $document", ("$document", documentId));
        CommentTable.DeleteDocument(connection, transaction, documentId);
        SqliteConflictStore.Delete(connection, transaction, documentId);
        VersionTable.DeleteDocument(connection, transaction, documentId);
    }, cancellationToken);
}
