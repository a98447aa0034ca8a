using Microsoft.Data.Sqlite;

namespace Svgx.Collaboration.Storage;

/// <summary>The columns of the journal in one order, for writing and reading.</summary>
internal static class JournalTable
{
    public const string Columns = "DocumentId, Branch, Revision, OperationId, UserId, Username, SessionId, Type, ElementId, Data, Changes, Inverse, Timestamp, BaseRevision, GestureId, GroupId, UndoOf, RedoOf, Origin, Hash";

    public static SqliteCommand PrepareInsert(SqliteConnection connection)
    {
        var names = Columns.Split(", ");
        var insert = connection.CreateCommand();
        insert.CommandText = $"INSERT INTO Operations ({Columns}) VALUES ({string.Join(", ", names.Select(name => "$" + name))})";
        foreach (var name in names)
            insert.Parameters.Add(new SqliteParameter { ParameterName = "$" + name });
        return insert;
    }

    public static void Bind(SqliteCommand insert, JournalEntry entry)
    {
        var at = 0;
        var parameters = insert.Parameters;
        parameters[at++].Value = entry.DocumentId;
        parameters[at++].Value = entry.Branch;
        parameters[at++].Value = entry.Revision;
        parameters[at++].Value = entry.OperationId;
        parameters[at++].Value = entry.UserId;
        parameters[at++].Value = entry.Username;
        parameters[at++].Value = entry.SessionId;
        parameters[at++].Value = entry.Type;
        parameters[at++].Value = entry.ElementId;
        parameters[at++].Value = Bytes(entry.Data);
        parameters[at++].Value = Bytes(entry.Changes);
        parameters[at++].Value = Bytes(entry.Inverse);
        parameters[at++].Value = entry.Timestamp.Ticks;
        parameters[at++].Value = entry.BaseRevision ?? (object)DBNull.Value;
        parameters[at++].Value = entry.GestureId ?? (object)DBNull.Value;
        parameters[at++].Value = entry.GroupId ?? (object)DBNull.Value;
        parameters[at++].Value = entry.UndoOf ?? (object)DBNull.Value;
        parameters[at++].Value = entry.RedoOf ?? (object)DBNull.Value;
        parameters[at++].Value = entry.Origin ?? (object)DBNull.Value;
        parameters[at].Value = entry.Hash is { } hash ? Bytes(hash) : DBNull.Value;
    }

    /// <summary>About how many bytes of operations are read at once, whatever the limit: an operation may hold megabytes.</summary>
    public const long PageBytes = 16 << 20;

    /// <summary>Reads a page of operations, at least one where there is any: a page that is short of its limit is not the last.</summary>
    public static List<JournalEntry> ReadPage(SqliteCommand select)
    {
        using var row = select.ExecuteReader();
        var entries = new List<JournalEntry>();
        for (var bytes = 0L; bytes < PageBytes && row.Read(); bytes += entries[^1].Bytes)
        {
            entries.Add(new()
            {
                DocumentId = row.GetGuid(0),
                Branch = row.GetString(1),
                Revision = row.GetInt64(2),
                OperationId = row.GetString(3),
                UserId = row.GetString(4),
                Username = row.GetString(5),
                SessionId = row.GetString(6),
                Type = row.GetString(7),
                ElementId = row.GetString(8),
                Data = row.GetFieldValue<byte[]>(9),
                Changes = row.GetFieldValue<byte[]>(10),
                Inverse = row.GetFieldValue<byte[]>(11),
                Timestamp = row.GetTime(12),
                BaseRevision = row.IsDBNull(13) ? null : row.GetInt64(13),
                GestureId = Text(row, 14),
                GroupId = Text(row, 15),
                UndoOf = Text(row, 16),
                RedoOf = Text(row, 17),
                Origin = Text(row, 18),
                Hash = row.IsDBNull(19) ? default(ReadOnlyMemory<byte>?) : row.GetFieldValue<byte[]>(19), // a plain null would become an empty memory
            });
        }
        return entries;
    }

    public static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out var segment) && segment.Count == segment.Array!.Length ? segment.Array : memory.ToArray();
}
