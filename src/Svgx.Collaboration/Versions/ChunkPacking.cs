using System.Security.Cryptography;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>
/// A chunk as it is stored: compressed, behind the first eight bytes of the SHA-256 of that. The chunk's hash is one of what it means; not every bit of the compressed form changes that, and
/// damage shall be found before it spreads.
/// </summary>
internal static class ChunkPacking
{
    private const int ChecksumSize = 8;

    public static byte[] Pack(ReadOnlySpan<byte> json)
    {
        var packed = SnapshotCompression.Compress(json);
        return [.. SHA256.HashData(packed).AsSpan(0, ChecksumSize), .. packed];
    }

    /// <exception cref="InvalidDataException">It is not as it was stored.</exception>
    public static byte[] Unpack(byte[] stored)
    {
        if (stored.Length < ChecksumSize || !SHA256.HashData(stored.AsSpan(ChecksumSize)).AsSpan(0, ChecksumSize).SequenceEqual(stored.AsSpan(0, ChecksumSize)))
            throw new InvalidDataException("The chunk is not as it was stored.");
        return SnapshotCompression.Expand(stored[ChecksumSize..]);
    }
}
