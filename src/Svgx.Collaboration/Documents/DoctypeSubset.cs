using System.Buffers;

namespace Svgx.Collaboration.Documents;

/// <summary>Looks into the internal subset of a DOCTYPE, in one pass over it.</summary>
internal static class DoctypeSubset
{
    private const string Declaration = "<!ENTITY";
    private static readonly SearchValues<char> NameEnds = SearchValues.Create(" \t\r\n<>\"'");

    /// <summary>Whether elements may get attributes from it: by a declaration of its own, or one that a parameter entity holds.</summary>
    public static bool MayGiveAttributes(string subset) => subset.Contains("<!ATTLIST", StringComparison.Ordinal) || subset.Contains('%', StringComparison.Ordinal);

    /// <summary>Whether an entity is declared that lies outside of the file: by the subset itself, or by the value of one of its entities.</summary>
    /// <param name="subset">The subset of a well-formed file.</param>
    public static bool DeclaresExternalEntity(ReadOnlySpan<char> subset)
    {
        var quote = '\0';
        for (var at = 0; at < subset.Length; at++)
        {
            var rest = subset[at..];
            if (rest.StartsWith(Declaration, StringComparison.Ordinal) && IsExternal(rest[Declaration.Length..]))
                return true; // also in quotes: a parameter entity may hold declarations
            if (quote != '\0')
            {
                if (rest[0] == quote)
                    quote = '\0';
            }
            else if (rest[0] is '"' or '\'')
                quote = rest[0];
            else if (rest.StartsWith("<!--", StringComparison.Ordinal)) // a comment only out of quotes, or a value could hide what follows it
                at += Length(rest, 4, "-->") - 1;
            else if (rest.StartsWith("<?", StringComparison.Ordinal))
                at += Length(rest, 2, "?>") - 1;
        }
        return false;
    }

    private static int Length(ReadOnlySpan<char> text, int start, string end)
    {
        var found = text[start..].IndexOf(end, StringComparison.Ordinal);
        return found < 0 ? text.Length : start + found + end.Length;
    }

    /// <summary>What follows <c>&lt;!ENTITY</c>: perhaps a percent sign, a name, and where the entity is.</summary>
    private static bool IsExternal(ReadOnlySpan<char> declaration)
    {
        var at = declaration.TrimStart();
        if (at.Length == declaration.Length)
            return false;
        if (at.StartsWith("%", StringComparison.Ordinal))
            at = at[1..].TrimStart();
        var end = at.IndexOfAny(NameEnds);
        if (end <= 0)
            return false;
        at = at[end..].TrimStart();
        return at.StartsWith("SYSTEM", StringComparison.Ordinal) || at.StartsWith("PUBLIC", StringComparison.Ordinal);
    }
}
