using Microsoft.Data.Sqlite;

namespace Svgx.Collaboration.Storage;

/// <summary>Snapshots, written and read with their checksums.</summary>
internal static class SnapshotTable
{
    /// <summary>Compresses and hashes, which is better done before the writer waits for it.</summary>
    public static SnapshotRow Prepare(Guid documentId, string branch, long revision, ReadOnlyMemory<byte> content, DateTime takenAt) => new()
    {
        DocumentId = documentId,
        Branch = branch,
        Revision = revision,
        TakenAt = takenAt.Ticks,
        Content = SnapshotCompression.Compress(content.Span),
        Hash = Hash(documentId, branch, revision, takenAt.Ticks, content.Span),
    };

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
            var content = SnapshotCompression.Expand(row.GetFieldValue<byte[]>(2));
            return row.IsDBNull(3) || Hash(documentId, branch, row.GetInt64(0), row.GetInt64(1), content).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(3)) ? content : null;
        }
        catch (Exception error) when (error is InvalidOperationException or InvalidDataException or InvalidCastException or FormatException)
        {
            return null;
        }
    }

    private static byte[] Hash(Guid documentId, string branch, long revision, long takenAt, ReadOnlySpan<byte> content)
    {
        using var hash = new FieldHash("svgx-snapshot-1");
        return hash.Add(documentId).Add(branch).Add(revision).Add(takenAt).Add(content).Finish();
    }
}
