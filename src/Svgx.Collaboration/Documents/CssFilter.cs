namespace Svgx.Collaboration.Documents;

/// <summary>A part of a style sheet that has to go.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">The character after it.</param>
/// <param name="Why">The reason, for people.</param>
internal readonly record struct CssCut(int Start, int End, string Why);

/// <summary>
/// Judges style sheets: a rule that loads from outside or cannot be understood goes, everything else stays byte for byte. Deny by default: whatever could name
/// a resource must name a part of the drawing or carry its data in itself.
/// </summary>
internal static class CssFilter
{
    private const string Outside = "it loads from outside the drawing";
    private const string Unclear = "it cannot be understood";
    private const int MaxNesting = 32;

    private static readonly HashSet<string> GroupingRules = new(StringComparer.OrdinalIgnoreCase) { "media", "supports", "layer", "container", "scope", "starting-style" };

    /// <summary>The rules of a sheet that have to go.</summary>
    public static IReadOnlyList<CssCut> JudgeSheet(string css)
    {
        var cuts = new List<CssCut>();
        var tokens = CssTokenizer.Read(css);
        JudgeRules(tokens, 0, tokens.Count, cuts, MaxNesting);
        return cuts;
    }

    /// <summary>The declarations of a <c>style</c> attribute that have to go.</summary>
    public static IReadOnlyList<CssCut> JudgeDeclarations(string css)
    {
        var cuts = new List<CssCut>();
        var tokens = CssTokenizer.Read(css);
        for (var at = 0; at < tokens.Count;)
        {
            var start = at;
            var depth = 0;
            for (; at < tokens.Count && (depth > 0 || tokens[at].Kind != CssTokenKind.Semicolon); at++)
                depth += Opens(tokens[at].Kind) ? 1 : Closes(tokens[at].Kind) && depth > 0 ? -1 : 0;
            at = Math.Min(at + 1, tokens.Count);
            Judge(tokens, start, at, cuts);
        }
        return cuts;
    }

    /// <summary>Why a single value, as of a presentation attribute, must not stand; <see langword="null"/> where it may.</summary>
    public static string? JudgeValue(string css)
    {
        var tokens = CssTokenizer.Read(css);
        return Reason(tokens, 0, tokens.Count, fonts: false);
    }

    private static void JudgeRules(List<CssToken> tokens, int at, int end, List<CssCut> cuts, int nesting)
    {
        while (at < end)
        {
            if (tokens[at].Kind is CssTokenKind.Space)
            {
                at++;
                continue;
            }
            var start = at;
            var open = FindPreludeEnd(tokens, at, end);
            if (open >= end || tokens[open].Kind != CssTokenKind.OpenBrace)
            {
                at = Math.Min(open + 1, end);
                if (tokens[start].Kind == CssTokenKind.AtKeyword)
                    Judge(tokens, start, at, cuts);
                else // no block: what browsers would swallow as a broken prelude of the next rule
                    cuts.Add(Cut(tokens, start, at, Unclear));
                continue;
            }
            var close = FindClose(tokens, open, end);
            at = Math.Min(close + 1, end);
            var name = tokens[start].Kind == CssTokenKind.AtKeyword ? tokens[start].Text : null;
            if (close >= end || nesting == 0)
                cuts.Add(Cut(tokens, start, at, Unclear));
            else if (name is not null && GroupingRules.Contains(name) && Reason(tokens, start, open, fonts: false) is null)
                JudgeRules(tokens, open + 1, close, cuts, nesting - 1);
            else
                Judge(tokens, start, at, cuts);
        }
    }

    private static void Judge(List<CssToken> tokens, int start, int end, List<CssCut> cuts)
    {
        var fonts = tokens[start] is { Kind: CssTokenKind.AtKeyword } at && at.Text.Equals("font-face", StringComparison.OrdinalIgnoreCase);
        if (Reason(tokens, start, end, fonts) is { } why)
            cuts.Add(Cut(tokens, start, end, why));
    }

    private static string? Reason(List<CssToken> tokens, int start, int end, bool fonts)
    {
        var functions = new Stack<string?>(); // brackets count as more of the function they stand in
        if (start < end && tokens[start].Kind == CssTokenKind.AtKeyword)
        {
            if (tokens[start].Text.Equals("import", StringComparison.OrdinalIgnoreCase))
                return Outside;
            // A namespace is a name that looks like an address; nothing is loaded from it. With a block it ends there, and in a style attribute declarations may follow.
            if (tokens[start].Text.Equals("namespace", StringComparison.OrdinalIgnoreCase) && !tokens[start..end].Exists(token => token.Kind == CssTokenKind.OpenBrace))
                return null;
        }
        for (var i = start; i < end; i++)
        {
            var token = tokens[i];
            functions.TryPeek(out var around);
            switch (token.Kind)
            {
                case CssTokenKind.BadString or CssTokenKind.BadUrl:
                    return Unclear;
                case CssTokenKind.Url when !IsInside(token.Text, fonts):
                    return Outside;
                case CssTokenKind.Function:
                    var name = token.Text.ToUpperInvariant();
                    if (TakesAddress(around) && !IsPlain(name))
                        return Outside;
                    functions.Push(name);
                    break;
                case CssTokenKind.OpenBracket or CssTokenKind.OpenBrace:
                    functions.Push(around);
                    break;
                case CssTokenKind.CloseBracket or CssTokenKind.CloseBrace:
                    if (!functions.TryPop(out _))
                        return Unclear;
                    break;
                case CssTokenKind.String when TakesAddress(around) && !IsInside(token.Text, fonts):
                    return Outside;
                // Both ran scripts in browsers of old; no drawing needs them.
                case CssTokenKind.Ident when token.Text.Equals("-moz-binding", StringComparison.OrdinalIgnoreCase) || token.Text.Equals("behavior", StringComparison.OrdinalIgnoreCase):
                    return Outside;
                default:
                    break;
            }
            if (functions.Count > MaxNesting)
                return Unclear;
            // The one ran scripts in browsers of old, the other takes addresses that are put together at run time.
            if (functions.TryPeek(out var function) && function is "EXPRESSION" or "SRC")
                return Outside;
        }
        return functions.Count > 0 ? Unclear : null;
    }

    /// <summary>Whether a string in this function is an address.</summary>
    private static bool TakesAddress(string? function) =>
        function is "URL" or "IMAGE" || function is not null && (function.EndsWith("IMAGE-SET", StringComparison.Ordinal) || function.EndsWith("CROSS-FADE", StringComparison.Ordinal));

    /// <summary>Whether what a function gives is written in it. Others, such as var(), attr(), env() or one that the sheet itself defines, give what stands elsewhere, and that may be an address.</summary>
    private static bool IsPlain(string function) =>
        TakesAddress(function) || function.EndsWith("GRADIENT", StringComparison.Ordinal) || function is "TYPE" or "CALC" or "RGB" or "RGBA" or "HSL" or "HSLA" or "HWB" or "LAB" or "LCH" or "OKLAB" or "OKLCH" or "COLOR" or "COLOR-MIX";

    private static bool IsInside(string url, bool fonts) => url.StartsWith('#') || DataUrl.IsImage(url) || (fonts && DataUrl.IsFont(url));

    private static int FindPreludeEnd(List<CssToken> tokens, int at, int end)
    {
        var depth = 0;
        var isAtRule = tokens[at].Kind == CssTokenKind.AtKeyword;
        for (; at < end; at++)
        {
            var kind = tokens[at].Kind;
            if (depth == 0 && (kind == CssTokenKind.OpenBrace || (isAtRule && kind == CssTokenKind.Semicolon)))
                return at;
            depth += kind is CssTokenKind.Function or CssTokenKind.OpenBracket ? 1 : kind is CssTokenKind.CloseBracket && depth > 0 ? -1 : 0;
        }
        return end;
    }

    private static int FindClose(List<CssToken> tokens, int open, int end)
    {
        var depth = 0;
        for (var at = open; at < end; at++)
        {
            depth += Opens(tokens[at].Kind) ? 1 : Closes(tokens[at].Kind) ? -1 : 0;
            if (depth == 0)
                return at;
        }
        return end;
    }

    private static bool Opens(CssTokenKind kind) => kind is CssTokenKind.Function or CssTokenKind.OpenBrace or CssTokenKind.OpenBracket;

    private static bool Closes(CssTokenKind kind) => kind is CssTokenKind.CloseBrace or CssTokenKind.CloseBracket;

    private static CssCut Cut(List<CssToken> tokens, int start, int end, string why) => new(tokens[start].Start, tokens[Math.Max(start, end - 1)].End, why);
}
