using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Pages;

public sealed class PhoneTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "W27")]
    public async Task Theme_account_and_signing_out_are_in_the_menu_of_the_drawing()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        await Expect(ada.Page.GetByLabel("Account of Ada")).ToBeVisibleAsync(); // where there is room
        await ada.Page.SetViewportSizeAsync(390, 844);
        await Expect(ada.Page.GetByLabel("Account of Ada")).ToBeHiddenAsync();

        await ada.Page.GetByLabel("Drawing menu").ClickAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Your account" })).ToHaveAttributeAsync("href", "Account/Manage");
        await ada.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Dark theme" }).ClickAsync();
        await Expect(ada.Page.Locator(".app-shell")).ToHaveAttributeAsync("data-theme", "dark");
        await ada.Page.GetByLabel("Drawing menu").ClickAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Light theme" })).ToBeVisibleAsync();
        await ada.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Sign out" }).ClickAsync();
        await Expect(ada.Page).ToHaveURLAsync(new Regex("/Account/Login"));
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "C26")]
    public async Task What_is_said_covers_no_control_of_the_drawing_and_nothing_of_the_panel()
    {
        var app = await shared.StartAsync();
        foreach (var (width, height) in new[] { (1440, 900), (800, 600), (390, 844) })
        {
            await using var ada = await Person.RegisterAsync(browsers, app, $"Ada{width}", new() { ViewportSize = new() { Width = width, Height = height } });
            await ada.CreateAsync();
            await ada.TabAsync("History");
            await ada.Page.GetByLabel("Save a version").FillAsync("Begun");
            await ada.Page.Keyboard.PressAsync("Enter");
            await Expect(ada.Page.Locator(".mud-snackbar")).ToBeVisibleAsync();
            // What is said goes by itself; its double, in the same place by the same rules, stays for as long as it takes to look.
            await ada.Page.EvaluateAsync("() => document.body.append(Object.assign(document.getElementById('mud-snackbar-container').cloneNode(true), { title: 'double' }))");
            await ExpectClearAsync(ada);
            await ada.CloseTabAsync();
            await ExpectClearAsync(ada);
        }
    }

    [Fact, Trait("Rule", "C28")]
    public async Task Every_tool_draws_with_a_finger_and_the_next_is_there_at_once_after_a_quick_stroke()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada", new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
        await ada.CreateAsync();
        var screen = await ada.Page.Context.NewCDPSessionAsync(ada.Page);
        var y = 300;
        foreach (var (tool, element) in new[] { ("rect", "rect"), ("ellipse", "ellipse"), ("line", "line"), ("path", "path") })
        {
            await ada.Page.Locator($"[data-canvas-tool={tool}]").TapAsync();
            await Expect(ada.Page.Locator($"[data-canvas-tool={tool}]")).ToHaveAttributeAsync("aria-pressed", "true");
            await TouchAsync(screen, "touchStart", 110, y);
            for (var step = 1; step <= 8; step++)
                await TouchAsync(screen, "touchMove", 110 + (15 * step), y + (3 * step));
            await TouchAsync(screen, "touchEnd");
            await Expect(ada.Drawing.Locator(element)).ToHaveCountAsync(1);
            y += 50;
        }
        await ada.Page.Locator("[data-canvas-tool=text]").TapAsync();
        await TouchAsync(screen, "touchStart", 150, 260);
        await TouchAsync(screen, "touchEnd");
        await Expect(ada.Page.Locator(".canvas-text-editor")).ToBeFocusedAsync();
        await ada.Page.Keyboard.TypeAsync("Door");
        await ada.Page.Locator("[data-canvas-tool=select]").TapAsync();
        await Expect(ada.Drawing.Locator("text")).ToHaveTextAsync("Door");
        await ada.SavedAsync();
        Assert.Empty(ada.Errors);
    }

    private static Task TouchAsync(ICDPSession screen, string type, params int[] at) =>
        screen.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = type, ["touchPoints"] = at is [var x, var y] ? new[] { new { x, y } } : [] });

    /// <summary>The words are in the middle of the drawing and clear of all that is to be pressed.</summary>
    private static async Task ExpectClearAsync(Person person)
    {
        var said = person.Page.Locator("[title=double] .mud-snackbar");
        var covered = await said.EvaluateAsync<string[]>("""
            said => {
              const own = said.getBoundingClientRect();
              const covers = other => other.width > 0 && own.left < other.right && own.right > other.left && own.top < other.bottom && own.bottom > other.top;
              return [...document.querySelectorAll('.app-bar, .canvas-toolbar, .history-bar, .zoom-bar, .side-panel')].filter(control => covers(control.getBoundingClientRect())).map(control => control.className);
            }
            """);
        Assert.Empty(covered);
        var (box, frame) = ((await said.BoundingBoxAsync())!, (await person.Page.Locator(".canvas-frame").BoundingBoxAsync())!);
        Assert.InRange(box.X + (box.Width / 2), frame.X + (frame.Width / 2) - 2, frame.X + (frame.Width / 2) + 2);
    }
}
