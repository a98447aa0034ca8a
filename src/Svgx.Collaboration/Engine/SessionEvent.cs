using System.Collections.Immutable;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Presence;

namespace Svgx.Collaboration.Engine;

/// <summary>What a session tells its participants. Immutable and shared by all of them.</summary>
public abstract partial record SessionEvent
{
    private SessionEvent()
    {
    }

    /// <summary>Where the protocol keeps the message of news that is the same for all, so that it is made once. Two threads may both make it; either result serves.</summary>
    internal byte[]? Encoded { get; set; }

    /// <summary>Durable operations, in revision order, one's own included.</summary>
    public sealed record OperationsCommitted(ImmutableArray<CommittedOperation> Operations) : SessionEvent
    {
        /// <summary>The size of what they carry; added up once for all queues that it waits in.</summary>
        internal long DataBytes { get; } = Operations.Sum(operation => (long)operation.Entry.Data.Length + operation.Entry.Changes.Length);
    }

    /// <summary>To the author alone: these operations are durable. Comes before the <see cref="OperationsCommitted"/> that carries them.</summary>
    public sealed record Acknowledged(ImmutableArray<Acknowledgement> Operations, string? RequestId) : SessionEvent;

    /// <summary>To the author alone: an operation or request was not carried out.</summary>
    public sealed record Refused(string Code, string Reason, string? OperationId = null, string? RequestId = null, TimeSpan? RetryAfter = null) : SessionEvent;

    /// <summary>Everybody who is here. A newer list replaces an older one that still waits.</summary>
    public sealed record PresenceChanged(ImmutableArray<PresenceEntry> Users) : SessionEvent;

    /// <summary>To the others: a gesture under way. The newest of a gesture replaces an older one that still waits.</summary>
    public sealed record PreviewShared(Preview Preview) : SessionEvent;

    /// <summary>To one participant: their role is another from now on.</summary>
    public sealed record RoleChanged(DocumentRole Role) : SessionEvent;

    /// <summary>To one participant, the answer to <see cref="IParticipant.SyncAsync"/>: what was missed up to <paramref name="Revision"/>; what follows starts right after it.</summary>
    public sealed record Resynced(long Revision, Resync Resync, string? RequestId) : SessionEvent;
}

/// <param name="OperationId">The operation's id: the client's, or a generated one.</param>
/// <param name="Revision">Where it stands in the journal. A resent operation has its first revision.</param>
/// <param name="ElementId">The element it is about.</param>
/// <param name="Removed">What sanitising took out of it.</param>
public sealed record Acknowledgement(string OperationId, long Revision, string ElementId, ImmutableArray<RemovedPart> Removed);
