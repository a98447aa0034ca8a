using System.Collections.Immutable;
using System.Text.Json;

namespace Svgx.Collaboration.Documents;

/// <summary>What a <c>create</c> does: one new subtree.</summary>
internal sealed class ElementCreation(Document document, JsonElement data, DocumentLimits limits, Func<string> newElementId)
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal) { "type", "tag", "element_id", "parent_id", "before", "index", "text", "children" };

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public Interpretation.Accepted Interpret(string? elementId, Func<string, (string ParentId, string Key)?>? stoodAt)
    {
        var parent = document.Root;
        if (OperationData.Text(data, "parent_id") is { } parentId && !document.TryGetElement(parentId, out parent!))
            throw new RefusalException("unknown_parent", $"There is no element \"{parentId}\" to put it into.");
        var node = Read(data, elementId ?? OperationData.Text(data, "element_id"), OperationData.KeyIn(document, parent, data, stoodAt: stoodAt), parent, 0);
        if (document.ElementCount + _ids.Count > limits.MaxElements)
            throw new RefusalException("too_large", $"A drawing may have {limits.MaxElements} elements.");
        OperationData.RequireDepth(parent, OperationData.Depth(node), limits);
        var sanitizer = new SvgSanitizer();
        var clean = sanitizer.Clean(node, node.ElementId)
            ?? throw new RefusalException("unsafe_content", $"{sanitizer.Removed[0].What} was refused: {sanitizer.Removed[0].Why}.");
        return new(clean.ElementId, [new InsertNode(parent.Id, clean)], sanitizer.Removed, sanitizer.MoreRemoved);
    }

    private ElementContent Read(JsonElement json, string? elementId, string key, SvgElement scope, int depth)
    {
        if (depth > limits.MaxDepth)
            throw new RefusalException("too_deep", $"Elements may nest {limits.MaxDepth} levels deep.");
        var tag = OperationData.Text(json, "tag");
        var name = tag ?? OperationData.Text(json, "type") ?? "rect";
        var (ns, local) = Namespace(scope, name);
        var attributes = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        var names = new AttributeNames(scope, isNew: true);
        // The id that the author chose is part of the drawing; one that the server makes is not.
        if (elementId is not null)
            attributes.Add("id", elementId);
        var id = TakeId(elementId);
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in json.EnumerateObject())
            {
                if ((Reserved.Contains(property.Name) && !(property.Name == "type" && tag is not null)) || property.Name == "id")
                    continue;
                OperationData.RequireName(scope, property.Name);
                if (OperationData.AttributeValue(property, limits) is { } value)
                    attributes[names.Claim(property.Name)] = value;
            }
        }
        ImmutableArray<SvgAttribute> given = [.. attributes.Select(attribute => new SvgAttribute(attribute.Key, attribute.Value))];
        return new(key, id, name, ns, ns == SvgElement.SvgNamespace ? ElementDefaults.Complete(local, given) : given, Children(json, local, scope, depth));
    }

    private ImmutableArray<NodeContent> Children(JsonElement json, string local, SvgElement scope, int depth)
    {
        var nodes = new List<NodeContent>();
        var text = OperationData.Text(json, "text") ?? (local == "text" && !(json.ValueKind == JsonValueKind.Object && json.TryGetProperty("children"u8, out _)) ? "Text" : null);
        string? last = null;
        if (text is { Length: > 0 })
        {
            OperationData.RequireXml("text", text);
            nodes.Add(new CharacterContent(last = SortKey.Between(last, null), CharacterKind.Text, text));
        }
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("children"u8, out var children))
        {
            if (children.ValueKind != JsonValueKind.Array)
                throw new RefusalException("invalid_data", "\"children\" must be a list.");
            foreach (var child in children.EnumerateArray())
            {
                if (child.ValueKind != JsonValueKind.Object)
                    throw new RefusalException("invalid_data", "Each of \"children\" must be an object.");
                last = SortKey.Between(last, null);
                var isText = !child.TryGetProperty("type"u8, out _) && !child.TryGetProperty("tag"u8, out _) && child.TryGetProperty("text"u8, out _);
                if (isText) // running text between elements, as between the tspans of a text
                {
                    var run = OperationData.Text(child, "text")!;
                    OperationData.RequireXml("text", run);
                    nodes.Add(new CharacterContent(last, CharacterKind.Text, run));
                }
                else
                    nodes.Add(Read(child, OperationData.Text(child, "element_id"), last, scope, depth + 1));
            }
        }
        return [.. nodes];
    }

    private string TakeId(string? elementId)
    {
        if (elementId is not null)
            OperationData.RequireId("element_id", elementId);
        var id = elementId ?? newElementId();
        if (document.TryGetElement(id, out _) || !_ids.Add(id))
            throw new RefusalException("duplicate_element_id", $"There is an element \"{id}\" already.");
        return id;
    }

    private static (string Namespace, string LocalName) Namespace(SvgElement scope, string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return SvgVocabulary.IsElement(name) ? (SvgElement.SvgNamespace, name) : throw Unknown(name);
        OperationData.RequireName(scope, name);
        return (SvgVocabulary.NamespaceOf(scope, name[..colon])!, name[(colon + 1)..]);
    }

    private static RefusalException Unknown(string name) => name is "script" or "foreignObject" or "handler" or "iframe"
        ? new("unsafe_content", $"\"{name}\" may not stand in a drawing.")
        : new("invalid_data", $"\"{(name.Length > 60 ? name[..60] : name)}\" is not an element of SVG.");
}
