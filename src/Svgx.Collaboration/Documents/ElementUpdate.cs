using System.Collections.Immutable;
using System.Text.Json;

namespace Svgx.Collaboration.Documents;

/// <summary>What an <c>update</c> does: attributes set and removed, text replaced.</summary>
internal static class ElementUpdate
{
    public static Interpretation.Accepted Interpret(SvgElement element, JsonElement data, DocumentLimits limits)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.EnumerateObject().Any())
            throw new RefusalException("invalid_data", "An update needs at least one attribute, or \"text\".");
        var sanitizer = new SvgSanitizer();
        var attributes = new OrderedDictionary<string, string?>(StringComparer.Ordinal);
        var names = new AttributeNames(element);
        var changes = ImmutableArray.CreateBuilder<DocumentChange>(2);
        foreach (var property in data.EnumerateObject())
        {
            if (property.Name == "text")
            {
                changes.Add(Text(element, OperationData.Text(data, "text")!, sanitizer, limits));
                continue;
            }
            OperationData.RequireName(element, property.Name);
            var value = OperationData.AttributeValue(property, limits);
            var cleaned = value is null ? null : sanitizer.Clean(element.Namespace, element.LocalName, property.Name, value, element.Id);
            if (value is not null && cleaned is null)
                continue;
            foreach (var other in names.Others(property.Name))
                attributes[other] = null;
            attributes[names.Claim(property.Name)] = cleaned;
        }
        RefuseHandlers(element, attributes);
        if (attributes.Count > 0)
            changes.Insert(0, new SetAttributes(element.Id, [.. attributes]));
        return changes.Count > 0
            ? new(element.Id, changes.ToImmutable(), sanitizer.Removed, sanitizer.MoreRemoved)
            : throw new RefusalException("unsafe_content", $"{sanitizer.Removed[0].What} was refused: {sanitizer.Removed[0].Why}.");
    }

    private static SetContent Text(SvgElement element, string text, SvgSanitizer sanitizer, DocumentLimits limits)
    {
        if (text.Length > limits.MaxValueLength)
            throw new RefusalException("too_large", $"\"text\" is longer than {limits.MaxValueLength} characters.");
        OperationData.RequireXml("text", text);
        var key = SortKey.Between(null, element.Elements.FirstOrDefault()?.Key);
        ImmutableArray<NodeContent> nodes = text.Length == 0 ? [] : [new CharacterContent(key, CharacterKind.Text, text)];
        if (element is { IsSvg: true, LocalName: "style" })
            nodes = sanitizer.CleanSheet(nodes, element.Id);
        return new(element.Id, nodes);
    }

    /// <summary>An animation must not be turned, attribute by attribute, into one that would have been refused as a whole.</summary>
    private static void RefuseHandlers(SvgElement element, IEnumerable<KeyValuePair<string, string?>> attributes)
    {
        var target = attributes.FirstOrDefault(attribute => attribute.Key == "attributeName").Value;
        if (target is null)
            return;
        var content = new ElementContent("V", element.Id, element.Name, element.Namespace, [new("attributeName", target)], []);
        if (new SvgSanitizer().Clean(content, element.Id) is null)
            throw new RefusalException("unsafe_content", "An animation may not set a link or a handler.");
    }
}
