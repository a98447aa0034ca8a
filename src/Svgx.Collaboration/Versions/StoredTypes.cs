using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>
/// The types of what is stored. SQLite keeps the type with each value, so that one wrong bit can make another of it, which may even read alike, and is then not found by who looks for it.
/// </summary>
internal static class StoredTypes
{
    private static readonly (string Table, DamageKind Kind, string Place, (string Type, string Columns)[] Types)[] Rows =
    [
        ("Operations", DamageKind.Operation, "Branch, Revision, NULL",
        [
            ("'text'", "Branch, OperationId, UserId, Username, SessionId, Type, ElementId"), ("'integer'", "Revision, Timestamp"), ("'blob'", "Data, Changes, Inverse"),
            ("'integer', 'null'", "BaseRevision"), ("'text', 'null'", "GestureId, GroupId, UndoOf, RedoOf, Origin"), ("'blob', 'null'", "Hash"),
        ]),
        ("Snapshots", DamageKind.Snapshot, "Branch, Revision, NULL", [("'text'", "Branch"), ("'integer'", "Revision, TakenAt"), ("'blob'", "Content"), ("'blob', 'null'", "Hash")]),
        ("Versions", DamageKind.Version, "Branch, Revision, VersionId",
        [
            ("'text'", "VersionId, Branch, Parents, ContentHash, AuthorId, AuthorName, Description, Tags, Metadata"), ("'integer'", "Number, Revision, Kind, CreatedAt"), ("'text', 'null'", "Name"),
            ("'integer', 'null'", "PurgedAt"), ("'blob'", "LabelHash"),
        ]),
        ("VersionContents", DamageKind.Content, "NULL, NULL, NULL", [("'text'", "ContentHash"), ("'blob'", "Header, Chunks")]),
        ("VersionChunks", DamageKind.Content, "NULL, NULL, NULL", [("'blob'", "Hash, Content")]),
        ("Branches", DamageKind.Branch, "Name, NULL, NULL",
            [("'text'", "Name, CreatedBy, CreatedByName, FromBranch, FromVersion"), ("'integer'", "CreatedAt, FromRevision"), ("'integer', 'null'", "DeletedAt, PurgedAt"), ("'blob'", "Hash")]),
    ];

    public static IEnumerable<string> Tables => Rows.Select(rows => rows.Table);

    public static List<Damage> Check(SqliteConnection connection, Guid documentId)
    {
        var damages = new List<Damage>();
        foreach (var (table, kind, place, types) in Rows)
        {
            var wrong = types.SelectMany(type => type.Columns.Split(", ").Select(column => $"typeof({column}) NOT IN ({type.Type})"));
            using var select = connection.Command($"SELECT {place} FROM {table} WHERE DocumentId = $document AND ({string.Join(" OR ", wrong)}) LIMIT {IntegrityReport.MaxDamages}", ("$document", documentId));
            using var row = select.ExecuteReader();
            while (row.Read())
                damages.Add(new(kind, row.GetValue(0) as string ?? "", row.GetValue(1) as long?, row.GetValue(2) as string, "Something in its row is of another type than was stored."));
        }
        return damages;
    }
}
