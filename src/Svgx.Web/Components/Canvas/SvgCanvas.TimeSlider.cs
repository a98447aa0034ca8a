using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Svgx.Web.Components.Canvas;

/// <content>Looking back: the picture of an earlier revision is the canvas's, the bar the page's.</content>
public sealed partial class SvgCanvas
{
    /// <summary>
    /// Lets the canvas show the drawing as it was, steered from a bar of the page. Until it is closed nothing can be changed on the canvas.
    /// </summary>
    /// <param name="bar">The bar's element.</param>
    /// <param name="page">Who is told of its state: has <c>OnStateChanged</c> and <c>OnCloseAsked</c>.</param>
    /// <returns>The slider: <c>revision</c>, <c>retry</c>, <c>close</c>; <see langword="null"/> while there is no canvas.</returns>
    public Task<IJSObjectReference?> OpenSliderAsync<T>(ElementReference bar, DotNetObjectReference<T> page)
        where T : class =>
        _canvas.AskAsync<IJSObjectReference>("openSlider", bar, page);
}
