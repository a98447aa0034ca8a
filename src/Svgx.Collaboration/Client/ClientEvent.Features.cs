using System.Collections.Immutable;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Client;

/// <content>Conflicts, locks, comments, versions and branches.</content>
public abstract partial record ClientEvent
{
    /// <summary>These conflicts are new, have grown, are open again, or were settled by the policy. None: all are forgotten, as after a lost connection; the open ones follow.</summary>
    public sealed record ConflictsChanged(ImmutableArray<Conflict> Conflicts) : ClientEvent;

    /// <summary>A conflict was settled, after the operation that did it.</summary>
    public sealed record ConflictSettled(string ConflictId, string ElementId, ConflictResolution Resolution) : ClientEvent;

    /// <summary>All element locks there are.</summary>
    public sealed record LocksChanged(ImmutableArray<ElementLock> Locks) : ClientEvent;

    /// <summary>The threads with these ids came, changed, were read or went.</summary>
    public sealed record CommentsChanged(ImmutableArray<string> ThreadIds) : ClientEvent;

    /// <summary>There is a new version, in any branch of the document; of a revert, a merge or a restoration too.</summary>
    public sealed record VersionCreated(DocumentVersion Version) : ClientEvent;

    /// <summary>A branch went back to an older version.</summary>
    /// <param name="Version">The new version, whose content equals the older one's.</param>
    /// <param name="RevertedTo">The older version's id.</param>
    public sealed record VersionReverted(DocumentVersion Version, string RevertedTo) : ClientEvent;

    /// <summary>A name, tags or metadata were written on a version.</summary>
    public sealed record VersionLabelled(DocumentVersion Version) : ClientEvent;

    /// <summary>There is a new branch.</summary>
    public sealed record BranchCreated(Branch Branch) : ClientEvent;

    /// <summary>A branch is gone; who was in it was sent away.</summary>
    public sealed record BranchDeleted(Branch Branch) : ClientEvent;

    /// <summary>What a deleted branch held was let go: its versions are not listed any more.</summary>
    public sealed record BranchPurged(Branch Branch) : ClientEvent;
}
