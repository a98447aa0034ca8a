using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;
using MudBlazor.Services;
using Svgx.Web.Components.Layout;

namespace Svgx.Tests.Components.Layout;

public class MenuChoiceTests : BunitContext
{
    private const string Focus = "Blazor._internal.domWrapper.focus";

    public MenuChoiceTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
    }

    [Fact, Trait("Rule", "W24")]
    public async Task What_is_chosen_begins_once_the_menu_is_closed_and_has_given_the_focus_back()
    {
        var (focused, chosen) = (new List<int>(), 0);
        RenderFragment items = builder =>
        {
            builder.OpenComponent<MenuChoice>(0);
            builder.AddComponentParameter(1, nameof(MenuChoice.Chosen), EventCallback.Factory.Create(this, () =>
            {
                chosen++;
                focused.Add(JSInterop.Invocations[Focus].Count);
            }));
            builder.AddComponentParameter(2, nameof(MenuChoice.ChildContent), (RenderFragment)(content => content.AddContent(0, "Name and tags")));
            builder.CloseComponent();
        };
        var provider = Render<MudPopoverProvider>();
        var menu = Render<MudMenu>(p => p.Add(m => m.Icon, "more").Add(m => m.ChildContent, items));
        await menu.Find("button").ClickAsync(new MouseEventArgs());
        var before = JSInterop.Invocations[Focus].Count;

        await provider.WaitForElement("[role=menuitem]").ClickAsync(new MouseEventArgs());

        await menu.WaitForAssertionAsync(() => Assert.Equal(1, chosen));
        Assert.Equal([before + 1], focused);
        Assert.Equal(before + 1, JSInterop.Invocations[Focus].Count);
        Assert.Empty(provider.FindAll(".mud-popover-open"));
    }
}
