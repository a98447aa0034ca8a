using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Comments;

/// <summary>Writes and reads the tables of comments.</summary>
internal static class CommentTable
{
    public const string Columns = "DocumentId, Branch, Sequence, EventId, Kind, ThreadId, CommentId, UserId, Username, Text, X, Y, ElementId, OffsetX, OffsetY, Revision, RecordedAt, WrittenAt, Origin";

    private static readonly string Insert = $"INSERT INTO CommentEvents ({Columns}) VALUES ({string.Join(", ", Columns.Split(", ").Select(name => "$" + name))})";

    /// <summary>Appends events and moves read marks forward, never back.</summary>
    public static void Write(SqliteConnection connection, SqliteTransaction transaction, IEnumerable<CommentEvent> events, IEnumerable<CommentReadMark> marks)
    {
        foreach (var item in events)
        {
            connection.Execute(transaction, Insert,
                ("$DocumentId", item.DocumentId), ("$Branch", item.Branch), ("$Sequence", item.Sequence), ("$EventId", item.EventId), ("$Kind", (int)item.Kind),
                ("$ThreadId", item.ThreadId), ("$CommentId", item.CommentId), ("$UserId", item.UserId), ("$Username", item.Username), ("$Text", item.Text),
                ("$X", item.Anchor?.X), ("$Y", item.Anchor?.Y), ("$ElementId", item.Anchor?.ElementId), ("$OffsetX", item.Anchor?.OffsetX), ("$OffsetY", item.Anchor?.OffsetY),
                ("$Revision", item.Revision), ("$RecordedAt", item.RecordedAt.Ticks), ("$WrittenAt", item.WrittenAt.Ticks), ("$Origin", item.Origin));
        }
        foreach (var mark in marks)
        {
            connection.Execute(transaction,
                """
                INSERT INTO CommentReadMarks (DocumentId, Branch, UserId, ThreadId, Sequence) VALUES ($document, $branch, $user, $thread, $sequence)
                ON CONFLICT (DocumentId, Branch, UserId, ThreadId) DO UPDATE SET Sequence = max(Sequence, excluded.Sequence)
                """,
                ("$document", mark.DocumentId), ("$branch", mark.Branch), ("$user", mark.UserId), ("$thread", mark.ThreadId), ("$sequence", mark.Sequence));
        }
    }

    public static void DeleteDocument(SqliteConnection connection, SqliteTransaction transaction, Guid documentId)
    {
        connection.Execute(transaction, "DELETE FROM CommentEvents WHERE DocumentId = $document", ("$document", documentId));
        connection.Execute(transaction, "DELETE FROM CommentReadMarks WHERE DocumentId = $document", ("$document", documentId));
    }

    public static List<RecordedCommentEvent> ReadAll(SqliteCommand select)
    {
        using var row = select.ExecuteReader();
        var events = new List<RecordedCommentEvent>();
        while (row.Read())
            events.Add(new(row.GetInt64(0), Read(row)));
        return events;
    }

    private static CommentEvent Read(SqliteDataReader row)
    {
        var kind = (CommentEventKind)row.GetInt32(5);
        return new()
        {
            DocumentId = row.GetGuid(1),
            Branch = row.GetString(2),
            Sequence = row.GetInt64(3),
            EventId = row.GetString(4),
            Kind = kind,
            ThreadId = row.GetString(6),
            CommentId = row.GetString(7),
            UserId = row.GetString(8),
            Username = row.GetString(9),
            Text = row.IsDBNull(10) ? null : row.GetString(10),
            Anchor = row.IsDBNull(11)
                ? null
                : new(row.GetDouble(11), row.GetDouble(12), row.IsDBNull(13) ? null : row.GetString(13), row.GetDouble(14), row.GetDouble(15), kind == CommentEventKind.Detached),
            Revision = row.GetInt64(16),
            RecordedAt = new(row.GetInt64(17), DateTimeKind.Utc),
            WrittenAt = new(row.GetInt64(18), DateTimeKind.Utc),
            Origin = row.IsDBNull(19) ? null : row.GetString(19),
        };
    }
}
