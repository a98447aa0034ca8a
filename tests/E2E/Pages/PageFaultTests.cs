using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Pages;

public sealed class PageFaultTests(Browsers browsers, SharedApp shared)
{
    private const string Script = "**/canvas/editor*.js";

    [Fact, Trait("Rule", "W30")]
    public async Task A_page_that_a_fault_has_ended_comes_back_by_itself_and_asks_where_that_does_not_help()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();

        // A script that the line has swallowed.
        await ada.Page.RouteAsync(Script, route => route.AbortAsync(), new() { Times = 1 });
        await ada.OpenAsync(id);
        await Expect(ada.Page.Locator(".fault-notice")).ToBeHiddenAsync();

        await ada.Page.RouteAsync(Script, route => route.AbortAsync());
        await ada.Page.GotoAsync($"{app.Url}/d/{id}");
        await Expect(ada.Page.GetByText("Something went wrong again.")).ToBeVisibleAsync();
        await ada.Page.UnrouteAsync(Script);
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Load the page again" }).ClickAsync();
        await ada.ReadyAsync();
    }
}
