using System.Collections.Immutable;
using System.Text.Json;

namespace Svgx.Collaboration.Documents;

/// <summary>Turns an operation as it was sent into primitive changes. Reads the document and changes nothing; bad input is an answer, not an exception.</summary>
public static class OperationInterpreter
{
    /// <summary>What an operation means for a document as it is now.</summary>
    /// <param name="document">The document.</param>
    /// <param name="type">The kind of operation; <c>select</c> and <c>deselect</c> are presence and not for here.</param>
    /// <param name="elementId">The element it is about; for a <c>create</c> the new one's id, or <see langword="null"/> for one to be made.</param>
    /// <param name="data">The operation's data; undefined or an object.</param>
    /// <param name="limits">The bounds of the document.</param>
    /// <param name="newElementId">Makes an id that no element has.</param>
    /// <param name="stoodAt">Where an element stood as the author saw it, which is gone from there by now; <see langword="null"/> where that is not known, as by default.</param>
    public static Interpretation Interpret(
        Document document, OperationType type, string? elementId, JsonElement data, DocumentLimits limits, Func<string> newElementId, Func<string, (string ParentId, string Key)?>? stoodAt = null)
    {
        try
        {
            if (data.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null))
                throw new RefusalException("invalid_data", "\"data\" must be an object.");
            if (type == OperationType.Create)
                return WithRoom(document, new ElementCreation(document, data, limits, newElementId).Interpret(elementId, stoodAt), limits);
            if (string.IsNullOrEmpty(elementId))
                throw new RefusalException("invalid_data", "\"element_id\" is missing.");
            if (!document.TryGetElement(elementId, out var element))
                throw new RefusalException("unknown_element", $"There is no element \"{elementId}\".");
            return WithRoom(document, type switch
            {
                OperationType.Update or OperationType.PropertyUpdate => ElementUpdate.Interpret(element, data, limits),
                OperationType.Move => Accept(element, Move(document, element, data)),
                OperationType.Resize => Accept(element, Resize(document, element, data)),
                OperationType.Delete => Accept(element, new RemoveElement(BelowRoot(document, element, "deleted").Id)),
                OperationType.LayerChange => new Interpretation.Accepted(element.Id, PrefixScope.Moving(document, element, Place(document, BelowRoot(document, element, "moved to another place"), data, limits, stoodAt)), []),
                OperationType.ConstraintAdd => new BuildingData(document, element, data, limits).AddConstraint(newElementId),
                OperationType.ConstraintRemove => new BuildingData(document, element, data, limits).RemoveConstraint(),
                OperationType.AssemblyUpdate => new BuildingData(document, element, data, limits).UpdateAssembly(newElementId),
                _ => throw new RefusalException("unsupported_operation", $"\"{type.ToWire()}\" is presence, and nothing to store."),
            }, limits);
        }
        catch (RefusalException refusal)
        {
            return new Interpretation.Refused(refusal.Code, refusal.Message);
        }
    }

    /// <summary>What makes a drawing shorter always fits.</summary>
    private static Interpretation.Accepted WithRoom(Document document, Interpretation.Accepted accepted, DocumentLimits limits) => document.Growth(accepted.Changes) is var growth && growth > 0 && document.CharacterCount + growth > limits.MaxCharacters
        ? throw new RefusalException("too_large", $"The drawing would be longer than {limits.MaxCharacters} characters.")
        : accepted;

    private static Interpretation.Accepted Accept(SvgElement element, DocumentChange change) => new(element.Id, [change], []);

    private static SetAttributes Move(Document document, SvgElement element, JsonElement data)
    {
        if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("position"u8, out var position))
            data = position.ValueKind == JsonValueKind.Object ? position : throw new RefusalException("invalid_data", "\"position\" must be an object.");
        double? dx = OperationData.Number(data, "dx"), dy = OperationData.Number(data, "dy"), x = OperationData.Number(data, "x"), y = OperationData.Number(data, "y");
        if (dx is null && dy is null)
        {
            if (x is null && y is null)
                throw new RefusalException("invalid_data", "A move needs \"x\" or \"y\", or \"dx\" or \"dy\".");
            var (atX, atY) = ElementGeometry.Position(document, element)
                ?? throw new RefusalException("invalid_data", $"The element \"{element.Id}\" has no place of its own to move from; send \"dx\" and \"dy\".");
            (dx, dy) = (x - atX, y - atY);
        }
        return new(BelowRoot(document, element, "moved").Id, ElementGeometry.Map(document, element, AxisMap.Move(dx ?? 0, dy ?? 0)));
    }

    private static SetAttributes Resize(Document document, SvgElement element, JsonElement data)
    {
        double? x = OperationData.Number(data, "x"), y = OperationData.Number(data, "y"), width = OperationData.Number(data, "width"), height = OperationData.Number(data, "height");
        if (x is null && y is null && width is null && height is null)
            throw new RefusalException("invalid_data", "A resize needs at least one of \"x\", \"y\", \"width\" and \"height\".");
        if (width < 0 || height < 0)
            throw new RefusalException("invalid_data", "\"width\" and \"height\" must not be negative.");
        if (ReferenceEquals(element, document.Root))
            return ResizeRoot(element, width, height);
        var from = Measured(data) ?? ElementGeometry.Bounds(document, element)
            ?? throw new RefusalException("invalid_data", $"The element \"{element.Id}\" has no size of its own; send \"from\", the box as you see it.");
        return new(element.Id, ElementGeometry.Map(document, element, AxisMap.Between(from, new(x ?? from.X, y ?? from.Y, width ?? from.Width, height ?? from.Height))));
    }

    /// <summary>The root's size is the size of the sheet: the drawing on it stays as it is.</summary>
    private static SetAttributes ResizeRoot(SvgElement root, double? width, double? height)
    {
        if (width is null && height is null)
            throw new RefusalException("root_is_fixed", "The root cannot be moved.");
        var attributes = ImmutableArray.CreateBuilder<KeyValuePair<string, string?>>(2);
        if (width is { } w)
            attributes.Add(new("width", SvgNumber.Write(w)));
        if (height is { } h)
            attributes.Add(new("height", SvgNumber.Write(h)));
        return new(root.Id, attributes.ToImmutable());
    }

    private static Box? Measured(JsonElement data)
    {
        if (!data.TryGetProperty("from"u8, out var from))
            return null;
        if (from.ValueKind == JsonValueKind.Object && OperationData.Number(from, "x") is { } x && OperationData.Number(from, "y") is { } y
            && OperationData.Number(from, "width") is { } width and >= 0 && OperationData.Number(from, "height") is { } height and >= 0)
            return new Box(x, y, width, height);
        throw new RefusalException("invalid_data", "\"from\" needs \"x\", \"y\", \"width\" and \"height\".");
    }

    private static PlaceElement Place(Document document, SvgElement element, JsonElement data, DocumentLimits limits, Func<string, (string ParentId, string Key)?>? stoodAt)
    {
        var parent = element.Parent!;
        if (OperationData.Text(data, "parent_id") is { } parentId && !document.TryGetElement(parentId, out parent!))
            throw new RefusalException("unknown_parent", $"There is no element \"{parentId}\" to put it into.");
        if (element.Contains(parent))
            throw new RefusalException("cycle", $"The element \"{element.Id}\" cannot be put into itself.");
        OperationData.RequireDepth(parent, OperationData.Depth(element.ToContent()), limits);
        return new(element.Id, parent.Id, OperationData.KeyIn(document, parent, data, element, stoodAt));
    }

    private static SvgElement BelowRoot(Document document, SvgElement element, string what) =>
        ReferenceEquals(element, document.Root) ? throw new RefusalException("root_is_fixed", $"The root cannot be {what}.") : element;
}
