using System.Globalization;
using System.Text;

namespace Svgx.Collaboration.Documents;

internal enum CssTokenKind
{
    Ident,
    Function,
    AtKeyword,
    String,
    BadString,
    Url,
    BadUrl,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Semicolon,
    Other,
    Space,
}

/// <summary>A token of a style sheet: where it stands, and what it says once escapes are decoded.</summary>
internal readonly record struct CssToken(CssTokenKind Kind, int Start, int End, string Text);

/// <summary>
/// Splits a style sheet as browsers do (CSS Syntax Module Level 3, section 4), as far as it matters for what a sheet may load: strings, urls, functions,
/// at-keywords and blocks, with escapes decoded. Numbers and delimiters are all <see cref="CssTokenKind.Other"/>.
/// </summary>
internal static class CssTokenizer
{
    public static List<CssToken> Read(string css)
    {
        var tokens = new List<CssToken>();
        for (var at = 0; at < css.Length;)
        {
            var start = at;
            var c = css[at];
            if (IsSpace(c))
            {
                while (at < css.Length && IsSpace(css[at]))
                    at++;
                tokens.Add(new(CssTokenKind.Space, start, at, " "));
            }
            else if (c == '/' && at + 1 < css.Length && css[at + 1] == '*')
            {
                var end = css.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? css.Length : end + 2;
                tokens.Add(new(CssTokenKind.Space, start, at, ""));
            }
            else if (string.CompareOrdinal(css, at, "<!--", 0, 4) == 0 || string.CompareOrdinal(css, at, "-->", 0, 3) == 0)
            {
                at += c == '<' ? 4 : 3; // CDO and CDC mean nothing at the top level of a sheet
                tokens.Add(new(CssTokenKind.Space, start, at, ""));
            }
            else if (c is '"' or '\'')
                tokens.Add(ReadString(css, ref at));
            else if (StartsIdent(css, at) || (c == '@' && StartsIdent(css, at + 1)) || (c == '#' && at + 1 < css.Length && IsName(css[at + 1])))
                tokens.Add(ReadName(css, ref at));
            else
            {
                at++;
                tokens.Add(new(c switch
                {
                    '{' => CssTokenKind.OpenBrace,
                    '}' => CssTokenKind.CloseBrace,
                    '(' or '[' => CssTokenKind.OpenBracket,
                    ')' or ']' => CssTokenKind.CloseBracket,
                    ';' => CssTokenKind.Semicolon,
                    _ => CssTokenKind.Other,
                }, start, at, c.ToString()));
            }
        }
        return tokens;
    }

    private static CssToken ReadName(string css, ref int at)
    {
        var start = at;
        if (css[at] is '@' or '#')
            at++;
        var name = ReadEscaped(css, ref at);
        if (css[start] == '@')
            return new(CssTokenKind.AtKeyword, start, at, name);
        if (css[start] == '#' || at >= css.Length || css[at] != '(')
            return new(CssTokenKind.Ident, start, at, name);
        at++;
        if (!name.Equals("url", StringComparison.OrdinalIgnoreCase))
            return new(CssTokenKind.Function, start, at, name);
        var look = at;
        while (look < css.Length && IsSpace(css[look]))
            look++;
        return look < css.Length && css[look] is '"' or '\'' ? new(CssTokenKind.Function, start, at, name) : ReadUrl(css, start, ref at);
    }

    private static CssToken ReadUrl(string css, int start, ref int at)
    {
        var url = new StringBuilder();
        var bad = false;
        while (at < css.Length && css[at] != ')')
        {
            var c = css[at];
            if (c == '\\' && at + 1 < css.Length && css[at + 1] is not ('\n' or '\r' or '\f'))
            {
                url.Append(ReadEscape(css, ref at));
                continue;
            }
            bad |= c is '"' or '\'' or '(' or '\\' || (c < ' ' && !IsSpace(c));
            url.Append(c);
            at++;
        }
        bad |= at >= css.Length;
        at = Math.Min(at + 1, css.Length);
        var text = url.ToString().Trim();
        return new(bad || text.Any(IsSpace) ? CssTokenKind.BadUrl : CssTokenKind.Url, start, at, text);
    }

    private static CssToken ReadString(string css, ref int at)
    {
        var start = at;
        var quote = css[at++];
        var text = new StringBuilder();
        while (at < css.Length && css[at] != quote)
        {
            if (css[at] is '\n' or '\r' or '\f')
                return new(CssTokenKind.BadString, start, at, text.ToString());
            if (css[at] == '\\' && at + 1 < css.Length)
            {
                if (css[at + 1] is '\n' or '\r' or '\f')
                    at += css[at + 1] == '\r' && at + 2 < css.Length && css[at + 2] == '\n' ? 3 : 2;
                else
                    text.Append(ReadEscape(css, ref at));
                continue;
            }
            text.Append(css[at++]);
        }
        if (at >= css.Length)
            return new(CssTokenKind.BadString, start, at, text.ToString());
        at++;
        return new(CssTokenKind.String, start, at, text.ToString());
    }

    private static string ReadEscaped(string css, ref int at)
    {
        var text = new StringBuilder();
        while (at < css.Length)
        {
            if (IsName(css[at]))
                text.Append(css[at++]);
            else if (css[at] == '\\' && at + 1 < css.Length && css[at + 1] is not ('\n' or '\r' or '\f'))
                text.Append(ReadEscape(css, ref at));
            else
                break;
        }
        return text.ToString();
    }

    private static string ReadEscape(string css, ref int at)
    {
        at++;
        var start = at;
        while (at < css.Length && at - start < 6 && char.IsAsciiHexDigit(css[at]))
            at++;
        if (at == start)
            return css[at++].ToString();
        var code = int.Parse(css.AsSpan(start, at - start), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (at < css.Length && IsSpace(css[at]))
            at += css[at] == '\r' && at + 1 < css.Length && css[at + 1] == '\n' ? 2 : 1; // one line break, for browsers
        return Rune.IsValid(code) && code != 0 ? new Rune(code).ToString() : "\uFFFD";
    }

    private static bool StartsIdent(string css, int at) =>
        at < css.Length && (css[at] == '\\' ? at + 1 < css.Length && css[at + 1] is not ('\n' or '\r' or '\f')
            : css[at] == '-' ? at + 1 < css.Length && (css[at + 1] == '-' || StartsIdent(css, at + 1))
            : IsName(css[at]) && !char.IsAsciiDigit(css[at]));

    private static bool IsName(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' || c >= 0x80;

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f';
}
