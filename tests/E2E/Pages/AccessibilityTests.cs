using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Pages;

/// <summary>Every page, panel and dialog by axe, light and dark, wide and narrow.</summary>
public sealed class AccessibilityTests(Browsers browsers, SharedApp shared)
{
    private readonly List<string> _violations = [];

    [Fact, Trait("Rule", "X7")]
    public async Task Pages_for_everybody_are_accessible()
    {
        var app = await shared.StartAsync();
        await using var context = await browsers.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        foreach (var path in new[] { "/Account/Login", "/Account/Register", "/no-such-page", "/error" })
        {
            await page.GotoAsync(app.Url + path);
            await CheckAsync(page, path);
        }
        await page.GotoAsync($"{app.Url}/Account/Register");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await Expect(page.Locator(".validation-message").First).ToBeVisibleAsync();
        await CheckAsync(page, "register with errors");

        Assert.True(_violations.Count == 0, string.Join("\n", _violations));
    }

    [Fact, Trait("Rule", "X7")]
    public async Task The_list_its_messages_and_the_account_are_accessible()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.HomeAsync();
        await Expect(ada.Page.Locator(".empty-state")).ToBeVisibleAsync();
        await CheckAsync(ada.Page, "empty list");
        await ada.Page.Locator("input[type=file]").SetInputFilesAsync(File("broken.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g></svg>"));
        await Expect(ada.Page.Locator(".mud-alert")).ToContainTextAsync("line 1");
        await CheckAsync(ada.Page, "refused import");
        await ada.Page.Locator("input[type=file]").SetInputFilesAsync(File("plan.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script><rect width='9' height='9'/></svg>"));
        await Expect(ada.Page.GetByText("some parts were left out")).ToBeVisibleAsync();
        await CheckAsync(ada.Page, "import with parts left out");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications" }).ClickAsync();
        await Expect(ada.Page.GetByText("Nothing waits for you.")).ToBeVisibleAsync();
        await CheckAsync(ada.Page, "notifications");
        await ada.Page.GotoAsync($"{app.Url}/Account/Manage");
        await CheckAsync(ada.Page, "account");
        await ada.Page.GotoAsync($"{app.Url}/d/{Guid.NewGuid()}");
        await Expect(ada.Page.Locator(".empty-state")).ToBeVisibleAsync();
        await CheckAsync(ada.Page, "a drawing that is not there");

        Assert.True(_violations.Count == 0, string.Join("\n", _violations));
    }

    [Fact, Trait("Rule", "X7")]
    public async Task A_drawing_its_panels_and_dialogs_are_accessible()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada", line: NetworkLine.To(app));
        var id = await ada.CreateAsync();
        await CheckAsync(ada.Page, "empty drawing");
        await ada.ToolAsync("rect");
        await ada.DragAsync(-200, -100, -50, 50);
        await ada.SavedAsync();
        await CheckAsync(ada.Page, "drawing with a selection");
        foreach (var tab in new[] { "People", "Activity", "History", "Conflicts", "Comments" })
        {
            await ada.TabAsync(tab);
            await CheckAsync(ada.Page, $"{tab} panel");
        }
        await ada.CloseTabAsync();

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Share", Exact = true }).First.ClickAsync();
        await CheckDialogAsync(ada.Page, "share dialog");
        foreach (var (item, name) in new[] { ("Make a token for a tool", "token dialog"), ("Keyboard and mouse", "shortcuts dialog") })
        {
            await ada.Page.GetByLabel("Drawing menu").ClickAsync();
            await ada.Page.GetByText(item).ClickAsync();
            await CheckDialogAsync(ada.Page, name);
        }

        await ada.OfflineAsync(true);
        await Expect(ada.Mark).ToHaveAttributeAsync("data-state", "offline");
        await CheckAsync(ada.Page, "offline");

        Assert.True(_violations.Count == 0, string.Join("\n", _violations));
        Assert.Empty(ada.Errors);
    }

    private static FilePayload File(string name, string text) => new() { Name = name, MimeType = "image/svg+xml", Buffer = System.Text.Encoding.UTF8.GetBytes(text) };

    private async Task CheckDialogAsync(IPage page, string what)
    {
        await Expect(page.Locator(".mud-dialog")).ToBeVisibleAsync();
        await CheckAsync(page, what);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".mud-dialog")).ToHaveCountAsync(0);
    }

    /// <summary>Reloads would lose what is open, so the page is checked as it stands: it follows the system's theme while it is open (rule W23).</summary>
    private async Task CheckAsync(IPage page, string what)
    {
        await Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("Svgx$")); // it is away for a moment while the page becomes a live one
        var hasCircuit = await page.Locator(".app-shell").CountAsync() > 0;
        foreach (var scheme in hasCircuit && what != "offline" ? new[] { ColorScheme.Dark, ColorScheme.Light } : [ColorScheme.Light])
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            if (hasCircuit && what != "offline")
                await Expect(page.Locator(".app-shell")).ToHaveAttributeAsync("data-theme", scheme == ColorScheme.Dark ? "dark" : "light");
            await Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("Svgx$")); // and is there again when the live page follows the scheme
            // What is half faded in has half its contrast.
            await page.EvaluateAsync("async () => { await Promise.allSettled(document.getAnimations().filter(a => a.effect?.getComputedTiming().iterations !== Infinity).map(a => a.finished)) }");
            var violations = await Axe.ViolationsAsync(page, rules: scheme == ColorScheme.Dark ? Axe.Colours : null);
            _violations.AddRange(violations.Select(violation => $"{what}, {scheme}: {violation}"));
        }
    }
}
