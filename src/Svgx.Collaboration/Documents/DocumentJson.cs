using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Svgx.Collaboration.Documents;

/// <summary>A whole document as JSON: what snapshots hold and the <c>document</c> message carries. The same document gives the same bytes.</summary>
public static class DocumentJson
{
    /// <summary>Writes a document as UTF-8 JSON.</summary>
    public static byte[] Write(Document document)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer, ChangeJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WritePropertyName("root"u8);
            NodeJson.Write(json, document.Root.ToContent());
            WriteAround(json, "prolog", document.Prolog);
            WriteAround(json, "epilog", document.Epilog);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">The bytes are not a document.</exception>
    public static Document Read(ReadOnlyMemory<byte> utf8)
    {
        using var json = JsonDocument.Parse(utf8, ChangeJson.ReaderOptions);
        return new Document(NodeJson.ReadElement(json.RootElement.GetProperty("root"u8)), ReadAround(json, "prolog"), ReadAround(json, "epilog"));
    }

    private static void WriteAround(Utf8JsonWriter json, string name, ImmutableArray<CharacterContent> nodes)
    {
        json.WriteStartArray(name);
        foreach (var node in nodes)
            NodeJson.Write(json, node);
        json.WriteEndArray();
    }

    private static ImmutableArray<CharacterContent> ReadAround(JsonDocument json, string name) =>
        [.. json.RootElement.GetProperty(name).EnumerateArray().Select(node => (CharacterContent)NodeJson.Read(node))];
}
