using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using Svgx.Tests.Unit.Protocol;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

public sealed class CommentTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "T20")]
    public async Task Three_people_and_a_tool_talk_about_a_drawing_on_its_elements()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await using var ben = await Person.RegisterAsync(browsers, app, "Ben");
        var id = await ada.CreateAsync();
        await using var cem = await Person.RegisterAsync(browsers, app, "Cem");
        await ada.ShareAsync(ben.Email);
        await ada.ShareAsync(cem.Email, may: "comment");
        await cem.OpenAsync(id);
        await ada.ToolAsync("rect");
        await ada.DragAsync(-120, -80, 80, 60);
        await ada.SavedAsync();

        // A comment on an element, with somebody brought in by the keyboard alone.
        await ada.Page.Locator(".svg-canvas").FocusAsync();
        await ada.Page.Keyboard.PressAsync("c");
        await ada.ClickAsync(-20, -10);
        var box = ada.Page.GetByLabel("New comment");
        await Expect(box).ToBeFocusedAsync();
        await box.PressSequentiallyAsync("Too dark, @be");
        await Expect(ada.Page.GetByRole(AriaRole.Option)).ToContainTextAsync("Ben");
        await ada.Page.Keyboard.PressAsync("Enter");
        await box.PressSequentiallyAsync("what do you think?");
        await ada.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(ada.Page.Locator(".comment-text")).ToHaveTextAsync("Too dark, @Ben what do you think?");
        await Expect(Pins(ada)).ToHaveCountAsync(1);

        // Ben hears of it wherever he is, and gets there with two clicks.
        await ben.Page.GotoAsync(app.Url);
        var mention = ben.Page.GetByRole(AriaRole.Button, new() { Name = "Ada mentioned you in" });
        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications, 1 unread" }).ClickAsync(); // at once: the page may not be live yet (rule W25)
        await mention.ClickAsync();
        await Expect(ben.Page.Locator(".comment-mention-me")).ToHaveTextAsync("@Ben");
        await ben.ReadyAsync();
        await Expect(Pins(ben)).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(ben.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications", Exact = true })).ToBeVisibleAsync();
        await ben.Page.GetByLabel("Reply").FillAsync("Make it lighter.");
        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(ada.Page.Locator(".comment-text").Nth(1)).ToHaveTextAsync("Make it lighter.");
        await Expect(ada.Page.GetByRole(AriaRole.Button, new() { Name = "Notifications, 1 unread" })).ToHaveCountAsync(0); // she has it before her

        // A tool hears of it and says something itself.
        await ada.Page.GetByLabel("Drawing menu").ClickAsync();
        await ada.Page.GetByText("Make a token for a tool").ClickAsync();
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Make token" }).ClickAsync();
        var join = await ada.Page.Locator("[data-join]").InputValueAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        await using var tool = await ProtocolClient.ConnectAsync(app.ProtocolPort);
        await tool.SendTextAsync(join);
        await tool.NextAsync("current_state");
        await tool.SendAsync(new { type = "comment_list" });
        var thread = Assert.Single((await tool.NextAsync("comments")).GetProperty("threads").EnumerateArray().ToArray());
        Assert.Equal("Make it lighter.", thread.GetProperty("comments")[1].GetProperty("text").GetString());
        await tool.SendAsync(new { type = "comment_create", comment_id = "from-tool", anchor = new { x = 100, y = 100 }, text = "Measured: 4 lux" });
        await tool.NextAsync("comment_update");
        foreach (var person in new[] { ada, ben, cem })
            await Expect(Pins(person)).ToHaveCountAsync(2);

        // A third, who may comment and not draw, says something too.
        await cem.Page.Locator($"button.canvas-pin[data-thread-id='{thread.GetProperty("thread_id").GetString()}']").ClickAsync();
        await cem.Page.GetByLabel("Reply", new() { Exact = true }).FillAsync("Light grey?");
        await cem.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        foreach (var person in new[] { ada, ben })
            await Expect(person.Page.Locator(".comment-text").Nth(2)).ToHaveTextAsync("Light grey?");

        // The pin goes along with its element, goes with it, and is back with it.
        var pin = ben.Page.Locator($".canvas-pin[data-thread-id='{thread.GetProperty("thread_id").GetString()}']");
        var rect = ben.Drawing.Locator("rect");
        var before = await WithinAsync(pin, rect);
        var style = (await pin.GetAttributeAsync("style"))!;
        var x = await rect.GetAttributeAsync("x");
        await ada.ClickAsync(40, 40);
        await ada.DragAsync(40, 40, 140, 90);
        await ada.SavedAsync();
        await Expect(rect).Not.ToHaveAttributeAsync("x", x!);
        await Expect(pin).Not.ToHaveAttributeAsync("style", style);
        var after = await WithinAsync(pin, rect);
        Assert.InRange(after.X - before.X, -0.02, 0.02);
        Assert.InRange(after.Y - before.Y, -0.02, 0.02);
        await ada.Page.Keyboard.PressAsync("Delete");
        await ada.SavedAsync();
        await Expect(ben.Page.GetByText("The element that this was about is gone.")).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("Control+z");
        await Expect(ben.Page.GetByText("The element that this was about is gone.")).ToHaveCountAsync(0);

        // Deleted by mistake: back with one click. Settled: out of the way, and found again.
        await ben.Page.GetByLabel("Delete the comment of Ben").ClickAsync();
        await Expect(ada.Page.Locator(".comment-text")).ToHaveCountAsync(2);
        await ben.Page.Locator(".mud-snackbar").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(ada.Page.Locator(".comment-text")).ToHaveCountAsync(3);
        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Resolve" }).ClickAsync();
        foreach (var person in new[] { ada, cem })
            await Expect(person.Page.GetByText("Resolved by Ben")).ToBeVisibleAsync();
        await ben.Page.GetByLabel("All comments").ClickAsync();
        await Expect(Pins(ben)).ToHaveCountAsync(1);
        await ben.ReopenAsync(id);
        await Expect(Pins(ben)).ToHaveAttributeAsync("data-thread-id", "from-tool");
        Assert.Empty(ada.Errors);
        Assert.Empty(ben.Errors);
        Assert.Empty(cem.Errors);
    }

    private static ILocator Pins(Person person) => person.Page.Locator("button.canvas-pin");

    /// <summary>Where in an element the tip of a pin is, as parts of its box.</summary>
    private static async Task<(double X, double Y)> WithinAsync(ILocator pin, ILocator element)
    {
        var (tip, box) = ((await pin.BoundingBoxAsync())!, (await element.BoundingBoxAsync())!);
        return ((tip.X - box.X) / box.Width, (tip.Y + tip.Height - box.Y) / box.Height);
    }
}
