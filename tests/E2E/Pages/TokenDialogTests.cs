using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Pages;

public sealed class TokenDialogTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "W32")]
    public async Task A_token_is_copied_or_selected_where_the_browser_has_no_clipboard_for_pages()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.Page.AddInitScriptAsync("delete Navigator.prototype.clipboard"); // as over plain http from another machine
        await ada.CreateAsync();
        await ada.Page.GetByLabel("Drawing menu").ClickAsync();
        await ada.Page.GetByText("Make a token for a tool").ClickAsync();
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Make token" }).DblClickAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Menuitem)).ToHaveCountAsync(0); // what it was opened from is closed
        var token = ada.Page.Locator("[data-token]");

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Copy token" }).ClickAsync();

        await Expect(ada.Page.Locator(".mud-dialog [role=status]")).ToHaveTextAsync(new Regex("Copied|Ctrl"));
        var value = await token.InputValueAsync();
        Assert.Equal(value, await token.EvaluateAsync<string>("field => field.value.slice(field.selectionStart, field.selectionEnd)"));
        using var tokens = System.Text.Json.JsonDocument.Parse(await (await ada.Page.APIRequest.GetAsync($"{app.Url}/api/tokens")).TextAsync());
        Assert.Single(tokens.RootElement.ValueKind == System.Text.Json.JsonValueKind.Array ? tokens.RootElement.EnumerateArray() : tokens.RootElement.GetProperty("tokens").EnumerateArray());
        Assert.Empty(ada.Errors);
    }
}
