using Microsoft.Data.Sqlite;

namespace Svgx.Collaboration.Storage;

/// <summary>Reads a branch as of a revision: the newest snapshot that is whole, and the operations from there, each checked against the one before it.</summary>
internal static class BranchReader
{
    public static BranchState? Load(SqliteConnection connection, Guid documentId, string branch, long upToRevision)
    {
        try
        {
            return Read(connection, documentId, branch, upToRevision);
        }
        catch (Exception error) when (error is InvalidCastException or FormatException or OverflowException)
        {
            throw new BranchDamagedException($"Something stored of {documentId} ({branch}) cannot be read. {error.Message}");
        }
    }

    private static BranchState? Read(SqliteConnection connection, Guid documentId, string branch, long upToRevision)
    {
        using var select = connection.Command("SELECT Revision, TakenAt, Content, Hash FROM Snapshots WHERE DocumentId = $document AND Branch = $branch AND Revision <= $upTo ORDER BY Revision DESC",
            ("$document", documentId), ("$branch", branch), ("$upTo", upToRevision));
        using var row = select.ExecuteReader();
        var damaged = new List<long>();
        while (row.Read())
        {
            var revision = row.GetInt64(0);
            if (SnapshotTable.Read(row, documentId, branch) is not { } content)
            {
                damaged.Add(revision);
                continue;
            }
            var tail = Tail(connection, documentId, branch, revision, upToRevision);
            var last = HashAt(connection, documentId, branch, revision);
            var hasBegun = last is not null;
            ReadOnlyMemory<byte> before = last ?? JournalChain.Start(documentId, branch);
            foreach (var entry in tail)
            {
                if (!JournalChain.Holds(before, entry, hasBegun))
                    throw new BranchDamagedException($"Operation {entry.Revision} of {documentId} ({branch}) is not as it was stored.");
                hasBegun |= entry.Hash is not null;
                before = entry.Hash ?? before;
            }
            return new(revision, content, tail) { LastHash = before, DamagedSnapshots = damaged };
        }
        return damaged.Count > 0 ? throw new BranchDamagedException($"No snapshot of {documentId} ({branch}) is whole.") : null;
    }

    private static List<JournalEntry> Tail(SqliteConnection connection, Guid documentId, string branch, long afterRevision, long upToRevision)
    {
        using var select = connection.Command($"SELECT {JournalTable.Columns} FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision > $after AND Revision <= $upTo ORDER BY Revision",
            ("$document", documentId), ("$branch", branch), ("$after", afterRevision), ("$upTo", upToRevision));
        return JournalTable.ReadAll(select);
    }

    private static byte[]? HashAt(SqliteConnection connection, Guid documentId, string branch, long revision)
    {
        using var select = connection.Command("SELECT Hash FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision = $revision", ("$document", documentId), ("$branch", branch), ("$revision", revision));
        return select.ExecuteScalar() as byte[];
    }
}
