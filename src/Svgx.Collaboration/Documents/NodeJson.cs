using System.Collections.Immutable;
using System.Text.Json;

namespace Svgx.Collaboration.Documents;

/// <summary>The JSON of nodes, as docs/protocol.md has it under <c>NODE</c>.</summary>
internal static class NodeJson
{
    public static void Write(Utf8JsonWriter json, NodeContent node)
    {
        json.WriteStartObject();
        if (node is CharacterContent characters)
        {
            json.WriteString("key"u8, characters.Key);
            json.WriteString(KindName(characters.Kind), characters.Value);
        }
        else
            WriteElement(json, (ElementContent)node);
        json.WriteEndObject();
    }

    public static NodeContent Read(JsonElement json)
    {
        var key = json.GetProperty("key"u8).GetString()!;
        if (json.TryGetProperty("element_id"u8, out _))
            return ReadElement(json, key);
        foreach (var kind in Enum.GetValues<CharacterKind>())
        {
            if (json.TryGetProperty(KindName(kind), out var value))
                return new CharacterContent(key, kind, value.GetString()!);
        }
        throw new JsonException("A node is an element, or has text, cdata, comment or pi.");
    }

    public static ElementContent ReadElement(JsonElement json) => ReadElement(json, json.GetProperty("key"u8).GetString()!);

    private static ElementContent ReadElement(JsonElement json, string key)
    {
        ImmutableArray<SvgAttribute> attributes = json.TryGetProperty("attributes"u8, out var named)
            ? [.. named.EnumerateObject().Select(attribute => new SvgAttribute(attribute.Name, attribute.Value.GetString()!))]
            : [];
        ImmutableArray<NodeContent> children = json.TryGetProperty("children"u8, out var nodes) ? [.. nodes.EnumerateArray().Select(Read)] : [];
        var ns = json.TryGetProperty("ns"u8, out var uri) ? uri.GetString()! : SvgElement.SvgNamespace;
        return new ElementContent(key, json.GetProperty("element_id"u8).GetString()!, json.GetProperty("name"u8).GetString()!, ns, attributes, children);
    }

    private static void WriteElement(Utf8JsonWriter json, ElementContent element)
    {
        json.WriteString("element_id"u8, element.ElementId);
        json.WriteString("name"u8, element.Name);
        if (element.Namespace != SvgElement.SvgNamespace)
            json.WriteString("ns"u8, element.Namespace);
        json.WriteString("key"u8, element.Key);
        if (!element.Attributes.IsEmpty)
        {
            json.WriteStartObject("attributes"u8);
            foreach (var (name, value) in element.Attributes)
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        if (element.Children.IsEmpty)
            return;
        json.WriteStartArray("children"u8);
        foreach (var child in element.Children)
            Write(json, child);
        json.WriteEndArray();
    }

    private static ReadOnlySpan<byte> KindName(CharacterKind kind) => kind switch
    {
        CharacterKind.Text => "text"u8,
        CharacterKind.CData => "cdata"u8,
        CharacterKind.Comment => "comment"u8,
        _ => "pi"u8,
    };
}
