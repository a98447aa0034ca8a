using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Versions;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <content>Branches and merges. A client is in one branch; <see cref="SwitchBranchAsync"/> goes over to another.</content>
public sealed partial class CollaborationClient
{
    /// <summary>Makes a branch.</summary>
    /// <param name="name">Its name, see <see cref="BranchName"/>.</param>
    /// <param name="from">Where it begins. Default: the joined branch as it is now.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<Branch> CreateBranchAsync(string name, ContentPoint? from = null, CancellationToken cancellationToken = default) => BranchOf(await ControlAsync("create_branch", cancellationToken, new("name", name), From(from)));

    /// <summary>All branches, <c>main</c> first, then by age.</summary>
    /// <param name="deleted">Deleted ones too.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<ImmutableArray<Branch>> ListBranchesAsync(bool deleted = false, CancellationToken cancellationToken = default) =>
        VersionWire.ReadAll<Branch>(await ControlAsync("list_branches", cancellationToken, new KeyValuePair<string, object?>("deleted", deleted)), "branches");

    /// <summary>Deletes a branch: who is in it is sent away. Its versions stay, its name stays taken. Not <c>main</c>.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<Branch> DeleteBranchAsync(string name, CancellationToken cancellationToken = default) => BranchOf(await ControlAsync("delete_branch", cancellationToken, new KeyValuePair<string, object?>("branch", name)));

    /// <summary>Lets go, for good, of what a deleted branch holds: its operations, comments and conflicts and the contents of its versions. The document's owner alone may.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<Branch> PurgeBranchAsync(string name, CancellationToken cancellationToken = default) => BranchOf(await ControlAsync("purge_branch", cancellationToken, new KeyValuePair<string, object?>("branch", name)));

    /// <summary>What a merge would do now. Changes nothing.</summary>
    /// <param name="source">The branch that would come in.</param>
    /// <param name="target">The branch that would be merged into. Default: the joined one.</param>
    /// <param name="resolutions">Decisions on clashes, at most 10,000.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<MergePreview> PreviewMergeAsync(string source, string? target = null, IReadOnlyList<MergeResolution>? resolutions = null, CancellationToken cancellationToken = default) =>
        VersionWire.Preview(await ControlAsync("preview_merge", cancellationToken, new("source", source), new("branch", target), Decisions(resolutions)));

    /// <summary>Merges a branch into another, by one operation and a version with two parents. What no resolution decides is held as conflicts.</summary>
    /// <param name="source">The branch that comes in; it stays as it is.</param>
    /// <param name="target">The branch that is merged into. Default: the joined one.</param>
    /// <param name="resolutions">Decisions on clashes, at most 10,000.</param>
    /// <param name="description">Default: which branch was merged.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<VersionChanged> MergeBranchAsync(string source, string? target = null, IReadOnlyList<MergeResolution>? resolutions = null, string? description = null, CancellationToken cancellationToken = default) =>
        VersionWire.Change(await ControlAsync("merge_branch", cancellationToken, new("source", source), new("branch", target), Decisions(resolutions), new("description", description)));

    private static Branch BranchOf(JsonElement message) => VersionWire.Read<Branch>(message.GetProperty("branch"u8));

    private static KeyValuePair<string, object?> Decisions(IReadOnlyList<MergeResolution>? resolutions) =>
        new("resolutions", resolutions?.Select(decision => new { decision.ElementId, decision.Name, choice = decision.Choice == MergeSide.Source ? "source" : "target" }).ToArray());

    /// <summary>News of versions and branches; <see langword="null"/> where it is something else.</summary>
    private static ClientEvent? VersionNews(string type, JsonElement message) => type switch
    {
        "version_created" => new ClientEvent.VersionCreated(VersionOf(message)),
        "version_reverted" => new ClientEvent.VersionReverted(VersionOf(message), Text(message, "reverted_to") ?? ""),
        "version_updated" => new ClientEvent.VersionLabelled(VersionOf(message)),
        "branch_created" => new ClientEvent.BranchCreated(BranchOf(message)),
        "branch_deleted" => new ClientEvent.BranchDeleted(BranchOf(message)),
        "branch_purged" => new ClientEvent.BranchPurged(BranchOf(message)),
        _ => null,
    };
}
