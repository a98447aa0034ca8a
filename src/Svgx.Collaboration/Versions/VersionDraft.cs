using System.Collections.Immutable;

namespace Svgx.Collaboration.Versions;

/// <summary>A version that is to be stored: everything but its number and id, which the store gives.</summary>
internal sealed record VersionDraft(
    Guid DocumentId, string Branch, long Revision, ImmutableArray<string> Parents, HashedContent Content, string AuthorId, string AuthorName, string Description, VersionKind Kind, DateTime CreatedAt, VersionLabels Labels)
{
    private IReadOnlyList<(byte[] Hash, byte[] Packed)>? _packed;

    /// <summary>The version, after it was stored.</summary>
    public DocumentVersion? Saved { get; set; }

    /// <summary>The chunks as they are stored; compressed once, by whoever asks first.</summary>
    public IReadOnlyList<(byte[] Hash, byte[] Packed)> PackedChunks => _packed ??= [.. Content.Chunks.Select(chunk => (chunk.Hash, ChunkPacking.Pack(chunk.Json)))];
}
