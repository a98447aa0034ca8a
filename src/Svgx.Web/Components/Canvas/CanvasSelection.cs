namespace Svgx.Web.Components.Canvas;

/// <summary>The selected elements, in the short form panels need.</summary>
/// <param name="Count">How many elements are selected.</param>
/// <param name="ElementIds">Their ids, at most the first 100.</param>
/// <param name="Summary">In words, as in "rectangle" or "3 elements"; empty when nothing is selected.</param>
public sealed record CanvasSelection(int Count, IReadOnlyList<string> ElementIds, string Summary)
{
    /// <summary>Nothing is selected.</summary>
    public static CanvasSelection None { get; } = new(0, [], "");
}
