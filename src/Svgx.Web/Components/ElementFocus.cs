using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Svgx.Web.Components;

/// <summary>The focus, for an element that can be gone by the time the browser hears of it.</summary>
public static class ElementFocus
{
    /// <summary>Gives it the focus. Where it has gone meanwhile, or its tab, nothing is lost with it: unanswered, that would end the circuit.</summary>
    /// <param name="element">What is to have the focus.</param>
    /// <param name="preventScroll">Whether the page stays as it is scrolled.</param>
    public static async Task FocusIfThereAsync(this ElementReference element, bool preventScroll = false)
    {
        try
        {
            await element.FocusAsync(preventScroll);
        }
        catch (Exception gone) when (gone is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // Left or closed meanwhile: the focus is where the person is now.
        }
    }
}
