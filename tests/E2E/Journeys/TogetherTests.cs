using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using Svgx.Tests.Unit.Protocol;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

public sealed class TogetherTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "W6")]
    public async Task Whom_a_drawing_is_taken_from_sees_nothing_of_it_any_more_on_the_page_that_is_open()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await using var ben = await Person.RegisterAsync(browsers, app, "Ben");
        var id = await ada.CreateAsync();
        await ada.GiveAsync(id, ben, "viewer");
        await ben.OpenAsync(id);
        await ben.Page.GetByRole(AriaRole.Tab, new() { Name = "People" }).ClickAsync();
        await Expect(ben.Page.Locator(".side-panel")).ToContainTextAsync("Ada");

        await ada.TakeAsync(id, ben);

        await Expect(ben.Page.Locator(".canvas-refusal")).ToContainTextAsync("Ask its owner to share it with you.");
        await Expect(ben.Page.Locator(".side-panel")).ToHaveCountAsync(0);
        await Expect(ben.Page.Locator(".presence-avatars")).ToHaveCountAsync(0);
        await ben.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark }); // drawn anew, the page still says what became of it
        await Expect(ben.Page.Locator(".app-shell")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(ben.Page.Locator(".canvas-refusal")).ToBeVisibleAsync();
        Assert.Empty(ben.Errors);
    }

    [Fact, Trait("Rule", "R1")]
    public async Task Somebody_in_two_tabs_is_one_person_and_each_tab_shows_at_once_what_the_other_draws()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await using var other = await ada.SecondTabAsync(id);
        foreach (var (draws, sees, tool) in new[] { (ada, other, "rect"), (other, ada, "ellipse") })
        {
            await draws.ToolAsync(tool);
            await draws.DragAsync(-100, -60, 40, 40, release: false);
            await Expect(sees.Drawing.Locator(tool)).ToHaveCountAsync(1); // while it is drawn
            await draws.Page.Mouse.UpAsync();
            await draws.SavedAsync();
            await Expect(sees.Drawing.Locator(tool)).ToHaveAttributeAsync("id", (await draws.Drawing.Locator(tool).GetAttributeAsync("id"))!);
        }
        await Expect(ada.Page.Locator(".presence-avatar")).ToHaveCountAsync(1);
        Assert.Empty(ada.Errors);
        Assert.Empty(other.Errors);
    }

    [Fact, Trait("Rule", "X1")]
    public async Task Two_people_and_a_tool_draw_on_one_document_live()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await using var ben = await Person.RegisterAsync(browsers, app, "Ben");
        var id = await ada.CreateAsync();
        await ada.ShareAsync(ben.Email);
        await ben.OpenAsync(id);

        // A gesture is seen while it goes on and becomes one operation at its end.
        await ada.ToolAsync("rect");
        await ada.DragAsync(-200, -100, -50, 50, release: false);
        await Expect(ben.Page.Locator(".canvas-cursor")).ToContainTextAsync("Ada");
        await Expect(ben.Drawing.Locator("rect")).ToHaveCountAsync(1);
        Assert.Empty(await ada.OperationsAsync(id));
        await ada.Page.Mouse.UpAsync();
        await ada.SavedAsync();
        Assert.Single(await ada.OperationsAsync(id));
        await Expect(ben.Drawing.Locator("rect")).ToHaveCountAsync(1);
        await Expect(ben.Page.Locator(".canvas-peer-outline")).ToHaveCountAsync(1);

        // A tool with a token from the dialog takes part as an equal.
        await ada.Page.GetByLabel("Drawing menu").ClickAsync();
        await ada.Page.GetByText("Make a token for a tool").ClickAsync();
        await ada.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Make token" }).ClickAsync();
        var join = await ada.Page.Locator("[data-join]").InputValueAsync();
        await Expect(ada.Page.Locator("[data-token]")).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        await using var tool = await ProtocolClient.ConnectAsync(app.ProtocolPort);
        await tool.SendTextAsync(join);
        Assert.Equal(id, (await tool.NextAsync("current_state")).GetProperty("document_id").GetString());
        await tool.SendAsync(new { type = "operation", operation_id = "lamp", operation_type = "create", element_id = "lamp-1", data = new { type = "circle", cx = 100, cy = 100, r = 20 } });
        await tool.OperationAsync("lamp");
        foreach (var person in new[] { ada, ben })
            await Expect(person.Drawing.Locator("#lamp-1")).ToHaveAttributeAsync("cx", "100");
        await tool.SendAsync(new { type = "operation", operation_type = "move", element_id = "lamp-1", data = new { dx = 30 } });
        await tool.SendAsync(new { type = "operation", operation_type = "resize", element_id = "lamp-1", data = new { width = 80, height = 80 } });
        await tool.SendAsync(new { type = "operation", operation_type = "update", element_id = "lamp-1", data = new { fill = "#ffd54f" } });
        foreach (var person in new[] { ada, ben })
        {
            await Expect(person.Drawing.Locator("#lamp-1")).ToHaveAttributeAsync("r", "40");
            await Expect(person.Drawing.Locator("#lamp-1")).ToHaveAttributeAsync("fill", "#ffd54f");
        }

        // What a person draws reaches the tool.
        await ben.ToolAsync("ellipse");
        await ben.DragAsync(60, -60, 200, 40);
        await ben.SavedAsync();
        var drawn = (await ben.OperationsAsync(id))[^1];
        Assert.Equal("Ben", drawn.GetProperty("username").GetString());
        var seen = await tool.OperationAsync(drawn.GetProperty("operation_id").GetString()!);
        Assert.Equal("create", seen.GetProperty("operation_type").GetString());

        await tool.SendAsync(new { type = "operation", operation_type = "delete", element_id = "lamp-1" });
        foreach (var person in new[] { ada, ben })
            await Expect(person.Drawing.Locator("#lamp-1")).ToHaveCountAsync(0);

        if (Environment.GetEnvironmentVariable("SVGX_SCREENSHOTS") is { Length: > 0 } folder)
            await ada.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, "together.png") });

        // Undo takes back one's own work alone.
        await ben.Page.Locator("[data-canvas-command=undo]").ClickAsync();
        await Expect(ada.Drawing.Locator("ellipse")).ToHaveCountAsync(0);
        await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(1);
        Assert.Empty(ada.Errors);
        Assert.Empty(ben.Errors);
    }

    [Fact, Trait("Rule", "C32")]
    public async Task What_a_tool_says_of_an_element_is_shown_to_whoever_selects_it_and_stays_current()
    {
        var app = await shared.StartAsync();
        await using var trio = await Trio.MeetAsync(browsers, app);
        var (ada, ben, cem, id) = trio;
        await using var tool = (await Guest.InviteAsync(app, id, "Sensors"))[0];
        await tool.JoinAsToolAsync();
        await ada.ToolAsync("rect");
        await ada.DragAsync(-100, -80, 60, 80);
        await ada.SavedAsync();
        var lamp = (await ada.OperationsAsync(id))[^1].GetProperty("element_id").GetString()!;
        foreach (var person in new[] { ada, ben, cem })
            await Expect(person.Page.Locator(".building-data")).ToBeHiddenAsync(); // nothing is known of it yet

        await tool.SendAsync(new { type = "operation", operation_type = "update", element_id = lamp, data = new Dictionary<string, string> { ["arx:kind"] = "light" } });
        await tool.SendAsync(new { type = "operation", operation_type = "constraint_add", element_id = lamp, data = new { constraint_id = "c1", type = "distance", to = "door", value = 2.5 } });
        await tool.SendAsync(new { type = "operation", operation_type = "assembly_update", element_id = lamp, data = new { name = "Row 1" } });
        // Ada has what she drew selected; Ben draws with her and Cem looks on: each selects it.
        foreach (var person in new[] { ben, cem })
            await person.ClickAsync(-20, 0);
        foreach (var person in new[] { ada, ben, cem })
        {
            await person.Page.Locator(".building-data summary").ClickAsync();
            await Expect(person.Page.Locator(".building-data dd")).ToHaveTextAsync(["light", "type distance, to door, value 2.5", "name Row 1"]);
        }
        Assert.Empty(await Axe.ViolationsAsync(ada.Page, ".building-data"));
        await ada.PictureAsync("building-data");
        await cem.PictureAsync("building-data-viewer");

        // While it is read, it stays current; the undo of a tool is like anybody's.
        await tool.SendAsync(new { type = "operation", operation_type = "assembly_update", element_id = lamp, data = new { name = "Row 2" } });
        await tool.SendAsync(new { type = "operation", operation_type = "constraint_remove", element_id = lamp, data = new { constraint_id = "c1" } });
        foreach (var person in new[] { ada, ben, cem })
            await Expect(person.Page.Locator(".building-data dd")).ToHaveTextAsync(["light", "name Row 2"]);
        await tool.SendAsync(new { type = "undo" });
        await Expect(cem.Page.Locator(".building-data dd")).ToHaveCountAsync(3);
        Assert.Contains("to=\"door\" value=\"2.5\"", await cem.ExportAsync(id), StringComparison.Ordinal);
        await ada.Page.Keyboard.PressAsync("Escape"); // folds it up
        await Expect(ada.Page.Locator(".building-data dl")).ToBeHiddenAsync();
        await ada.Page.Keyboard.PressAsync("Escape"); // nothing is selected any more
        await Expect(ada.Page.Locator(".building-data")).ToBeHiddenAsync();
        trio.AssertNoErrors();
    }

    [Fact, Trait("Rule", "X2")]
    public async Task After_a_crash_the_drawing_is_as_it_was_and_what_was_drawn_meanwhile_is_sent_once()
    {
        await using var app = await AppProcess.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await ada.ToolAsync("rect");
        await ada.DragAsync(-200, -100, -50, 50);
        await ada.SavedAsync();

        await app.KillAsync();
        await Expect(ada.Page.Locator("[data-canvas-status]")).Not.ToHaveAttributeAsync("data-state", "saved");
        await ada.ToolAsync("ellipse");
        await ada.DragAsync(60, -60, 200, 40);
        await Expect(ada.Drawing.Locator("ellipse")).ToHaveCountAsync(1);

        await app.RestartAsync();
        await ada.SavedAsync();
        var operations = await ada.OperationsAsync(id);
        Assert.Equal(["create", "create"], operations.Select(operation => operation.GetProperty("operation_type").GetString()));
        await ada.OpenAsync(id);
        await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(1);
        await Expect(ada.Drawing.Locator("ellipse")).ToHaveCountAsync(1);
    }

    [Fact, Trait("Rule", "X6")]
    public async Task A_stop_in_good_order_waits_for_no_open_page_and_the_page_goes_on_with_the_next_server()
    {
        await using var app = await AppProcess.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await ada.ToolAsync("rect");
        await ada.DragAsync(-200, -100, -50, 50);
        await ada.SavedAsync();

        Assert.Equal(0, await app.StopAsync());
        await Expect(ada.Mark).ToHaveAttributeAsync("data-state", "offline");
        await ada.ToolAsync("ellipse");
        await ada.DragAsync(60, -60, 200, 40);
        await Expect(ada.Mark).ToContainTextAsync("1 kept here");

        await app.RestartAsync();
        await ada.SavedAsync();
        Assert.Equal(["rect", "ellipse"], (await ada.OperationsAsync(id)).Select(operation => operation.GetProperty("data").GetProperty("type").GetString()));
    }

    [Fact, Trait("Rule", "X3")]
    public async Task Somebody_elses_edit_does_not_end_a_gesture_in_progress()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await ada.ToolAsync("rect");
        await ada.DragAsync(-100, -60, 40, 40);
        await ada.SavedAsync();
        var rect = ada.Drawing.Locator("rect");
        var elementId = await rect.GetAttributeAsync("id");
        var x = double.Parse((await rect.GetAttributeAsync("x"))!, System.Globalization.CultureInfo.InvariantCulture);

        await ada.ToolAsync("select");
        await ada.DragAsync(-30, -10, 70, -10, release: false);
        await using var tool = await JoinAsync(app, ada, id);
        await tool.SendAsync(new { type = "operation", operation_id = "paint", operation_type = "update", element_id = elementId, data = new { fill = "#ff0000" } });
        await tool.OperationAsync("paint");
        await tool.SendAsync(new { type = "operation", operation_type = "create", element_id = "meanwhile", data = new { type = "circle", cx = 50, cy = 50 } });
        await Expect(ada.Drawing.Locator("#meanwhile")).ToHaveCountAsync(1);
        await ada.Page.Mouse.UpAsync();
        await ada.SavedAsync();
        await Expect(rect).ToHaveAttributeAsync("fill", "#ff0000");
        var operations = await ada.OperationsAsync(id);
        Assert.Equal(["create", "update", "create", "move"], operations.Select(operation => operation.GetProperty("operation_type").GetString()));
        Assert.True(double.Parse((await rect.GetAttributeAsync("x"))!, System.Globalization.CultureInfo.InvariantCulture) > x + 50);
    }

    [Fact, Trait("Rule", "X10"), Trait("Rule", "C13"), Trait("Rule", "C39")]
    public async Task What_somebody_else_does_to_the_group_or_the_element_in_hand_does_not_show_in_the_hand()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await using var tool = await JoinAsync(app, ada, id);
        await OperateAsync(tool, "group", new { type = "operation", operation_id = "group", operation_type = "create", element_id = "group", data = new { type = "g", children = new[] { new { element_id = "inner", type = "rect", x = 100, y = 100, width = 80, height = 60 } } } });
        await OperateAsync(tool, "alone", new { type = "operation", operation_id = "alone", operation_type = "create", element_id = "alone", data = new { type = "rect", x = 400, y = 100, width = 120, height = 90 } });
        await Expect(ada.Drawing.Locator("#alone")).ToHaveCountAsync(1);
        var mouse = ada.Page.Mouse;

        // A resize of what somebody else moves meanwhile ends in the box that the hand showed.
        var alone = ada.Drawing.Locator("#alone");
        var box = (await alone.BoundingBoxAsync())!;
        await mouse.ClickAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await Expect(ada.Page.Locator(".canvas-handle")).ToHaveCountAsync(8);
        await mouse.MoveAsync(box.X + box.Width + 4, box.Y + box.Height + 4);
        await mouse.DownAsync();
        await mouse.MoveAsync(box.X + box.Width + 34, box.Y + box.Height + 34, new() { Steps = 4 });
        await OperateAsync(tool, "away", new { type = "operation", operation_id = "away", operation_type = "move", element_id = "alone", data = new { x = 20, y = 300 } });
        await OperateAsync(tool, "seen", new { type = "operation", operation_id = "seen", operation_type = "create", element_id = "seen", data = new { type = "circle", cx = 50, cy = 50 } });
        await Expect(ada.Drawing.Locator("#seen")).ToHaveCountAsync(1);
        await mouse.MoveAsync(box.X + box.Width + 44, box.Y + box.Height + 44, new() { Steps = 2 });
        await mouse.UpAsync();
        await ada.SavedAsync();
        Assert.Equal("400", await alone.GetAttributeAsync("x"));
        Assert.Equal("100", await alone.GetAttributeAsync("y"));

        // A stroke in a group that somebody else moves and deletes goes on where it is, and stays.
        var inner = ada.Drawing.Locator("#inner");
        var start = (await inner.BoundingBoxAsync())!;
        await mouse.DblClickAsync(start.X + 10, start.Y + 10);
        await ada.ToolAsync("path");
        await mouse.MoveAsync(start.X, start.Y);
        await mouse.DownAsync();
        await mouse.MoveAsync(start.X + 40, start.Y + 30, new() { Steps = 4 });
        await OperateAsync(tool, "push", new { type = "operation", operation_id = "push", operation_type = "move", element_id = "group", data = new { dx = 200, dy = 200 } });
        await OperateAsync(tool, "gone", new { type = "operation", operation_id = "gone", operation_type = "delete", element_id = "group" });
        await Expect(inner).ToHaveCountAsync(0);
        await mouse.MoveAsync(start.X + 80, start.Y + 60, new() { Steps = 4 });
        await mouse.UpAsync();
        await ada.SavedAsync();
        var stroke = ada.Drawing.Locator("path");
        await Expect(stroke).ToHaveCountAsync(1);
        var end = (await stroke.BoundingBoxAsync())!;
        Assert.Equal(start.X, end.X, 2f);
        Assert.Equal(start.Y, end.Y, 2f);
        Assert.Contains("<path", await ada.ExportAsync(id), StringComparison.Ordinal);

        // Words typed into a text that somebody else deletes are not lost with it.
        await OperateAsync(tool, "label", new { type = "operation", operation_id = "label", operation_type = "create", element_id = "label", data = new { type = "text", x = 300, y = 400, text = "Door" } });
        var label = (await ada.Drawing.Locator("#label").BoundingBoxAsync())!;
        await ada.ToolAsync("select");
        await mouse.DblClickAsync(label.X + (label.Width / 2), label.Y + (label.Height / 2));
        await Expect(ada.Page.Locator(".canvas-text-editor")).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("End");
        await OperateAsync(tool, "unlabel", new { type = "operation", operation_id = "unlabel", operation_type = "delete", element_id = "label" });
        await OperateAsync(tool, "mark", new { type = "operation", operation_id = "mark", operation_type = "create", element_id = "mark", data = new { type = "circle", cx = 90, cy = 50 } });
        await Expect(ada.Drawing.Locator("#mark")).ToHaveCountAsync(1); // so the deletion has arrived too
        await ada.Page.Keyboard.TypeAsync(" to the yard");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Page.Locator(".mud-snackbar").Filter(new() { HasText = "Door to the yard" })).ToBeVisibleAsync();

        // Nor are they where the deletion is taken back meanwhile; and a character that XML does not have, as from a word processor, is a space.
        await OperateAsync(tool, "gate", new { type = "operation", operation_id = "gate", operation_type = "create", element_id = "gate", data = new { type = "text", x = 300, y = 500, text = "Gate" } });
        var gate = (await ada.Drawing.Locator("#gate").BoundingBoxAsync())!;
        await mouse.DblClickAsync(gate.X + (gate.Width / 2), gate.Y + (gate.Height / 2));
        await Expect(ada.Page.Locator(".canvas-text-editor")).ToBeFocusedAsync();
        await ada.Page.Keyboard.PressAsync("End");
        await OperateAsync(tool, "ungate", new { type = "operation", operation_id = "ungate", operation_type = "delete", element_id = "gate" });
        await OperateAsync(tool, "second", new { type = "operation", operation_id = "second", operation_type = "create", element_id = "second", data = new { type = "circle", cx = 130, cy = 50 } });
        await Expect(ada.Drawing.Locator("#second")).ToHaveCountAsync(1);
        await ada.Page.Keyboard.InsertTextAsync("\vto the yard");
        await ada.Page.EvaluateAsync("() => dispatchEvent(new Event('beforeunload'))"); // what was typed is sent where it can be, as at a pause
        await tool.SendAsync(new { type = "undo" }); // of the circle
        await tool.SendAsync(new { type = "undo" }); // of the deletion
        await OperateAsync(tool, "third", new { type = "operation", operation_id = "third", operation_type = "create", element_id = "third", data = new { type = "circle", cx = 170, cy = 50 } });
        await Expect(ada.Drawing.Locator("#third")).ToHaveCountAsync(1);
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Drawing.Locator("#gate")).ToHaveTextAsync("Gate to the yard");
        await ada.SavedAsync();
        Assert.Contains(">Gate to the yard</text>", await ada.ExportAsync(id), StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "X12")]
    public async Task What_somebody_else_is_dragging_is_taken_up_where_it_is_seen_and_stays_where_it_is_let_go()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await using var ben = await Person.RegisterAsync(browsers, app, "Ben");
        var id = await ada.CreateAsync();
        await ada.ShareAsync(ben.Email);
        await ada.ToolAsync("rect");
        await ada.DragAsync(-100, -60, 40, 40);
        await ada.SavedAsync();
        await ben.OpenAsync(id);
        ILocator hers = ada.Drawing.Locator("rect"), his = ben.Drawing.Locator("rect");
        var (her, him) = (ada.Page.Mouse, ben.Page.Mouse);
        var home = await PlaceAsync(his);
        Assert.Equal(home, await PlaceAsync(hers));

        await ada.ToolAsync("select");
        await ada.DragAsync(-30, -10, 70, -10, release: false);
        await SeenAtAsync(his, home.X + 100, home.Y);

        // He takes it up where he sees it: the first step past a click's slop moves it by that step.
        var (x, y) = (home.X + 120, home.Y + 20);
        await him.MoveAsync(x, y);
        await him.DownAsync();
        await him.MoveAsync(x, y + 10);
        await SeenAtAsync(his, home.X + 100, home.Y + 10);
        await him.MoveAsync(x, y + 60, new() { Steps = 3 });
        await SeenAtAsync(his, home.X + 100, home.Y + 60);

        // She goes on: neither moves the other's hand.
        var middle = await ada.MiddleAsync();
        await her.MoveAsync(middle.X + 110, middle.Y - 10, new() { Steps = 3 });
        await SeenAtAsync(ben.Page.Locator(".canvas-cursor"), middle.X + 110, middle.Y - 10, 8);
        await SeenAtAsync(hers, home.X + 140, home.Y);
        await SeenAtAsync(his, home.X + 100, home.Y + 60);

        // Let go, it is where he let it go, though her drag is still shown on top; in her hand it stays.
        await him.UpAsync();
        await ben.SavedAsync();
        await SeenAtAsync(his, home.X + 100, home.Y + 60);
        await FramesAsync(ada.Page);
        await SeenAtAsync(hers, home.X + 140, home.Y);

        // And with her it ends where she lets it go, for both.
        await her.UpAsync();
        await ada.SavedAsync();
        await SeenAtAsync(hers, home.X + 140, home.Y);
        await SeenAtAsync(his, home.X + 140, home.Y);
        Assert.Equal(["create", "move", "move"], (await ada.OperationsAsync(id)).Select(operation => operation.GetProperty("operation_type").GetString()));

        // What is given up by the one stays where the other let it go.
        await ada.DragAsync(110, -10, 60, -10, release: false);
        await SeenAtAsync(his, home.X + 90, home.Y);
        await him.MoveAsync(home.X + 110, home.Y + 20);
        await him.DownAsync();
        await him.MoveAsync(home.X + 110, home.Y + 50, new() { Steps = 3 });
        await ada.Page.Keyboard.PressAsync("Escape");
        await SeenAtAsync(hers, home.X + 140, home.Y + 30); // out of her hand it shows his drag
        await FramesAsync(ben.Page);
        await SeenAtAsync(his, home.X + 90, home.Y + 30);
        await him.UpAsync();
        await her.UpAsync();
        await ben.SavedAsync();
        await SeenAtAsync(his, home.X + 90, home.Y + 30);
        await SeenAtAsync(hers, home.X + 90, home.Y + 30);
        Assert.Empty(ada.Errors);
        Assert.Empty(ben.Errors);
    }

    private static async Task<(float X, float Y)> PlaceAsync(ILocator element)
    {
        var box = (await element.BoundingBoxAsync())!;
        return (box.X, box.Y);
    }

    /// <summary>Waits until the element is seen at a place.</summary>
    private static async Task SeenAtAsync(ILocator element, float x, float y, float within = 1)
    {
        var place = await PlaceAsync(element);
        for (var tries = 0; tries < 100 && (Math.Abs(place.X - x) > within || Math.Abs(place.Y - y) > within); tries++)
        {
            await FramesAsync(element.Page);
            place = await PlaceAsync(element);
        }
        Assert.Equal(x, place.X, within);
        Assert.Equal(y, place.Y, within);
    }

    private static Task FramesAsync(IPage page) => page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");

    [Fact, Trait("Rule", "X11")]
    public async Task A_page_that_comes_back_after_the_server_was_away_takes_nothing_out_of_the_hand()
    {
        await using var app = await AppProcess.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await ada.ToolAsync("rect");
        await ada.DragAsync(-100, -60, 40, 40);
        await ada.SavedAsync();
        await ada.Page.EvaluateAsync("() => { window.isFormer = true; const fetched = window.fetch; window.fetch = async (...all) => { const answer = await fetched(...all); if (String(all[0]).includes('health')) window.isBack = true; return answer; }; }");
        await ada.DragAsync(-30, -10, 70, -10, release: false);
        await app.KillAsync();
        await Expect(ada.Mark).ToHaveAttributeAsync("data-state", "offline");
        await app.RestartAsync();
        // The page has found the server again and would be loaded anew by now.
        await ada.Page.WaitForFunctionAsync("() => window.isBack === true");
        await ada.SavedAsync();
        await ada.Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        Assert.True(await ada.Page.EvaluateAsync<bool>("() => window.isFormer === true"));
        await ada.Page.Mouse.UpAsync();
        await ada.Page.WaitForFunctionAsync("() => window.isFormer !== true");
        await ada.ReadyAsync();
        Assert.Equal(["create", "move"], (await ada.OperationsAsync(id)).Select(operation => operation.GetProperty("operation_type").GetString()));
    }

    [Fact, Trait("Rule", "X11"), Trait("Rule", "C34")]
    public async Task A_page_that_comes_back_asks_nothing_and_waits_for_what_the_browser_could_not_keep()
    {
        await using var app = await AppProcess.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await using var ben = await Person.RegisterAsync(browsers, app, "Ben");
        foreach (var person in new[] { ada, ben })
            await person.Page.AddInitScriptAsync("window.WebSocket = new Proxy(WebSocket, { construct: (real, [url, ...rest]) => (new URL(url).pathname === '/ws' && window.hangs?.() ? { readyState: 0, send() { }, close() { } } : new real(url, ...rest)) });");
        await ben.Page.AddInitScriptAsync("Object.defineProperty(window, 'indexedDB', { value: undefined });");
        var id = await ada.CreateAsync();
        await ada.GiveAsync(id, ben, "editor");
        await ben.OpenAsync(id);
        var asked = new List<string>();
        foreach (var person in new[] { ada, ben })
        {
            person.Page.Dialog += async (_, dialog) =>
            {
                asked.Add(dialog.Type);
                await dialog.AcceptAsync();
            };
            await person.Page.EvaluateAsync("() => { window.isFormer = true; const fetched = window.fetch; window.fetch = async (...all) => { const answer = await fetched(...all); if (String(all[0]).includes('health')) window.isBack = true; return answer; }; }");
        }
        // The drawing's own line is slower to come back than the page: Ada's does not before she has a new page, Ben's when it is asked to.
        await ada.Page.EvaluateAsync("() => { window.hangs = () => true; }");
        await ben.Page.EvaluateAsync("() => { window.hangs = () => !window.isBack; }");
        await app.KillAsync();
        foreach (var person in new[] { ada, ben })
            await Expect(person.Mark).ToHaveAttributeAsync("data-state", "offline");
        await ada.ToolAsync("rect");
        await ada.DragAsync(-100, -60, 40, 40);
        await Expect(ada.Mark).ToContainTextAsync("1 kept here");
        await ben.ToolAsync("line");
        await ben.DragAsync(-200, 120, 180, 160);
        await Expect(ben.Mark).ToContainTextAsync("1 unsaved");
        // Who closes the tab now is asked where that would lose something.
        Assert.True(await ada.Page.EvaluateAsync<bool>("() => dispatchEvent(new Event('beforeunload', { cancelable: true }))"));
        Assert.False(await ben.Page.EvaluateAsync<bool>("() => dispatchEvent(new Event('beforeunload', { cancelable: true }))"));

        await app.RestartAsync();
        foreach (var person in new[] { ada, ben })
        {
            await person.Page.WaitForFunctionAsync("() => window.isFormer !== true");
            await person.ReadyAsync();
            await Expect(person.Drawing.Locator("rect, line")).ToHaveCountAsync(2);
        }
        Assert.Empty(asked);
        Assert.Equal(2, (await ada.OperationsAsync(id)).Count);
    }

    /// <summary>A tool of hers that has joined.</summary>
    private static async Task<ProtocolClient> JoinAsync(AppProcess app, Person person, string documentId)
    {
        var token = (await app.CommandAsync(null, "token", "--user", person.Email)).Output;
        var tool = await ProtocolClient.ConnectAsync(app.ProtocolPort);
        await tool.SendAsync(new { type = "join", token, document_id = documentId });
        await tool.NextAsync("current_state");
        return tool;
    }

    private static async Task OperateAsync(ProtocolClient tool, string operationId, object message)
    {
        await tool.SendAsync(message);
        await tool.OperationAsync(operationId);
    }

    [Theory, Trait("Rule", "C13")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_types_while_the_right_to_edit_is_taken_away_gets_the_words_back(bool isNew)
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await using var ben = await Person.RegisterAsync(browsers, app, "Ben");
        var id = await ada.CreateAsync();
        await ada.ShareAsync(ben.Email);
        await ben.OpenAsync(id);
        await ben.ToolAsync("text");
        await ben.ClickAsync(-100, 50);
        if (!isNew)
        {
            await ben.Page.Keyboard.TypeAsync("First");
            await ben.SavedAsync();
            await Expect(ada.Drawing.Locator("text")).ToHaveTextAsync("First");
        }
        await ada.ShareAsync(ben.Email, "view");
        await Expect(ben.Page.Locator("[data-canvas-tool=rect]")).ToBeHiddenAsync();
        await ben.Page.Keyboard.TypeAsync(" words with care");
        await ben.Page.Keyboard.PressAsync("Enter");
        var said = ben.Page.Locator(".mud-snackbar").Filter(new() { HasText = "words with care" });
        await Expect(said).ToContainTextAsync("not change it");
        await Expect(ada.Drawing.Locator("text")).ToHaveCountAsync(isNew ? 0 : 1);
        await Expect(ben.Drawing.Locator("text")).ToHaveCountAsync(isNew ? 0 : 1);
        await ada.ShareAsync(ben.Email);
        await Expect(ben.Page.Locator("[data-canvas-tool=rect]")).ToBeVisibleAsync();
    }

    [Fact, Trait("Rule", "F40")]
    public async Task Who_types_over_words_that_somebody_else_changed_meanwhile_is_told_and_both_can_be_had()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await using var ben = await Person.RegisterAsync(browsers, app, "Ben");
        var id = await ada.CreateAsync();
        await ada.ShareAsync(ben.Email);
        await ben.OpenAsync(id);
        await WriteAsync(ada, "Door");
        var (adas, bens) = (ada.Drawing.Locator("text"), ben.Drawing.Locator("text"));
        await Expect(bens).ToHaveTextAsync("Door");

        await ada.Page.Keyboard.PressAsync("Enter"); // opens it again; Ada sees "Door" for as long as she types
        await Expect(ada.Page.Locator(".canvas-text-editor")).ToBeFocusedAsync();
        await bens.DblClickAsync(new() { Force = true });
        await Expect(ben.Page.Locator(".canvas-text-editor")).ToBeFocusedAsync();
        await ben.Page.Keyboard.TypeAsync("Window");
        await ben.Page.Keyboard.PressAsync("Enter");
        await ben.ToolAsync("rect");
        await ben.DragAsync(-50, -150, 50, -100);
        await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(1); // so what he typed has come too

        await ada.Page.Keyboard.TypeAsync("Gate");
        await ada.Page.Keyboard.PressAsync("Enter");
        await ada.SavedAsync();
        await Expect(bens).ToHaveTextAsync("Gate");
        await Expect(adas).ToHaveTextAsync("Gate");
        await ben.TabAsync("Conflicts");
        await Expect(ben.Page.Locator(".conflict-settled li")).ToContainTextAsync("the last change counts (Ada)");
    }

    private static async Task WriteAsync(Person person, string words)
    {
        await person.ToolAsync("text");
        await person.ClickAsync(-100, 50);
        await person.Page.Keyboard.TypeAsync(words);
        await person.Page.Keyboard.PressAsync("Enter");
    }

    [Fact, Trait("Rule", "C50")]
    public async Task Who_types_into_a_text_that_somebody_holds_gets_the_words_back()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await using var ben = await Person.RegisterAsync(browsers, app, "Ben");
        var id = await ada.CreateAsync();
        await ada.ShareAsync(ben.Email);
        await ben.OpenAsync(id);
        await WriteAsync(ada, "Door");
        await ada.Page.Locator("[data-canvas-command=toggleLock]").ClickAsync();
        await Expect(ben.Page.Locator(".canvas-lock")).ToHaveTextAsync("Ada");
        await ben.Drawing.Locator("text").DblClickAsync(new() { Force = true });
        await Expect(ben.Page.Locator(".canvas-text-editor")).ToBeFocusedAsync();
        await ben.Page.Keyboard.TypeAsync("A window with care");
        await ben.Page.Keyboard.PressAsync("Enter");
        await Expect(ben.Page.Locator(".mud-snackbar").Last).ToContainTextAsync("What you typed was: “A window with care”");
        await Expect(ben.Drawing.Locator("text")).ToHaveTextAsync("Door");
        await ben.SavedAsync();
    }
}
