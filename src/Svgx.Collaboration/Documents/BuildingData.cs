using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Svgx.Collaboration.Documents;

/// <summary>
/// What the operations on building data do. A constraint or an assembly is an SVGX element among the children of the element it is about, with its fields as attributes: so it goes along with its
/// element and is stored, exported, compared and merged like all that is drawn, field by field.
/// </summary>
internal sealed class BuildingData(Document document, SvgElement element, JsonElement data, DocumentLimits limits)
{
    private const string Prefix = "arx";
    private const string Constraint = "constraint";
    private const string Assembly = "assembly";

    private static readonly string Namespace = SvgVocabulary.KnownPrefixes[Prefix];
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SvgSanitizer _sanitizer = new();

    /// <summary>A new constraint of the element.</summary>
    public Interpretation.Accepted AddConstraint(Func<string> newElementId)
    {
        var given = ConstraintId();
        if (given is not null)
            OperationData.RequireId("constraint_id", given);
        var id = given ?? newElementId();
        if (document.TryGetElement(id, out _))
            throw new RefusalException("duplicate_element_id", $"There is an element \"{id}\" already.");
        return Insert(Constraint, id, given is null ? [] : [new("id", given)], "A constraint needs at least one field.");
    }

    /// <summary>The constraint of an id, or all that have the given fields.</summary>
    public Interpretation.Accepted RemoveConstraint()
    {
        var (id, fields) = (ConstraintId(), Fields());
        if (id is null && fields.Count == 0)
            throw new RefusalException("invalid_data", "Name a \"constraint_id\", or fields of the constraint.");
        var removed = Parts(Constraint).Where(constraint => id is null || constraint.Id == id).Where(constraint => fields.All(field => constraint[field.Key] == field.Value)).ToList();
        if (removed.Count == 0)
            throw new RefusalException("unknown_element", $"The element \"{element.Id}\" has no such constraint.");
        return new(element.Id, [.. removed.Select(constraint => new RemoveElement(constraint.Id))], []);
    }

    /// <summary>Fields of the element's assembly, of which it has one.</summary>
    public Interpretation.Accepted UpdateAssembly(Func<string> newElementId)
    {
        const string nothing = "An assembly needs at least one field.";
        if (Parts(Assembly).FirstOrDefault() is not { } assembly)
            return Insert(Assembly, newElementId(), [], nothing);
        var attributes = new OrderedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in Fields())
        {
            var cleaned = value is null ? null : _sanitizer.Clean(assembly.Namespace, assembly.LocalName, name, value, assembly.Id);
            if (value is null || cleaned is not null)
                attributes[name] = cleaned;
        }
        return Accept(attributes.Count > 0 ? new SetAttributes(assembly.Id, [.. attributes]) : null, nothing);
    }

    private Interpretation.Accepted Insert(string kind, string id, ImmutableArray<SvgAttribute> own, string nothing)
    {
        if (document.ElementCount + 1 > limits.MaxElements)
            throw new RefusalException("too_large", $"A drawing may have {limits.MaxElements} elements.");
        OperationData.RequireDepth(element, 1, limits);
        if (SvgVocabulary.NamespaceOf(element, Prefix) != Namespace)
            own = [.. own, new("xmlns:" + Prefix, Namespace)]; // there the prefix stands for something else
        ImmutableArray<SvgAttribute> fields = [.. Fields().Where(field => field.Value is not null).Select(field => new SvgAttribute(field.Key, field.Value!))];
        var node = new ElementContent(OperationData.KeyIn(document, element, default), id, $"{Prefix}:{kind}", Namespace, [.. own, .. fields], []);
        var clean = fields.IsEmpty ? null : _sanitizer.Clean(node, id);
        return Accept(clean?.Attributes.Length > own.Length ? new InsertNode(element.Id, clean) : null, nothing);
    }

    private Interpretation.Accepted Accept(DocumentChange? change, string nothing)
    {
        if (change is not null)
            return new(element.Id, [change], _sanitizer.Removed, _sanitizer.MoreRemoved);
        throw _sanitizer.Removed is [var first, ..]
            ? new RefusalException("unsafe_content", $"{first.What} was refused: {first.Why}.")
            : new RefusalException("invalid_data", nothing);
    }

    private IEnumerable<SvgElement> Parts(string kind) => element.Elements.Where(child => child.Namespace == Namespace && child.LocalName == kind);

    private string? ConstraintId() => OperationData.Text(data, "constraint_id");

    /// <summary>The data by name, in its order: text, numbers and booleans as attributes have them, lists and objects as JSON; <see langword="null"/> removes.</summary>
    private OrderedDictionary<string, string?> Fields()
    {
        var fields = new OrderedDictionary<string, string?>(StringComparer.Ordinal);
        if (data.ValueKind != JsonValueKind.Object)
            return fields;
        foreach (var property in data.EnumerateObject())
        {
            if (property.Name == "constraint_id")
                continue;
            OperationData.RequireName(element, property.Name);
            if (property.Name.Contains(':', StringComparison.Ordinal))
                throw new RefusalException("invalid_data", $"\"{property.Name}\" is not a field's name: it has a prefix.");
            fields[property.Name] = property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? Json(property) : OperationData.AttributeValue(property, limits);
        }
        return fields;
    }

    private string Json(JsonProperty property)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Compact))
            property.Value.WriteTo(writer);
        var text = Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
        if (text.Length > limits.MaxValueLength)
            throw new RefusalException("too_large", $"\"{property.Name}\" is longer than {limits.MaxValueLength} characters.");
        OperationData.RequireXml(property.Name, text);
        return text;
    }
}
