using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

public sealed class OfflineTests(Browsers browsers)
{
    [Fact, Trait("Rule", "C10"), Trait("Rule", "C19"), Trait("Rule", "X2")]
    public async Task What_was_drawn_without_the_server_outlives_the_tab_and_reaches_everybody_once()
    {
        await using var app = await AppProcess.StartAsync();
        await using var trio = await Trio.MeetAsync(browsers, app);
        var (ada, ben, cem, id) = trio;
        await using var tool = (await Guest.InviteAsync(app, id, "Watcher"))[0];
        await app.KillAsync();
        foreach (var person in new[] { ada, ben, cem })
            await Expect(person.Mark).ToHaveAttributeAsync("data-state", "offline");
        await ada.ToolAsync("rect");
        await ada.DragAsync(-200, -100, -50, 50);
        await ada.ToolAsync("ellipse");
        await ada.DragAsync(60, -60, 200, 40);
        await Expect(ada.Mark).ToContainTextAsync("2 kept here"); // on the disk: from now on the tab may go
        await ben.ToolAsync("line");
        await ben.DragAsync(-200, 120, 180, 160);
        await Expect(ben.Mark).ToContainTextAsync("1 kept here");

        // Ada's tab is closed, the server comes back, and nobody but her does anything.
        await ada.ReopenAsync(id, async () =>
        {
            await app.RestartAsync();
            await tool.ListenAsync();
        });
        foreach (var person in new[] { ada, ben, cem })
        {
            await person.SavedAsync();
            foreach (var kind in new[] { "rect", "ellipse", "line" })
                await Expect(person.Drawing.Locator(kind)).ToHaveCountAsync(1);
        }
        foreach (var kind in new[] { "rect", "ellipse" })
            await tool.HearOperationAsync(operation => operation.GetProperty("username").GetString() == "Ada" && operation.GetProperty("data").GetProperty("type").GetString() == kind);
        var sent = (await ada.OperationsAsync(id)).Select(operation => (operation.GetProperty("username").GetString(), operation.GetProperty("data").GetProperty("type").GetString())).ToList();
        Assert.Equal([("Ada", "rect"), ("Ada", "ellipse")], sent.Where(operation => operation.Item1 == "Ada"));
        Assert.Equal([("Ben", "line")], sent.Where(operation => operation.Item1 == "Ben"));

        // Nothing is left over for the one after that.
        await ada.ReopenAsync(id);
        await Expect(ada.Drawing.Locator("ellipse")).ToHaveCountAsync(1);
        await ada.SavedAsync();
        Assert.Equal(3, (await ada.OperationsAsync(id)).Count);
        trio.AssertNoErrors();
    }

    [Fact, Trait("Rule", "C19")]
    public async Task What_the_browser_does_not_keep_is_said_to_be_unsaved()
    {
        await using var app = await AppProcess.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.Page.AddInitScriptAsync("IDBFactory.prototype.open = () => { throw new DOMException('Its settings forbid it.', 'SecurityError'); };");
        await ada.CreateAsync();
        await app.KillAsync();
        await Expect(ada.Mark).ToHaveAttributeAsync("data-state", "offline");
        await ada.ToolAsync("rect");
        await ada.DragAsync(-200, -100, -50, 50);
        await Expect(ada.Mark).ToHaveTextAsync("Offline · 1 unsaved");
    }

    [Fact, Trait("Rule", "C10"), Trait("Rule", "C27")]
    public async Task What_was_drawn_and_taken_back_without_the_server_is_never_sent()
    {
        await using var app = await AppProcess.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await ada.ToolAsync("line");
        await ada.DragAsync(-200, 120, 180, 160);
        await ada.SavedAsync();
        await app.KillAsync();
        await Expect(ada.Mark).Not.ToHaveAttributeAsync("data-state", "saved");
        await ada.ToolAsync("rect");
        await ada.DragAsync(-200, -100, -50, 50);
        await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(1);
        await ada.Page.Keyboard.PressAsync("Control+z"); // never sent, so it can be taken back without the server
        await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(0);
        await ada.Page.Keyboard.PressAsync("Control+z"); // the server has the line: that waits, and says so
        await Expect(ada.Page.Locator(".canvas-said")).ToContainTextAsync("when it is back");
        await Expect(ada.Drawing.Locator("line")).ToHaveCountAsync(1);
        await ada.ToolAsync("ellipse");
        await ada.DragAsync(60, -60, 200, 40);

        await app.RestartAsync();
        await ada.SavedAsync();
        Assert.Equal(["line", "ellipse"], (await ada.OperationsAsync(id)).Select(operation => operation.GetProperty("data").GetProperty("type").GetString()));
    }
}
