using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Conflicts;

namespace Svgx.Web.Components.Versions;

/// <summary>Says in words how an element differs, for comparisons and for an element's history.</summary>
internal static class DifferenceWords
{
    /// <summary>Values of one element that are spelled out; those after them are counted.</summary>
    private const int Spelled = 12;

    /// <summary>What the element is called.</summary>
    public static string Element(ElementDifference difference)
    {
        var label = difference.Attributes.FirstOrDefault(attribute => attribute.Name == "inkscape:label");
        return (label?.To ?? label?.From)?.Trim() is { Length: > 0 } name ? name : $"{ConflictWords.Kind(difference.Name)} {difference.ElementId}";
    }

    /// <summary>What became of it, in a word.</summary>
    public static string Kind(ElementDifferenceKind kind) => kind switch
    {
        ElementDifferenceKind.Added => "Added",
        ElementDifferenceKind.Removed => "Removed",
        ElementDifferenceKind.Replaced => "Replaced",
        _ => "Changed",
    };

    /// <summary>Each value that differs.</summary>
    public static IEnumerable<ValueWords> Values(ElementDifferenceKind kind, IReadOnlyList<AttributeDifference> attributes, TextDifference? text, PlaceDifference? moved)
    {
        if (text is not null)
            yield return text.From == text.To ? new("comments in it", "other", "other") : new("text", Value("text", text.From), Value("text", text.To));
        if (moved is not null)
            yield return moved.FromParentId == moved.ToParentId ? new("place in the layers", "elsewhere", "here") : new("place in the layers", Parent(moved.FromParentId), Parent(moved.ToParentId));
        if (kind == ElementDifferenceKind.Removed)
            yield break; // all it had is gone with it
        // What is new has an id too, and nobody knows it by that.
        var told = kind == ElementDifferenceKind.Added ? [.. attributes.Where(attribute => attribute.Name != "id")] : attributes;
        foreach (var (name, from, to) in told.Take(Spelled))
            yield return new(ConflictWords.Name(name), kind == ElementDifferenceKind.Added ? null : Value(name, from), Value(name, to));
        if (told.Count > Spelled)
            yield return new($"and {told.Count - Spelled} more values", null, null);
    }

    /// <summary>How many there are, as in "2 added, 1 changed".</summary>
    public static string Count(IReadOnlyList<ElementDifference> differences)
    {
        var parts = differences.GroupBy(difference => difference.Kind).OrderBy(group => group.Key).Select(group => $"{group.Count()} {Kind(group.Key).ToLowerInvariant()}").ToList();
        return parts.Count == 0 ? "Nothing differs." : string.Join(", ", parts);
    }

    private static string Parent(string? id) => id is null ? "nowhere" : $"in {id}";

    // The engine tells text as plain text here, which the words for conflicts expect as nodes.
    private static string Value(string name, string? value)
    {
        const int Longest = 80;
        if (value is null)
            return "not set";
        return name == "text" && value.Trim().Length == 0 ? "nothing" : value.Length <= Longest ? value : value[..Longest] + "…";
    }
}

/// <summary>A value that differs.</summary>
/// <param name="Name">Its name as people say it.</param>
/// <param name="From">What it was; <see langword="null"/>: there was nothing to have it.</param>
/// <param name="To">What it is; <see langword="null"/>: not told.</param>
public sealed record ValueWords(string Name, string? From, string? To);
