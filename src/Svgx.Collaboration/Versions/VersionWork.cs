using System.Collections.Immutable;

namespace Svgx.Collaboration.Versions;

/// <summary>What a session does about versions on its loop. Closed: every kind is below.</summary>
internal abstract record VersionWork
{
    private VersionWork()
    {
    }

    /// <summary>Makes a version of the drawing as it is.</summary>
    /// <param name="Description">What its author wrote.</param>
    /// <param name="Labels">Name, tags, metadata.</param>
    /// <param name="Kind">What makes it.</param>
    /// <param name="OnlyIfChanged">Answers with the newest version where nothing was changed since.</param>
    public sealed record Save(string Description, VersionLabels Labels, VersionKind Kind, bool OnlyIfChanged) : VersionWork;

    /// <summary>Brings back a content, or some elements of it.</summary>
    public sealed record Restore(PointContent Content, IReadOnlyList<string>? ElementIds, string Origin, VersionKind Kind, string Description) : VersionWork;

    /// <summary>Merges a version of another branch.</summary>
    /// <param name="Source">What comes in.</param>
    /// <param name="Base">The common ancestor that was found; another one by now: the work is refused as <c>retry</c>.</param>
    /// <param name="Resolutions">Decisions made before.</param>
    /// <param name="Authors">Who did what clashes.</param>
    /// <param name="Description">What its author wrote.</param>
    public sealed record Merge(PointContent Source, PointContent Base, ImmutableArray<MergeResolution> Resolutions, MergeAuthors Authors, string Description) : VersionWork;
}
