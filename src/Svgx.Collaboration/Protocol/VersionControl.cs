using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Protocol;

/// <summary>Carries out the actions of <c>version_control</c> for one connection and writes their answers. Runs beside the session: an action that takes long holds up its own connection alone.</summary>
internal sealed class VersionControl(DocumentVersions versions, Guid documentId, string joinedBranch, VersionActor actor, TimeProvider time)
{
    /// <summary>The frames that answer an action; <see langword="null"/> where the news of it, which everybody gets, is the answer.</summary>
    /// <exception cref="RefusedException">It was refused.</exception>
    public async Task<IReadOnlyList<byte[]>?> RunAsync(ClientMessage.VersionControl message, CancellationToken cancellationToken)
    {
        var branch = message.Branch ?? joinedBranch;
        var answer = new VersionMessages(time.GetUtcNow(), message.RequestId);
        switch (message.Action)
        {
            case "create_version":
                return Asked(message, answer.Version(Done(await versions.SaveAsync(documentId, actor, branch, message.Description ?? "", Labels(message), cancellationToken))));
            case "list_versions":
                return answer.Versions(Done(await versions.ListAsync(documentId, actor, message.Branch, message.Before, message.Limit, message.Checkpoints, cancellationToken)));
            case "get_version":
                return answer.Version(Done(await versions.GetAsync(documentId, actor, Version(message), cancellationToken)));
            case "get_content":
                return answer.Content(Done(await versions.ReadAsync(documentId, actor, Point(message, branch), cancellationToken)));
            case "label_version":
                return Asked(message, answer.Version(Done(await versions.LabelAsync(documentId, actor, Version(message), Labels(message), cancellationToken))));
            case "revert_version":
                return Asked(message, answer.Change(Done(await versions.RevertAsync(documentId, actor, Version(message), branch, message.Description, cancellationToken))));
            case "restore":
                return Asked(message, answer.Change(Done(await versions.RestoreAsync(documentId, actor, Point(message, branch), branch, message.ElementIds, message.Description, cancellationToken))));
            case "diff":
                return answer.Diff(Done(await versions.DiffAsync(documentId, actor, Required(From(message), "from"), message.To ?? new ContentPoint.Live(branch), cancellationToken)));
            case "create_branch":
                return Asked(message, answer.Branch(Done(await versions.CreateBranchAsync(documentId, actor, Required(message.Name, "name"), From(message) ?? new ContentPoint.Live(branch), cancellationToken))));
            case "list_branches":
                return answer.Branches(Done(await versions.ListBranchesAsync(documentId, actor, message.Deleted, cancellationToken)));
            case "delete_branch":
                return Asked(message, answer.Branch(Done(await versions.DeleteBranchAsync(documentId, actor, Required(message.Branch, "branch"), cancellationToken))));
            case "purge_branch":
                return Asked(message, answer.Branch(Done(await versions.PurgeBranchAsync(documentId, actor, Required(message.Branch, "branch"), cancellationToken))));
            case "preview_merge":
                return answer.Preview(Done(await versions.PreviewMergeAsync(documentId, actor, Required(message.Source, "source"), branch, message.Resolutions, cancellationToken)));
            case "merge_branch":
                return Asked(message, answer.Change(Done(await versions.MergeAsync(documentId, actor, Required(message.Source, "source"), branch, message.Resolutions, message.Description, cancellationToken))));
            case "element_history":
                return answer.History(Required(message.ElementId, "element_id"), Done(await versions.ElementHistoryAsync(documentId, actor, message.ElementId!, branch, message.Cursor, message.Limit, cancellationToken)));
            case "verify":
                return answer.Integrity(Done(await versions.VerifyAsync(documentId, actor, cancellationToken)));
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>A client that numbers its requests gets an answer to what it changed; to others the news is enough.</summary>
    private static IReadOnlyList<byte[]>? Asked(ClientMessage message, IReadOnlyList<byte[]> answer) => message.RequestId is null ? null : answer;

    private static VersionLabels Labels(ClientMessage.VersionControl message) => new(message.Name, message.Tags, message.Metadata);

    private static string Version(ClientMessage.VersionControl message) => Required(message.VersionId, "version_id");

    private static ContentPoint? From(ClientMessage.VersionControl message) => (message.From, message.VersionId) switch
    {
        (null, null) => null,
        ({ } from, null) => from,
        (null, { } id) => new ContentPoint.Version(id),
        _ => throw new RefusedException(RefusalCode.InvalidData, "Say what is meant by \"version_id\" or by \"from\", not by both."),
    };

    private static ContentPoint Point(ClientMessage.VersionControl message, string branch) => (From(message), message.Revision, message.Time) switch
    {
        ({ } from, null, null) => from,
        (null, { } revision, null) => new ContentPoint.Revision(branch, revision),
        (null, null, { } at) => new ContentPoint.Time(branch, at),
        _ => throw new RefusedException(RefusalCode.InvalidData, "Say what is meant by one of \"version_id\", \"revision\", \"time\" and \"from\"."),
    };

    private static T Required<T>(T? value, string name) => value ?? throw new RefusedException(RefusalCode.InvalidData, $"\"{name}\" is missing.");

    private static T Done<T>(VersionResult<T> result) => result switch
    {
        VersionResult<T>.Done done => done.Value,
        VersionResult<T>.Refused refused => throw new RefusedException(refused.Code, refused.Reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>An action was refused. Caught by the connection.</summary>
    public sealed class RefusedException(string code, string reason) : Exception(reason)
    {
        public string Code { get; } = code;
    }
}
