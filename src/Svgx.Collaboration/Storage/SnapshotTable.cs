using Microsoft.Data.Sqlite;

namespace Svgx.Collaboration.Storage;

/// <summary>Snapshots, written and read with their checksums.</summary>
internal static class SnapshotTable
{
    /// <summary>Compresses and hashes, which is better done before the writer waits for it.</summary>
    public static SnapshotRow Prepare(Guid documentId, string branch, long revision, ReadOnlyMemory<byte> content, DateTime takenAt)
    {
        var packed = SnapshotCompression.Compress(content.Span);
        return new()
        {
            DocumentId = documentId,
            Branch = branch,
            Revision = revision,
            TakenAt = takenAt.Ticks,
            Content = packed,
            Hash = Hash(documentId, branch, revision, takenAt.Ticks, packed),
        };
    }

    public static void Write(SqliteConnection connection, SqliteTransaction transaction, SnapshotRow row) => connection.Execute(transaction,
        "INSERT OR REPLACE INTO Snapshots (DocumentId, Branch, Revision, TakenAt, Content, Hash) VALUES ($document, $branch, $revision, $at, $content, $hash)",
        ("$document", row.DocumentId), ("$branch", row.Branch), ("$revision", row.Revision), ("$at", row.TakenAt), ("$content", row.Content), ("$hash", row.Hash));

    /// <summary>Lets go of snapshots that neither opening nor looking back needs.</summary>
    public static void Thin(SqliteConnection connection, SqliteTransaction transaction, Guid documentId, string branch, StorageOptions options) => connection.Execute(transaction,
        """
        DELETE FROM Snapshots WHERE DocumentId = $document AND Branch = $branch
        AND Revision NOT IN (SELECT Revision FROM Snapshots WHERE DocumentId = $document AND Branch = $branch ORDER BY Revision DESC LIMIT $kept)
        AND Revision NOT IN (SELECT MIN(Revision) FROM Snapshots WHERE DocumentId = $document AND Branch = $branch GROUP BY Revision / $spacing)
        """,
        ("$document", documentId), ("$branch", branch), ("$kept", options.KeptSnapshots), ("$spacing", options.SnapshotSpacing));

    /// <summary>The content of the row that a reader of <c>Revision, TakenAt, Content, Hash</c> is at; <see langword="null"/> where it is damaged.</summary>
    public static byte[]? Read(SqliteDataReader row, Guid documentId, string branch)
    {
        try
        {
            var packed = row.GetFieldValue<byte[]>(2);
            return row.IsDBNull(3) || Hash(documentId, branch, row.GetInt64(0), row.GetInt64(1), packed).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(3)) ? SnapshotCompression.Expand(packed) : null;
        }
        catch (Exception error) when (error is InvalidOperationException or InvalidDataException or InvalidCastException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Over the packed bytes: not every bit of them changes what they unpack to.</summary>
    private static byte[] Hash(Guid documentId, string branch, long revision, long takenAt, ReadOnlySpan<byte> packed)
    {
        using var hash = new FieldHash("svgx-snapshot-2");
        return hash.Add(documentId).Add(branch).Add(revision).Add(takenAt).Add(packed).Finish();
    }
}
