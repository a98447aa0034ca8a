namespace Svgx.Collaboration.Documents;

/// <summary>
/// What the names of an element's attributes mean. Under two prefixes of one namespace two names are one attribute, of which an element has only one: changes name it as the element does already, so
/// that all copies and the journal hold it under one name. Names without a prefix are in no namespace; namespace declarations are names of their own. For as long as the drawing does not change.
/// </summary>
/// <param name="scope">The element; of one that is being made, the element it comes into.</param>
/// <param name="isNew">The element is being made and has no attributes yet.</param>
internal sealed class AttributeNames(SvgElement scope, bool isNew = false)
{
    private Dictionary<string, string?>? _namespaces;
    private Dictionary<(string Namespace, string LocalName), List<string>>? _carried;

    /// <summary>The name the element has an attribute under; as given where the element does not have it.</summary>
    public string In(string name) => Spellings(name) is [.., var last] ? last : name;

    /// <summary>Likewise, and from now on the element counts as having it.</summary>
    public string Claim(string name)
    {
        if (Spellings(name) is [.., var last])
            return last;
        if (Meaning(name) is { } meaning)
            Carried()[meaning] = [name];
        return name;
    }

    /// <summary>
    /// The further names that the element has an attribute under. There are some only where a journal from before this rule brought them about; of them, files are written with <see cref="In"/>.
    /// </summary>
    public IEnumerable<string> Others(string name) => Spellings(name).SkipLast(1);

    /// <summary>The element's value of an attribute that has a name elsewhere; <see langword="null"/> where it has none.</summary>
    public string? Value(string name, AttributeNames elsewhere)
    {
        if (scope.TryGetAttribute(name, out var value) || elsewhere.Meaning(name) is not { } meaning)
            return value;
        return Carried().TryGetValue(meaning, out var names) ? scope[names[^1]] : null;
    }

    /// <summary>The value of an attribute in a namespace, under whatever prefix; <see langword="null"/> where there is none.</summary>
    public static string? Value(SvgElement element, string ns, string localName) => Find(element, ns, localName)?.Value;

    /// <summary>The name an element has an attribute of a namespace under; <see langword="null"/> where it does not have it.</summary>
    public static string? Name(SvgElement element, string ns, string localName) => Find(element, ns, localName)?.Name;

    private static SvgAttribute? Find(SvgElement element, string ns, string localName)
    {
        foreach (var attribute in element.Attributes)
        {
            var colon = attribute.Name.Length - localName.Length - 1;
            if (colon > 0 && attribute.Name[colon] == ':' && attribute.Name.EndsWith(localName, StringComparison.Ordinal) && SvgVocabulary.NamespaceOf(element, attribute.Name[..colon]) == ns)
                return attribute;
        }
        return null;
    }

    private List<string> Spellings(string name) => Meaning(name) is { } meaning && Carried().TryGetValue(meaning, out var names) ? names : [];

    private Dictionary<(string Namespace, string LocalName), List<string>> Carried()
    {
        if (_carried is not null)
            return _carried;
        _carried = [];
        foreach (var (name, _) in isNew ? [] : scope.Attributes)
        {
            if (Meaning(name) is { } meaning)
                (_carried.TryGetValue(meaning, out var names) ? names : _carried[meaning] = []).Add(name);
        }
        return _carried;
    }

    private (string Namespace, string LocalName)? Meaning(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            return null;
        var prefix = name[..colon];
        _namespaces ??= new(StringComparer.Ordinal);
        if (!_namespaces.TryGetValue(prefix, out var ns))
            _namespaces.Add(prefix, ns = SvgVocabulary.NamespaceOf(scope, prefix));
        return ns is null ? null : (ns, name[(colon + 1)..]);
    }
}
