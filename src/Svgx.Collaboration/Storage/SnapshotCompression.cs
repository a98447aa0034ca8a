using System.IO.Compression;

namespace Svgx.Collaboration.Storage;

/// <summary>Brotli at its fastest: drawings shrink several times over at a cost that hides behind the disk.</summary>
internal static class SnapshotCompression
{
    public static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(content);
        return packed.ToArray();
    }

    public static byte[] Expand(byte[] packed)
    {
        using var content = new MemoryStream();
        using (var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress))
            brotli.CopyTo(content);
        return content.ToArray();
    }
}
