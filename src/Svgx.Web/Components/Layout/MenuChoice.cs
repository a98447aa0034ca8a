using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace Svgx.Web.Components.Layout;

/// <summary>
/// An item of a menu that does something. MudBlazor's own does it first and gives the focus back to the menu's button afterwards, also from what has just been opened and focused; here the menu closes first.
/// It is an item itself and holds none: a menu's arrow keys go by the order in which its items come into being.
/// </summary>
public sealed class MenuChoice : MudMenuItem
{
    private bool _isChosen;

    /// <summary>Raised when it is chosen, once the menu is closed and the focus back on its button.</summary>
    [Parameter, EditorRequired]
    public EventCallback Chosen { get; set; }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        base.OnParametersSet();
        AutoClose = false;
        OnClick = EventCallback.Factory.Create<MouseEventArgs>(this, ChooseAsync);
    }

    private async Task ChooseAsync()
    {
        if (_isChosen)
            return; // pressed again while it closes
        _isChosen = true;
        try
        {
            await (ParentMenu?.CloseAllMenusAsync() ?? Task.CompletedTask);
        }
        finally
        {
            _isChosen = false;
        }
        await Chosen.InvokeAsync();
    }
}
