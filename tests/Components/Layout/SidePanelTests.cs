using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor.Services;
using Svgx.Web.Components.Layout;

namespace Svgx.Tests.Components.Layout;

public class SidePanelTests : BunitContext
{
    private readonly BunitJSModuleInterop _module;

    public SidePanelTests()
    {
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        JSInterop.Mode = JSRuntimeMode.Loose;
        _module = JSInterop.SetupModule("./Components/Layout/SidePanel.razor.js");
        _module.Setup<string?>("remembered").SetResult(null);
        _module.SetupVoid("remember", _ => true).SetVoidResult();
    }

    [Fact, Trait("Rule", "R5")]
    public void It_begins_closed_with_a_button_for_each_tab_in_order()
    {
        var panel = Render(2, 0);

        Assert.Equal(["People", "Activity"], Tabs(panel).Select(tab => tab.QuerySelector("span")!.TextContent));
        Assert.Empty(panel.FindAll("[role=tabpanel]"));
        Assert.Equal(["0", "-1"], Tabs(panel).Select(tab => tab.GetAttribute("tabindex")));
    }

    [Fact, Trait("Rule", "R5")]
    public async Task A_click_opens_a_tab_another_one_changes_to_that_and_one_on_the_open_tab_closes()
    {
        var panel = Render(2, 0);

        await Tabs(panel)[0].ClickAsync();
        Assert.Equal("content of people", panel.Find(".side-panel-content").TextContent);
        await Tabs(panel)[1].ClickAsync();
        Assert.Equal("content of activity", panel.Find(".side-panel-content").TextContent);
        Assert.Equal(["false", "true"], Tabs(panel).Select(tab => tab.GetAttribute("aria-selected")));
        Assert.Equal(panel.Find("[role=tabpanel]").Id, Tabs(panel)[1].GetAttribute("aria-controls"));
        await Tabs(panel)[1].ClickAsync();

        Assert.Empty(panel.FindAll("[role=tabpanel]"));
        Assert.Equal(["people", "activity", null], _module.Invocations["remember"].Select(call => call.Arguments[0]));
    }

    [Fact, Trait("Rule", "R5")]
    public void The_tab_open_at_the_last_visit_is_open_again()
    {
        _module.Setup<string?>("remembered").SetResult("activity");

        var panel = Render(2, 0);

        panel.WaitForAssertion(() => Assert.Equal("content of activity", panel.Find(".side-panel-content").TextContent));
    }

    [Fact, Trait("Rule", "R5")]
    public void A_remembered_tab_that_is_there_no_more_leaves_the_panel_closed()
    {
        _module.Setup<string?>("remembered").SetResult("weather");

        Assert.Equal("false", Render(1, 0).Find(".side-panel").GetAttribute("data-open"));
    }

    [Fact, Trait("Rule", "W29")]
    public async Task A_panel_that_is_left_while_it_closes_ends_nothing()
    {
        var panel = Render(2, 0);
        await Tabs(panel)[0].ClickAsync();
        var remembering = _module.SetupVoid("remember", call => call.Arguments[0] is null);

        var closing = panel.Find("[role=tabpanel]").KeyDownAsync(new KeyboardEventArgs { Key = "Escape" });
        await DisposeComponentsAsync();
        remembering.SetVoidResult();

        await closing;
        Assert.False(Renderer.UnhandledException.IsCompleted);
    }

    [Fact, Trait("Rule", "R5")]
    public async Task Arrows_go_round_the_tabs_and_Escape_closes()
    {
        var panel = Render(2, 0);

        await panel.Find("[role=tablist]").KeyDownAsync(new KeyboardEventArgs { Key = "ArrowUp" });
        Assert.Equal(["-1", "0"], Tabs(panel).Select(tab => tab.GetAttribute("tabindex")));
        await Tabs(panel)[1].ClickAsync();
        await panel.Find("[role=tabpanel]").KeyDownAsync(new KeyboardEventArgs { Key = "Escape" });

        Assert.Empty(panel.FindAll("[role=tabpanel]"));
    }

    [Fact, Trait("Rule", "R5")]
    public void What_waits_behind_a_tab_is_a_number_that_is_also_read_out()
    {
        var panel = Render(1, 120);

        Assert.Equal("99+, 120 waiting", panel.Find(".side-panel-count").TextContent);
    }

    private IRenderedComponent<SidePanel> Render(int tabs, int waiting) => Render<SidePanel>(panel => panel.Add(p => p.ChildContent, builder =>
    {
        foreach (var (name, title) in new[] { ("people", "People"), ("activity", "Activity") }.Take(tabs))
        {
            builder.OpenComponent<SidePanelTab>(0);
            builder.SetKey(name);
            builder.AddComponentParameter(1, nameof(SidePanelTab.Name), name);
            builder.AddComponentParameter(2, nameof(SidePanelTab.Title), title);
            builder.AddComponentParameter(3, nameof(SidePanelTab.Icon), "<path d=\"M0 0\"/>");
            builder.AddComponentParameter(4, nameof(SidePanelTab.Count), waiting);
            builder.AddComponentParameter(5, nameof(SidePanelTab.ChildContent), (RenderFragment)(content => content.AddContent(0, $"content of {name}")));
            builder.CloseComponent();
        }
    }));

    private static IReadOnlyList<IElement> Tabs(IRenderedComponent<SidePanel> panel) => panel.FindAll("[role=tab]");
}
