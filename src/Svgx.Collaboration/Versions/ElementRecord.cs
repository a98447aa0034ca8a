using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Versions;

/// <summary>An element without its child elements: what contents of versions consist of.</summary>
/// <param name="Id">The element.</param>
/// <param name="ParentId">Its parent; <see langword="null"/> for the root.</param>
/// <param name="Key">Its place there.</param>
/// <param name="Tie">How many siblings before it have the same key; 0 but in rare cases.</param>
/// <param name="Name">The qualified name.</param>
/// <param name="Namespace">The namespace URI.</param>
/// <param name="Attributes">In the order of the file.</param>
/// <param name="Characters">Its own text and the like, each with its tie.</param>
internal sealed record ElementRecord(
    string Id, string? ParentId, string Key, int Tie, string Name, string Namespace, ImmutableArray<SvgAttribute> Attributes, IReadOnlyList<(CharacterContent Node, int Tie)> Characters)
{
    private static readonly (CharacterContent, int)[] NoCharacters = [];

    public static ElementRecord Of(SvgElement element)
    {
        List<(CharacterContent, int)>? characters = null;
        foreach (var child in element.Children)
        {
            if (child is SvgCharacters node)
                (characters ??= []).Add((node.ToContent(), TieOf(element, node)));
        }
        return new(element.Id, element.Parent?.Id, element.Key, element.Parent is { } parent ? TieOf(parent, element) : 0, element.Name, element.Namespace, [.. element.Attributes], characters ?? (IReadOnlyList<(CharacterContent, int)>)NoCharacters);
    }

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
            var nodes = children[record.Id].Select(child => (Node: (NodeContent)Build(child, depth + 1), child.Tie)).Concat(record.Characters.Select(pair => (Node: (NodeContent)pair.Node, pair.Tie))).ToList();
            nodes.Sort((a, b) => string.CompareOrdinal(a.Node.Key, b.Node.Key) is var order and not 0 ? order : a.Tie - b.Tie);
            return new(record.Key, record.Id, record.Name, record.Namespace, record.Attributes, [.. nodes.Select(node => node.Node)]);
        }
    }

    private static int TieOf(SvgElement parent, SvgNode child)
    {
        var tie = 0;
        var met = false;
        foreach (var node in parent.At(child.Key)) // last first
        {
            if (met)
                tie++;
            met |= ReferenceEquals(node, child);
        }
        return tie;
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, Id);
        if (ParentId is not null)
            json.WriteString("parent"u8, ParentId);
        json.WriteString("key"u8, Key);
        if (Tie > 0)
            json.WriteNumber("tie"u8, Tie);
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
        if (Characters.Count > 0)
        {
            json.WriteStartArray("nodes"u8);
            foreach (var (node, tie) in Characters)
            {
                json.WriteNumberValue(tie);
                NodeJson.Write(json, node);
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static ElementRecord Read(JsonElement json)
    {
        var characters = new List<(CharacterContent, int)>();
        if (json.TryGetProperty("nodes"u8, out var nodes))
        {
            for (var i = 0; i + 1 < nodes.GetArrayLength(); i += 2)
                characters.Add(((CharacterContent)NodeJson.Read(nodes[i + 1]), nodes[i].GetInt32()));
        }
        return new(
            json.GetProperty("id"u8).GetString()!,
            json.TryGetProperty("parent"u8, out var parent) ? parent.GetString() : null,
            json.GetProperty("key"u8).GetString()!,
            json.TryGetProperty("tie"u8, out var tie) ? tie.GetInt32() : 0,
            json.GetProperty("name"u8).GetString()!,
            json.TryGetProperty("ns"u8, out var ns) ? ns.GetString()! : SvgElement.SvgNamespace,
            json.TryGetProperty("attributes"u8, out var attributes) ? [.. attributes.EnumerateObject().Select(attribute => new SvgAttribute(attribute.Name, attribute.Value.GetString()!))] : [],
            characters);
    }
}
