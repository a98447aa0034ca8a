namespace Svgx.Collaboration.Documents;

/// <summary>Addresses that carry their data in themselves.</summary>
internal static class DataUrl
{
    private static readonly string[] Images = ["png", "jpeg", "jpg", "gif", "webp", "avif", "svg+xml"];
    private static readonly string[] Fonts = ["font/", "application/font", "application/x-font", "application/vnd.ms-fontobject"];

    /// <summary>Whether this is a picture. An SVG in an image does not run scripts or load anything, whatever it holds.</summary>
    public static bool IsImage(string url) =>
        Type(url) is { } type && type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) && Images.Contains(type[6..], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether this is a font.</summary>
    public static bool IsFont(string url) => Type(url) is { } type && Fonts.Any(font => type.StartsWith(font, StringComparison.OrdinalIgnoreCase));

    private static string? Type(string url)
    {
        url = url.TrimStart();
        var end = url.IndexOfAny([';', ',']);
        return end > 5 && url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? url[5..end].Trim() : null;
    }
}
