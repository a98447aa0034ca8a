using System.Collections.Immutable;

namespace Svgx.Collaboration.Documents;

/// <summary>
/// A primitive step on a document. Operations are turned into these once, when they are accepted; journal, undo and clients use them alone
/// (docs/decisions/0001).
/// </summary>
/// <param name="ElementId">The element the step is about.</param>
public abstract record DocumentChange(string ElementId);

/// <summary>Sets attributes; <see langword="null"/> removes one.</summary>
public sealed record SetAttributes(string ElementId, ImmutableArray<KeyValuePair<string, string?>> Attributes) : DocumentChange(ElementId)
{
    /// <summary>
    /// Of what brings attributes back: those of their prefixes that were declared below the root, and what they stood for. As with <see cref="InsertNode.Scope"/>, applying the change does nothing with them.
    /// </summary>
    public ImmutableArray<KeyValuePair<string, string>> Scope { get; init; } = [];
}

/// <summary>Adds a subtree at its key.</summary>
public sealed record InsertNode(string ParentId, ElementContent Node) : DocumentChange(Node.ElementId)
{
    /// <summary>
    /// Of what takes a removal back: prefixes of attributes in the node that were declared around it, and what they stood for. Applying the change does nothing with them; who puts the node into another
    /// parent has to declare them on it. Prefixes that are not named stood for what they stand for on the root.
    /// </summary>
    public ImmutableArray<KeyValuePair<string, string>> Scope { get; init; } = [];
}

/// <summary>Removes an element with all in it.</summary>
public sealed record RemoveElement(string ElementId) : DocumentChange(ElementId);

/// <summary>Moves an element in the tree.</summary>
public sealed record PlaceElement(string ElementId, string ParentId, string Key) : DocumentChange(ElementId);

/// <summary>Replaces an element's own text, CDATA, comments and processing instructions; its child elements stay.</summary>
public sealed record SetContent(string ElementId, ImmutableArray<NodeContent> Nodes) : DocumentChange(ElementId);

/// <summary>A change that does not fit the document it was applied to. The document is as it was.</summary>
public sealed class DocumentChangeException(string code, string message) : Exception(message)
{
    /// <summary>A code of the protocol, such as <c>unknown_element</c>.</summary>
    public string Code { get; } = code;
}
