using Microsoft.Data.Sqlite;

namespace Svgx.Collaboration.Storage;

/// <summary>
/// Reads a branch as of a revision: the newest snapshot that is whole, and the operations from there, each checked against the one before it. The operations come in pages, beside the connection that
/// found the snapshot: together they may be more than there is memory, and what is in a journal stays as it is.
/// </summary>
internal sealed class BranchReader(CollaborationDatabase database, Guid documentId, string branch)
{
    private const int PageSize = 1_000;

    public BranchState? Load(SqliteConnection connection, long upToRevision)
    {
        try
        {
            return Read(connection, upToRevision);
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            throw Unreadable(error);
        }
    }

    private BranchState? Read(SqliteConnection connection, long upToRevision)
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
            var last = HashAt(connection, revision);
            ReadOnlyMemory<byte> hash = last ?? JournalChain.Start(documentId, branch);
            return new(revision, content, hash, TailAsync(revision, Head(connection, revision, upToRevision), hash, hasBegun: last is not null)) { DamagedSnapshots = damaged };
        }
        return damaged.Count > 0 ? throw new BranchDamagedException($"No snapshot of {documentId} ({branch}) is whole.") : null;
    }

    private async IAsyncEnumerable<JournalEntry> TailAsync(long revision, long head, ReadOnlyMemory<byte> before, bool hasBegun)
    {
        while (revision < head)
        {
            var page = await ReadAsync(revision, head);
            if (page.Count == 0)
                throw new BranchDamagedException($"The journal of {documentId} ({branch}) ends at {revision} instead of {head}."); // purged meanwhile
            foreach (var entry in page)
            {
                if (!JournalChain.Holds(before, entry, hasBegun))
                    throw new BranchDamagedException($"Operation {entry.Revision} of {documentId} ({branch}) is not as it was stored.");
                hasBegun |= entry.Hash is not null;
                before = entry.Hash ?? before;
                revision = entry.Revision;
                yield return entry;
            }
        }
    }

    private async Task<List<JournalEntry>> ReadAsync(long afterRevision, long upToRevision)
    {
        try
        {
            return await database.ReadAsync(connection =>
            {
                using var select = connection.Command(
                    $"SELECT {JournalTable.Columns} FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision > $after AND Revision <= $upTo ORDER BY Revision LIMIT $limit",
                    ("$document", documentId), ("$branch", branch), ("$after", afterRevision), ("$upTo", upToRevision), ("$limit", PageSize));
                return JournalTable.ReadPage(select);
            }, CancellationToken.None);
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            throw Unreadable(error);
        }
    }

    private long Head(SqliteConnection connection, long revision, long upToRevision)
    {
        using var select = connection.Command("SELECT COALESCE(MAX(Revision), $revision) FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision <= $upTo",
            ("$document", documentId), ("$branch", branch), ("$revision", revision), ("$upTo", upToRevision));
        return (long)select.ExecuteScalar()!;
    }

    private byte[]? HashAt(SqliteConnection connection, long revision)
    {
        using var select = connection.Command("SELECT Hash FROM Operations WHERE DocumentId = $document AND Branch = $branch AND Revision = $revision", ("$document", documentId), ("$branch", branch), ("$revision", revision));
        return select.ExecuteScalar() as byte[];
    }

    private static bool IsUnreadable(Exception error) => error is InvalidCastException or FormatException or OverflowException;

    private BranchDamagedException Unreadable(Exception error) => new($"Something stored of {documentId} ({branch}) cannot be read. {error.Message}");
}
