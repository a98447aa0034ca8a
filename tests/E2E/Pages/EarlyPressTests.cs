using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Pages;

public sealed class EarlyPressTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "W25")]
    public async Task What_is_pressed_before_the_page_is_live_counts_as_soon_as_it_is()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var live = new TaskCompletionSource();
        await ada.Page.RouteAsync("**/_framework/blazor.web*.js", async route =>
        {
            await live.Task;
            await route.ContinueAsync();
        });
        await ada.Page.GotoAsync(app.Url, new() { WaitUntil = WaitUntilState.Commit });
        var bell = ada.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications" });
        await Expect(bell).ToBeVisibleAsync();
        await ada.Page.WaitForFunctionAsync("() => document.documentElement.dataset.early !== undefined");
        await bell.ClickAsync();
        await Expect(bell).ToHaveAttributeAsync("aria-busy", "true");

        live.SetResult();
        await Expect(bell).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(ada.Page.GetByText("Nothing waits for you.")).ToBeVisibleAsync();
        await Expect(bell).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Page.GetByText("Nothing waits for you.")).ToHaveCountAsync(0);
    }

    [Theory, Trait("Rule", "W25")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_held_down_while_the_page_becomes_live_counts_when_it_is_let_go(bool isLink)
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        var live = new TaskCompletionSource();
        await ada.Page.RouteAsync("**/_framework/blazor.web*.js", async route =>
        {
            await live.Task;
            await route.ContinueAsync();
        });
        await ada.Page.GotoAsync(app.Url, new() { WaitUntil = WaitUntilState.Commit });
        var control = isLink ? ada.Page.Locator("a.document-name") : ada.Page.GetByRole(AriaRole.Button, new() { Name = "New drawing" });
        await ada.Page.WaitForFunctionAsync("() => document.documentElement.dataset.early !== undefined");
        await control.HoverAsync();
        await ada.Page.Mouse.DownAsync();
        live.SetResult();
        await Expect(ada.Page.Locator(".app-shell")).ToHaveAttributeAsync("data-live", "");
        await ada.Page.Mouse.UpAsync();
        await ada.ArriveAsync();
    }

    [Fact, Trait("Rule", "W25")]
    public async Task Only_a_plain_press_counts_as_one_when_it_is_let_go()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        await ada.Page.GotoAsync(app.Url);
        await Expect(ada.Page.Locator(".app-shell")).ToHaveAttributeAsync("data-live", "");
        await ada.Page.Locator("a.document-name").HoverAsync();
        await ada.Page.Mouse.DownAsync(new() { Button = MouseButton.Right });
        await ada.Page.Locator("a.document-name").EvaluateAsync("link => link.replaceWith(link.cloneNode(true))");
        await ada.Page.Mouse.UpAsync(new() { Button = MouseButton.Right });
        await ada.Page.Keyboard.PressAsync("Escape"); // the browser's own menu
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications" }).ClickAsync();
        await Expect(ada.Page.GetByText("Nothing waits for you.")).ToBeVisibleAsync();
        await Expect(ada.Page).ToHaveURLAsync($"{app.Url}/");
    }

    [Fact, Trait("Rule", "T24")]
    public async Task A_comment_sent_before_its_fields_module_has_come_is_sent()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        var ready = new TaskCompletionSource();
        await ada.Page.RouteAsync("**/CommentBox.razor*.js", async route =>
        {
            await ready.Task;
            await route.ContinueAsync();
        });
        await ada.ToolAsync("comment");
        await ada.ClickAsync(-20, -10);
        var box = ada.Page.GetByLabel("New comment");
        await box.PressSequentiallyAsync("Too dark");
        await box.PressAsync("Control+Enter");
        await Expect(ada.Page.Locator(".comment-box")).ToHaveAttributeAsync("aria-busy", "true");
        await box.PressSequentiallyAsync(", or is it?"); // after it was sent

        ready.SetResult();
        await Expect(ada.Page.Locator(".comment-text")).ToHaveTextAsync("Too dark");
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "W24")]
    public async Task Escape_closes_a_dialog_or_a_comparison_that_is_seen_before_the_focus_has_come_into_it()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var answers = await HeldAnswers.InstallAsync(ada.Page, HeldAnswers.Circuit);
        await ada.CreateAsync();
        await ada.TabAsync("History");
        await ada.Page.GetByLabel("Save a version").FillAsync("Empty");
        await ada.Page.Keyboard.PressAsync("Enter");
        var menu = ada.Page.GetByLabel("What to do with Empty");
        await Expect(menu).ToBeVisibleAsync();

        var dialog = ada.Page.Locator(".mud-dialog");
        answers.HoldAfter("mud-dialog-content");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Share", Exact = true }).First.ClickAsync();
        await Expect(dialog).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        answers.Release();
        await Expect(dialog).ToHaveCountAsync(0);

        var comparison = ada.Page.Locator(".version-compare");
        await menu.ClickAsync();
        answers.HoldAfter("version-compare-stage");
        await ada.Page.GetByText("Compare with now").ClickAsync();
        await Expect(comparison).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        answers.Release();
        await Expect(comparison).ToHaveCountAsync(0);
        await Expect(ada.Page.Locator(".side-panel-body")).ToBeVisibleAsync(); // which Escape would close next
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "W31")]
    public async Task New_drawing_pressed_twice_on_a_slow_line_makes_one_drawing()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var (posts, answer, pressed) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        await ada.Page.ExposeFunctionAsync("pressedTwice", pressed.SetResult);
        await ada.Page.RouteAsync("**/documents/new", async route =>
        {
            Interlocked.Increment(ref posts);
            await answer.Task;
            await route.ContinueAsync();
        });
        await ada.Page.GotoAsync(app.Url);
        await Expect(ada.Page.Locator(".app-shell")).ToHaveAttributeAsync("data-live", "");
        // Not by Playwright's own clicks, which wait for the page that the first one asks for.
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "New drawing" }).EvaluateAsync("button => { button.click(); setTimeout(() => { button.click(); pressedTwice(); }, 100); }");
        await pressed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        answer.SetResult();
        await ada.ArriveAsync();
        Assert.Equal(1, posts);

        await ada.Page.GotoAsync(app.Url);
        await Expect(ada.Page.Locator("a.document-name")).ToHaveCountAsync(1);
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "New drawing" }).ClickAsync(); // and it can be pressed again
        await ada.ArriveAsync();
        Assert.Equal(2, posts);
    }

    [Fact, Trait("Rule", "W31")]
    public async Task Enter_pressed_twice_on_a_slow_line_saves_one_version()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var answers = await HeldAnswers.InstallAsync(ada.Page, HeldAnswers.Circuit);
        await ada.CreateAsync();
        await ada.TabAsync("History");
        await ada.Page.GetByLabel("Save a version").FillAsync("Walls");
        answers.Hold();
        await ada.Page.Keyboard.PressAsync("Enter");
        // The server has done it, and the page does not know.
        await ada.Page.WaitForFunctionAsync("async id => (await (await fetch(`/api/documents/${id}/versions`)).json()).versions.length > 0", ada.Page.Url.Split('/')[^1]);
        await ada.Page.Keyboard.PressAsync("Enter");
        answers.Release();
        await Expect(ada.Page.Locator(".version-list b")).ToHaveTextAsync(["Walls"]);

        await ada.Page.GetByLabel("Save a version").FillAsync("Doors");
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ada.Page.Locator(".version-list b")).ToHaveTextAsync(["Doors", "Walls"]);
        Assert.Empty(ada.Errors);
    }
}
