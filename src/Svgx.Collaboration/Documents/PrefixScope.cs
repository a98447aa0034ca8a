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
        foreach (var (name, _) in element.Attributes)
        {
            if (IsDeclaration(name) && name != except)
                declared = declared.Add(name[Declaration.Length..]);
        }
        foreach (var (name, _) in element.Attributes)
        {
            var colon = name.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && !IsDeclaration(name) && !declared.Contains(name[..colon]))
                used.Add(name[..colon]);
        }
        foreach (var child in element.Elements)
            Collect(child, declared, used);
    }
}
