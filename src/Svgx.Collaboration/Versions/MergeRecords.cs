using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Svgx.Collaboration.Versions;

/// <summary>Where both branches changed one thing of one element, each differently.</summary>
/// <param name="ElementId">The element; of a deletion against a change the deleted one.</param>
/// <param name="Name">The attribute, or one of the <see cref="Conflicts.ClashName"/>s; <c>#exists</c>: one side deleted what the other changed.</param>
/// <param name="Base">The value at the common ancestor; <see langword="null"/>: absent.</param>
/// <param name="Target">The value in the branch that is merged into.</param>
/// <param name="Source">The value in the branch that comes in.</param>
public sealed record MergeClash(string ElementId, string Name, string? Base, string? Target, string? Source);

/// <summary>A decision on a clash, made before the merge.</summary>
/// <param name="ElementId">The element; <see langword="null"/>: every element not named otherwise.</param>
/// <param name="Name">The attribute or pseudo attribute; <see langword="null"/>: every name of the element not named otherwise.</param>
/// <param name="Choice">Whose value counts.</param>
public sealed record MergeResolution(string? ElementId, string? Name, MergeSide Choice);

/// <summary>A side of a merge.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<MergeSide>))]
public enum MergeSide
{
    /// <summary>The branch that is merged into: its value stays.</summary>
    Target,

    /// <summary>The branch that comes in.</summary>
    Source,
}

/// <summary>What a merge would do; nothing was changed.</summary>
/// <param name="Source">The branch that would come in.</param>
/// <param name="SourceRevision">Its revision now.</param>
/// <param name="Target">The branch that would be merged into.</param>
/// <param name="TargetRevision">Its revision now.</param>
/// <param name="BaseBranch">The nearest common ancestor.</param>
/// <param name="BaseRevision">Its revision.</param>
/// <param name="Diff">What would change in the target.</param>
/// <param name="Clashes">What both changed; where no resolution says otherwise, the target's value stands in <paramref name="Diff"/>, and what one side deleted is there.</param>
public sealed record MergePreview(
    string Source, long SourceRevision, string Target, long TargetRevision, string BaseBranch, long BaseRevision, DocumentDiff Diff, ImmutableArray<MergeClash> Clashes);

/// <summary>A change that made a version.</summary>
/// <param name="Version">The new version.</param>
/// <param name="OperationId">The operation in the journal that did it; <see langword="null"/> where nothing had to change.</param>
/// <param name="OpenClashes">Of a merge: the clashes no resolution decided. The target's value stands until somebody decides; what one side deleted is there.</param>
/// <param name="ConflictIds">The open conflicts that hold them, one for each element.</param>
public sealed record VersionChange(DocumentVersion Version, string? OperationId, ImmutableArray<MergeClash> OpenClashes, ImmutableArray<string> ConflictIds);
