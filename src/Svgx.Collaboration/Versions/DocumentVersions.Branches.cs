using System.Collections.Immutable;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Versions;

/// <content>Branches and merges.</content>
public sealed partial class DocumentVersions
{
    /// <summary>Branches of one document; beyond, new ones are refused.</summary>
    public const int MaxBranches = 1_000;

    /// <summary>Makes a branch that begins with a content. Where that is no version yet, a version is made of it, for the branch to stand on.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="actor">For whom; an editor.</param>
    /// <param name="name">Its name, see <see cref="BranchName"/>.</param>
    /// <param name="from">Where it begins; default: <c>main</c> as it is now.</param>
    /// <param name="cancellationToken">Gives up before it is begun.</param>
    public Task<VersionResult<Branch>> CreateBranchAsync(Guid documentId, VersionActor actor, string name, ContentPoint? from = null, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        from ??= new ContentPoint.Live(CollaborationEngine.MainBranch);
        var seat = await RequireAsync(documentId, actor, DocumentRole.Editor, (from as ContentPoint.Live)?.Branch, cancellationToken);
        if (!BranchName.IsValid(name))
            throw new VersionRefusedException(RefusalCode.InvalidData, $"A branch has a name of 1 to {BranchName.MaxLength} letters, digits and . _ -, beginning with a letter or digit.");
        var known = await Store.ReadBranchesAsync(documentId, cancellationToken);
        if (known.Any(pair => pair.Branch.Name == name))
            throw BranchExists(name);
        if (known.Count >= MaxBranches)
            throw new VersionRefusedException("too_large", $"A document has at most {MaxBranches} branches.");
        var (version, content) = await StandAsync(documentId, seat, from, cancellationToken);
        seat = await RequireAsync(documentId, actor, DocumentRole.Editor, version.Branch, cancellationToken);
        var branch = new Branch
        {
            DocumentId = documentId,
            Name = name,
            CreatedBy = seat.UserId,
            CreatedByName = seat.Username,
            CreatedAt = _services.Time.GetUtcNow().UtcDateTime,
            FromBranch = version.Branch,
            FromRevision = version.Revision,
            FromVersion = version.VersionId,
        };
        if (!await Store.CreateBranchAsync(branch, DocumentJson.Write(content), CancellationToken.None))
            throw BranchExists(name);
        _engine.Announce(documentId, exceptBranch: null, new SessionEvent.BranchCreated(branch));
        _services.Activity.Record(new(documentId, version.Branch, seat.UserId, seat.Username, ActivityKind.BranchCreated, name));
        return branch;
    });

    /// <summary>All branches, <c>main</c> first, then by age.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="actor">For whom; a viewer.</param>
    /// <param name="deleted">Deleted ones too.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<VersionResult<ImmutableArray<Branch>>> ListBranchesAsync(Guid documentId, VersionActor actor, bool deleted = false, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        await RequireAsync(documentId, actor, DocumentRole.Viewer, branch: null, cancellationToken);
        return (await Store.ReadBranchesAsync(documentId, cancellationToken)).Select(pair => pair.Branch).Where(branch => deleted || branch.DeletedAt is null).ToImmutableArray();
    });

    /// <summary>Deletes a branch: who is in it is sent away, and nobody can join it any more. Its versions stay until it is purged, its name stays taken. <c>main</c> cannot be deleted.</summary>
    public Task<VersionResult<Branch>> DeleteBranchAsync(Guid documentId, VersionActor actor, string name, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        var seat = await RequireAsync(documentId, actor, DocumentRole.Editor, branch: null, cancellationToken);
        if (name == CollaborationEngine.MainBranch)
            throw new VersionRefusedException(RefusalCode.InvalidData, "The branch \"main\" cannot be deleted.");
        var branch = await FindBranchAsync(documentId, name, cancellationToken) with { DeletedAt = _services.Time.GetUtcNow().UtcDateTime };
        await Store.DeleteBranchAsync(branch, CancellationToken.None); // first, so that nobody opens it again
        await _engine.CloseBranchAsync(documentId, name, CloseReason.BranchGone);
        _engine.Announce(documentId, name, new SessionEvent.BranchDeleted(branch));
        _services.Activity.Record(new(documentId, CollaborationEngine.MainBranch, seat.UserId, seat.Username, ActivityKind.BranchDeleted, name));
        return branch;
    });

    /// <summary>
    /// Lets go, for good, of what a deleted branch holds: its operations, snapshots, comments and conflicts, and the contents of its versions. What was merged from it stays where it was merged.
    /// Its name stays taken. Done again after an interruption, it goes on.
    /// </summary>
    /// <param name="documentId">The document.</param>
    /// <param name="actor">For whom; the owner.</param>
    /// <param name="name">A branch that is deleted.</param>
    /// <param name="cancellationToken">Gives up before it is begun.</param>
    public Task<VersionResult<Branch>> PurgeBranchAsync(Guid documentId, VersionActor actor, string name, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        var seat = await RequireAsync(documentId, actor, DocumentRole.Owner, branch: null, cancellationToken);
        var known = (await Store.ReadBranchesAsync(documentId, cancellationToken)).Select(pair => pair.Branch).FirstOrDefault(branch => branch.Name == name) ?? throw NoBranch(name);
        if (known.DeletedAt is null)
            throw new VersionRefusedException(RefusalCode.InvalidData, "Only a branch that is deleted can be purged.");
        var now = _services.Time.GetUtcNow().UtcDateTime;
        var branch = known with { PurgedAt = known.PurgedAt ?? now };
        await Store.PurgeBranchAsync(branch, now, cancellationToken);
        branch = branch with { HeadRevision = 0 };
        _engine.Announce(documentId, exceptBranch: null, new SessionEvent.BranchPurged(branch));
        _services.Activity.Record(new(documentId, CollaborationEngine.MainBranch, seat.UserId, seat.Username, ActivityKind.BranchPurged, name));
        _services.Audit.Record(new(AuditKind.BranchPurged) { ActorId = seat.UserId, DocumentId = documentId, Detail = name });
        return branch;
    });

    /// <summary>What a merge would do now. Changes nothing.</summary>
    public Task<VersionResult<MergePreview>> PreviewMergeAsync(Guid documentId, VersionActor actor, string source, string target = CollaborationEngine.MainBranch, IReadOnlyList<MergeResolution>? resolutions = null, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        await RequireAsync(documentId, actor, DocumentRole.Viewer, target, cancellationToken);
        await FindBranchAsync(documentId, source, cancellationToken);
        return await Reads.RunAsync(async () =>
        {
            var theirs = await ReadPointAsync(documentId, new ContentPoint.Live(source), cancellationToken);
            var ours = await ReadPointAsync(documentId, new ContentPoint.Live(target), cancellationToken);
            var ancestor = await AncestorAsync(documentId, target, ours.Revision, theirs, cancellationToken);
            var merged = ThreeWayMerge.Merge(ancestor.Document, ours.Document, theirs.Document, resolutions ?? []);
            return new MergePreview(source, theirs.Revision, target, ours.Revision, ancestor.Branch, ancestor.Revision, DocumentDiff.Compare(ours.Document, merged.Document), merged.Clashes);
        }, cancellationToken);
    });

    /// <summary>
    /// Merges a branch into another, three-way from their nearest common ancestor: by one operation, and a version with two parents. What clashes and is decided by no resolution stays as the
    /// target has it. Merging again merges what is new.
    /// </summary>
    /// <param name="documentId">The document.</param>
    /// <param name="actor">For whom; an editor.</param>
    /// <param name="source">The branch that comes in; it stays as it is.</param>
    /// <param name="target">The branch that is merged into.</param>
    /// <param name="resolutions">Decisions on clashes, at most 10,000.</param>
    /// <param name="description">What its author wrote; default: which branch was merged.</param>
    /// <param name="cancellationToken">Gives up before it is begun.</param>
    public Task<VersionResult<VersionChange>> MergeAsync(Guid documentId, VersionActor actor, string source, string target = CollaborationEngine.MainBranch, IReadOnlyList<MergeResolution>? resolutions = null, string? description = null, CancellationToken cancellationToken = default) => AskAsync(async () =>
    {
        var seat = await RequireAsync(documentId, actor, DocumentRole.Editor, target, cancellationToken);
        if (source == target)
            throw new VersionRefusedException(RefusalCode.InvalidData, "A branch cannot be merged into itself.");
        if (resolutions is { Count: > 10_000 })
            throw new VersionRefusedException(RefusalCode.InvalidData, "At most 10,000 resolutions.");
        await FindBranchAsync(documentId, source, cancellationToken);
        for (var attempt = 0; ; attempt++)
        {
            var stand = await WorkAsync(documentId, source, seat, new VersionWork.Save("", VersionLabels.None, VersionKind.Checkpoint, OnlyIfChanged: true), cancellationToken);
            var (theirs, ancestor, authors) = await Reads.RunAsync(async () =>
            {
                var theirs = await ReadPointAsync(documentId, new ContentPoint.Version(stand.Version.VersionId), cancellationToken);
                var ancestor = await AncestorAsync(documentId, target, long.MaxValue, theirs, cancellationToken);
                // Who did what is looked up beside the loop, in the drawing as it is by now; a clash that comes about in between has the versions' authors.
                var ours = await ReadPointAsync(documentId, new ContentPoint.Live(target), cancellationToken);
                var clashes = ThreeWayMerge.Merge(ancestor.Document, ours.Document, theirs.Document, resolutions ?? []).Open;
                return (theirs, ancestor, await MergeAuthors.ReadAsync(_services.Store, documentId, (target, ours.Revision), (theirs.Branch, theirs.Revision), clashes, cancellationToken));
            }, cancellationToken);
            try
            {
                var change = await WorkAsync(documentId, target, seat, new VersionWork.Merge(theirs, ancestor, [.. resolutions ?? []], authors, CheckDescription(description ?? $"Merge {source}")), cancellationToken);
                await _engine.MergeCommentsAsync(documentId, source, target, CancellationToken.None); // after the drawing, so that pins find their elements
                return change;
            }
            catch (VersionRefusedException refusal) when (refusal.Code == RefusalCode.Retry && attempt < 3)
            {
                // Another merge of the two was quicker; from its result there is another ancestor.
            }
        }
    });

    private async Task<PointContent> AncestorAsync(Guid documentId, string target, long targetRevision, PointContent source, CancellationToken cancellationToken)
    {
        var history = await BranchHistoryReader.ReadAsync(Store, documentId, cancellationToken);
        if (history.CommonAncestors(target, targetRevision, source.Branch, source.Revision) is not [var nearest, ..])
            throw new VersionRefusedException(RefusalCode.InvalidData, "The branches have nothing in common.");
        if (nearest == (source.Branch, source.Revision))
            throw new VersionRefusedException(RefusalCode.NothingToMerge, $"Everything in \"{source.Branch}\" is in \"{target}\" already.");
        return await ReadPointAsync(documentId, new ContentPoint.Revision(nearest.Branch, nearest.Revision), cancellationToken);
    }

    /// <summary>A content with the version it is, which is made where there is none.</summary>
    private async Task<(DocumentVersion Version, Document Content)> StandAsync(Guid documentId, Seat seat, ContentPoint from, CancellationToken cancellationToken)
    {
        if (from is ContentPoint.Live live)
        {
            var stand = await WorkAsync(documentId, live.Branch, seat, new VersionWork.Save("", VersionLabels.None, VersionKind.Checkpoint, OnlyIfChanged: true), cancellationToken);
            return (stand.Version, (await Reads.RunAsync(() => ReadPointAsync(documentId, new ContentPoint.Version(stand.Version.VersionId), cancellationToken), cancellationToken)).Document);
        }
        var content = await Reads.RunAsync(() => ReadPointAsync(documentId, from, cancellationToken), cancellationToken);
        if (content.Version is { } version)
            return (version, content.Document);
        var head = await Store.HeadAsync(documentId, content.Branch, content.Revision, cancellationToken);
        if (head is { PurgedAt: null } && head.Branch == content.Branch && head.Revision == content.Revision)
            return (head, content.Document);
        var draft = new VersionDraft(documentId, content.Branch, content.Revision, head is null ? [] : [head.VersionId], new ContentHasher().Compute(content.Document), seat.UserId, seat.Username, "", VersionKind.Checkpoint,
            _services.Time.GetUtcNow().UtcDateTime, VersionLabels.None);
        var made = await Store.SaveAsync(draft, CancellationToken.None);
        _engine.Announce(documentId, exceptBranch: null, new SessionEvent.VersionCreated(made));
        return (made, content.Document);
    }

    private async Task<Branch> FindBranchAsync(Guid documentId, string name, CancellationToken cancellationToken) =>
        (await Store.ReadBranchesAsync(documentId, cancellationToken)).Select(pair => pair.Branch).FirstOrDefault(branch => branch.Name == name && branch.DeletedAt is null) ?? throw NoBranch(name);

    private static VersionRefusedException NoBranch(string name) => new(RefusalCode.BranchNotFound, $"The document has no branch \"{(name.Length <= BranchName.MaxLength ? name : name[..BranchName.MaxLength])}\".");

    private static VersionRefusedException BranchExists(string name) => new(RefusalCode.BranchExists, $"There is, or was, a branch \"{name}\" already.");
}
