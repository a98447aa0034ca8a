using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Presence;

namespace Svgx.Collaboration.Storage;

/// <summary>Activity logs in <c>collaboration.db</c>.</summary>
internal sealed class SqliteActivityStore(CollaborationDatabase database) : IActivityStore
{
    private const string Columns = "Id, DocumentId, Branch, UserId, Username, Kind, Detail, Count, ElementIds, StartedAt, EndedAt";

    public Task PrepareAsync(CancellationToken cancellationToken) => database.PrepareAsync(cancellationToken);

    public Task<long> ReadLastIdAsync(CancellationToken cancellationToken) => database.ReadAsync(connection =>
    {
        using var select = connection.Command("SELECT COALESCE(MAX(Id), 0) FROM Activities");
        return (long)select.ExecuteScalar()!;
    }, cancellationToken);

    public Task SaveAsync(IReadOnlyCollection<ActivityEntry> entries, IReadOnlyCollection<Guid> trimmed, int kept, CancellationToken cancellationToken) => database.WriteAsync((connection, transaction) =>
    {
        foreach (var entry in entries)
        {
            connection.Execute(transaction,
                $"""
                INSERT INTO Activities ({Columns}) VALUES ($id, $document, $branch, $user, $name, $kind, $detail, $count, $elements, $started, $ended)
                ON CONFLICT (Id) DO UPDATE SET Count = excluded.Count, ElementIds = excluded.ElementIds, EndedAt = excluded.EndedAt
                """,
                ("$id", entry.Id), ("$document", entry.DocumentId), ("$branch", entry.Branch), ("$user", entry.UserId), ("$name", entry.Username), ("$kind", entry.Kind), ("$detail", entry.Detail),
                ("$count", entry.Count), ("$elements", JsonSerializer.Serialize(entry.ElementIds)), ("$started", entry.StartedAt.Ticks), ("$ended", entry.EndedAt.Ticks));
        }
        foreach (var document in trimmed)
        {
            connection.Execute(transaction,
                "DELETE FROM Activities WHERE DocumentId = $document AND Id <= (SELECT Id FROM Activities WHERE DocumentId = $document ORDER BY Id DESC LIMIT 1 OFFSET $kept)",
                ("$document", document), ("$kept", kept));
        }
    }, cancellationToken);

    public Task PurgeAsync(DateTime before, CancellationToken cancellationToken) => database.WriteAsync((connection, transaction) =>
        connection.Execute(transaction, "DELETE FROM Activities WHERE EndedAt < $before", ("$before", before.Ticks)), cancellationToken);

    public Task<IReadOnlyList<ActivityEntry>> ReadAsync(Guid documentId, string? userId, long? before, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ActivityEntry>>(connection =>
    {
        using var select = connection.Command(
            $"SELECT {Columns} FROM Activities WHERE DocumentId = $document {(userId is null ? "" : "AND UserId = $user")} AND Id < $before ORDER BY Id DESC LIMIT $limit",
            ("$document", documentId), ("$user", userId), ("$before", before ?? long.MaxValue), ("$limit", limit));
        using var row = select.ExecuteReader();
        var entries = new List<ActivityEntry>();
        while (row.Read())
        {
            entries.Add(new(row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6), row.GetInt64(7),
                JsonSerializer.Deserialize<ImmutableArray<string>>(row.GetString(8)), new(row.GetInt64(9), DateTimeKind.Utc), new(row.GetInt64(10), DateTimeKind.Utc)));
        }
        return entries;
    }, cancellationToken);

    public Task DeleteAsync(Guid documentId, CancellationToken cancellationToken) => database.WriteAsync((connection, transaction) =>
        connection.Execute(transaction, "DELETE FROM Activities WHERE DocumentId = $document", ("$document", documentId)), cancellationToken);
}
