using System.Collections.Immutable;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>
/// Versions, branches, merges and looking back in time. Every call is made for somebody, whose role in the document is asked for as of now: viewers look, editors change. What changes a
/// drawing is one operation in its branch's journal, which those who are in it see like any other. Thread-safe.
/// </summary>
public sealed partial class DocumentVersions
{
    /// <summary>Characters of a version's description.</summary>
    public const int MaxDescription = 2_000;

    /// <summary>Versions, or events of an element, on one page.</summary>
    public const int MaxPage = 500;

    private readonly CollaborationEngine _engine;
    private readonly SessionServices _services;

    internal DocumentVersions(CollaborationEngine engine, SessionServices services) => (_engine, _services) = (engine, services);

    /// <summary>Raised with a document's id after its versions or branches changed; on a session's loop or a pool thread: return at once.</summary>
    public event Action<Guid>? Changed;

    private IVersionStore Store => _services.Versions;

    private DrawingReads Reads => _services.Reads;

    /// <summary>Makes a version of a branch as it is now.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="actor">For whom; an editor.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="description">What it is; at most <see cref="MaxDescription"/> characters.</param>
    /// <param name="labels">Name, tags, metadata; default: none.</param>
    /// <param name="cancellationToken">Gives up before it is begun.</param>
    public Task<VersionResult<DocumentVersion>> SaveAsync(Guid documentId, VersionActor actor, string branch = CollaborationEngine.MainBranch, string description = "", VersionLabels? labels = null, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        var seat = await RequireAsync(documentId, actor, DocumentRole.Editor, branch, cancellationToken);
        var change = await WorkAsync(documentId, branch, seat, new VersionWork.Save(CheckDescription(description), CheckLabels(labels ?? VersionLabels.None), VersionKind.Saved, OnlyIfChanged: false), cancellationToken);
        return change.Version;
    });

    /// <summary>Lists versions, newest first.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="actor">For whom; a viewer.</param>
    /// <param name="branch">Of one branch, also a deleted one; <see langword="null"/>: of all.</param>
    /// <param name="before">Only versions with a lower number.</param>
    /// <param name="limit">At most so many, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="checkpoints">Whether checkpoints are listed too.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<VersionResult<VersionPage>> ListAsync(Guid documentId, VersionActor actor, string? branch = null, long? before = null, int limit = 100, bool checkpoints = true, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        await RequireAsync(documentId, actor, DocumentRole.Viewer, branch, cancellationToken);
        limit = Math.Clamp(limit, 1, MaxPage);
        var page = await Store.ListAsync(documentId, branch, before, limit, checkpoints, cancellationToken);
        // A damaged row is left out here; asked for by its id it says so, and verify names it.
        return new VersionPage(
            [.. page.Where(stored => stored.Fault is null).Select(stored => stored.Version!)], page.Count == limit ? page[^1].Version?.Number : null, await Store.CountAsync(documentId, branch, checkpoints, cancellationToken));
    });

    /// <summary>One version.</summary>
    public Task<VersionResult<DocumentVersion>> GetAsync(Guid documentId, VersionActor actor, string versionId, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        await RequireAsync(documentId, actor, DocumentRole.Viewer, branch: null, cancellationToken);
        return await FindAsync(documentId, versionId, cancellationToken);
    });

    /// <summary>Writes a name, tags and metadata on a version, in place of those it had.</summary>
    public Task<VersionResult<DocumentVersion>> LabelAsync(Guid documentId, VersionActor actor, string versionId, VersionLabels labels, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        await RequireAsync(documentId, actor, DocumentRole.Editor, branch: null, cancellationToken);
        var version = await FindAsync(documentId, versionId, cancellationToken) with { Labels = CheckLabels(labels) };
        await Store.LabelAsync(version, CancellationToken.None);
        _engine.Announce(documentId, exceptBranch: null, new SessionEvent.VersionLabelled(version));
        return version;
    });

    /// <summary>A content, wherever it is kept: of a version, of a branch now, at a revision or at a time. Also of deleted branches, but for their live state.</summary>
    public Task<VersionResult<PointContent>> ReadAsync(Guid documentId, VersionActor actor, ContentPoint point, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        await RequireAsync(documentId, actor, DocumentRole.Viewer, branch: null, cancellationToken);
        return await Reads.RunAsync(() => ReadPointAsync(documentId, point, cancellationToken), cancellationToken);
    });

    /// <summary>How two contents differ.</summary>
    public Task<VersionResult<DocumentDiff>> DiffAsync(Guid documentId, VersionActor actor, ContentPoint from, ContentPoint to, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        await RequireAsync(documentId, actor, DocumentRole.Viewer, branch: null, cancellationToken);
        return await Reads.RunAsync(async () => DocumentDiff.Compare((await ReadPointAsync(documentId, from, cancellationToken)).Document, (await ReadPointAsync(documentId, to, cancellationToken)).Document), cancellationToken);
    });

    /// <summary>Brings a branch back to a version, by one operation and a new version whose content equals the old one's. History stays as it is.</summary>
    public Task<VersionResult<VersionChange>> RevertAsync(Guid documentId, VersionActor actor, string versionId, string branch = CollaborationEngine.MainBranch, string? description = null, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        var seat = await RequireAsync(documentId, actor, DocumentRole.Editor, branch, cancellationToken);
        var content = await Reads.RunAsync(() => ReadPointAsync(documentId, new ContentPoint.Version(versionId), cancellationToken), cancellationToken);
        return await WorkAsync(documentId, branch, seat, new VersionWork.Restore(content, ElementIds: null, $"revert:{versionId}", VersionKind.Revert, CheckDescription(description ?? $"Revert to version {content.Version!.Number}")), cancellationToken);
    });

    /// <summary>Brings a branch, or some of its elements with all in them, back to an earlier content, by one operation and a version.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="actor">For whom; an editor.</param>
    /// <param name="point">What to bring back.</param>
    /// <param name="branch">The branch to bring it back in.</param>
    /// <param name="elementIds">Only these elements, 1 to 10,000; <see langword="null"/>: the whole drawing. What of them stood elsewhere since, goes there; where the parent is gone, they come to the top of the root.</param>
    /// <param name="description">What its author wrote; default: what was restored.</param>
    /// <param name="cancellationToken">Gives up before it is begun.</param>
    public Task<VersionResult<VersionChange>> RestoreAsync(Guid documentId, VersionActor actor, ContentPoint point, string branch = CollaborationEngine.MainBranch, IReadOnlyList<string>? elementIds = null, string? description = null, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        var seat = await RequireAsync(documentId, actor, DocumentRole.Editor, branch, cancellationToken);
        if (elementIds is { Count: 0 or > 10_000 })
            throw new VersionRefusedException(RefusalCode.InvalidData, "Name 1 to 10,000 elements, or none for the whole drawing.");
        var content = await Reads.RunAsync(() => ReadPointAsync(documentId, point, cancellationToken), cancellationToken);
        var what = elementIds is null ? "Restore" : elementIds.Count == 1 ? "Restore one element" : $"Restore {elementIds.Count} elements";
        description ??= content.Version is { } version ? $"{what} as of version {version.Number}" : $"{what} as of revision {content.Revision}" + (content.Branch == branch ? "" : $" of {content.Branch}");
        return await WorkAsync(documentId, branch, seat, new VersionWork.Restore(content, elementIds, $"restore:{content.Revision}", VersionKind.Restore, CheckDescription(description)), cancellationToken);
    });

    /// <summary>What happened to an element, newest first; goes on into the branch that this one was made from.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="actor">For whom; a viewer.</param>
    /// <param name="elementId">The element; it need not be there any more.</param>
    /// <param name="branch">The branch to begin in.</param>
    /// <param name="cursor">The <see cref="ElementHistoryPage.Next"/> of the page before.</param>
    /// <param name="limit">At most so many, 1 to <see cref="MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<VersionResult<ElementHistoryPage>> ElementHistoryAsync(Guid documentId, VersionActor actor, string elementId, string branch = CollaborationEngine.MainBranch, string? cursor = null, int limit = 50, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        await RequireAsync(documentId, actor, DocumentRole.Viewer, branch: null, cancellationToken);
        limit = Math.Clamp(limit, 1, MaxPage);
        var before = long.MaxValue;
        if (cursor is not null && (cursor.LastIndexOf(':') is not (> 0 and var colon) || !long.TryParse(cursor.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out before)))
            throw new VersionRefusedException(RefusalCode.InvalidData, "That is no place to go on from.");
        var at = (await Store.ReadBranchesAsync(documentId, cancellationToken)).Select(pair => pair.Branch).ToDictionary(known => known.Name, StringComparer.Ordinal)
            .GetValueOrDefault(cursor?[..cursor.LastIndexOf(':')] ?? branch) ?? throw NoBranch(branch);
        before = Math.Min(before, at.HeadRevision + 1);
        var found = await Reads.RunAsync(() => Store.FindByElementAsync(documentId, at.Name, elementId, before, ElementScan, limit, cancellationToken), cancellationToken);
        var next = found.Count == limit || found.Sum(entry => entry.Bytes) >= JournalTable.PageBytes ? found[^1].Revision : Math.Max(1, before - ElementScan);
        var cursorNext = next > 1 ? $"{at.Name}:{next}" : at.FromBranch is not null ? $"{at.FromBranch}:{at.FromRevision + 1}" : null;
        return new ElementHistoryPage([.. found.Select(entry => ElementEvents.Of(entry, elementId)).OfType<ElementEvent>()], cursorNext);
    });

    /// <summary>Recomputes every checksum of a document and replays its journal. Reads everything: seconds for 100,000 operations.</summary>
    public Task<VersionResult<IntegrityReport>> VerifyAsync(Guid documentId, VersionActor actor, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        await RequireAsync(documentId, actor, DocumentRole.Viewer, branch: null, cancellationToken);
        return await VerifyAsync(documentId, cancellationToken);
    });

    /// <summary>As <see cref="VerifyAsync(Guid, VersionActor, CancellationToken)"/>, for an administrator: asks for no rights.</summary>
    public async Task<IntegrityReport> VerifyAsync(Guid documentId, CancellationToken cancellationToken = default)
    {
        await _services.Store.PrepareAsync(cancellationToken);
        return await Reads.RunAsync(() => new IntegrityCheck(documentId, _services.Store, Store).RunAsync(cancellationToken), cancellationToken);
    }

    /// <summary>The ids of all documents that have anything stored, for an administrator: asks for no rights.</summary>
    public async Task<IReadOnlyList<Guid>> DocumentIdsAsync(CancellationToken cancellationToken = default) => (await Store.ReadDocumentIdsAsync(cancellationToken)).Ids;

    internal void RaiseChanged(Guid documentId) => Changed?.Invoke(documentId);
}
