using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Conflicts;

/// <summary>Merges two values of one name from what they were before.</summary>
internal static class ThreeWayValue
{
    /// <summary>The side that equals the state before gives way; <c>style</c> is merged by declaration and <c>class</c> by token; else the last side has it.</summary>
    public static string? Merge(SvgElement? element, string name, string? before, string? earlier, string? last)
    {
        if (earlier == last || earlier == before)
            return last;
        if (last == before)
            return earlier;
        if (earlier is null || last is null)
            return last;
        switch (name)
        {
            case "class":
                return Write(Combine(Tokens(before), Tokens(earlier), Tokens(last)).Select(pair => pair.Key), ' ');
            case "style":
                if (Declarations(earlier) is not { } first || Declarations(last) is not { } second || Declarations(before) is not { } common)
                    return last;
                var merged = Write(Combine(common, first, second).Select(pair => $"{pair.Key}:{pair.Value}"), ';');
                // Each side was judged when it came; what the two make together is judged again.
                return element is null || merged is null ? merged : new SvgSanitizer().Clean(element.Namespace, element.LocalName, "style", merged, element.Id) ?? last;
            default:
                return last;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Combine(List<KeyValuePair<string, string>> before, List<KeyValuePair<string, string>> earlier, List<KeyValuePair<string, string>> last)
    {
        var (was, one) = (Table(before), Table(earlier));
        var other = Table(last);
        foreach (var (name, value) in last)
        {
            var former = was.GetValueOrDefault(name);
            if (value != former)
                yield return new(name, value); // changed or added by the last side
            else if (one.TryGetValue(name, out var kept))
                yield return new(name, kept); // as the earlier side has it; left out where that side removed it
        }
        foreach (var (name, value) in earlier)
        {
            // What only the earlier side has it added, or changed while the last side removed it; then the last side has it.
            if (!other.ContainsKey(name) && !was.ContainsKey(name))
                yield return new(name, value);
        }
    }

    private static Dictionary<string, string> Table(List<KeyValuePair<string, string>> pairs)
    {
        var table = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
            table[name] = value;
        return table;
    }

    private static List<KeyValuePair<string, string>> Tokens(string? text) =>
        [.. (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Select(token => KeyValuePair.Create(token, token))];

    /// <summary>The declarations in order, the last of a name counting; <see langword="null"/> where they cannot be told apart with certainty.</summary>
    private static List<KeyValuePair<string, string>>? Declarations(string? text)
    {
        var declarations = new List<KeyValuePair<string, string>>();
        text ??= "";
        if (text.Contains('\\', StringComparison.Ordinal) || text.Contains("/*", StringComparison.Ordinal) || text.AsSpan().ContainsAny('{', '}', '['))
            return null; // rare in an attribute, and not worth a second reader of CSS: the last side has it
        int start = 0, depth = 0;
        var quote = '\0';
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : ';';
            if (i < text.Length && quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
                continue;
            }
            if (c is '"' or '\'')
                quote = c;
            else if (c == '(')
                depth++;
            else if (c == ')')
                depth--;
            else if (c == ';' && (depth == 0 || i == text.Length))
            {
                if (depth != 0 || quote != '\0')
                    return null;
                var part = text[start..i].Trim();
                start = i + 1;
                if (part.Length == 0)
                    continue;
                var colon = part.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0)
                    return null;
                var name = part[..colon].Trim().ToLowerInvariant();
                declarations.RemoveAll(pair => pair.Key == name);
                declarations.Add(new(name, part[(colon + 1)..].Trim()));
            }
        }
        return declarations;
    }

    private static string? Write(IEnumerable<string> parts, char separator)
    {
        var text = string.Join(separator, parts);
        return text.Length == 0 ? null : text;
    }
}
