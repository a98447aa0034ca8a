using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Svgx.Collaboration.Versions;

/// <summary>What <c>verify</c> found in a document.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Damages">What is not as it was stored; at most <see cref="MaxDamages"/>.</param>
/// <param name="IsTruncated">There was more.</param>
/// <param name="Branches">Branches checked, deleted ones included.</param>
/// <param name="Operations">Operations checked.</param>
/// <param name="Unsealed">Of them, those from before there were checksums: replayed, but not proven.</param>
/// <param name="Snapshots">Snapshots checked.</param>
/// <param name="Versions">Versions checked.</param>
public sealed record IntegrityReport(Guid DocumentId, ImmutableArray<Damage> Damages, [property: JsonPropertyName("truncated")] bool IsTruncated, int Branches, long Operations, long Unsealed, int Snapshots, int Versions)
{
    /// <summary>Damages that are told one by one.</summary>
    public const int MaxDamages = 1_000;

    /// <summary>Whether everything is as it was stored.</summary>
    [JsonPropertyName("intact")]
    public bool IsIntact => Damages.IsEmpty;
}

/// <summary>Something that is not as it was stored.</summary>
/// <param name="Kind">What.</param>
/// <param name="Branch">The branch it is in; empty where that cannot be said.</param>
/// <param name="Revision">Of an operation or snapshot; of a version the revision it holds.</param>
/// <param name="VersionId">Of a version or its content.</param>
/// <param name="Reason">What is wrong, for a person.</param>
public sealed record Damage(DamageKind Kind, string Branch, long? Revision, string? VersionId, string Reason);

/// <summary>What can be damaged.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<DamageKind>))]
public enum DamageKind
{
    /// <summary>An operation of the journal, or its place in it.</summary>
    Operation,

    /// <summary>A snapshot.</summary>
    Snapshot,

    /// <summary>A version's row.</summary>
    Version,

    /// <summary>A version's content.</summary>
    Content,

    /// <summary>A branch's row.</summary>
    Branch,

    /// <summary>The database file itself, below its rows: what lies there cannot be read.</summary>
    Database,
}
