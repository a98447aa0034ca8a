using Microsoft.Extensions.Logging;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Engine;

/// <summary>What all sessions share.</summary>
internal sealed record SessionServices(ICollaborationStore Store, IConflictStore Conflicts, IDocumentAccess Access, EngineOptions Options, TimeProvider Time, CollaborationMetrics Metrics, TokenRevocations Revocations, ILogger Logger)
{
    public required ICommentStore Comments { get; init; }

    public required CommentOptions CommentOptions { get; init; }

    public required Action<CommentsChanged> CommentsChanged { get; init; }

    public required IVersionStore Versions { get; init; }

    public required DrawingReads Reads { get; init; }

    public required OperationIdSets OperationIds { get; init; }

    /// <summary>Tells the participants of the document's other open branches, and those who follow its versions in this process.</summary>
    public required Action<Guid, string, SessionEvent> Announce { get; init; }

    public required PresenceOptions Presence { get; init; }

    public required ActivityLog Activity { get; init; }

    public required AuditTrail Audit { get; init; }
}
