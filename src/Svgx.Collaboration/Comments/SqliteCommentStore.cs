using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Comments;

/// <summary>Comments in <c>collaboration.db</c>.</summary>
internal sealed class SqliteCommentStore(CollaborationDatabase database) : ICommentStore
{
    private const string InMoment = "DocumentId = $document AND Branch = $from AND ($time IS NULL OR RecordedAt <= $time) AND ($revision IS NULL OR Revision <= $revision)";

    public async Task<IReadOnlyList<CommentEvent>> LoadAsync(Guid documentId, string branch, CancellationToken cancellationToken)
    {
        await database.PrepareAsync(cancellationToken);
        return await database.ReadAsync<IReadOnlyList<CommentEvent>>(connection =>
        {
            using var select = connection.Command($"SELECT Position, {CommentTable.Columns} FROM CommentEvents WHERE DocumentId = $document AND Branch = $branch ORDER BY Sequence",
                ("$document", documentId), ("$branch", branch));
            return [.. CommentTable.ReadAll(select).Select(recorded => recorded.Event)];
        }, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, long>> LoadReadMarksAsync(Guid documentId, string branch, string userId, CancellationToken cancellationToken)
    {
        await database.PrepareAsync(cancellationToken);
        return await database.ReadAsync<IReadOnlyDictionary<string, long>>(connection =>
        {
            using var select = connection.Command("SELECT ThreadId, Sequence FROM CommentReadMarks WHERE DocumentId = $document AND Branch = $branch AND UserId = $user",
                ("$document", documentId), ("$branch", branch), ("$user", userId));
            using var row = select.ExecuteReader();
            var marks = new Dictionary<string, long>(StringComparer.Ordinal);
            while (row.Read())
                marks.Add(row.GetString(0), row.GetInt64(1));
            return marks;
        }, cancellationToken);
    }

    public async Task CopyAsync(Guid documentId, string fromBranch, CommentMoment moment, string toBranch, CancellationToken cancellationToken)
    {
        await database.PrepareAsync(cancellationToken);
        await database.WriteAsync((connection, transaction) => Copy(connection, transaction, documentId, fromBranch, moment, toBranch), cancellationToken);
    }

    /// <summary>As <see cref="CopyAsync"/>, in a transaction that makes the branch.</summary>
    public static void Copy(SqliteConnection connection, SqliteTransaction transaction, Guid documentId, string fromBranch, CommentMoment moment, string toBranch)
    {
        (string, object?)[] values =
        [
            ("$document", documentId), ("$from", fromBranch), ("$to", toBranch), ("$time", moment.Time?.Ticks), ("$revision", moment.Revision),
        ];
        var columns = CommentTable.Columns.Replace("Branch", "$to", StringComparison.Ordinal).Replace("Origin", "$from", StringComparison.Ordinal)
            .Replace("Revision", "0", StringComparison.Ordinal); // all of it is there when the branch begins
        var copied = connection.Execute(transaction,
            $"""
            INSERT INTO CommentEvents ({CommentTable.Columns}) SELECT {columns} FROM CommentEvents
            WHERE {InMoment} AND NOT EXISTS (SELECT 1 FROM CommentEvents WHERE DocumentId = $document AND Branch = $to) ORDER BY Sequence
            """, values);
        if (copied == 0)
            return;
        connection.Execute(transaction,
            """
            INSERT OR IGNORE INTO CommentReadMarks (DocumentId, Branch, UserId, ThreadId, Sequence) SELECT DocumentId, $to, UserId, ThreadId, min(Sequence, $last) FROM CommentReadMarks
            WHERE DocumentId = $document AND Branch = $from
            """,
            ("$document", documentId), ("$from", fromBranch), ("$to", toBranch), ("$last", (long)copied)); // sequences have no gaps: the last is their number
    }

    public async Task<IReadOnlyList<RecordedCommentEvent>> ReadAsync(long afterPosition, int limit, CancellationToken cancellationToken)
    {
        await database.PrepareAsync(cancellationToken);
        return await database.ReadAsync<IReadOnlyList<RecordedCommentEvent>>(connection =>
        {
            using var select = connection.Command($"SELECT Position, {CommentTable.Columns} FROM CommentEvents WHERE Position > $after ORDER BY Position LIMIT $limit", ("$after", afterPosition), ("$limit", limit));
            return CommentTable.ReadAll(select);
        }, cancellationToken);
    }
}
