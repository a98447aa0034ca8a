namespace Svgx.Collaboration.Documents;

/// <summary>
/// A set of slots, into which elements fall by their ids: what changed in a document, told in 512 bytes however much it was. The slot of an id is the same in every
/// process, because contents of versions are cut along slots (docs/decisions/0020).
/// </summary>
internal sealed class ElementSlots
{
    public const int Bits = 12;
    public const int Count = 1 << Bits;

    private readonly ulong[] _words = new ulong[Count / 64];

    public ElementSlots() => Array.Fill(_words, ulong.MaxValue);

    public static int Of(string elementId)
    {
        var hash = 2_166_136_261u; // FNV-1a, then the finish of MurmurHash 3: similar ids fall far apart
        foreach (var c in elementId)
            hash = (hash ^ c) * 16_777_619;
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return (int)((hash ^ (hash >> 16)) >> (32 - Bits));
    }

    public void Add(int slot) => _words[slot >> 6] |= 1ul << (slot & 63);

    public void Fill() => Array.Fill(_words, ulong.MaxValue);

    public void Clear() => Array.Clear(_words);

    /// <summary>Whether any slot of a bucket is in the set, where the slots are shared out among so many buckets, a power of two.</summary>
    public bool Meets(int bucket, int buckets)
    {
        var width = Count / buckets;
        for (var slot = bucket * width; slot < (bucket + 1) * width; slot++)
        {
            if ((_words[slot >> 6] & (1ul << (slot & 63))) != 0)
                return true;
        }
        return false;
    }
}
