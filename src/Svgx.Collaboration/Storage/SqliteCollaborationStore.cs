using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Svgx.Collaboration.Storage;

/// <summary><c>collaboration.db</c>: SQLite in WAL mode, one writer with group commit, readers beside it.</summary>
internal sealed class SqliteCollaborationStore(IOptions<StorageOptions> options) : ICollaborationStore
{
    private readonly StorageOptions _options = options.Value;
    private readonly SemaphoreSlim _preparing = new(1, 1);
    private volatile JournalWriter? _writer;

    private string ConnectionString => new SqliteConnectionStringBuilder { DataSource = _options.DatabasePath, DefaultTimeout = 30 }.ToString();

    private JournalWriter Writer => _writer ?? throw new InvalidOperationException($"{nameof(PrepareAsync)} comes first.");

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _preparing.WaitAsync(cancellationToken);
        try
        {
            if (_writer is not null)
                return;
            Directory.CreateDirectory(_options.DataFolder);
            await using (var model = new CollaborationDbContext(new DbContextOptionsBuilder<CollaborationDbContext>().UseSqlite(ConnectionString).Options))
                await model.Database.MigrateAsync(cancellationToken);
            var connection = new SqliteConnection(ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using (var pragma = connection.CreateCommand())
            {
                pragma.CommandText = $"PRAGMA journal_mode=WAL; PRAGMA synchronous={(_options.Synchronous == JournalSynchronous.Full ? "FULL" : "NORMAL")};";
                await pragma.ExecuteNonQueryAsync(cancellationToken);
            }
            _writer = new(connection, _options);
        }
        finally
        {
            _preparing.Release();
        }
    }

    public Task CreateDocumentAsync(Guid documentId, string branch, ReadOnlyMemory<byte> content, DateTime createdAt, CancellationToken cancellationToken) =>
        SaveSnapshotAsync(documentId, branch, 0, content, createdAt, cancellationToken);

    public Task AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken) => Writer.AppendAsync(entries, cancellationToken);

    public Task SaveSnapshotAsync(Guid documentId, string branch, long revision, ReadOnlyMemory<byte> content, DateTime takenAt, CancellationToken cancellationToken)
    {
        var packed = SnapshotCompression.Compress(content.Span);
        return Writer.WriteAsync((connection, transaction) =>
        {
            Execute(connection, transaction, "INSERT OR REPLACE INTO Snapshots (DocumentId, Branch, Revision, TakenAt, Content) VALUES ($document, $branch, $revision, $at, $content)",
                ("$document", documentId), ("$branch", branch), ("$revision", revision), ("$at", takenAt.Ticks), ("$content", packed));
            Execute(connection, transaction,
                """
                DELETE FROM Snapshots WHERE DocumentId = $document AND Branch = $branch AND Revision > 0 AND Revision NOT IN
                (SELECT Revision FROM Snapshots WHERE DocumentId = $document AND Branch = $branch ORDER BY Revision DESC LIMIT $kept)
                """,
                ("$document", documentId), ("$branch", branch), ("$kept", _options.KeptSnapshots));
        }, cancellationToken);
    }

    public Task<BranchState?> LoadBranchAsync(Guid documentId, string branch, CancellationToken cancellationToken) => Read<BranchState?>(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: true); // snapshot and tail of one moment
        using var newest = Command(connection, "SELECT Revision, Content FROM Snapshots WHERE DocumentId = $document AND Branch = $branch ORDER BY Revision DESC LIMIT 1",
            ("$document", documentId), ("$branch", branch));
        newest.Transaction = transaction;
        using var row = newest.ExecuteReader();
        if (!row.Read())
            return null;
        var revision = row.GetInt64(0);
        var content = SnapshotCompression.Expand(row.GetFieldValue<byte[]>(1));
        using var tail = Command(connection, $"SELECT {JournalTable.Columns} FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision > $after ORDER BY Revision",
            ("$document", documentId), ("$branch", branch), ("$after", revision));
        tail.Transaction = transaction;
        return new(revision, content, JournalTable.ReadAll(tail));
    }, cancellationToken);

    public Task<IReadOnlyList<JournalEntry>> ReadAsync(Guid documentId, string branch, long afterRevision, int limit, CancellationToken cancellationToken) => Read<IReadOnlyList<JournalEntry>>(connection =>
    {
        using var select = Command(connection, $"SELECT {JournalTable.Columns} FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision > $after ORDER BY Revision LIMIT $limit",
            ("$document", documentId), ("$branch", branch), ("$after", afterRevision), ("$limit", limit));
        return JournalTable.ReadAll(select);
    }, cancellationToken);

    public Task<IReadOnlyList<JournalEntry>> ReadBackAsync(Guid documentId, string branch, long upToRevision, string? userId, int limit, CancellationToken cancellationToken) => Read<IReadOnlyList<JournalEntry>>(connection =>
    {
        using var select = Command(connection,
            $"SELECT {JournalTable.Columns} FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision <= $upTo AND ($user IS NULL OR UserId = $user) ORDER BY Revision DESC LIMIT $limit",
            ("$document", documentId), ("$branch", branch), ("$upTo", upToRevision), ("$user", userId ?? (object)DBNull.Value), ("$limit", limit));
        return JournalTable.ReadAll(select);
    }, cancellationToken);

    public Task<IReadOnlyList<KnownOperation>> FindOperationsAsync(Guid documentId, IReadOnlyCollection<string> operationIds, CancellationToken cancellationToken) => Read<IReadOnlyList<KnownOperation>>(connection =>
    {
        var found = new List<KnownOperation>();
        using var select = Command(connection, "SELECT UserId, Branch, Revision, ElementId FROM Operations WHERE DocumentId = $document AND OperationId = $operation", ("$document", documentId), ("$operation", ""));
        foreach (var id in operationIds)
        {
            select.Parameters["$operation"].Value = id;
            using var row = select.ExecuteReader();
            if (row.Read())
                found.Add(new(id, row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3)));
        }
        return found;
    }, cancellationToken);

    public Task<IReadOnlyList<string>> ReadOperationIdsAsync(Guid documentId, CancellationToken cancellationToken) => Read<IReadOnlyList<string>>(connection =>
    {
        using var select = Command(connection, "SELECT OperationId FROM Operations WHERE DocumentId = $document", ("$document", documentId));
        using var row = select.ExecuteReader();
        var ids = new List<string>();
        while (row.Read())
            ids.Add(row.GetString(0));
        return ids;
    }, cancellationToken);

    public Task DeleteDocumentAsync(Guid documentId, CancellationToken cancellationToken) => Writer.WriteAsync((connection, transaction) =>
    {
        Execute(connection, transaction, "DELETE FROM Operations WHERE DocumentId = $document", ("$document", documentId));
        Execute(connection, transaction, "DELETE FROM Snapshots WHERE DocumentId = $document", ("$document", documentId));
    }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_writer is { } writer)
            await writer.DisposeAsync();
        using (var pool = new SqliteConnection(ConnectionString))
            SqliteConnection.ClearPool(pool); // or the file stays open
        _preparing.Dispose();
    }

    /// <summary>SQLite reads without awaiting anything; the caller's thread does it on a pooled connection.</summary>
    private Task<T> Read<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        try
        {
            using var connection = new SqliteConnection(ConnectionString);
            connection.Open();
            return Task.FromResult(read(connection));
        }
        catch (Exception error) when (error is SqliteException or IOException or InvalidDataException)
        {
            return Task.FromException<T>(error);
        }
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = Command(connection, sql, values);
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
