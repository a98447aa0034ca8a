using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

/// <summary>
/// What docs/guide.md tells, done, with the pictures it shows. <c>SVGX_GUIDE=docs/images</c> writes them there; else they are made all the same and thrown away, so that a
/// guide that tells what is no longer so fails.
/// </summary>
public sealed partial class GuideTests(Browsers browsers)
{
    private const string Plan = """
        <svg xmlns="http://www.w3.org/2000/svg" xmlns:arx="http://arxos.io/svgx" viewBox="0 0 900 600" font-family="sans-serif" font-size="22" fill="#24424d">
          <g id="rooms" fill="#eaf3f6" stroke="#2f4b56" stroke-width="6"><rect id="workshop" x="60" y="60" width="380" height="480" arx:use="workshop"/><rect id="office" x="440" y="60" width="400" height="220" arx:use="office"/><rect id="store" x="440" y="280" width="400" height="260" arx:use="store"/></g>
          <g id="doors" fill="none" stroke="#fff" stroke-width="8"><path d="M440 140v70M440 380v70M180 540h90"/></g>
          <text x="190" y="310">Workshop</text><text x="720" y="255">Office</text><text x="470" y="325">Store</text>
          <circle id="lamp-1" cx="150" cy="150" r="16" fill="#ffd54f" stroke="#8a6d00"/><circle id="lamp-2" cx="350" cy="150" r="16" fill="#ffd54f" stroke="#8a6d00"/><circle id="lamp-3" cx="740" cy="120" r="16" fill="#ffd54f" stroke="#8a6d00"/>
          <rect id="desk" x="480" y="90" width="100" height="50" rx="6" fill="#d7b899" stroke="#7a5c3e" stroke-width="2"/>
        </svg>
        """;

    private readonly List<string> _pictures = [];

    [Fact, Trait("Rule", "X8")]
    public async Task The_guide_tells_what_is_so()
    {
        await using var app = await AppProcess.StartAsync();
        var size = new BrowserNewContextOptions { ViewportSize = new() { Width = 1440, Height = 900 } };
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada", size);
        await using var ben = await Person.RegisterAsync(browsers, app, "Ben", size, NetworkLine.To(app));

        // Start: a file becomes a drawing.
        await ada.HomeAsync();
        await ada.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "Ground floor.svg", MimeType = "image/svg+xml", Buffer = System.Text.Encoding.UTF8.GetBytes(Plan) });
        var id = await ada.ArriveAsync();
        await ada.ShareAsync(ben.Email);
        await ben.OpenAsync(id);

        // Together: cursors, selections, a tool among them.
        await using var tool = (await Guest.InviteAsync(app, id, "Lamp planner"))[0];
        await tool.ListenAsync();
        await tool.SendAsync(new { type = "operation", operation_id = "on", operation_type = "update", element_id = "lamp-3", data = new { fill = "#ff8a3d" } });
        await tool.HearOperationAsync(operation => operation.GetProperty("operation_id").GetString() == "on");
        await tool.SelectAsync("lamp-3");
        await tool.MoveAsync(700, 160);
        await ClickOnAsync(ben, "#desk");
        await ben.Page.Mouse.MoveAsync(640, 520);
        await ada.ToolAsync("rect");
        await ada.DragAsync(190, 160, 300, 230);
        await ada.SavedAsync();
        await ada.TabAsync("People");
        foreach (var name in new[] { "Ben", "Lamp planner" })
            await Expect(ada.Page.Locator(".canvas-cursor").Filter(new() { HasText = name })).ToHaveCountAsync(1);
        await Expect(ada.Page.Locator(".canvas-peer-outline")).ToHaveCountAsync(2);
        await PictureAsync(ada, "together");

        // Comments.
        await ada.CloseTabAsync();
        await ada.ToolAsync("comment");
        await ClickOnAsync(ada, "#store");
        await ada.Page.GetByLabel("New comment").PressSequentiallyAsync("@be");
        await Expect(ada.Page.GetByRole(AriaRole.Option)).ToContainTextAsync("Ben");
        await ada.Page.Keyboard.PressAsync("Enter");
        await ada.Page.Keyboard.TypeAsync("is this wide enough for the shelves?");
        await ada.Page.Locator(".comment-send").ClickAsync();
        await Expect(ada.Page.Locator(".comment-text")).ToHaveCountAsync(1);
        await ben.TabAsync("Comments");
        await ben.Page.Locator(".canvas-pin").ClickAsync();
        await ben.Page.GetByLabel("Reply").FillAsync("It is, by 20 cm.");
        await ben.Page.Locator(".comment-send").Last.ClickAsync();
        await Expect(ada.Page.Locator(".comment-text").Nth(1)).ToHaveTextAsync("It is, by 20 cm.");
        await Expect(ada.Page.Locator(".side-panel-count")).ToHaveCountAsync(0); // she has it before her
        await PictureAsync(ada, "comments");

        // History: a version with a name, and what has changed since.
        await ada.Page.Locator(".svg-canvas").FocusAsync();
        await ada.Page.Keyboard.PressAsync("Control+s");
        await Expect(ada.Page.Locator("[data-version-name]")).ToBeFocusedAsync();
        await ada.Page.Keyboard.TypeAsync("Walls agreed");
        await ada.Page.Keyboard.PressAsync("Enter");
        var version = ada.Page.Locator(".version-list > li").Filter(new() { HasText = "Walls agreed" });
        await Expect(version).ToBeVisibleAsync();
        await ben.CloseTabAsync();
        await ben.DragAsync(ben.Drawing.Locator("#desk"), 60, 40);
        await ClickOnAsync(ben, "#lamp-2");
        await ben.Page.Keyboard.PressAsync("Delete");
        await ben.SavedAsync();
        await Expect(ada.Drawing.Locator("#lamp-2")).ToHaveCountAsync(0);
        await PictureAsync(ada, "history");
        await ada.Page.GetByLabel("What to do with Walls agreed").ClickAsync();
        await ada.Page.Locator(".mud-menu-item").Filter(new() { HasText = "Compare with now" }).ClickAsync();
        await Expect(ada.Page.Locator(".version-compare li[data-kind=removed]")).ToHaveCountAsync(1);
        await Expect(ada.Page.Locator(".version-compare .compare-boxes > [data-kind=changed]")).ToHaveCountAsync(2);
        await PictureAsync(ada, "compare");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Page.Locator(".version-compare")).ToHaveCountAsync(0);

        // The time slider.
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Play history" }).ClickAsync();
        await Expect(ada.Page.Locator(".time-slider[data-phase=ready]")).ToBeVisibleAsync();
        await ada.Page.Locator(".svg-canvas").FocusAsync();
        await ada.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(ada.Page.Locator(".canvas-past #lamp-2")).ToHaveCountAsync(1);
        await PictureAsync(ada, "time-slider");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Page.Locator(".time-slider")).ToHaveCountAsync(0);

        // A branch.
        await ada.TabAsync("History");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "New branch" }).ClickAsync();
        await ada.Page.GetByLabel("Name of the new branch").FillAsync("second-door");
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ada.Page.Locator(".branch-picker [aria-current]")).ToHaveTextAsync("second-door");
        await ada.ReadyAsync();
        await ada.DragAsync(ada.Drawing.Locator("#lamp-3"), -40, 30);
        await ada.SavedAsync();
        await ada.Page.Locator(".branch-picker").GetByRole(AriaRole.Button, new() { Name = "main", Exact = true }).ClickAsync();
        await Expect(ada.Page.Locator(".branch-picker [aria-current]")).ToHaveTextAsync("main");
        await ada.ReadyAsync();
        await ada.Page.GetByLabel("What to do with the branch second-door").ClickAsync();
        await ada.Page.Locator(".mud-menu-item").Filter(new() { HasText = "Merge into main" }).ClickAsync();
        await Expect(ada.Page.Locator(".merge-view")).ToContainTextAsync("changed");
        await PictureAsync(ada, "merge");
        await ada.Page.Locator(".merge-view").GetByRole(AriaRole.Button, new() { Name = "Merge", Exact = true }).ClickAsync();
        await Expect(ada.Page.Locator(".version-list > li[data-kind=merge]")).ToHaveCountAsync(1);
        await ada.Page.Locator(".mud-snackbar").Filter(new() { HasText = "Merged" }).GetByRole(AriaRole.Button).ClickAsync(); // read, and in the way of the next pictures

        // Without a network, and a conflict afterwards.
        await ben.OfflineAsync(true);
        await ben.DragAsync(ben.Drawing.Locator("#desk"), 50, 30);
        await Expect(ben.Mark).ToContainTextAsync("kept here");
        await PictureAsync(ben, "offline");
        await ada.CloseTabAsync();
        await ada.DragAsync(ada.Drawing.Locator("#desk"), -20, 60);
        await ada.SavedAsync();
        await ben.OfflineAsync(false);
        await ben.SavedAsync();
        await ada.TabAsync("Conflicts");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Undo this decision" }).ClickAsync();
        await Expect(ada.Page.Locator(".conflict-card")).ToHaveCountAsync(1);
        await Expect(ada.Page.Locator(".canvas-conflict")).ToHaveCountAsync(1);
        await PictureAsync(ada, "conflict");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Keep mine" }).ClickAsync();
        await Expect(ada.Page.Locator(".conflict-card")).ToHaveCountAsync(0);

        var guide = await File.ReadAllTextAsync(Path.Combine(Root, "docs", "guide.md"));
        Assert.Equal(_pictures.Order(StringComparer.Ordinal), PictureName().Matches(guide).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(_pictures, name => Assert.True(File.Exists(Path.Combine(Root, "docs", "images", $"{name}.png")), $"docs/images/{name}.png is missing: run this test with SVGX_GUIDE=docs/images."));
        Assert.Empty(ada.Errors);
        Assert.Empty(ben.Errors);
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "SvgxBlazor.sln")))
                folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
            return folder.FullName;
        }
    }

    private static async Task ClickOnAsync(Person person, string element)
    {
        var box = (await person.Drawing.Locator(element).BoundingBoxAsync())!;
        await person.Page.Mouse.ClickAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }

    private async Task PictureAsync(Person person, string name)
    {
        _pictures.Add(name);
        var folder = Environment.GetEnvironmentVariable("SVGX_GUIDE");
        await person.Page.ScreenshotAsync(new() { Path = string.IsNullOrEmpty(folder) ? null : Path.Combine(Root, folder, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });
    }

    [GeneratedRegex(@"\(images/(?<name>[\w-]+)\.png\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PictureName();
}
