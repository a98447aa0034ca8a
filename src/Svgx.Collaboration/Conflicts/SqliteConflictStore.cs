using System.Text.Json;
using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Conflicts;

/// <summary>Conflicts and policies in <c>collaboration.db</c>.</summary>
internal sealed class SqliteConflictStore(CollaborationDatabase database) : IConflictStore
{
    public Task<IReadOnlyList<Conflict>> ReadAsync(Guid documentId, string branch, ConflictStatus? status, string? before, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Conflict>>(connection =>
    {
        using var select = connection.Command(
            """
            SELECT Content FROM Conflicts WHERE DocumentId = $document AND Branch = $branch AND ($open IS NULL OR IsOpen = $open) AND ($before IS NULL OR ConflictId < $before)
            ORDER BY ConflictId DESC LIMIT $limit
            """,
            ("$document", documentId), ("$branch", branch), ("$open", status is { } wanted ? wanted == ConflictStatus.Open : null), ("$before", before), ("$limit", limit));
        return ReadConflicts(select);
    }, cancellationToken);

    public Task<IReadOnlyList<Conflict>> ReadOpenAsync(Guid documentId, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<Conflict>>(connection =>
    {
        using var select = connection.Command(
            """
            SELECT Content FROM Conflicts WHERE DocumentId = $document AND IsOpen
            AND NOT EXISTS (SELECT 1 FROM Branches WHERE Branches.DocumentId = $document AND Name = Branch AND DeletedAt IS NOT NULL)
            ORDER BY ConflictId DESC LIMIT $limit
            """,
            ("$document", documentId), ("$limit", limit));
        return ReadConflicts(select);
    }, cancellationToken);

    public Task<Conflict?> FindAsync(Guid documentId, string conflictId, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var select = connection.Command("SELECT Content FROM Conflicts WHERE DocumentId = $document AND ConflictId = $id", ("$document", documentId), ("$id", conflictId));
        return select.ExecuteScalar() is byte[] content ? ReadConflict(content) : null;
    }, cancellationToken);

    public Task<ConflictPolicy?> ReadPolicyAsync(Guid documentId, CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var select = connection.Command("SELECT Content FROM ConflictPolicies WHERE DocumentId = $document", ("$document", documentId));
        return select.ExecuteScalar() is byte[] content ? JsonSerializer.Deserialize(content, ConflictJsonContext.Default.ConflictPolicy) : null;
    }, cancellationToken);

    public Task SavePolicyAsync(Guid documentId, ConflictPolicy policy, CancellationToken cancellationToken)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(policy, ConflictJsonContext.Default.ConflictPolicy);
        return database.WriteAsync((connection, transaction) =>
            connection.Execute(transaction, "INSERT OR REPLACE INTO ConflictPolicies (DocumentId, Content) VALUES ($document, $content)", ("$document", documentId), ("$content", content)), cancellationToken);
    }

    private static List<Conflict> ReadConflicts(SqliteCommand select)
    {
        using var row = select.ExecuteReader();
        var conflicts = new List<Conflict>();
        while (row.Read())
            conflicts.Add(ReadConflict(row.GetFieldValue<byte[]>(0)));
        return conflicts;
    }

    /// <summary>Writes conflicts in the transaction of the operations that made or settled them.</summary>
    public static void Write(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyList<Conflict> conflicts)
    {
        foreach (var conflict in conflicts)
        {
            connection.Execute(transaction, "INSERT OR REPLACE INTO Conflicts (DocumentId, ConflictId, Branch, IsOpen, Content) VALUES ($document, $id, $branch, $open, $content)",
                ("$document", conflict.DocumentId), ("$id", conflict.ConflictId), ("$branch", conflict.Branch), ("$open", conflict.Status == ConflictStatus.Open),
                ("$content", JsonSerializer.SerializeToUtf8Bytes(conflict, ConflictJsonContext.Default.Conflict)));
        }
    }

    /// <summary>Removes what belongs to a document.</summary>
    public static void Delete(SqliteConnection connection, SqliteTransaction transaction, Guid documentId)
    {
        connection.Execute(transaction, "DELETE FROM Conflicts WHERE DocumentId = $document", ("$document", documentId));
        connection.Execute(transaction, "DELETE FROM ConflictPolicies WHERE DocumentId = $document", ("$document", documentId));
    }

    private static Conflict ReadConflict(byte[] content) =>
        JsonSerializer.Deserialize(content, ConflictJsonContext.Default.Conflict) ?? throw new InvalidDataException("A conflict's row is empty.");
}
