using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Svgx.Collaboration.Documents;

/// <summary>The JSON of changes, as docs/protocol.md has it. The same changes give the same bytes.</summary>
public static class ChangeJson
{
    /// <summary>Deep enough for the deepest document: each level of elements is two of JSON.</summary>
    internal const int MaxDepth = 1_024;

    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaxDepth, SkipValidation = true };
    internal static readonly JsonDocumentOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    /// <summary>Writes a list of changes as UTF-8 JSON.</summary>
    public static byte[] Write(IReadOnlyList<DocumentChange> changes)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartArray();
            foreach (var change in changes)
                Write(json, change);
            json.WriteEndArray();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Write(IReadOnlyList{DocumentChange})"/> wrote.</summary>
    /// <exception cref="JsonException">The bytes are not a list of changes.</exception>
    public static ImmutableArray<DocumentChange> Read(ReadOnlyMemory<byte> utf8)
    {
        using var json = JsonDocument.Parse(utf8, ReaderOptions);
        return [.. json.RootElement.EnumerateArray().Select(Read)];
    }

    private static void Write(Utf8JsonWriter json, DocumentChange change)
    {
        json.WriteStartObject();
        switch (change)
        {
            case SetAttributes set:
                json.WriteString("change"u8, "set"u8);
                json.WriteString("element_id"u8, set.ElementId);
                json.WriteStartObject("attributes"u8);
                foreach (var (name, value) in set.Attributes)
                    json.WriteString(name, value);
                json.WriteEndObject();
                WriteScope(json, set.Scope);
                break;
            case InsertNode insert:
                json.WriteString("change"u8, "insert"u8);
                json.WriteString("parent_id"u8, insert.ParentId);
                json.WritePropertyName("node"u8);
                NodeJson.Write(json, insert.Node);
                WriteScope(json, insert.Scope);
                break;
            case RemoveElement remove:
                json.WriteString("change"u8, "remove"u8);
                json.WriteString("element_id"u8, remove.ElementId);
                break;
            case PlaceElement place:
                json.WriteString("change"u8, "place"u8);
                json.WriteString("element_id"u8, place.ElementId);
                json.WriteString("parent_id"u8, place.ParentId);
                json.WriteString("key"u8, place.Key);
                break;
            case SetContent content:
                json.WriteString("change"u8, "content"u8);
                json.WriteString("element_id"u8, content.ElementId);
                json.WriteStartArray("nodes"u8);
                foreach (var node in content.Nodes)
                    NodeJson.Write(json, node);
                json.WriteEndArray();
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
        json.WriteEndObject();
    }

    private static DocumentChange Read(JsonElement json) => json.GetProperty("change"u8).GetString() switch
    {
        "set" => new SetAttributes(Id(json), [.. json.GetProperty("attributes"u8).EnumerateObject().Select(attribute => KeyValuePair.Create(attribute.Name, attribute.Value.GetString()))]) { Scope = Scope(json) },
        "insert" => new InsertNode(json.GetProperty("parent_id"u8).GetString()!, NodeJson.ReadElement(json.GetProperty("node"u8))) { Scope = Scope(json) },
        "remove" => new RemoveElement(Id(json)),
        "place" => new PlaceElement(Id(json), json.GetProperty("parent_id"u8).GetString()!, json.GetProperty("key"u8).GetString()!),
        "content" => new SetContent(Id(json), [.. json.GetProperty("nodes"u8).EnumerateArray().Select(NodeJson.Read)]),
        var other => throw new JsonException($"There is no change \"{other}\"."),
    };

    private static void WriteScope(Utf8JsonWriter json, ImmutableArray<KeyValuePair<string, string>> scope)
    {
        if (scope.IsEmpty)
            return;
        json.WriteStartObject("scope"u8);
        foreach (var (prefix, ns) in scope)
            json.WriteString(prefix, ns);
        json.WriteEndObject();
    }

    private static ImmutableArray<KeyValuePair<string, string>> Scope(JsonElement json) =>
        json.TryGetProperty("scope"u8, out var scope) ? [.. scope.EnumerateObject().Select(prefix => KeyValuePair.Create(prefix.Name, prefix.Value.GetString()!))] : [];

    private static string Id(JsonElement json) => json.GetProperty("element_id"u8).GetString()!;
}
