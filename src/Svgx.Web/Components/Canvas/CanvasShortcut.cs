namespace Svgx.Web.Components.Canvas;

/// <summary>What a key or a movement of the mouse does, as it is told to people. The canvas's modules (<c>keys.js</c>, <c>page-keys.js</c>, <c>pointer.js</c>) do it.</summary>
/// <param name="Does">What happens.</param>
/// <param name="Keys">Ways to make it happen; one is enough. Keys of one way are joined by <c>+</c>.</param>
internal sealed record CanvasShortcut(string Does, params string[] Keys)
{
    /// <summary>Everything there is, by what it is for.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<CanvasShortcut> Shortcuts)> All { get; } =
    [
        ("Tools", [.. CanvasTool.All.Select(tool => new CanvasShortcut(tool.Label, tool.Key))]),
        ("Look around",
        [
            new("Zoom", "Wheel", "Pinch", "+", "-"),
            new("Pan", "Space+drag", "Two fingers", "Shift+wheel"),
            new("Fit the drawing", "1"),
            new("Zoom to 100 %", "0"),
        ]),
        ("Select",
        [
            new("Add to the selection", "Shift+click"),
            new("Select all", "Ctrl+A"),
            new("Next, previous element", "Tab", "Shift+Tab"),
            new("Into a group, or edit a text", "Enter", "Double click"),
            new("Out of it, or select nothing", "Esc"),
            new("Leave the canvas", "Esc, then Tab"),
        ]),
        ("Change",
        [
            new("Undo", "Ctrl+Z"),
            new("Redo", "Ctrl+Shift+Z", "Ctrl+Y"),
            new("Move by 1, by 10", "Arrows", "Shift+arrows"),
            new("Copy, cut, paste", "Ctrl+C", "Ctrl+X", "Ctrl+V"),
            new("Duplicate", "Ctrl+D"),
            new("Delete", "Del"),
            new("Forward, backward", "]", "["),
            new("To the front, to the back", "}", "{"),
        ]),
        ("The history, while it is open",
        [
            new("Play, pause", "Space"),
            new("One step, ten steps", "Left, right", "Shift+left, right"),
            new("To the saved version beside", "Ctrl+left, right"),
            new("To the beginning, to the newest", "Home", "End"),
            new("Back to now", "Esc"),
        ]),
        ("The page",
        [
            new("Save a version under a name", "Ctrl+S"),
            new("Play the history", "Shift+H"),
            new("This list", "?"),
        ]),
    ];
}
