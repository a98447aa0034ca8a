using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Svgx.Collaboration.Versions;

/// <summary>A named snapshot of a whole document. Immutable but for its <see cref="Labels"/> and <see cref="PurgedAt"/>.</summary>
public sealed record DocumentVersion
{
    /// <summary>
    /// SHA-256, in 64 lower-case hexadecimal digits, over everything below except <see cref="Labels"/> and <see cref="PurgedAt"/>: content hash, parents, author, time, description, and
    /// the place in the document's history.
    /// </summary>
    public required string VersionId { get; init; }

    /// <summary>1, 2, 3 ... in the document, across its branches.</summary>
    [JsonPropertyName("version_number")]
    public required long Number { get; init; }

    /// <summary>The document.</summary>
    public required Guid DocumentId { get; init; }

    /// <summary>The branch it was made in.</summary>
    public required string Branch { get; init; }

    /// <summary>The branch's revision whose content it holds.</summary>
    public required long Revision { get; init; }

    /// <summary>The ids of the versions it came from: none for the first, two for a merge (the target's, then the source's).</summary>
    public required ImmutableArray<string> Parents { get; init; }

    /// <summary>SHA-256 of the content in 64 hexadecimal digits. The order of attributes does not count.</summary>
    public required string ContentHash { get; init; }

    /// <summary>Who made it; of a checkpoint, who drew last.</summary>
    [JsonPropertyName("created_by")]
    public required string AuthorId { get; init; }

    /// <summary>Their shown name at the time.</summary>
    [JsonPropertyName("created_by_name")]
    public required string AuthorName { get; init; }

    /// <summary>What its author wrote about it; may be empty. At most 2,000 characters.</summary>
    public required string Description { get; init; }

    /// <summary>What made it.</summary>
    public required VersionKind Kind { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Name, tags and metadata: can be changed later, and are not part of <see cref="VersionId"/>; they have a checksum of their own.</summary>
    [JsonIgnore]
    public VersionLabels Labels { get; init; } = VersionLabels.None;

    /// <inheritdoc cref="VersionLabels.Name"/>
    public string? Name => Labels.Name;

    /// <inheritdoc cref="VersionLabels.Tags"/>
    public ImmutableArray<string> Tags => Labels.Tags;

    /// <inheritdoc cref="VersionLabels.Metadata"/>
    public ImmutableSortedDictionary<string, string> Metadata => Labels.Metadata;

    /// <summary>When its content was let go, UTC: a checkpoint that was thinned out. Such a version is not listed and cannot be read.</summary>
    [JsonIgnore]
    public DateTime? PurgedAt { get; init; }
}

/// <summary>What made a version.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<VersionKind>))]
public enum VersionKind
{
    /// <summary>Somebody saved it.</summary>
    Saved,

    /// <summary>The engine made it by itself, or for another version to stand on.</summary>
    Checkpoint,

    /// <summary>A revert to an older version.</summary>
    Revert,

    /// <summary>A merge of another branch.</summary>
    Merge,

    /// <summary>A restoration of a revision, a time, or of some elements.</summary>
    Restore,
}

/// <summary>What can be written on a version after it was made.</summary>
/// <param name="Name">A short name, at most 200 characters; <see langword="null"/>: none.</param>
/// <param name="Tags">At most 20, each 1 to 50 characters.</param>
/// <param name="Metadata">At most 50 entries; names of 1 to 100 characters, values of at most 2,000.</param>
public sealed record VersionLabels(string? Name, ImmutableArray<string> Tags, ImmutableSortedDictionary<string, string> Metadata)
{
    /// <summary>Nothing.</summary>
    public static VersionLabels None { get; } = new(null, [], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));
}

/// <summary>A page of versions, newest first.</summary>
/// <param name="Versions">Those asked for.</param>
/// <param name="Next">The <c>before</c> of the next page; <see langword="null"/> where there is none.</param>
/// <param name="Total">How many versions the document, or the branch asked for, has.</param>
public sealed record VersionPage(ImmutableArray<DocumentVersion> Versions, long? Next, int Total);
