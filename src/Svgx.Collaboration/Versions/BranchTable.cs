using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>Branches in the database. <c>main</c> has no row: it is there when the document is.</summary>
internal static class BranchTable
{
    private const string Columns = "DocumentId, Name, CreatedBy, CreatedByName, CreatedAt, FromBranch, FromRevision, FromVersion, DeletedAt, PurgedAt, Hash";

    public static bool IsDeleted(SqliteConnection connection, Guid documentId, string name)
    {
        using var select = connection.Command("SELECT 1 FROM Branches WHERE DocumentId = $document AND Name = $name AND DeletedAt IS NOT NULL", ("$document", documentId), ("$name", name));
        return select.ExecuteScalar() is not null;
    }

    /// <summary>The names of the branches that can be joined, <c>main</c> first, whether or not the document is there.</summary>
    public static List<string> ReadNamesInUse(SqliteConnection connection, Guid documentId)
    {
        List<string> names = [Engine.CollaborationEngine.MainBranch];
        using var select = connection.Command("SELECT Name FROM Branches WHERE DocumentId = $document AND DeletedAt IS NULL", ("$document", documentId));
        using var row = select.ExecuteReader();
        while (row.Read())
            names.Add(row.GetString(0));
        return names;
    }

    /// <summary>The branches that snapshots or operations are of, whether or not there are such branches.</summary>
    public static List<string> ReadNamesOfContents(SqliteConnection connection, Guid documentId)
    {
        using var select = connection.Command("SELECT DISTINCT Branch FROM Snapshots WHERE DocumentId = $document UNION SELECT DISTINCT Branch FROM Operations WHERE DocumentId = $document", ("$document", documentId));
        using var row = select.ExecuteReader();
        var names = new List<string>();
        while (row.Read())
            names.Add(row.GetString(0));
        return names;
    }

    /// <summary>All branches, deleted ones included, the oldest first, each with whether its row is as it was stored.</summary>
    public static List<(Branch Branch, string? Fault)> ReadAll(SqliteConnection connection, Guid documentId)
    {
        var branches = new List<(Branch, string?)>();
        using (var main = connection.Command("SELECT TakenAt FROM Snapshots WHERE DocumentId = $document AND Branch = $branch AND Revision = 0", ("$document", documentId), ("$branch", Engine.CollaborationEngine.MainBranch)))
        {
            if (main.ExecuteScalar() is not long takenAt)
                return branches;
            branches.Add((new() { DocumentId = documentId, Name = Engine.CollaborationEngine.MainBranch, CreatedBy = "", CreatedByName = "", CreatedAt = SqliteCommands.Time(takenAt) }, null));
        }
        using (var select = connection.Command($"SELECT {Columns} FROM Branches WHERE DocumentId = $document ORDER BY CreatedAt, Name", ("$document", documentId)))
        {
            using var row = select.ExecuteReader();
            while (row.Read())
            {
                var branch = new Branch
                {
                    DocumentId = row.GetGuid(0),
                    Name = row.GetString(1),
                    CreatedBy = row.GetString(2),
                    CreatedByName = row.GetString(3),
                    CreatedAt = row.GetTime(4),
                    FromBranch = row.GetString(5),
                    FromRevision = row.GetInt64(6),
                    FromVersion = row.GetString(7),
                    DeletedAt = row.IsDBNull(8) ? null : row.GetTime(8),
                    PurgedAt = row.IsDBNull(9) ? null : row.GetTime(9),
                };
                branches.Add((branch, VersionHash.Branch(branch).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(10)) ? null : "Its row is not as it was stored."));
            }
        }
        for (var i = 0; i < branches.Count; i++)
        {
            using var head = connection.Command("SELECT COALESCE(MAX(Revision), 0) FROM Operations WHERE DocumentId = $document AND Branch = $branch", ("$document", documentId), ("$branch", branches[i].Item1.Name));
            branches[i] = (branches[i].Item1 with { HeadRevision = (long)head.ExecuteScalar()! }, branches[i].Item2);
        }
        return branches;
    }

    /// <summary><see langword="false"/> where the name is taken, be it by a branch that was deleted.</summary>
    public static bool Write(SqliteConnection connection, SqliteTransaction transaction, Branch branch) => connection.Execute(transaction,
        $"INSERT OR IGNORE INTO Branches ({Columns}) VALUES ({string.Join(", ", Columns.Split(", ").Select(name => "$" + name))})",
        ("$DocumentId", branch.DocumentId), ("$Name", branch.Name), ("$CreatedBy", branch.CreatedBy), ("$CreatedByName", branch.CreatedByName), ("$CreatedAt", branch.CreatedAt.Ticks),
        ("$FromBranch", branch.FromBranch), ("$FromRevision", branch.FromRevision), ("$FromVersion", branch.FromVersion), ("$DeletedAt", branch.DeletedAt?.Ticks), ("$PurgedAt", branch.PurgedAt?.Ticks), ("$Hash", VersionHash.Branch(branch))) > 0;

    /// <summary>Notes that a branch is deleted, or purged.</summary>
    public static void Mark(SqliteConnection connection, SqliteTransaction transaction, Branch branch) => connection.Execute(transaction,
        "UPDATE Branches SET DeletedAt = $deleted, PurgedAt = $purged, Hash = $hash WHERE DocumentId = $document AND Name = $name",
        ("$deleted", branch.DeletedAt?.Ticks), ("$purged", branch.PurgedAt?.Ticks), ("$hash", VersionHash.Branch(branch)), ("$document", branch.DocumentId), ("$name", branch.Name));
}
