using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Svgx.Collaboration.Comments;

/// <summary>
/// The text of comments: plain, shown as text and never as markup. A mention is written <c>@[shown name](user_id)</c>, so that a text keeps its meaning wherever
/// it is copied, and a program that knows nothing of mentions still shows who is meant.
/// </summary>
public static partial class CommentText
{
    /// <summary>UTF-16 units in a text.</summary>
    public const int MaxLength = 4_000;

    /// <summary>Different users mentioned in one text.</summary>
    public const int MaxMentions = 20;

    /// <summary>Line ends as <c>\n</c>, no control characters beside tabs, no white space around.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in text.ReplaceLineEndings("\n"))
        {
            if (c is '\n' or '\t' || !char.IsControl(c))
                clean.Append(c);
        }
        return clean.ToString().Trim();
    }

    /// <summary>A mention as it stands in a text.</summary>
    public static string Mention(string userId, string name) => $"@[{Shown(name)}]({userId})";

    /// <summary>The mentioned users, each once, in order.</summary>
    public static ImmutableArray<string> Mentions(string text) => text.Contains("@[", StringComparison.Ordinal)
        ? [.. MentionPattern().Matches(text).Select(match => match.Groups["user"].Value).Distinct(StringComparer.Ordinal)]
        : [];

    /// <summary>The text in pieces: plain ones, and mentions with their shown name and user.</summary>
    public static ImmutableArray<CommentTextPart> Parts(string text)
    {
        var parts = ImmutableArray.CreateBuilder<CommentTextPart>();
        var at = 0;
        foreach (var match in MentionPattern().Matches(text).AsEnumerable())
        {
            if (match.Index > at)
                parts.Add(new(text[at..match.Index]));
            parts.Add(new("@" + match.Groups["name"].Value, match.Groups["user"].Value));
            at = match.Index + match.Length;
        }
        if (at < text.Length)
            parts.Add(new(text[at..]));
        return parts.DrainToImmutable();
    }

    /// <summary>The text as people read it: mentions by name alone.</summary>
    public static string Plain(string text) => string.Concat(Parts(text).Select(part => part.Text));

    /// <summary>Writes each mention with the name that the account has, so that nobody is shown under another's name.</summary>
    internal static string WithNames(string text, IReadOnlyDictionary<string, string> names) =>
        MentionPattern().Replace(text, match => names.TryGetValue(match.Groups["user"].Value, out var name) ? Mention(match.Groups["user"].Value, name) : match.Value);

    private static string Shown(string name)
    {
        var shown = name.Replace('[', '(').Replace(']', ')').ReplaceLineEndings(" ");
        return shown.Length is 0 ? "?" : shown.Length <= 100 ? shown : shown[..100];
    }

    [GeneratedRegex(@"@\[(?<name>[^\[\]\n]{1,100})\]\((?<user>[^()\s]{1,128})\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MentionPattern();
}

/// <param name="Text">What is shown.</param>
/// <param name="UserId">The mentioned user; <see langword="null"/> for plain text.</param>
public readonly record struct CommentTextPart(string Text, string? UserId = null);
