using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Pages;

/// <summary>The way of somebody new from the address of the app to a first drawing.</summary>
public sealed class RegistrationTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "W16")]
    public async Task Somebody_new_makes_an_account_is_told_how_to_begin_and_draws()
    {
        var app = await shared.StartAsync();
        await using var context = await browsers.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(app.Url);
        await page.GetByRole(AriaRole.Link, new() { Name = "Create an account" }).ClickAsync();
        await page.GetByLabel("Your name").FillAsync("Ada");
        await page.GetByLabel("E-mail").FillAsync(app.EmailOf("Ada"));
        await page.GetByLabel("Password").FillAsync(Person.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{app.Url}/");
        await Expect(page.Locator(".empty-state")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "New drawing" }).ClickAsync();

        await page.Locator(".canvas-frame[data-ready]").WaitForAsync();
        await Expect(page.Locator("[data-canvas-status]")).ToHaveAttributeAsync("data-state", "saved");
    }
}
