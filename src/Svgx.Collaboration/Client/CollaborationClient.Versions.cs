using System.Text.Json;
using Svgx.Collaboration.Versions;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <content>Versions. Where no branch is named, the one that was joined is meant.</content>
public sealed partial class CollaborationClient
{
    /// <summary>Saves a version of a branch as it is on the server; own operations without an answer are not in it: <see cref="FlushAsync"/> first.</summary>
    /// <param name="description">What it is; at most <see cref="DocumentVersions.MaxDescription"/> characters.</param>
    /// <param name="labels">Name, tags, metadata. Default: none.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<DocumentVersion> CreateVersionAsync(string? description = null, VersionLabels? labels = null, string? branch = null, CancellationToken cancellationToken = default) =>
        VersionOf(await ControlAsync("create_version", cancellationToken, [new("description", description), .. Fields(labels), new("branch", branch)]));

    /// <summary>A page of versions, newest first.</summary>
    /// <param name="branch">Of one branch, also a deleted one. Default: of all.</param>
    /// <param name="before">Only versions with a lower number: the <see cref="VersionPage.Next"/> of the page before.</param>
    /// <param name="limit">At most so many, 1 to <see cref="DocumentVersions.MaxPage"/>.</param>
    /// <param name="checkpoints">Whether versions that the server made by itself are listed too.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<VersionPage> ListVersionsAsync(string? branch = null, long? before = null, int limit = 100, bool checkpoints = true, CancellationToken cancellationToken = default)
    {
        var answer = await ControlAsync("list_versions", cancellationToken, new("branch", branch), new("before", before), new("limit", limit), new("checkpoints", checkpoints));
        return new([.. Items(answer, "versions").Select(VersionWire.Version)], OptionalNumber(answer, "next"), (int)Number(answer, "total"));
    }

    /// <summary>One version.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<DocumentVersion> GetVersionAsync(string versionId, CancellationToken cancellationToken = default) => VersionOf(await ControlAsync("get_version", cancellationToken, new KeyValuePair<string, object?>("version_id", versionId)));

    /// <summary>The drawing at a point of history.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<HistoricContent> ReadVersionAsync(ContentPoint point, CancellationToken cancellationToken = default)
    {
        var answer = await ControlAsync("get_content", cancellationToken, From(point));
        return new(Text(answer, "branch") ?? "", Number(answer, "revision"), Text(answer, "version_id"), VersionWire.Content(answer));
    }

    /// <summary>Writes a name, tags and metadata on a version, in place of those it had.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<DocumentVersion> LabelVersionAsync(string versionId, VersionLabels labels, CancellationToken cancellationToken = default) =>
        VersionOf(await ControlAsync("label_version", cancellationToken, [new("version_id", versionId), .. Fields(labels)]));

    /// <summary>Brings a branch back to a version, by one operation that can be undone and a new version; history stays as it is.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<VersionChanged> RevertVersionAsync(string versionId, string? branch = null, string? description = null, CancellationToken cancellationToken = default) =>
        VersionWire.Change(await ControlAsync("revert_version", cancellationToken, new("version_id", versionId), new("branch", branch), new("description", description)));

    /// <summary>Brings back a point of history, or some of its elements with all in them, by one operation and a version.</summary>
    /// <param name="point">What to bring back.</param>
    /// <param name="elementIds">Only these elements, 1 to 10,000. Default: the whole drawing.</param>
    /// <param name="branch">Where to bring it back.</param>
    /// <param name="description">Default: what was restored.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<VersionChanged> RestoreVersionAsync(ContentPoint point, IReadOnlyList<string>? elementIds = null, string? branch = null, string? description = null, CancellationToken cancellationToken = default) =>
        VersionWire.Change(await ControlAsync("restore", cancellationToken, From(point), new("element_ids", elementIds), new("branch", branch), new("description", description)));

    /// <summary>How two points of history differ, element by element.</summary>
    /// <param name="from">The older one.</param>
    /// <param name="to">The newer one. Default: the joined branch as it is now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<DocumentDiff> DiffAsync(ContentPoint from, ContentPoint? to = null, CancellationToken cancellationToken = default) =>
        new(VersionWire.ReadAll<ElementDifference>(await ControlAsync("diff", cancellationToken, From(from), new("to", to?.ToString())), "elements"));

    /// <summary>What happened to an element, newest first; goes on into the branch that this one was made from.</summary>
    /// <param name="elementId">The element; it need not be there any more.</param>
    /// <param name="branch">The branch to begin in.</param>
    /// <param name="cursor">The <see cref="ElementHistoryPage.Next"/> of the page before.</param>
    /// <param name="limit">At most so many, 1 to <see cref="DocumentVersions.MaxPage"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<ElementHistoryPage> ElementHistoryAsync(string elementId, string? branch = null, string? cursor = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        var answer = await ControlAsync("element_history", cancellationToken, new("element_id", elementId), new("branch", branch), new("cursor", cursor), new("limit", limit));
        return new(VersionWire.ReadAll<ElementEvent>(answer, "events"), Text(answer, "next"));
    }

    /// <summary>Has the server check every checksum of the document; seconds for 100,000 operations.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task<IntegrityReport> VerifyAsync(CancellationToken cancellationToken = default) => VersionWire.Report(await ControlAsync("verify", cancellationToken), Session.DocumentId);

    private Task<JsonElement> ControlAsync(string action, CancellationToken cancellationToken, params KeyValuePair<string, object?>[] fields) => AskAsync("version_control", [new("action", action), .. fields], cancellationToken);

    private static DocumentVersion VersionOf(JsonElement answer) => VersionWire.Version(answer.GetProperty("version"u8));

    private static KeyValuePair<string, object?> From(ContentPoint? point) => new("from", point?.ToString());

    private static KeyValuePair<string, object?>[] Fields(VersionLabels? labels) => labels is null
        ? []
        : [new("name", labels.Name), new("tags", labels.Tags), new("metadata", labels.Metadata)];
}
