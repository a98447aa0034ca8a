using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Versions;

/// <summary>
/// The form of a document in which equal drawings have equal hashes: elements in buckets by the slots of their ids, in each bucket in the order of ids, each with its parent, key, attributes in
/// the order of names, and own text. What is stored beside it keeps the attributes in their own order (docs/decisions/0020).
/// </summary>
internal static class CanonicalContent
{
    private const int ElementsPerBucket = 64;
    private static readonly byte[] HeaderTag = "svgx-content-1"u8.ToArray();

    /// <summary>How many buckets a document of so many elements has: a power of two.</summary>
    public static int Buckets(int elements) => Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, elements / ElementsPerBucket)), 1, ElementSlots.Count);

    public static int BucketOf(SvgElement element, int buckets) => (int)((long)element.Slot * buckets / ElementSlots.Count);

    /// <summary>What stands around the elements, as UTF-8 JSON.</summary>
    public static byte[] Header(Document document, int buckets)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, ChangeJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("root"u8, document.Root.Id);
            json.WriteNumber("buckets"u8, buckets);
            json.WriteStartArray("prolog"u8);
            foreach (var node in document.Prolog)
                NodeJson.Write(json, node);
            json.WriteEndArray();
            json.WriteStartArray("epilog"u8);
            foreach (var node in document.Epilog)
                NodeJson.Write(json, node);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The hash of a whole content: of its header and the hashes of its chunks.</summary>
    public static string Hash(ReadOnlySpan<byte> header, ReadOnlySpan<byte> chunkHashes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(HeaderTag);
        hash.AppendData(header);
        hash.AppendData(chunkHashes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The hash of a document, made anew.</summary>
    public static string Hash(Document document) => new ContentHasher().Compute(document).Hash;

    /// <summary>Hashes the records of a bucket.</summary>
    public static byte[] HashChunk(List<ElementRecord> records)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        foreach (var record in records)
        {
            Append(buffer, record.Id);
            Append(buffer, record.ParentId);
            Append(buffer, record.Key);
            Append(buffer, record.Name);
            Append(buffer, record.Namespace);
            Append(buffer, record.Attributes.Length);
            foreach (var (name, value) in IsSorted(record.Attributes.AsSpan()) ? record.Attributes : [.. record.Attributes.OrderBy(attribute => attribute.Name, StringComparer.Ordinal)])
            {
                Append(buffer, name);
                Append(buffer, value);
            }
            Append(buffer, record.Characters.Length);
            foreach (var node in record.Characters.Cast<CharacterContent>())
            {
                Append(buffer, node.Key);
                Append(buffer, (int)node.Kind);
                Append(buffer, node.Value);
            }
        }
        return SHA256.HashData(buffer.WrittenSpan);
    }

    private static bool IsSorted(ReadOnlySpan<SvgAttribute> attributes)
    {
        for (var i = 1; i < attributes.Length; i++)
        {
            if (string.CompareOrdinal(attributes[i - 1].Name, attributes[i].Name) > 0)
                return false;
        }
        return true;
    }

    private static void Append(ArrayBufferWriter<byte> buffer, string? text)
    {
        if (text is null)
        {
            Append(buffer, -1);
            return;
        }
        var bytes = buffer.GetSpan(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, bytes[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        buffer.Advance(sizeof(int) + length);
    }

    private static void Append(ArrayBufferWriter<byte> buffer, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), number);
        buffer.Advance(sizeof(int));
    }
}
