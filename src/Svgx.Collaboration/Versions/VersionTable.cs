using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>Versions and their contents in the database.</summary>
internal static class VersionTable
{
    private const int HashSize = 32;
    public const string Columns = "DocumentId, VersionId, Number, Branch, Revision, Parents, ContentHash, AuthorId, AuthorName, Description, Kind, CreatedAt, Name, Tags, Metadata, PurgedAt, LabelHash";

    /// <summary>Stores a version with what of its content is not there yet. May run twice for one draft; the last result counts.</summary>
    public static void Write(SqliteConnection connection, SqliteTransaction transaction, VersionDraft draft)
    {
        foreach (var (hash, packed) in draft.PackedChunks)
        {
            connection.Execute(transaction, "INSERT OR IGNORE INTO VersionChunks (DocumentId, Hash, Content) VALUES ($document, $hash, $content)",
                ("$document", draft.DocumentId), ("$hash", hash), ("$content", packed));
        }
        var content = draft.Content;
        var isNew = connection.Execute(transaction, "INSERT OR IGNORE INTO VersionContents (DocumentId, ContentHash, Header, Chunks) VALUES ($document, $content, $header, $chunks)",
            ("$document", draft.DocumentId), ("$content", content.Hash), ("$header", content.Header), ("$chunks", content.ChunkHashes)) > 0;
        if (isNew)
            RequireChunks(connection, transaction, draft);
        using var last = connection.Command("SELECT COALESCE(MAX(Number), 0) FROM Versions WHERE DocumentId = $document", ("$document", draft.DocumentId));
        last.Transaction = transaction;
        var version = new DocumentVersion
        {
            VersionId = "",
            Number = (long)last.ExecuteScalar()! + 1,
            DocumentId = draft.DocumentId,
            Branch = draft.Branch,
            Revision = draft.Revision,
            Parents = draft.Parents,
            ContentHash = content.Hash,
            AuthorId = draft.AuthorId,
            AuthorName = draft.AuthorName,
            Description = draft.Description,
            Kind = draft.Kind,
            CreatedAt = draft.CreatedAt,
            Labels = draft.Labels,
        };
        version = version with { VersionId = VersionHash.Id(version) };
        connection.Execute(transaction,
            $"INSERT INTO Versions ({Columns}) VALUES ({string.Join(", ", Columns.Split(", ").Select(name => "$" + name))})",
            ("$DocumentId", version.DocumentId), ("$VersionId", version.VersionId), ("$Number", version.Number), ("$Branch", version.Branch), ("$Revision", version.Revision),
            ("$Parents", string.Join(' ', version.Parents)), ("$ContentHash", version.ContentHash), ("$AuthorId", version.AuthorId), ("$AuthorName", version.AuthorName),
            ("$Description", version.Description), ("$Kind", (int)version.Kind), ("$CreatedAt", version.CreatedAt.Ticks), ("$Name", version.Labels.Name),
            ("$Tags", TagsJson(version.Labels)), ("$Metadata", MetadataJson(version.Labels)), ("$PurgedAt", null), ("$LabelHash", VersionHash.Labels(version)));
        draft.Saved = version;
    }

    /// <summary>Changes what is written on a version, or notes that its content goes.</summary>
    public static void UpdateLabels(SqliteConnection connection, SqliteTransaction transaction, DocumentVersion version) => connection.Execute(transaction,
        "UPDATE Versions SET Name = $name, Tags = $tags, Metadata = $metadata, PurgedAt = $purged, LabelHash = $hash WHERE DocumentId = $document AND VersionId = $version",
        ("$name", version.Labels.Name), ("$tags", TagsJson(version.Labels)), ("$metadata", MetadataJson(version.Labels)), ("$purged", version.PurgedAt?.Ticks), ("$hash", VersionHash.Labels(version)),
        ("$document", version.DocumentId), ("$version", version.VersionId));

    /// <summary>Reads rows of <see cref="Columns"/>, each with whether it is as it was stored.</summary>
    public static List<StoredVersion> ReadAll(SqliteCommand select)
    {
        using var row = select.ExecuteReader();
        var versions = new List<StoredVersion>();
        while (row.Read())
            versions.Add(Read(row));
        return versions;
    }

    /// <summary>Reads a content, checking every chunk and the whole.</summary>
    /// <exception cref="ContentDamagedException">It is not what its hash says.</exception>
    public static Document ReadContent(SqliteConnection connection, Guid documentId, string contentHash)
    {
        try
        {
            using var select = connection.Command("SELECT Header, Chunks FROM VersionContents WHERE DocumentId = $document AND ContentHash = $content", ("$document", documentId), ("$content", contentHash));
            using var row = select.ExecuteReader();
            if (!row.Read())
                throw new ContentDamagedException(contentHash, "The content is missing.");
            byte[] header = row.GetFieldValue<byte[]>(0), chunks = row.GetFieldValue<byte[]>(1);
            if (CanonicalContent.Hash(header, chunks) != contentHash || chunks.Length % HashSize != 0)
                throw new ContentDamagedException(contentHash, "The list of its chunks is damaged.");
            var records = new List<ElementRecord>();
            using var chunk = connection.Command("SELECT Content FROM VersionChunks WHERE DocumentId = $document AND Hash = $hash", ("$document", documentId), ("$hash", Array.Empty<byte>()));
            for (var at = 0; at < chunks.Length; at += HashSize)
            {
                var hash = chunks[at..(at + HashSize)];
                if (!hash.AsSpan().ContainsAnyExcept((byte)0))
                    continue;
                chunk.Parameters["$hash"].Value = hash;
                var read = ElementRecord.Read(ChunkPacking.Unpack(chunk.ExecuteScalar() as byte[] ?? throw new ContentDamagedException(contentHash, "A chunk is missing.")));
                if (!CanonicalContent.HashChunk(read).AsSpan().SequenceEqual(hash))
                    throw new ContentDamagedException(contentHash, $"Chunk {at / HashSize + 1} is damaged.");
                records.AddRange(read);
            }
            using var around = JsonDocument.Parse(header, ChangeJson.ReaderOptions);
            ImmutableArray<CharacterContent> Nodes(string name) => [.. around.RootElement.GetProperty(name).EnumerateArray().Select(node => (CharacterContent)NodeJson.Read(node))];
            return new(ElementRecord.Assemble(around.RootElement.GetProperty("root"u8).GetString()!, records), Nodes("prolog"), Nodes("epilog"));
        }
        catch (Exception error) when (error is InvalidOperationException or InvalidDataException or InvalidCastException or FormatException or JsonException or KeyNotFoundException or DocumentChangeException)
        {
            throw new ContentDamagedException(contentHash, "It cannot be read.");
        }
    }

    /// <summary>Lets go of contents that no version needs any more, and of chunks that no content does.</summary>
    public static void Sweep(SqliteConnection connection, SqliteTransaction transaction, Guid documentId)
    {
        if (connection.Execute(transaction, "DELETE FROM VersionContents WHERE DocumentId = $document AND ContentHash NOT IN (SELECT ContentHash FROM Versions WHERE DocumentId = $document AND PurgedAt IS NULL)", ("$document", documentId)) == 0)
            return;
        var needed = new HashSet<string>(StringComparer.Ordinal);
        using (var select = connection.Command("SELECT Chunks FROM VersionContents WHERE DocumentId = $document", ("$document", documentId)))
        {
            select.Transaction = transaction;
            using var row = select.ExecuteReader();
            while (row.Read())
            {
                var chunks = row.GetFieldValue<byte[]>(0);
                for (var at = 0; at + HashSize <= chunks.Length; at += HashSize)
                    needed.Add(Convert.ToHexString(chunks, at, HashSize));
            }
        }
        var stored = new List<byte[]>();
        using (var select = connection.Command("SELECT Hash FROM VersionChunks WHERE DocumentId = $document", ("$document", documentId)))
        {
            select.Transaction = transaction;
            using var row = select.ExecuteReader();
            while (row.Read())
                stored.Add(row.GetFieldValue<byte[]>(0));
        }
        foreach (var hash in stored.Where(hash => !needed.Contains(Convert.ToHexString(hash))))
            connection.Execute(transaction, "DELETE FROM VersionChunks WHERE DocumentId = $document AND Hash = $hash", ("$document", documentId), ("$hash", hash));
    }

    public static void DeleteDocument(SqliteConnection connection, SqliteTransaction transaction, Guid documentId)
    {
        foreach (var table in new[] { "Versions", "VersionContents", "VersionChunks", "Branches" })
            connection.Execute(transaction, $"DELETE FROM {table} WHERE DocumentId = $document", ("$document", documentId));
    }

    /// <summary>The hasher hands out chunks once; a sweep may have taken one since.</summary>
    private static void RequireChunks(SqliteConnection connection, SqliteTransaction transaction, VersionDraft draft)
    {
        using var find = connection.Command("SELECT 1 FROM VersionChunks WHERE DocumentId = $document AND Hash = $hash", ("$document", draft.DocumentId), ("$hash", Array.Empty<byte>()));
        find.Transaction = transaction;
        var hashes = draft.Content.ChunkHashes;
        for (var at = 0; at < hashes.Length; at += HashSize)
        {
            var hash = hashes[at..(at + HashSize)];
            find.Parameters["$hash"].Value = hash;
            if (hash.AsSpan().ContainsAnyExcept((byte)0) && find.ExecuteScalar() is null)
                throw new ContentDamagedException(draft.Content.Hash, "A chunk is missing.");
        }
    }

    private static StoredVersion Read(SqliteDataReader row)
    {
        try
        {
            var version = new DocumentVersion
            {
                DocumentId = row.GetGuid(0),
                VersionId = row.GetString(1),
                Number = row.GetInt64(2),
                Branch = row.GetString(3),
                Revision = row.GetInt64(4),
                Parents = [.. row.GetString(5).Split(' ', StringSplitOptions.RemoveEmptyEntries)],
                ContentHash = row.GetString(6),
                AuthorId = row.GetString(7),
                AuthorName = row.GetString(8),
                Description = row.GetString(9),
                Kind = (VersionKind)row.GetInt32(10),
                CreatedAt = row.GetTime(11),
                Labels = new(row.IsDBNull(12) ? null : row.GetString(12), [.. JsonSerializer.Deserialize<string[]>(row.GetString(13))!],
                    JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(14))!.ToImmutableSortedDictionary(StringComparer.Ordinal)),
                PurgedAt = row.IsDBNull(15) ? null : row.GetTime(15),
            };
            var fault = VersionHash.Id(version) != version.VersionId ? "Its id does not fit what is stored of it."
                : VersionHash.Labels(version).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(16)) ? null
                : "Its name, tags or metadata are not as they were stored.";
            return new(version, version.VersionId, fault);
        }
        catch (Exception error) when (error is JsonException or InvalidCastException or FormatException or OverflowException or InvalidOperationException)
        {
            return new(null, row.GetValue(1) as string ?? "?", "It cannot be read.");
        }
    }

    private static string TagsJson(VersionLabels labels) => JsonSerializer.Serialize<string[]>([.. labels.Tags]);

    private static string MetadataJson(VersionLabels labels) => JsonSerializer.Serialize(labels.Metadata.ToDictionary(StringComparer.Ordinal));
}

/// <summary>A row as it was found.</summary>
/// <param name="Version">What it says; <see langword="null"/> where it cannot be read.</param>
/// <param name="VersionId">Its id as it stands there.</param>
/// <param name="Fault">What is wrong with it; <see langword="null"/>: nothing.</param>
internal sealed record StoredVersion(DocumentVersion? Version, string VersionId, string? Fault);

/// <summary>A content is not what its hash says.</summary>
internal sealed class ContentDamagedException(string contentHash, string reason) : Exception($"Content {contentHash}: {reason}")
{
    public string ContentHash { get; } = contentHash;

    public string Reason { get; } = reason;
}
