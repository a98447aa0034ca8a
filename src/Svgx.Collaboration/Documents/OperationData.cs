using System.Text.Json;

namespace Svgx.Collaboration.Documents;

/// <summary>Reads the fields of an operation's data, and the places they name.</summary>
internal static class OperationData
{
    private static readonly HashSet<string> NumericAttributes = new(StringComparer.Ordinal)
    {
        "x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2", "dx", "dy", "fx", "fy", "stroke-width", "font-size", "opacity", "fill-opacity", "stroke-opacity",
    };

    private static readonly HashSet<string> NumberLists = new(StringComparer.Ordinal) { "d", "points", "transform", "gradientTransform", "patternTransform", "viewBox" };

    /// <summary>A number; <see langword="null"/> where the field is absent.</summary>
    public static double? Number(JsonElement data, string name)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String && SvgNumber.TryRead(value.GetString(), out var read) && value.GetString()!.Length > 0)
            return Sane(name, read);
        if (value.ValueKind != JsonValueKind.Number)
            throw new RefusalException("invalid_data", $"\"{name}\" must be a number.");
        return value.TryGetDouble(out var number) ? Sane(name, number) : throw new RefusalException("invalid_number", $"\"{name}\" is not a finite number.");
    }

    /// <summary>A string; <see langword="null"/> where the field is absent.</summary>
    public static string? Text(JsonElement data, string name)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new RefusalException("invalid_data", $"\"{name}\" must be a string.");
    }

    /// <summary>An attribute's value from JSON: a string, number or boolean; <see langword="null"/> from <c>null</c>.</summary>
    public static string? AttributeValue(JsonProperty property, DocumentLimits limits)
    {
        var value = property.Value;
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.True:
                return "true";
            case JsonValueKind.False:
                return "false";
            case JsonValueKind.Number:
                return value.TryGetDouble(out var number) ? SvgNumber.Write(Sane(property.Name, number)) : throw new RefusalException("invalid_number", $"\"{property.Name}\" is not a finite number.");
            case JsonValueKind.String:
                var text = value.GetString()!;
                if (text.Length > limits.MaxValueLength)
                    throw new RefusalException("too_large", $"\"{property.Name}\" is longer than {limits.MaxValueLength} characters.");
                RequireXml(property.Name, text);
                if (IsAbsurd(property.Name, text))
                    throw new RefusalException("invalid_number", $"\"{property.Name}\" is not a number that a drawing can hold.");
                return text;
            default:
                throw new RefusalException("invalid_data", $"\"{property.Name}\" must be a string, a number, a boolean or null.");
        }
    }

    /// <summary>Refuses characters that no XML file can hold.</summary>
    public static void RequireXml(string name, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (System.Xml.XmlConvert.IsXmlChar(text[i]))
                continue;
            if (i + 1 < text.Length && System.Xml.XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                i++;
                continue;
            }
            throw new RefusalException("invalid_data", $"\"{name}\" has a character (U+{(int)text[i]:X4}) that a drawing cannot hold.");
        }
    }

    /// <summary>Refuses what cannot be an element's id.</summary>
    public static void RequireId(string name, string id)
    {
        if (id.Length is 0 or > 256 || id.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            throw new RefusalException("invalid_data", $"\"{name}\" must have 1 to 256 characters and no white space.");
        RequireXml(name, id);
    }

    /// <summary>Refuses names that are no attribute names, or whose prefix nobody declared.</summary>
    public static void RequireName(SvgElement scope, string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (name.Length > 256 || !IsXmlName(name[(colon + 1)..]) || (colon >= 0 && !IsXmlName(name[..colon])))
            throw new RefusalException("invalid_data", $"\"{(name.Length > 60 ? name[..60] : name)}\" is not an attribute name.");
        if (name == "id" || name == "xmlns" || name.StartsWith("xmlns:", StringComparison.Ordinal))
            throw new RefusalException("invalid_data", $"\"{name}\" cannot be changed.");
        if (colon > 0 && SvgVocabulary.NamespaceOf(scope, name[..colon]) is null)
            throw new RefusalException("invalid_data", $"The prefix of \"{name}\" is not declared in the drawing.");
    }

    /// <summary>The key of the place that <c>before</c> or <c>index</c> names among an element's children; without either, on top.</summary>
    /// <param name="document">The document.</param>
    /// <param name="parent">The element.</param>
    /// <param name="data">The operation's data.</param>
    /// <param name="moving">The child that is to go there.</param>
    /// <param name="stoodAt">Where an element stood as the author saw it, which is gone from there by now.</param>
    public static string KeyIn(Document document, SvgElement parent, JsonElement data, SvgElement? moving = null, Func<string, (string ParentId, string Key)?>? stoodAt = null)
    {
        SvgElement? next = null;
        if (Text(data, "before") is { } before)
        {
            if (!document.TryGetElement(before, out next) || !ReferenceEquals(next.Parent, parent))
            {
                return stoodAt?.Invoke(before) is { } place && place.ParentId == parent.Id
                    ? SortKey.Between(parent.Children.LastOrDefault(child => !ReferenceEquals(child, moving) && string.CompareOrdinal(child.Key, place.Key) < 0)?.Key, place.Key)
                    : throw new RefusalException("unknown_element", $"There is no element \"{before}\" there to put it before.");
            }
            if (ReferenceEquals(next, moving))
                return moving!.Key;
        }
        else if (Number(data, "index") is { } index)
        {
            if (index < 0 || index != Math.Floor(index))
                throw new RefusalException("invalid_data", "\"index\" must be a whole number from 0.");
            next = parent.Elements.Where(element => !ReferenceEquals(element, moving)).ElementAtOrDefault((int)Math.Min(index, int.MaxValue));
        }
        var siblings = parent.Children;
        var at = next is null ? siblings.Count : parent.IndexOf(next);
        var left = at - 1;
        if (left >= 0 && ReferenceEquals(siblings[left], moving))
            left--;
        while (next is not null && left >= 0 && siblings[left].Key == next.Key)
            left--; // there is no room between two of one key: in front of them all
        return SortKey.Between(left >= 0 ? siblings[left].Key : null, next?.Key);
    }

    public static void RequireDepth(SvgElement parent, int levels, DocumentLimits limits)
    {
        for (var at = parent; at is not null; at = at.Parent)
            levels++;
        if (levels > limits.MaxDepth)
            throw new RefusalException("too_deep", $"Elements may nest {limits.MaxDepth} levels deep.");
    }

    public static int Depth(ElementContent element) => 1 + element.Children.OfType<ElementContent>().Select(Depth).DefaultIfEmpty(0).Max();

    private static bool IsXmlName(string name)
    {
        try
        {
            return name.Length > 0 && System.Xml.XmlConvert.VerifyNCName(name) == name;
        }
        catch (System.Xml.XmlException)
        {
            return false;
        }
    }

    /// <summary>Whatever unit follows: a width of 1e300mm is as little a width as one of 1e300.</summary>
    private static bool IsAbsurd(string name, string text) =>
        NumericAttributes.Contains(name) ? !SvgNumber.AreSane(text) || text.Trim() is "NaN" or "Infinity" or "-Infinity" or "+Infinity" : NumberLists.Contains(name) && !SvgNumber.AreSane(text);

    private static double Sane(string name, double number) =>
        SvgNumber.IsSane(number) ? number : throw new RefusalException("invalid_number", $"\"{name}\" must be finite and at most {SvgNumber.Largest:0} in size.");
}
