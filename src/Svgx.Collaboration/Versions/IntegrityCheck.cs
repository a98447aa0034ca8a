using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>Checks one document: every checksum, and whether the journal leads to what snapshots and versions hold.</summary>
internal sealed class IntegrityCheck(Guid documentId, ICollaborationStore journal, IVersionStore store)
{
    private const int PageSize = 1_000;

    private readonly ImmutableArray<Damage>.Builder _damages = ImmutableArray.CreateBuilder<Damage>();
    private bool _truncated;
    private long _operations;
    private long _unsealed;
    private int _snapshots;

    public async Task<IntegrityReport> RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredVersion> versions = [];
        IReadOnlyList<(Branch Branch, string? Fault)> branches = [];
        try
        {
            (versions, branches) = await CheckAsync(cancellationToken);
        }
        catch (SqliteException error) when (DatabaseFault.IsDamage(error))
        {
            Found(new(DamageKind.Database, "", null, null, $"The database file is damaged, and the document cannot be read whole. {error.Message}"));
        }
        catch (Exception error) when (error is InvalidCastException or FormatException or OverflowException or JsonException)
        {
            Found(new(DamageKind.Database, "", null, null, "Something in the document's rows cannot be read, and what comes after it was not checked."));
        }
        return new(documentId, _damages.ToImmutable(), _truncated, branches.Count, _operations, _unsealed, _snapshots, versions.Count);
    }

    private async Task<(IReadOnlyList<StoredVersion>, IReadOnlyList<(Branch Branch, string? Fault)>)> CheckAsync(CancellationToken cancellationToken)
    {
        foreach (var damage in await store.ReadMistypedAsync(documentId, cancellationToken))
            Found(damage);
        // Versions first: whatever is written after this reading lies beyond what they speak of.
        var versions = await store.ReadAllAsync(documentId, cancellationToken);
        var filled = await store.ReadNamesOfContentsAsync(documentId, cancellationToken); // a branch's row comes before its content, and stays
        var branches = await store.ReadBranchesAsync(documentId, cancellationToken);
        foreach (var name in filled.Where(name => branches.All(pair => pair.Branch.Name != name)))
            Found(new(DamageKind.Branch, name, null, null, "There is content of it, and no such branch."));
        await CheckVersionsAsync(versions, cancellationToken);
        var whole = versions.Where(stored => stored.Fault is null).Select(stored => stored.Version!).ToLookup(version => version.Branch);
        foreach (var (branch, fault) in branches)
        {
            if (fault is not null)
                Found(new(DamageKind.Branch, branch.Name, null, null, fault));
            if (branch.PurgedAt is not null)
                continue; // there is nothing in it any more
            await CheckBranchAsync(branch.Name, whole[branch.Name].ToLookup(version => version.Revision), cancellationToken);
        }
        foreach (var version in whole.SelectMany(group => group).Where(version => branches.All(pair => pair.Branch.Name != version.Branch)))
            Found(new(DamageKind.Branch, version.Branch, version.Revision, version.VersionId, "The version is of a branch that is not there."));
        if (branches.Count == 0 && versions.Count == 0)
            Found(new(DamageKind.Snapshot, Engine.CollaborationEngine.MainBranch, 0, null, "The document's first content is missing."));
        return (versions, branches);
    }

    private async Task CheckVersionsAsync(IReadOnlyList<StoredVersion> versions, CancellationToken cancellationToken)
    {
        var known = versions.Select(stored => stored.VersionId).ToHashSet(StringComparer.Ordinal);
        var contents = new Dictionary<string, string?>(StringComparer.Ordinal); // each content is read once
        var number = 0L;
        foreach (var stored in versions)
        {
            if (stored is not { Fault: null, Version: { } version })
            {
                Found(new(DamageKind.Version, stored.Version?.Branch ?? "", stored.Version?.Revision, stored.VersionId, stored.Fault!));
                number = stored.Version?.Number ?? number + 1;
                continue;
            }
            if (version.Number != ++number)
                Found(new(DamageKind.Version, version.Branch, version.Revision, version.VersionId, $"Version {number} is missing."));
            number = version.Number;
            if (version.Parents.FirstOrDefault(parent => !known.Contains(parent)) is { } missing)
                Found(new(DamageKind.Version, version.Branch, version.Revision, version.VersionId, $"Its parent {missing} is missing."));
            if (version.PurgedAt is not null)
                continue;
            if (!contents.TryGetValue(version.ContentHash, out var fault))
            {
                try
                {
                    await store.ReadContentAsync(documentId, version.ContentHash, cancellationToken);
                }
                catch (ContentDamagedException damage)
                {
                    fault = damage.Reason;
                }
                contents[version.ContentHash] = fault;
            }
            if (fault is not null)
                Found(new(DamageKind.Content, version.Branch, version.Revision, version.VersionId, fault));
        }
    }

    /// <summary>Reads the journal once from its beginning, and compares what it leads to with every snapshot and version on the way.</summary>
    private async Task CheckBranchAsync(string branch, ILookup<long, DocumentVersion> versions, CancellationToken cancellationToken)
    {
        var snapshots = new Queue<long>(await store.ReadSnapshotRevisionsAsync(documentId, branch, cancellationToken));
        var last = Math.Max(snapshots.DefaultIfEmpty(0).Max(), versions.Select(group => group.Key).DefaultIfEmpty(0).Max());
        Document? document = null; // none while it is not known what it should be: then replaying begins again at the next whole snapshot
        var (revision, hash, hasBegun) = (0L, JournalChain.Start(documentId, branch), false);
        if (!snapshots.Contains(0))
            Found(new(DamageKind.Snapshot, branch, 0, null, "The branch's first content is missing."));
        await CompareAsync();
        while (true)
        {
            IReadOnlyList<JournalEntry> page;
            try
            {
                page = await journal.ReadAsync(documentId, branch, revision, PageSize, cancellationToken);
            }
            catch (Exception error) when (error is InvalidCastException or FormatException or InvalidOperationException or ArgumentException)
            {
                Found(new(DamageKind.Operation, branch, revision + 1, null, $"Something in the {PageSize} operations after {revision} cannot be read."));
                return;
            }
            foreach (var entry in page)
            {
                if (entry.Revision != revision + 1)
                {
                    Found(new(DamageKind.Operation, branch, revision + 1, null, entry.Revision == revision + 2 ? "It is missing." : $"It and those up to {entry.Revision - 1} are missing."));
                    document = null;
                }
                revision = entry.Revision;
                _operations++;
                if (entry.Hash is null && !hasBegun)
                    _unsealed++;
                if (!JournalChain.Holds(hash, entry, hasBegun))
                {
                    Found(new(DamageKind.Operation, branch, revision, null, "It is not as it was stored, or does not follow the one before it."));
                    document = null;
                }
                hasBegun |= entry.Hash is not null;
                hash = entry.Hash ?? hash;
                Replay(entry);
                await CompareAsync();
            }
            if (page.Count == 0)
                break;
        }
        if (revision < last)
            Found(new(DamageKind.Operation, branch, revision + 1, null, $"It and those up to {last} are missing."));

        void Replay(JournalEntry entry)
        {
            try
            {
                document?.Apply(ChangeJson.Read(entry.Changes));
            }
            catch (Exception error) when (error is DocumentChangeException or JsonException or InvalidOperationException or KeyNotFoundException)
            {
                Found(new(DamageKind.Operation, branch, entry.Revision, null, "It does not fit the drawing before it."));
                document = null;
            }
        }

        async Task CompareAsync()
        {
            var content = document is not null && (versions.Contains(revision) || (snapshots.TryPeek(out var at) && at == revision)) ? CanonicalContent.Hash(document) : null;
            foreach (var version in versions[revision])
            {
                if (content is not null && version.ContentHash != content)
                    Found(new(DamageKind.Version, branch, revision, version.VersionId, "The journal leads to another content."));
            }
            while (snapshots.TryPeek(out var next) && next <= revision)
            {
                snapshots.Dequeue();
                var (found, stored, isSealed) = await store.ReadSnapshotAsync(documentId, branch, next, cancellationToken);
                if (!found)
                    continue; // it was thinned out meanwhile
                _snapshots++;
                if (!isSealed && hasBegun)
                    Found(new(DamageKind.Snapshot, branch, next, null, "It has lost its checksum."));
                hasBegun |= isSealed; // they came with those of operations
                if (stored is null)
                {
                    Found(new(DamageKind.Snapshot, branch, next, null, "It is not as it was stored."));
                    continue;
                }
                var kept = DocumentJson.Read(stored);
                if (content is not null && next == revision && CanonicalContent.Hash(kept) != content)
                    Found(new(DamageKind.Snapshot, branch, next, null, "The journal leads to another content."));
                if (next == revision)
                    document ??= kept;
            }
        }
    }

    private void Found(Damage damage)
    {
        if (_damages.Count < IntegrityReport.MaxDamages)
            _damages.Add(damage);
        else
            _truncated = true;
    }
}
