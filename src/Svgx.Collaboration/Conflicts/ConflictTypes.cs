namespace Svgx.Collaboration.Conflicts;

/// <summary>Tells conflicts apart by what the two sides did.</summary>
internal static class ConflictTypes
{
    public const string Deletion = "delete_conflict";
    public const string Transformation = "transformation_conflict";
    public const string Modification = "modification_conflict";

    public static string Of(string first, string second)
    {
        (first, second) = (Plain(first), Plain(second));
        if (first == "delete" || second == "delete")
            return Deletion;
        if (first == second)
            return "concurrent_" + first;
        return IsTransformation(first) || IsTransformation(second) ? Transformation : Modification;
    }

    public static ConflictSeverity Severity(string first, string second)
    {
        if (first == "delete" || second == "delete")
            return ConflictSeverity.High;
        return IsTransformation(first) || IsTransformation(second) ? ConflictSeverity.Medium : ConflictSeverity.Low;
    }

    /// <summary>The name on the wire.</summary>
    public static string Wire(this ConflictSeverity severity) => severity switch
    {
        ConflictSeverity.High => "high",
        ConflictSeverity.Medium => "medium",
        _ => "low",
    };

    public static bool IsTransformation(string type) => type is "move" or "resize";

    private static string Plain(string type) => type == "property_update" ? "update" : type;
}
