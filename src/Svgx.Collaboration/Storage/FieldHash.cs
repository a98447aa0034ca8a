using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Svgx.Collaboration.Storage;

/// <summary>SHA-256 over typed fields, each with its length, so that no two lists of fields are the same bytes. Disposed after <see cref="Finish"/>.</summary>
internal sealed class FieldHash : IDisposable
{
    public const int Size = 32;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <param name="tag">What is hashed, so that a hash of one thing is never one of another.</param>
    public FieldHash(string tag) => Add(tag);

    public FieldHash Add(string? text)
    {
        if (text is null)
            return Length(-1);
        Span<byte> bytes = text.Length <= 170 ? stackalloc byte[512] : new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        return Add(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    public FieldHash Add(ReadOnlySpan<byte> bytes)
    {
        Length(bytes.Length);
        _hash.AppendData(bytes);
        return this;
    }

    public FieldHash Add(long? number)
    {
        if (number is null)
            return Length(-1);
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number.Value);
        return Add(bytes);
    }

    public FieldHash Add(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return Add(bytes);
    }

    public byte[] Finish() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();

    private FieldHash Length(int length)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        _hash.AppendData(bytes);
        return this;
    }
}
