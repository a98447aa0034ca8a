using System.Collections.Immutable;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>Whose operations on the two sides of a merge led to its clashes: the newest on each element that clashes, looked for among the newest 20,000 of each branch.</summary>
internal sealed class MergeAuthors
{
    private const int PageSize = 1_000;
    private const int MaxOperations = 20_000;

    private readonly Dictionary<string, JournalEntry> _target = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JournalEntry> _source = new(StringComparer.Ordinal);

    public static async Task<MergeAuthors> ReadAsync(ICollaborationStore journal, Guid documentId, (string Branch, long Revision) target, (string Branch, long Revision) source, IEnumerable<MergeClash> clashes, CancellationToken cancellationToken)
    {
        var authors = new MergeAuthors();
        var elements = clashes.Select(clash => clash.ElementId).ToHashSet(StringComparer.Ordinal);
        await FindAsync(journal, documentId, target, elements, authors._target, cancellationToken);
        await FindAsync(journal, documentId, source, elements, authors._source, cancellationToken);
        return authors;
    }

    /// <summary>A side of a clash on one element; where its operation was not found, the version speaks for it.</summary>
    public ConflictSide Side(MergeSide side, IReadOnlyList<MergeClash> clashes, DocumentVersion version)
    {
        var elementId = clashes[0].ElementId;
        var entry = (side == MergeSide.Target ? _target : _source).GetValueOrDefault(elementId);
        var values = clashes.ToDictionary(clash => clash.Name, clash => side == MergeSide.Target ? clash.Target : clash.Source, StringComparer.Ordinal);
        var deletes = values.TryGetValue(ClashName.Exists, out var exists) && exists is null;
        return new()
        {
            UserId = entry?.UserId ?? version.AuthorId,
            Username = entry?.Username ?? version.AuthorName,
            OperationIds = [entry?.OperationId ?? "version:" + version.VersionId],
            OperationType = deletes ? "delete" : entry is { Type: not "delete" } ? entry.Type : "update",
            Timestamp = entry?.Timestamp ?? version.CreatedAt,
            ElementId = elementId,
            IsDelete = deletes,
            Values = values,
        };
    }

    private static async Task FindAsync(ICollaborationStore journal, Guid documentId, (string Branch, long Revision) from, HashSet<string> elements, Dictionary<string, JournalEntry> found, CancellationToken cancellationToken)
    {
        var before = from.Revision;
        for (var read = 0; read < MaxOperations && found.Count < elements.Count;)
        {
            var page = await journal.ReadBackAsync(documentId, from.Branch, before, userId: null, PageSize, cancellationToken);
            foreach (var entry in page)
            {
                foreach (var id in ChangeJson.Read(entry.Changes).Concat(ChangeJson.Read(entry.Inverse)).SelectMany(Touched))
                {
                    if (elements.Contains(id))
                        found.TryAdd(id, entry);
                }
            }
            if (page.Count == 0)
                return;
            read += page.Count;
            before = page[^1].Revision - 1;
        }
    }

    private static IEnumerable<string> Touched(DocumentChange change) => change is InsertNode insert ? Ids(insert.Node) : [change.ElementId];

    private static IEnumerable<string> Ids(ElementContent element) => element.Children.OfType<ElementContent>().SelectMany(Ids).Prepend(element.ElementId);
}
