using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Svgx.Collaboration.Documents;

/// <summary>A drawing: a tree of elements that changes by <see cref="DocumentChange"/>s. For one thread at a time.</summary>
public sealed partial class Document
{
    /// <summary>The element id of a drawing's root where the file gives it none.</summary>
    public const string DefaultRootId = "root";

    private readonly Dictionary<string, SvgElement> _elements = new(StringComparer.Ordinal);
    private readonly ElementSlots _touched = new();
    private readonly Dictionary<SvgElement, bool> _sheets = []; // and whether each refers to something of the drawing
    private long _characters;

    /// <summary>Builds a document from the description of its root and of what stands before and after it.</summary>
    /// <exception cref="DocumentChangeException">Two elements have one id.</exception>
    public Document(ElementContent root, ImmutableArray<CharacterContent> prolog = default, ImmutableArray<CharacterContent> epilog = default)
    {
        Prolog = prolog.IsDefault ? [] : prolog;
        Epilog = epilog.IsDefault ? [] : epilog;
        _characters = Characters(Prolog) + Characters(Epilog);
        Root = Build(root);
    }

    /// <summary>The outermost <c>svg</c> element. It is never removed or moved.</summary>
    public SvgElement Root { get; }

    /// <summary>Comments and processing instructions before the root.</summary>
    public ImmutableArray<CharacterContent> Prolog { get; }

    /// <summary>Comments and processing instructions after the root.</summary>
    public ImmutableArray<CharacterContent> Epilog { get; }

    /// <summary>How many elements there are, the root included.</summary>
    public int ElementCount => _elements.Count;

    /// <summary>How long it is: the characters of all ids, names, values and text.</summary>
    public long CharacterCount => _characters;

    /// <summary>Whether a style sheet of the drawing refers to something of it, as to a gradient: what is painted so by a class says nothing of it in its own attributes.</summary>
    internal bool RefersInSheets => _sheets.ContainsValue(true);

    /// <summary>All elements, in no order.</summary>
    internal IReadOnlyCollection<SvgElement> Elements => _elements.Values;

    /// <summary>The slots of elements that may differ from what they were when this was cleared last; at first all.</summary>
    internal ElementSlots Touched => _touched;

    /// <summary>The ids of all elements, in no order.</summary>
    public IReadOnlyCollection<string> ElementIds => _elements.Keys;

    /// <summary>The text of the first <c>title</c> directly in the root, trimmed; <see langword="null"/> where there is none.</summary>
    public string? Title
    {
        get
        {
            var title = Root.Elements.FirstOrDefault(element => element.IsSvg && element.LocalName == "title");
            var text = title is null ? "" : string.Concat(title.Children.OfType<SvgCharacters>().Where(node => node.Kind <= CharacterKind.CData).Select(node => node.Value)).Trim();
            return text.Length > 0 ? text : null;
        }
    }

    /// <summary>An empty drawing of a size in user units (default 1200 x 800).</summary>
    public static Document CreateEmpty(double width = 1200, double height = 800)
    {
        string w = width.ToString(CultureInfo.InvariantCulture), h = height.ToString(CultureInfo.InvariantCulture);
        return new(new ElementContent("V", DefaultRootId, "svg", SvgElement.SvgNamespace,
            [new("xmlns", SvgElement.SvgNamespace), new("width", w), new("height", h), new("viewBox", $"0 0 {w} {h}")], []));
    }

    /// <summary>Looks an element up by its id.</summary>
    public bool TryGetElement(string elementId, [NotNullWhen(true)] out SvgElement? element) => _elements.TryGetValue(elementId, out element);

    /// <summary>Applies all changes or none. Returns the changes that take them back, in the order in which to apply them.</summary>
    /// <exception cref="DocumentChangeException">A change does not fit; the document is as it was.</exception>
    public ImmutableArray<DocumentChange> Apply(IReadOnlyList<DocumentChange> changes)
    {
        var steps = new List<Step>(changes.Count);
        try
        {
            foreach (var change in changes)
                steps.Add(Take(change));
        }
        catch (DocumentChangeException)
        {
            TakeBack(steps);
            throw;
        }
        _undecided?.AddRange(steps);
        var inverse = ImmutableArray.CreateBuilder<DocumentChange>(steps.Count);
        for (var i = steps.Count - 1; i >= 0; i--)
            inverse.Add(steps[i].Inverse);
        return inverse.MoveToImmutable();
    }

    /// <summary>By how much changes may make the drawing longer. What they remove is not looked into.</summary>
    internal long Growth(ImmutableArray<DocumentChange> changes) => changes.Sum(change => change switch
    {
        InsertNode insert => insert.Node.Characters(),
        SetAttributes set when _elements.TryGetValue(set.ElementId, out var element) => set.Attributes.Sum(attribute => Characters(attribute.Key, attribute.Value) - Characters(attribute.Key, element[attribute.Key])),
        SetContent content when _elements.TryGetValue(content.ElementId, out var element) => Characters(content.Nodes) - element.OwnText(),
        _ => 0,
    });

    private DocumentChange ApplyOne(DocumentChange change)
    {
        switch (change)
        {
            case SetAttributes set:
                {
                    var element = Require(set.ElementId, "unknown_element");
                    var former = ImmutableArray.CreateBuilder<KeyValuePair<string, string?>>(set.Attributes.Length);
                    var scope = PrefixScope.BelowRoot(element, set.Attributes);
                    _touched.Add(element.Slot);
                    foreach (var (name, value) in set.Attributes)
                    {
                        var before = element[name];
                        former.Add(new(name, before));
                        element.SetAttribute(name, value);
                        _characters += Characters(name, value) - Characters(name, before);
                    }
                    former.Reverse(); // a name that stands twice goes back to what it was first
                    return new SetAttributes(element.Id, former.MoveToImmutable()) { Scope = scope };
                }
            case InsertNode insert:
                {
                    var parent = Require(insert.ParentId, "unknown_parent");
                    var built = Build(insert.Node);
                    parent.Add(built);
                    return new RemoveElement(built.Id);
                }
            case RemoveElement remove:
                {
                    var element = RequireBelowRoot(remove.ElementId, "The root cannot be deleted.");
                    var parent = element.Parent!;
                    var back = new InsertNode(parent.Id, element.ToContent()) { Scope = PrefixScope.BelowRoot(element) };
                    parent.Remove(element);
                    Forget(element);
                    return back;
                }
            case PlaceElement place:
                {
                    var element = RequireBelowRoot(place.ElementId, "The root cannot be moved to another place.");
                    var parent = Require(place.ParentId, "unknown_parent");
                    if (element.Contains(parent))
                        throw new DocumentChangeException("cycle", $"The element \"{element.Id}\" cannot be put into itself.");
                    var (from, formerKey) = (element.Parent!, element.Key);
                    from.Remove(element);
                    element.Key = place.Key;
                    parent.Add(element);
                    _touched.Add(element.Slot);
                    return new PlaceElement(element.Id, from.Id, formerKey);
                }
            case SetContent content:
                {
                    var element = Require(content.ElementId, "unknown_element");
                    var former = element.ReplaceCharacters(content.Nodes);
                    _touched.Add(element.Slot);
                    _characters += Characters(content.Nodes) - Characters(former);
                    NoteSheet(element);
                    return new SetContent(element.Id, former);
                }
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Builds a subtree and enters its elements; where an id is taken, nothing was entered.</summary>
    private SvgElement Build(ElementContent content)
    {
        var entered = new List<string>();
        var before = _characters;
        try
        {
            return Build(content, entered);
        }
        catch (DocumentChangeException)
        {
            _characters = before;
            foreach (var id in entered)
            {
                _elements.Remove(id, out var element);
                _sheets.Remove(element!);
            }
            throw;
        }
    }

    private SvgElement Build(ElementContent content, List<string> entered)
    {
        var element = new SvgElement(content);
        if (!_elements.TryAdd(element.Id, element))
            throw new DocumentChangeException("duplicate_element_id", $"There is an element \"{element.Id}\" already.");
        entered.Add(element.Id);
        _touched.Add(element.Slot);
        _characters += content.OwnCharacters();
        foreach (var child in content.Children)
            element.Add(child is ElementContent inner ? Build(inner, entered) : new SvgCharacters((CharacterContent)child));
        NoteSheet(element);
        return element;
    }

    private void NoteSheet(SvgElement element)
    {
        if (element is { IsSvg: true, LocalName: "style" })
            _sheets[element] = element.Children.Any(child => child is SvgCharacters { Kind: <= CharacterKind.CData } text && ElementGeometry.Refers(text.Value));
    }

    private static long Characters(string name, string? value) => value is null ? 0 : name.Length + value.Length;

    private static long Characters<T>(ImmutableArray<T> nodes)
        where T : NodeContent => nodes.Sum(node => (long)((CharacterContent)(NodeContent)node).Value.Length);

    private void Forget(SvgElement element)
    {
        _elements.Remove(element.Id);
        _sheets.Remove(element);
        _touched.Add(element.Slot);
        _characters -= element.OwnCharacters();
        foreach (var child in element.Elements)
            Forget(child);
    }

    private SvgElement Require(string id, string code) =>
        _elements.TryGetValue(id, out var element) ? element : throw new DocumentChangeException(code, $"There is no element \"{id}\".");

    private SvgElement RequireBelowRoot(string id, string refusal)
    {
        var element = Require(id, "unknown_element");
        return ReferenceEquals(element, Root) ? throw new DocumentChangeException("root_is_fixed", refusal) : element;
    }
}
