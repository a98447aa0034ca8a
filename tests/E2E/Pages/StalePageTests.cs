using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Pages;

/// <summary>A page of a drawing that was deleted elsewhere, or that says what the server does not take.</summary>
public sealed class StalePageTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "W41")]
    public async Task What_is_asked_of_a_drawing_that_was_deleted_elsewhere_is_answered_in_words()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        var answer = await ada.Page.APIRequest.DeleteAsync($"{app.Url}/api/documents/{id}", new() { Headers = [new("Origin", app.Url)] });
        Assert.True(answer.Ok, await answer.TextAsync());
        await Expect(ada.Page.Locator(".canvas-refusal")).ToBeVisibleAsync();

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Drawing menu" }).ClickAsync();
        await ada.Page.GetByText("Move to the bin").ClickAsync();
        await Expect(ada.Page.Locator(".mud-snackbar")).ToContainTextAsync("There is no such document");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Share", Exact = true }).First.ClickAsync();
        await Expect(ada.Page.Locator(".mud-dialog [role=alert]")).ToContainTextAsync("There is no such document");
        await Expect(ada.Page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "W41")]
    public async Task A_name_that_a_drawing_cannot_have_does_not_stay_in_its_field()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        var name = ada.Page.GetByLabel("Name of the drawing");
        await name.FillAsync("Ground floor");
        await name.PressAsync("Enter");
        await Expect(ada.Page).ToHaveTitleAsync("Ground floor – Svgx");
        foreach (var (typed, shown) in new[] { ("  ", "Ground floor"), ("  Ground   floor ", "Ground floor"), ("First floor", "First floor") })
        {
            await name.FillAsync(typed);
            await name.PressAsync("Enter");
            await Expect(name).ToHaveValueAsync(shown);
        }
        await Expect(ada.Page.Locator(".mud-snackbar")).ToContainTextAsync("A document needs a name.");
        await Expect(ada.Page).ToHaveTitleAsync("First floor – Svgx");
    }

    [Fact, Trait("Rule", "W27")]
    public async Task Who_signs_out_in_one_tab_is_signed_out_in_the_others_too_and_comes_back_to_what_was_open_there()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        var other = await ada.Page.Context.NewPageAsync();
        await other.GotoAsync(app.Url);
        await other.GetByLabel("Account of Ada").ClickAsync();
        await other.GetByRole(AriaRole.Menuitem, new() { Name = "Sign out" }).ClickAsync();

        await Expect(ada.Page).ToHaveURLAsync(new Regex("/Account/Login"));
        await ada.Page.GetByLabel("E-mail").FillAsync(ada.Email);
        await ada.Page.GetByLabel("Password").FillAsync(Person.Password);
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(ada.Page).ToHaveURLAsync($"{app.Url}/d/{id}");
        await ada.ReadyAsync();
        await Expect(other).ToHaveURLAsync(new Regex("/Account/Login"));
        Assert.Empty(ada.Errors);
    }
}
