using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Svgx.Web.Components.Canvas;

/// <content>Conflicts: the badges are the canvas's, the cards the page's.</content>
public sealed partial class SvgCanvas
{
    /// <summary>Raised with a conflict's id when its badge is pressed.</summary>
    [Parameter]
    public EventCallback<string> ConflictOpened { get; set; }

    /// <summary>Called by the module.</summary>
    [JSInvokable]
    public Task OnConflictOpened(string conflictId) => ConflictOpened.InvokeAsync(conflictId);
}
