using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>
/// Lets go of what a deleted branch holds. First it is noted that the branch is purged: from then on nobody looks for anything in it, and what an interrupted purge has left is taken by the next
/// one. Then everything goes in portions, so that no document waits long for the writer. The rows of the branch and of its versions stay, without contents: other versions come from them.
/// </summary>
internal sealed class BranchPurge(CollaborationDatabase database)
{
    private const int Operations = 2_000;
    private const int Versions = 500;
    private static readonly string[] Tables = ["Snapshots", "CommentEvents", "CommentReadMarks", "Conflicts"];

    public async Task RunAsync(Branch branch, DateTime now, CancellationToken cancellationToken)
    {
        var id = branch.DocumentId;
        await database.WriteAsync((connection, transaction) => BranchTable.Mark(connection, transaction, branch), cancellationToken);
        while (await PortionAsync((connection, transaction) => DeleteOperations(connection, transaction, branch)))
        {
        }
        while (await PortionAsync((connection, transaction) => PurgeVersions(connection, transaction, branch, now)))
        {
        }
        await database.WriteAsync((connection, transaction) =>
        {
            foreach (var table in Tables)
                connection.Execute(transaction, $"DELETE FROM {table} WHERE DocumentId = $document AND Branch = $branch", ("$document", id), ("$branch", branch.Name));
            VersionTable.Sweep(connection, transaction, id);
        }, CancellationToken.None);

        async Task<bool> PortionAsync(Func<SqliteConnection, SqliteTransaction, int> remove)
        {
            var removed = 0;
            await database.WriteAsync((connection, transaction) => removed = remove(connection, transaction), CancellationToken.None);
            return removed > 0;
        }
    }

    private static int DeleteOperations(SqliteConnection connection, SqliteTransaction transaction, Branch branch) => connection.Execute(transaction,
        $"""
        DELETE FROM Operations WHERE DocumentId = $document AND Branch = $branch
        AND Revision < (SELECT MIN(Revision) FROM Operations WHERE DocumentId = $document AND Branch = $branch) + {Operations}
        """,
        ("$document", branch.DocumentId), ("$branch", branch.Name));

    private static int PurgeVersions(SqliteConnection connection, SqliteTransaction transaction, Branch branch, DateTime now)
    {
        using var select = connection.Command($"SELECT {VersionTable.Columns} FROM Versions WHERE DocumentId = $document AND Branch = $branch AND PurgedAt IS NULL ORDER BY Number LIMIT {Versions}", ("$document", branch.DocumentId), ("$branch", branch.Name));
        select.Transaction = transaction;
        var purged = 0;
        foreach (var stored in VersionTable.ReadAll(select).Where(stored => stored.Fault is null)) // a damaged row stays as it is, for verify to tell
        {
            VersionTable.UpdateLabels(connection, transaction, stored.Version! with { Labels = VersionLabels.None, PurgedAt = now });
            purged++;
        }
        return purged;
    }
}
