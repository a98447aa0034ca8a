using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Versions;

/// <summary>An element without its child elements: what contents of versions consist of.</summary>
/// <param name="Id">The element.</param>
/// <param name="ParentId">Its parent; <see langword="null"/> for the root.</param>
/// <param name="Key">Its place there.</param>
/// <param name="Name">The qualified name.</param>
/// <param name="Namespace">The namespace URI.</param>
/// <param name="Attributes">In the order of the file.</param>
/// <param name="Characters">Its own text and the like, in order.</param>
internal sealed record ElementRecord(
    string Id, string? ParentId, string Key, string Name, string Namespace, ImmutableArray<SvgAttribute> Attributes, ImmutableArray<NodeContent> Characters)
{
    public static ElementRecord Of(SvgElement element) =>
        new(element.Id, element.Parent?.Id, element.Key, element.Name, element.Namespace, [.. element.Attributes], DocumentDiff.Characters(element));

    /// <summary>A bucket of records as it is stored: UTF-8 JSON.</summary>
    public static byte[] Write(List<ElementRecord> records)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer, ChangeJson.WriterOptions))
        {
            json.WriteStartArray();
            foreach (var record in records)
                record.Write(json);
            json.WriteEndArray();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Write(List{ElementRecord})"/> wrote.</summary>
    public static List<ElementRecord> Read(ReadOnlyMemory<byte> utf8)
    {
        using var json = JsonDocument.Parse(utf8, ChangeJson.ReaderOptions);
        return [.. json.RootElement.EnumerateArray().Select(Read)];
    }

    /// <summary>Puts the tree together again.</summary>
    /// <exception cref="InvalidDataException">The records are not those of one tree.</exception>
    public static ElementContent Assemble(string rootId, IEnumerable<ElementRecord> records)
    {
        var all = records.ToList();
        var children = all.Where(record => record.ParentId is not null).ToLookup(record => record.ParentId!, StringComparer.Ordinal);
        var root = all.Find(record => record.Id == rootId) ?? throw new InvalidDataException("The content has no root.");
        var placed = 0;
        var built = Build(root, 0);
        return placed == all.Count ? built : throw new InvalidDataException("The content is not one tree.");

        ElementContent Build(ElementRecord record, int depth)
        {
            if (++placed > all.Count || depth > ChangeJson.MaxDepth)
                throw new InvalidDataException("The content is not a tree.");
            // The document puts them in order; characters are in theirs already.
            return new(record.Key, record.Id, record.Name, record.Namespace, record.Attributes, [.. record.Characters, .. children[record.Id].Select(child => Build(child, depth + 1))]);
        }
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        if (ParentId is not null)
            json.WriteString("parent"u8, ParentId);
        json.WriteString("key"u8, Key);
        json.WriteString("name"u8, Name);
        if (Namespace != SvgElement.SvgNamespace)
            json.WriteString("ns"u8, Namespace);
        if (!Attributes.IsEmpty)
        {
            json.WriteStartObject("attributes"u8);
            foreach (var (name, value) in Attributes)
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        if (!Characters.IsEmpty)
        {
            json.WriteStartArray("nodes"u8);
            foreach (var node in Characters)
                NodeJson.Write(json, node);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static ElementRecord Read(JsonElement json) => new(
        json.GetProperty("id"u8).GetString()!,
        json.TryGetProperty("parent"u8, out var parent) ? parent.GetString() : null,
        json.GetProperty("key"u8).GetString()!,
        json.GetProperty("name"u8).GetString()!,
        json.TryGetProperty("ns"u8, out var ns) ? ns.GetString()! : SvgElement.SvgNamespace,
        json.TryGetProperty("attributes"u8, out var attributes) ? [.. attributes.EnumerateObject().Select(attribute => new SvgAttribute(attribute.Name, attribute.Value.GetString()!))] : [],
        json.TryGetProperty("nodes"u8, out var nodes) ? [.. nodes.EnumerateArray().Select(NodeJson.Read)] : []);
}
