namespace Svgx.Collaboration.Presence;

/// <summary>Colours for people: dark enough for white text, far enough apart to tell. A user starts from the same one everywhere and yields where it is taken.</summary>
internal static class PresencePalette
{
    private static readonly string[] Colors =
    [
        "#c2410c", "#1d4ed8", "#15803d", "#a21caf", "#b91c1c", "#0e7490", "#6d28d9", "#a16207", "#be185d", "#047857",
        "#4338ca", "#9a3412", "#0369a1", "#4d7c0f", "#86198f", "#9f1239", "#115e59", "#5b21b6", "#854d0e", "#1e40af",
    ];

    public static string Pick(string userId, IEnumerable<string> taken)
    {
        var used = taken.ToHashSet(StringComparer.Ordinal);
        var start = (int)(Hash(userId) % (uint)Colors.Length);
        for (var i = 0; i < Colors.Length; i++)
        {
            if (Colors[(start + i) % Colors.Length] is var color && !used.Contains(color))
                return color;
        }
        return Colors[start];
    }

    /// <summary>FNV-1a: the same in every process, which <see cref="string.GetHashCode()"/> is not.</summary>
    private static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var unit in text)
            hash = (hash ^ unit) * 16777619u;
        return hash;
    }
}
