using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

public sealed class OfflineTests(Browsers browsers)
{
    [Fact, Trait("Rule", "C10")]
    public async Task What_was_drawn_without_the_server_outlives_the_tab_and_is_sent_once_by_the_next()
    {
        await using var app = await AppProcess.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await app.KillAsync();
        await Expect(ada.Mark).Not.ToHaveAttributeAsync("data-state", "saved");
        await ada.ToolAsync("rect");
        await ada.DragAsync(-200, -100, -50, 50);
        await ada.ToolAsync("ellipse");
        await ada.DragAsync(60, -60, 200, 40);
        await Expect(ada.Mark).ToContainTextAsync("2 kept here"); // on the disk: from now on the tab may go

        await ada.ReopenAsync(id, app.RestartAsync);
        await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(1);
        await Expect(ada.Drawing.Locator("ellipse")).ToHaveCountAsync(1);
        await ada.SavedAsync();
        Assert.Equal(["rect", "ellipse"], (await ada.OperationsAsync(id)).Select(operation => operation.GetProperty("data").GetProperty("type").GetString()));

        // Nothing is left over for the one after that.
        await ada.ReopenAsync(id);
        await Expect(ada.Drawing.Locator("ellipse")).ToHaveCountAsync(1);
        await ada.SavedAsync();
        Assert.Equal(2, (await ada.OperationsAsync(id)).Count);
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "C10")]
    public async Task What_was_drawn_and_taken_back_without_the_server_is_never_sent()
    {
        await using var app = await AppProcess.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await app.KillAsync();
        await Expect(ada.Mark).Not.ToHaveAttributeAsync("data-state", "saved");
        await ada.ToolAsync("rect");
        await ada.DragAsync(-200, -100, -50, 50);
        await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(1);
        await ada.Page.Keyboard.PressAsync("Control+z"); // never sent, so it can be taken back without the server
        await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(0);
        await ada.ToolAsync("ellipse");
        await ada.DragAsync(60, -60, 200, 40);

        await app.RestartAsync();
        await ada.SavedAsync();
        Assert.Equal("ellipse", Assert.Single(await ada.OperationsAsync(id)).GetProperty("data").GetProperty("type").GetString());
    }
}
