using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Pages;

public sealed class ThemeTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "W23")]
    public async Task An_open_page_follows_the_systems_theme_until_its_person_chooses_one()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        await ada.TabAsync("People");
        var shell = ada.Page.Locator(".app-shell");
        var surface = ada.Page.Locator(".side-panel");
        await Expect(shell).ToHaveAttributeAsync("data-theme", "light");
        var light = await surface.EvaluateAsync<string>("panel => getComputedStyle(panel).backgroundColor");

        await ada.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Expect(shell).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(surface).Not.ToHaveCSSAsync("background-color", light);
        await Expect(ada.Page.Locator(".side-panel-head h2")).ToHaveTextAsync("People"); // what was open stays so

        await ada.Page.GetByLabel("Account of Ada").ClickAsync();
        await ada.Page.GetByText("Light theme").ClickAsync();
        await Expect(shell).ToHaveAttributeAsync("data-theme", "light");
        await ada.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await ada.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await ada.Page.ReloadAsync();
        await Expect(shell).ToHaveAttributeAsync("data-theme", "light");
        Assert.Empty(ada.Errors);
    }
}
