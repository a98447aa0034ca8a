using Svgx.Collaboration.Versions;

namespace Svgx.Web.Components.Versions;

/// <summary>Says in words what a version is.</summary>
internal static class VersionWords
{
    /// <summary>What it is called: its name, its description, else what made it.</summary>
    public static string Title(DocumentVersion version) =>
        version.Labels.Name is { Length: > 0 } name ? name : version.Description.Length > 0 ? FirstLine(version.Description) : version.Kind switch
        {
            VersionKind.Checkpoint => "Checkpoint",
            VersionKind.Revert => "Restored",
            VersionKind.Merge => "Merged",
            VersionKind.Restore => "Restored",
            _ => $"Version {version.Number}",
        };

    /// <summary>Where its picture is.</summary>
    public static string Picture(DocumentVersion version) => $"/api/documents/{version.DocumentId}/svg?version={version.VersionId}";

    /// <summary>What made it, in one word; none for what somebody saved.</summary>
    public static string? Kind(DocumentVersion version) => version.Kind switch
    {
        VersionKind.Checkpoint => "automatic",
        VersionKind.Revert or VersionKind.Restore => "restored",
        VersionKind.Merge => "merge",
        _ => null,
    };

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }
}
