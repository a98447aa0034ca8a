using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Engine;

/// <content>Versions and branches. To the participants in all branches of the document.</content>
public abstract partial record SessionEvent
{
    /// <summary>There is a new version; of a revert, a merge or a restoration too.</summary>
    public sealed record VersionCreated(DocumentVersion Version) : SessionEvent;

    /// <summary>A branch went back to an older version, by an operation that was told like any other.</summary>
    /// <param name="Version">The new version, whose content equals the older one's.</param>
    /// <param name="RevertedTo">The older version's id.</param>
    public sealed record VersionReverted(DocumentVersion Version, string RevertedTo) : SessionEvent;

    /// <summary>Something was written on a version.</summary>
    public sealed record VersionLabelled(DocumentVersion Version) : SessionEvent;

    /// <summary>There is a new branch.</summary>
    public sealed record BranchCreated(Branch Branch) : SessionEvent;

    /// <summary>A branch is gone; who was in it was sent away.</summary>
    public sealed record BranchDeleted(Branch Branch) : SessionEvent;

    /// <summary>What a deleted branch held was let go: its versions are not listed any more.</summary>
    public sealed record BranchPurged(Branch Branch) : SessionEvent;
}
