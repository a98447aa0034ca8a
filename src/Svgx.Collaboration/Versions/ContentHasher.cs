using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Versions;

/// <summary>A content in the form in which it is stored: a header, the hashes of its chunks, and those chunks that may be new.</summary>
/// <param name="Hash">The content hash.</param>
/// <param name="Header">UTF-8 JSON.</param>
/// <param name="ChunkHashes">32 bytes for each bucket; zeros for an empty one.</param>
/// <param name="Chunks">The chunks that were not handed out before.</param>
internal sealed record HashedContent(string Hash, byte[] Header, byte[] ChunkHashes, IReadOnlyList<ContentChunk> Chunks);

/// <param name="Hash">32 bytes, of the chunk's canonical form.</param>
/// <param name="Json">The records, UTF-8 JSON.</param>
internal sealed record ContentChunk(byte[] Hash, byte[] Json);

/// <summary>
/// Hashes one document again and again at the cost of what changed: remembers the hashes of buckets that were not touched. For one thread at a time, and for one document after the other:
/// a document it has not seen is hashed whole.
/// </summary>
internal sealed class ContentHasher
{
    private const int HashSize = 32;
    private Document? _document;
    private byte[] _hashes = [];

    /// <summary>The next content hands out all chunks again: the last ones may not have been stored.</summary>
    public void Forget() => _document = null;

    public HashedContent Hash(Document document)
    {
        var content = Compute(document);
        document.Touched.Clear();
        return content;
    }

    /// <summary>As <see cref="Hash"/>, for a document whose changes somebody else follows.</summary>
    public HashedContent Compute(Document document)
    {
        var buckets = CanonicalContent.Buckets(document.ElementCount);
        var whole = !ReferenceEquals(document, _document) || _hashes.Length != buckets * HashSize;
        if (whole)
            _hashes = new byte[buckets * HashSize];
        var dirty = new List<SvgElement>?[buckets];
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            if (whole || document.Touched.Meets(bucket, buckets))
                dirty[bucket] = [];
        }
        foreach (var element in document.Elements)
            dirty[CanonicalContent.BucketOf(element, buckets)]?.Add(element);
        var hashes = (byte[])_hashes.Clone(); // the former ones belong to the content handed out before
        var chunks = new List<ContentChunk>();
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            if (dirty[bucket] is not { } elements)
                continue;
            var place = hashes.AsSpan(bucket * HashSize, HashSize);
            if (elements.Count == 0)
            {
                place.Clear();
                continue;
            }
            elements.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
            var records = elements.ConvertAll(ElementRecord.Of);
            var hash = CanonicalContent.HashChunk(records);
            if (!whole && hash.AsSpan().SequenceEqual(place))
                continue;
            hash.CopyTo(place);
            chunks.Add(new(hash, ElementRecord.Write(records)));
        }
        (_document, _hashes) = (document, hashes);
        var header = CanonicalContent.Header(document, buckets);
        return new(CanonicalContent.Hash(header, hashes), header, hashes, chunks);
    }
}
