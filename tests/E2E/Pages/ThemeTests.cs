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

    [Fact, Trait("Rule", "W23")]
    public async Task A_page_whose_line_is_away_follows_when_it_is_back()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada", line: NetworkLine.To(app));
        await ada.CreateAsync();
        await ada.OfflineAsync(true);
        await ada.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await ada.OfflineAsync(false);
        await Expect(ada.Page.Locator(".app-shell")).ToHaveAttributeAsync("data-theme", "dark");
    }

    [Fact, Trait("Rule", "W23")]
    public async Task A_page_of_the_account_follows_too_and_keeps_what_is_typed()
    {
        var app = await shared.StartAsync();
        await using var context = await browsers.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{app.Url}/Account/Login");
        var (body, email) = (page.Locator("body"), page.GetByLabel("E-mail"));
        var light = await body.EvaluateAsync<string>("body => getComputedStyle(body).backgroundColor");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Expect(body).Not.ToHaveCSSAsync("background-color", light);

        await email.FillAsync("ada@example.org");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Expect(email).ToHaveValueAsync("ada@example.org");
        await Expect(body).Not.ToHaveCSSAsync("background-color", light);
        await page.ReloadAsync();
        await Expect(body).ToHaveCSSAsync("background-color", light);
    }
}
