using MudBlazor;

namespace Svgx.Web.Components.Canvas;

/// <summary>A tool of the toolbar.</summary>
/// <param name="Name">The name the canvas knows it by.</param>
/// <param name="Label">The name people see.</param>
/// <param name="Key">The key that picks it.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Edits">Whether it changes the drawing, and so is for editors only.</param>
internal sealed record CanvasTool(string Name, string Label, string Key, string Icon, bool Edits = true)
{
    /// <summary>Who sees it, as the canvas module names them; <see langword="null"/>: everybody.</summary>
    public string? For => Edits ? "editor" : Name == "comment" ? "commenter" : null;

    public static IReadOnlyList<CanvasTool> All { get; } =
    [
        new("select", "Select", "V", Icons.Material.Outlined.NearMe, Edits: false),
        new("hand", "Pan", "H", Icons.Material.Outlined.PanTool, Edits: false),
        new("rect", "Rectangle", "R", Icons.Material.Outlined.Rectangle),
        new("ellipse", "Ellipse", "E", Icons.Material.Outlined.Circle),
        new("line", "Line", "L", Icons.Material.Outlined.HorizontalRule),
        new("path", "Draw", "P", Icons.Material.Outlined.Gesture),
        new("text", "Text", "T", Icons.Material.Outlined.Title),
        new("comment", "Comment", "C", Icons.Material.Outlined.AddComment, Edits: false),
    ];
}
