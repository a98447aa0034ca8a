using System.Text.RegularExpressions;

namespace Svgx.Collaboration.Documents;

/// <summary>The ids that a drawing names: in links, <c>url(#…)</c>, id lists and animation timings, and in sheets.</summary>
internal static partial class IdReferences
{
    /// <summary>Adds those that an attribute names.</summary>
    public static void AddFromAttribute(HashSet<string> ids, string name, string value)
    {
        AddFromText(ids, value);
        if (name is "begin" or "end" || name.StartsWith("aria-", StringComparison.Ordinal) || name == "for")
            ids.UnionWith(value.Split([' ', ';', '.', ','], StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Adds those that a sheet, or any text, names with a <c>#</c>.</summary>
    public static void AddFromText(HashSet<string> ids, string text)
    {
        foreach (Match match in Reference().Matches(text))
            ids.Add(match.Groups["id"].Value);
    }

    /// <summary>All that an element and what is in it may mean as an id. More than an export gives names for: also what a sheet writes with escapes, or in a selector of attributes.</summary>
    public static HashSet<string> In(ElementContent root)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        void Visit(ElementContent element)
        {
            foreach (var (name, value) in element.Attributes)
                AddFromAttribute(ids, name, value);
            var isSheet = element.Name[(element.Name.IndexOf(':', StringComparison.Ordinal) + 1)..] == "style";
            foreach (var child in element.Children)
            {
                if (child is ElementContent inner)
                    Visit(inner);
                else if (isSheet && child is CharacterContent sheet)
                    ids.UnionWith(CssTokenizer.Read(sheet.Value).Where(token => token.Kind is CssTokenKind.Ident or CssTokenKind.String).Select(token => token.Text));
            }
        }
        Visit(root);
        return ids;
    }

    [GeneratedRegex(@"#(?<id>[^\s'"")#;,{}]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}
