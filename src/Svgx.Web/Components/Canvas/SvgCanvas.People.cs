using Microsoft.JSInterop;

namespace Svgx.Web.Components.Canvas;

/// <content>What the page asks about people: where they are is the canvas's to show, what they are at its to name.</content>
public sealed partial class SvgCanvas
{
    /// <summary>So many names are asked for at once; a page of presence or activity needs fewer.</summary>
    private const int MaxNames = 400;

    /// <summary>What people call elements, by id: label, title, words, id, else kind and number ("Rect 12"). What is not in the drawing has no name; without a canvas nothing has.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(IEnumerable<string> elementIds)
    {
        var ids = elementIds.Distinct(StringComparer.Ordinal).Take(MaxNames).ToArray();
        if (ids.Length == 0)
            return NoNames;
        try
        {
            return await _canvas.AskAsync<Dictionary<string, string>>("names", [ids]) ?? NoNames;
        }
        catch (JSException)
        {
            return NoNames; // the tab is away: the panel shows it without names
        }
    }

    private static readonly IReadOnlyDictionary<string, string> NoNames = new Dictionary<string, string>(StringComparer.Ordinal);
}
