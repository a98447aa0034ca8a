namespace Svgx.Web.Components.Comments;

/// <summary>What stands for a person beside what they wrote.</summary>
internal static class CommentFace
{
    /// <summary>Up to two letters.</summary>
    public static string Initials(string name) =>
        string.Concat(name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2).Select(word => System.Globalization.StringInfo.GetNextTextElement(word).ToUpperInvariant()));
}
