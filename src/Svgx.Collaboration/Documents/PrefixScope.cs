using System.Collections.Immutable;

namespace Svgx.Collaboration.Documents;

/// <summary>
/// Keeps what the prefixes of attributes stand for when an element comes to another place in the tree: a prefix that means something else there, or nothing, is declared on the element itself.
/// Elements need no such care: they know their namespace, and the writer declares it.
/// </summary>
internal static class PrefixScope
{
    private const string Declaration = "xmlns:";

    /// <summary>A move in the tree, after the declarations that the element takes along.</summary>
    public static ImmutableArray<DocumentChange> Moving(Document document, SvgElement element, PlaceElement place)
    {
        if (!document.TryGetElement(place.ParentId, out var parent) || ReferenceEquals(parent, element.Parent) || (!IsDeclaredIn(element.Parent) && !IsDeclaredIn(parent)))
            return [place];
        ImmutableArray<KeyValuePair<string, string?>> taken = [.. Missing(parent, Of(element)).Select(declaration => KeyValuePair.Create(declaration.Name, (string?)declaration.Value))];
        return taken.IsEmpty ? [place] : [new SetAttributes(element.Id, taken), place];
    }

    /// <summary>The prefixes that an element uses, or something in it, and that are declared around it below the root, with what they stand for: what would be lost elsewhere.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> BelowRoot(SvgElement element) => IsDeclaredIn(element.Parent) ? [.. Of(element).Where(prefix => IsDeclaredIn(element.Parent, Declaration + prefix.Key))] : [];

    /// <summary>The prefixes, declared below the root, of those attributes that an element has, with what they stand for: what would be lost where they come back after it has moved.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> BelowRoot(SvgElement element, ImmutableArray<KeyValuePair<string, string?>> attributes)
    {
        SortedDictionary<string, string>? scope = null;
        foreach (var (name, _) in attributes)
        {
            if (PrefixOf(name) is { } prefix && element[name] is not null && IsDeclaredIn(element, Declaration + prefix) && SvgVocabulary.NamespaceOf(element, prefix) is { } ns)
                (scope ??= new(StringComparer.Ordinal))[prefix] = ns;
        }
        return scope is null ? [] : [.. scope];
    }

    /// <summary>
    /// Attributes that come back to an element which may be elsewhere by now: under names that mean there what theirs meant, after the declarations that are missing. One that the element has under
    /// another name by now stays as it is.
    /// </summary>
    public static ImmutableArray<KeyValuePair<string, string?>> Returning(Document document, SvgElement element, SetAttributes back)
    {
        var scope = back.Scope.ToDictionary(StringComparer.Ordinal);
        return Returning(element, element.Parent, back.Attributes.Select(attribute =>
            (attribute.Key, attribute.Value, PrefixOf(attribute.Key) is { } prefix ? scope.GetValueOrDefault(prefix) ?? SvgVocabulary.NamespaceOf(document.Root, prefix) : null)));
    }

    /// <summary>Likewise, where it is known of each attribute what its prefix stood for, and for an element that is on its way into a parent.</summary>
    /// <param name="element">The element.</param>
    /// <param name="parent">Where it will be.</param>
    /// <param name="back">Names, values, and namespaces; without one, the attribute comes back under its name whatever that means.</param>
    /// <param name="declared">Declarations that the element gets on its way.</param>
    public static ImmutableArray<KeyValuePair<string, string?>> Returning(
        SvgElement element, SvgElement? parent, IEnumerable<(string Name, string? Value, string? Namespace)> back, IEnumerable<KeyValuePair<string, string?>>? declared = null)
    {
        var known = (declared ?? []).ToDictionary(StringComparer.Ordinal);
        var declarations = new OrderedDictionary<string, string?>(StringComparer.Ordinal);
        var attributes = ImmutableArray.CreateBuilder<KeyValuePair<string, string?>>();
        foreach (var (name, value, ns) in back)
        {
            if (value is null || ns is null || PrefixOf(name) is not { } prefix || Meaning(prefix) == ns)
            {
                attributes.Add(new(name, value));
                continue;
            }
            var localName = LocalName(name);
            if (AttributeNames.Value(element, ns, localName) is not null)
                continue;
            // Where the prefix stands for something else, somebody may use it as that.
            var free = prefix;
            for (var i = 1; Meaning(free) is { } other && other != ns; i++)
                free = prefix + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (Meaning(free) is null)
                declarations[Declaration + free] = ns;
            attributes.Add(new($"{free}:{localName}", value));
        }
        return [.. declarations, .. attributes];

        string? Meaning(string prefix)
        {
            var declaration = Declaration + prefix;
            return declarations.GetValueOrDefault(declaration) ?? known.GetValueOrDefault(declaration) ?? element[declaration] ?? (parent is null ? SvgVocabulary.NamespaceOf(element, prefix) : SvgVocabulary.NamespaceOf(parent, prefix));
        }
    }

    /// <summary>The prefixes that an element uses, or something in it, and that it does not declare itself, with what they stand for where it is.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(SvgElement element)
    {
        var used = new SortedSet<string>(StringComparer.Ordinal);
        Collect(element, [], used);
        foreach (var prefix in used)
        {
            if (element.Parent is { } parent && SvgVocabulary.NamespaceOf(parent, prefix) is { } ns)
                yield return new(prefix, ns);
        }
    }

    /// <summary>A removed element on its way back, perhaps into another parent than it was in, or into one that has moved: with the declarations that are missing there.</summary>
    public static ElementContent Returning(Document document, InsertNode back, SvgElement parent)
    {
        if (back.Scope.IsEmpty && !IsDeclaredIn(parent))
            return back.Node;
        var used = new SortedSet<string>(StringComparer.Ordinal);
        Collect(back.Node, [], used);
        var scope = back.Scope.ToDictionary(StringComparer.Ordinal);
        return Declare(back.Node, used.Select(prefix => KeyValuePair.Create(prefix, scope.GetValueOrDefault(prefix) ?? SvgVocabulary.NamespaceOf(document.Root, prefix))).Where(prefix => prefix.Value is not null)!, parent);
    }

    /// <summary>An element on its way into a parent, with the declarations that are missing there.</summary>
    public static ElementContent Declare(ElementContent node, IEnumerable<KeyValuePair<string, string>> scope, SvgElement parent) => node with { Attributes = [.. node.Attributes, .. Missing(parent, scope)] };

    /// <summary>Whether something would mean something else without a declaration that an element has.</summary>
    public static bool IsNeeded(SvgElement element, string declaration)
    {
        var prefix = declaration[Declaration.Length..];
        if (element.Parent is not { } parent || element[declaration] is not { } ns || SvgVocabulary.NamespaceOf(parent, prefix) == ns)
            return false;
        var used = new SortedSet<string>(StringComparer.Ordinal);
        Collect(element, [], used, declaration);
        return used.Contains(prefix);
    }

    /// <summary>What the prefix of an attribute's name stands for in an element; <see langword="null"/> where the name has no prefix, or one that stands for nothing.</summary>
    public static string? NamespaceOf(SvgElement element, string name) => PrefixOf(name) is { } prefix ? SvgVocabulary.NamespaceOf(element, prefix) : null;

    /// <summary>An attribute's name without its prefix.</summary>
    public static string LocalName(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether an attribute's name has no prefix, or one that stands for something in an element.</summary>
    public static bool HasMeaning(SvgElement element, string name) => PrefixOf(name) is not { } prefix || SvgVocabulary.NamespaceOf(element, prefix) is not null;

    /// <summary>Whether a name is that of a declaration of a prefix.</summary>
    public static bool IsDeclaration(string name) => name.StartsWith(Declaration, StringComparison.Ordinal);

    private static IEnumerable<SvgAttribute> Missing(SvgElement parent, IEnumerable<KeyValuePair<string, string>> scope) =>
        scope.Where(prefix => SvgVocabulary.NamespaceOf(parent, prefix.Key) != prefix.Value).Select(prefix => new SvgAttribute(Declaration + prefix.Key, prefix.Value));

    /// <summary>Whether an element below the root, or one around it, declares a prefix; most drawings declare all theirs on the root, and nothing can get lost in them.</summary>
    private static bool IsDeclaredIn(SvgElement? element, string? declaration = null)
    {
        for (var at = element; at?.Parent is not null; at = at.Parent)
        {
            foreach (var (name, _) in at.Attributes)
            {
                if (declaration is null ? IsDeclaration(name) : name == declaration)
                    return true;
            }
        }
        return false;
    }

    private static void Collect(SvgElement element, ImmutableHashSet<string> declared, SortedSet<string> used, string? except = null)
    {
        declared = Collect(element.Attributes, declared, used, except);
        foreach (var child in element.Elements)
            Collect(child, declared, used);
    }

    private static void Collect(ElementContent element, ImmutableHashSet<string> declared, SortedSet<string> used)
    {
        declared = Collect(element.Attributes, declared, used, null);
        foreach (var child in element.Children.OfType<ElementContent>())
            Collect(child, declared, used);
    }

    private static ImmutableHashSet<string> Collect(IReadOnlyList<SvgAttribute> attributes, ImmutableHashSet<string> declared, SortedSet<string> used, string? except)
    {
        foreach (var (name, _) in attributes)
        {
            if (IsDeclaration(name) && name != except)
                declared = declared.Add(name[Declaration.Length..]);
        }
        foreach (var (name, _) in attributes)
        {
            if (PrefixOf(name) is { } prefix && !declared.Contains(prefix))
                used.Add(prefix);
        }
        return declared;
    }

    /// <summary>The prefix of an attribute's name; <see langword="null"/> where it has none, or is a declaration.</summary>
    public static string? PrefixOf(string name) => name.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && !IsDeclaration(name) ? name[..colon] : null;
}
