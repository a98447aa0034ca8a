using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Conflicts;

/// <summary>Reads and writes the values that conflicts are about, by name: attributes and the <see cref="ClashName"/>s.</summary>
internal static class ClashValues
{
    public const string Present = "true";

    /// <summary>What a change sets on its element. An insertion says that the element is there, and nothing of what is in it: whoever names the element later has seen it.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Of(DocumentChange change) => change switch
    {
        SetAttributes set => set.Attributes,
        SetContent content => [new(ClashName.Text, Text(content.Nodes))],
        PlaceElement place => [new(ClashName.Place, Place(place.ParentId, place.Key))],
        InsertNode => [new(ClashName.Exists, Present)],
        _ => [],
    };

    public static string? Read(SvgElement element, string name) => name switch
    {
        ClashName.Text => Text([.. element.Children.OfType<SvgCharacters>().Select(child => child.ToContent())]),
        ClashName.Place => element.Parent is { } parent ? Place(parent.Id, element.Key) : null,
        ClashName.Exists => Present,
        _ => element[name],
    };

    /// <summary>
    /// The change that gives an element's name a value; <see langword="null"/> where it has it already or cannot have it. An attribute is named as the element has it by now; where the element does not
    /// have it, its name has to be brought back with <see cref="PrefixScope"/>.
    /// </summary>
    public static DocumentChange? Set(Document document, SvgElement element, string name, string? value, string? ns = null)
    {
        // It may have gone and come back under another prefix since, and its element may be elsewhere by now.
        var has = ns is null ? new AttributeNames(element).In(name) : AttributeNames.Name(element, ns, PrefixScope.LocalName(name));
        if ((has is null ? null : Read(element, has)) == value)
            return null;
        name = has ?? name;
        switch (name)
        {
            case ClashName.Text:
                using (var json = JsonDocument.Parse(value ?? "[]", ChangeJson.ReaderOptions))
                    return new SetContent(element.Id, [.. json.RootElement.EnumerateArray().Select(NodeJson.Read)]);
            case ClashName.Place:
                if (value is null)
                    return null;
                var (parentId, key) = ReadPlace(value);
                return document.TryGetElement(parentId, out var parent) && !element.Contains(parent) ? new PlaceElement(element.Id, parentId, key) : null;
            case ClashName.Exists:
                return value is null && element.Parent is not null ? new RemoveElement(element.Id) : null;
            default:
                return value is null || ns is not null || PrefixScope.HasMeaning(element, name) ? new SetAttributes(element.Id, [new(name, value)]) : null; // nobody knows what the prefix stood for
        }
    }

    /// <summary>A node as JSON text; <see langword="null"/> where it would be longer than a bound.</summary>
    public static string? Node(SvgElement element, int maxLength)
    {
        var length = 0;
        if (!Fits(element, maxLength, ref length))
            return null;
        var text = Write(json => NodeJson.Write(json, element.ToContent()));
        return text.Length <= maxLength ? text : null;
    }

    private static bool Fits(SvgElement element, int maxLength, ref int length)
    {
        length += element.Attributes.Sum(attribute => attribute.Name.Length + attribute.Value.Length) + element.Id.Length;
        foreach (var child in element.Children)
        {
            if (child is SvgCharacters characters)
                length += characters.Value.Length;
            if (length > maxLength || (child is SvgElement inner && !Fits(inner, maxLength, ref length)))
                return false;
        }
        return length <= maxLength;
    }

    private static string Text(ImmutableArray<NodeContent> nodes) => Write(json =>
    {
        json.WriteStartArray();
        foreach (var node in nodes)
            NodeJson.Write(json, node);
        json.WriteEndArray();
    });

    /// <summary>The value of a <see cref="ClashName.Place"/>.</summary>
    public static (string ParentId, string Key) ReadPlace(string value)
    {
        using var json = JsonDocument.Parse(value);
        return (json.RootElement.GetProperty("parent_id"u8).GetString()!, json.RootElement.GetProperty("key"u8).GetString()!);
    }

    private static string Place(string parentId, string key) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("parent_id"u8, parentId);
        json.WriteString("key"u8, key);
        json.WriteEndObject();
    });

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer, ChangeJson.WriterOptions))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
