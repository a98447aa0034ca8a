using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Svgx.Collaboration.Conflicts;
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

        /// <summary>Where the protocol keeps the message of the news that begin with this; as for <see cref="Encoded"/>.</summary>
        internal object? Frame { get; set; }
    }

    /// <summary>To the author alone: these operations are durable. Comes before the <see cref="OperationsCommitted"/> that carries them.</summary>
    public sealed record Acknowledged(ImmutableArray<Acknowledgement> Operations, string? RequestId) : SessionEvent;

    /// <summary>To the author alone: an operation or request was not carried out.</summary>
    public sealed record Refused(string Code, string Reason, string? OperationId = null, string? RequestId = null, TimeSpan? RetryAfter = null) : SessionEvent
    {
        /// <summary>Where the code is <c>locked</c>: the lock that is in the way.</summary>
        public ElementLock? LockedBy { get; init; }
    }

    /// <summary>Conflicts were found, joined by further clashes, or are open again; those the policy has settled meanwhile are among them. At most two a second for one conflict, the last state always.</summary>
    /// <param name="Conflicts">Their newest state.</param>
    /// <param name="RequestId">To the one who asked to hold a conflict: their request's id.</param>
    public sealed record ConflictsChanged(ImmutableArray<Conflict> Conflicts, string? RequestId = null) : SessionEvent;

    /// <summary>To a newcomer: the conflicts that are open.</summary>
    public sealed record ConflictsOpen(ImmutableArray<Conflict> Conflicts) : SessionEvent;

    /// <summary>A conflict was settled. Comes after the operation that did it.</summary>
    /// <param name="Conflict">With its <see cref="Conflict.Resolution"/>.</param>
    /// <param name="RequestId">To the one who decided: their request's id.</param>
    public sealed record ConflictSettled(Conflict Conflict, string? RequestId = null) : SessionEvent;

    /// <summary>All locks there are.</summary>
    /// <param name="Locks">The whole list, in no order; a newer one replaces an older one that still waits.</param>
    /// <param name="RequestId">To the one who asked for or released a lock: their request's id.</param>
    public sealed record LocksChanged(ImmutableArray<ElementLock> Locks, string? RequestId = null) : SessionEvent;

    /// <summary>Everybody who is here. A newer list replaces an older one that still waits.</summary>
    public sealed record PresenceChanged(ImmutableArray<PresenceEntry> Users) : SessionEvent
    {
        /// <summary>The same, with what changed when.</summary>
        internal PresenceView View { get; init; } = PresenceView.Empty;

        /// <summary>Where the protocol keeps the messages, whole and as changes since a version; as for <see cref="Encoded"/>.</summary>
        internal object? Messages { get; set; }
    }

    /// <summary>To the others: a gesture under way. The newest of a gesture replaces an older one that still waits.</summary>
    public sealed record PreviewShared(Preview Preview) : SessionEvent
    {
        /// <summary>The size of what it carries; added up once for all queues that it waits in.</summary>
        internal long DataBytes { get; } =
            Preview.ElementIds.Sum(id => (long)id.Length) + (Preview.Data is { ValueKind: not JsonValueKind.Undefined } data ? JsonMarshal.GetRawUtf8Value(data).Length : 0);
    }

    /// <summary>To one participant: their role is another from now on.</summary>
    public sealed record RoleChanged(DocumentRole Role) : SessionEvent;

    /// <summary>To one participant, the answer to <see cref="IParticipant.SyncAsync"/>: what was missed up to <paramref name="Revision"/>; what follows starts right after it.</summary>
    public sealed record Resynced(long Revision, Resync Resync, string? RequestId) : SessionEvent;
}

/// <param name="OperationId">The operation's id: the client's, or a generated one.</param>
/// <param name="Revision">Where it stands in the journal. A resent operation has its first revision.</param>
/// <param name="ElementId">The element it is about.</param>
/// <param name="Removed">What sanitising took out of it: the first 100 parts.</param>
/// <param name="MoreRemoved">How many more parts were taken out.</param>
public sealed record Acknowledgement(string OperationId, long Revision, string ElementId, ImmutableArray<RemovedPart> Removed, int MoreRemoved = 0);
