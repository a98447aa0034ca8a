using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

/// <summary>One person at the canvas, by mouse and keyboard.</summary>
public sealed partial class DrawingTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "C18")]
    public async Task Every_shape_is_drawn_selected_moved_resized_painted_and_deleted()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await ada.ToolAsync("rect");
        await ada.DragAsync(-300, -200, -120, -80);
        await ada.ToolAsync("ellipse");
        await ada.DragAsync(-80, -200, 80, -100);
        await ada.ToolAsync("line");
        await ada.DragAsync(120, -200, 280, -100);
        await ada.ToolAsync("path");
        await ada.DragAsync(-300, 60, 0, 120);
        await ada.ToolAsync("text");
        await ada.ClickAsync(120, 60);
        await ada.Page.Keyboard.TypeAsync("Workshop");
        await ada.Page.Keyboard.PressAsync("Escape");
        foreach (var shape in new[] { "rect", "ellipse", "line", "path", "text" })
            await Expect(ada.Drawing.Locator(shape)).ToHaveCountAsync(1);
        await Expect(ada.Drawing.Locator("text")).ToHaveTextAsync("Workshop");
        await ada.SavedAsync();
        Assert.Equal(5, (await ada.OperationsAsync(id)).Count);

        // A click, Shift and a click, and a drag over empty ground.
        var outlines = ada.Page.Locator(".canvas-outline:not(.canvas-outline-all)");
        await ada.ToolAsync("select");
        await ada.ClickAsync(-200, -140);
        await Expect(ada.Page.Locator(".canvas-handle")).ToHaveCountAsync(8);
        await Expect(outlines).ToHaveCountAsync(1);
        await ada.Page.Keyboard.DownAsync("Shift");
        await ada.ClickAsync(0, -150);
        await ada.Page.Keyboard.UpAsync("Shift");
        await Expect(outlines).ToHaveCountAsync(2);
        await ada.ClickAsync(330, 200);
        await Expect(outlines).ToHaveCountAsync(0);
        await ada.DragAsync(-330, -230, 300, -50);
        await Expect(outlines).ToHaveCountAsync(3);

        // Together by a drag: one operation each, one step for undo.
        var (x, y) = (await NumberAsync(ada, "rect", "x"), await NumberAsync(ada, "ellipse", "cy"));
        await ada.DragAsync(-200, -140, -140, -100);
        await ada.SavedAsync();
        Assert.True(await NumberAsync(ada, "rect", "x") > x + 20);
        Assert.True(await NumberAsync(ada, "ellipse", "cy") > y + 20);
        await ada.Page.Keyboard.PressAsync("Control+z");
        await Expect(ada.Drawing.Locator("rect")).ToHaveAttributeAsync("x", x.ToString(CultureInfo.InvariantCulture));
        await Expect(ada.Drawing.Locator("ellipse")).ToHaveAttributeAsync("cy", y.ToString(CultureInfo.InvariantCulture));

        // By the handle of the lower right corner.
        await ada.ClickAsync(330, 200);
        await ada.ClickAsync(-200, -140);
        var (width, height) = (await NumberAsync(ada, "rect", "width"), await NumberAsync(ada, "rect", "height"));
        await ada.DragAsync(-120, -80, -60, -20);
        await ada.SavedAsync();
        Assert.True(await NumberAsync(ada, "rect", "width") > width + 20);
        Assert.True(await NumberAsync(ada, "rect", "height") > height + 20);
        Assert.Equal(x, await NumberAsync(ada, "rect", "x"), 3);

        // Paint and take away.
        await ada.Page.GetByLabel("Fill colour").FillAsync("#ffcc00");
        await ada.Page.GetByLabel("Stroke colour").FillAsync("#cc0000");
        await Expect(ada.Drawing.Locator("rect")).ToHaveAttributeAsync("fill", "#ffcc00");
        await Expect(ada.Drawing.Locator("rect")).ToHaveAttributeAsync("stroke", "#cc0000");
        await ada.ClickAsync(-200, -140);
        await ada.Page.Keyboard.PressAsync("Delete");
        await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(0);
        await ada.Page.Keyboard.PressAsync("Control+z");
        await Expect(ada.Drawing.Locator("rect")).ToHaveAttributeAsync("fill", "#ffcc00");
        await ada.Page.Keyboard.PressAsync("Control+Shift+z");
        await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(0);
        await ada.SavedAsync();
        Assert.DoesNotContain("<rect", await ada.ExportAsync(id), StringComparison.Ordinal);
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "C14")]
    public async Task Each_gesture_is_one_step_that_others_see_while_it_lasts()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await using var tool = (await Guest.InviteAsync(app, id, "Watcher"))[0];
        await tool.ListenAsync("main", "preview");
        var (keyboard, mouse) = (ada.Page.Keyboard, ada.Page.Mouse);
        var gestures = new List<string>();

        await ada.ToolAsync("rect");
        await ada.DragAsync(-200, -150, -100, -50, release: false);
        await SeenAsync(() => mouse.UpAsync());
        await ada.DragAsync(-150, -100, -120, -80, release: false); // a move
        await SeenAsync(() => mouse.UpAsync());
        var box = (await ada.Drawing.Locator("rect").BoundingBoxAsync())!;
        await mouse.MoveAsync(box.X + box.Width + 2, box.Y + box.Height + 2); // a resize, by the corner
        await mouse.DownAsync();
        await mouse.MoveAsync(box.X + box.Width + 42, box.Y + box.Height + 32, new() { Steps = 6 });
        await SeenAsync(() => mouse.UpAsync());
        await keyboard.DownAsync("ArrowRight");
        await keyboard.DownAsync("ArrowRight"); // held down
        await keyboard.DownAsync("ArrowDown");
        await SeenAsync(async () =>
        {
            await keyboard.UpAsync("ArrowRight");
            await keyboard.UpAsync("ArrowDown");
        });
        var fill = ada.Page.GetByLabel("Fill colour");
        foreach (var colour in new[] { "#102030", "#405060" })
            await fill.EvaluateAsync("(well, colour) => { well.value = colour; well.dispatchEvent(new Event('input', { bubbles: true })); }", colour);
        await SeenAsync(() => fill.DispatchEventAsync("change"));
        await ada.ToolAsync("path");
        await ada.DragAsync(60, -120, 220, 40, release: false); // a stroke
        await SeenAsync(() => mouse.UpAsync());

        // Undo takes back one at a time.
        var rect = ada.Drawing.Locator("rect");
        await ada.Page.Locator(".svg-canvas").FocusAsync();
        await keyboard.PressAsync("Control+z");
        await Expect(ada.Drawing.Locator("path")).ToHaveCountAsync(0);
        await Expect(rect).ToHaveAttributeAsync("fill", "#405060");
        await keyboard.PressAsync("Control+z");
        await Expect(rect).Not.ToHaveAttributeAsync("fill", "#405060");
        await Expect(rect).Not.ToHaveAttributeAsync("fill", "#102030");
        Assert.Empty(ada.Errors);

        // While it lasts others see it, and nothing is in the journal; then it is one operation.
        async Task SeenAsync(Func<Task> letGo)
        {
            var preview = await tool.HearAsync("preview", preview => !gestures.Contains(Gesture(preview)));
            Assert.Equal(gestures.Count, (await ada.OperationsAsync(id)).Count);
            gestures.Add(Gesture(preview));
            await letGo();
            await tool.HearOperationAsync(operation => Gesture(operation) == gestures[^1]);
            await ada.SavedAsync();
            Assert.Equal(gestures.Count, (await ada.OperationsAsync(id)).Count);
        }

        static string Gesture(JsonElement message) => message.GetProperty("gesture_id").GetString()!;
    }

    [Fact, Trait("Rule", "C16")]
    public async Task Undo_counts_wherever_the_focus_is_but_in_text()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        await ada.ToolAsync("rect");
        await ada.DragAsync(-200, -100, -50, 50);
        var rect = ada.Drawing.Locator("rect");
        var before = (await rect.GetAttributeAsync("fill"))!;
        var fill = ada.Page.GetByLabel("Fill colour");
        await fill.FillAsync("#00ff00");
        await Expect(rect).ToHaveAttributeAsync("fill", "#00ff00");

        await fill.FocusAsync();
        await ada.Page.Keyboard.PressAsync("Control+z");
        await Expect(rect).ToHaveAttributeAsync("fill", before);
        await Expect(fill).ToHaveValueAsync(before); // the control shows what is, though it has the focus
        await ada.Page.Keyboard.PressAsync("Control+y");
        await Expect(rect).ToHaveAttributeAsync("fill", "#00ff00");

        await ada.Page.GetByLabel("Name of the drawing").FocusAsync();
        await ada.Page.Keyboard.PressAsync("Control+z");
        await ada.Page.Keyboard.PressAsync("?");
        await Expect(ada.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        await Expect(rect).ToHaveAttributeAsync("fill", "#00ff00");

        await ada.ClickAsync(200, 150);
        await ada.Page.Keyboard.PressAsync("?");
        await Expect(ada.Page.Locator(".mud-dialog")).ToContainTextAsync("Undo");
        await Expect(ada.Page.Locator(".mud-dialog-container :focus, .mud-dialog-container:focus")).ToHaveCountAsync(1);
        await ada.Page.Keyboard.PressAsync("Control+z"); // a dialog is above the drawing
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(ada.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        await Expect(rect).ToHaveAttributeAsync("fill", "#00ff00");
        await ada.Page.Keyboard.PressAsync("Control+z"); // the canvas has the focus again
        await Expect(rect).ToHaveAttributeAsync("fill", before);

        // A pin stands in the canvas, and is a button of its own.
        await ada.Page.Keyboard.PressAsync("c");
        await ada.ClickAsync(120, 100);
        await ada.Page.GetByLabel("New comment").FillAsync("Lighter?");
        await ada.Page.Keyboard.PressAsync("Control+Enter");
        await ada.Page.Locator("button.canvas-pin").FocusAsync();
        await ada.Page.Keyboard.PressAsync("Control+y");
        await Expect(rect).ToHaveAttributeAsync("fill", "#00ff00");
        await ada.Page.Keyboard.PressAsync("Control+z");
        await Expect(rect).ToHaveAttributeAsync("fill", before);
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "C43"), Trait("Rule", "C44")]
    public async Task A_copy_is_at_once_what_the_server_makes_of_it()
    {
        const string drawing = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400">
              <g stroke="red" x="7" y="9"><line y2="60"/><circle cx="50" x="3"/><ellipse ry="20"/><rect width="5"/><path x="4" y="4" d="M0 0L9 9"/><path d=""/><polygon points=" "/><text/><text><tspan x="9" y="30">A</tspan> b</text></g>
              <g transform="scale(2)" fill="green"><g id="deep"><rect index="0" width="30" height="30"/></g><rect x="100" width="9" height="9"/></g>
            </svg>
            """;
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var answers = await HeldAnswers.InstallAsync(ada.Page);
        var nested = string.Concat(Enumerable.Repeat("<g>", 60)) + "<rect width=\"9\" height=\"9\"/>" + string.Concat(Enumerable.Repeat("</g>", 60));
        var id = await ada.ImportAsync(drawing.Replace("<rect index", nested + "<rect index", StringComparison.Ordinal));
        await ada.OpenAsync(id);
        var texts = ada.Drawing.Locator("text");
        await ada.Page.Locator(".svg-canvas").FocusAsync();
        await ada.Page.Keyboard.PressAsync("Control+a");
        answers.Hold();
        await ada.Page.Keyboard.PressAsync("Control+d");
        await Expect(texts).ToHaveCountAsync(4);
        await ada.Page.EvaluateAsync(
            """
            () => {
              const canvas = document.querySelector('.svg-canvas'), held = new DataTransfer();
              canvas.dispatchEvent(new ClipboardEvent('copy', { clipboardData: held, bubbles: true, cancelable: true }));
              canvas.dispatchEvent(new ClipboardEvent('paste', { clipboardData: held, bubbles: true, cancelable: true }));
            }
            """);
        await Expect(texts).ToHaveCountAsync(6);
        var foretold = await DrawnAsync();
        answers.Release();
        await ada.SavedAsync();
        Assert.Equal(foretold, await DrawnAsync());
        await ada.OpenAsync(id);
        Assert.Equal(foretold, await DrawnAsync());
        await ada.Page.Locator(".svg-canvas").FocusAsync();
        await ada.Page.Keyboard.PressAsync("Control+z");
        await Expect(texts).ToHaveCountAsync(4);
        Assert.Empty(ada.Errors);

        Task<string> DrawnAsync() => ada.Page.EvaluateAsync<string>("() => document.querySelector('.canvas-drawing').shadowRoot.querySelector('svg').innerHTML");
    }

    [Fact, Trait("Rule", "C29")]
    public async Task What_is_in_the_hand_goes_along_with_the_view_at_once()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await ada.ToolAsync("rect");
        await ada.DragAsync(-60, -40, 60, 40);
        await ada.SavedAsync();
        var rect = ada.Drawing.Locator("rect");
        var mouse = ada.Page.Mouse;

        // Grabbed at a quarter of it; wherever the view goes, that stays under the pointer, without a move of the mouse.
        var box = await BoxAsync(rect);
        var (x, y) = (box.X + (box.Width / 4), box.Y + (box.Height / 4));
        await mouse.MoveAsync(x, y);
        await mouse.DownAsync();
        await mouse.MoveAsync(x += 70, y += 30, new() { Steps = 4 });
        await mouse.WheelAsync(0, -120);
        await Expect(ada.Page.Locator("[data-canvas-zoom]")).Not.ToHaveTextAsync("100%");
        await ExpectHeldAsync(0.25f);
        await mouse.MoveAsync(x += 50, y += 20);
        await ExpectHeldAsync(0.25f);
        await ada.Page.Keyboard.DownAsync("Shift");
        await mouse.WheelAsync(0, 120);
        await ada.Page.Keyboard.UpAsync("Shift");
        await ExpectHeldAsync(0.25f);
        var held = await BoxAsync(rect);
        await ada.Page.WaitForFunctionAsync("x => Math.abs(document.querySelector('.canvas-outline').getBoundingClientRect().left - x) < 2", (double)held.X);
        await mouse.UpAsync();
        await ada.SavedAsync();
        Assert.Equal(held.X, (await BoxAsync(rect)).X, 1.0f);
        Assert.Equal(held.Y, (await BoxAsync(rect)).Y, 1.0f);

        // A shape in the making ends at the pointer, too.
        await ada.ToolAsync("ellipse");
        (x, y) = (held.X - 200, held.Y + 100);
        await mouse.MoveAsync(x, y);
        await mouse.DownAsync();
        await mouse.MoveAsync(x += 60, y += 60, new() { Steps = 3 });
        await ada.Page.Keyboard.DownAsync("Shift");
        await mouse.WheelAsync(0, 50);
        await ada.Page.Keyboard.UpAsync("Shift");
        var ghost = ada.Drawing.Locator("ellipse");
        await ada.Page.WaitForFunctionAsync("x => { const box = document.querySelector('.canvas-drawing').shadowRoot.querySelector('ellipse').getBoundingClientRect(); return Math.abs(box.right - x) < 2 && box.width > 90; }", (double)x);
        await mouse.UpAsync();
        await ada.SavedAsync();
        Assert.Equal(x, (await BoxAsync(ghost)).X + (await BoxAsync(ghost)).Width, 2.0f);
        Assert.Equal(["create", "move", "create"], (await ada.OperationsAsync(id)).Select(operation => operation.GetProperty("operation_type").GetString()));
        Assert.Empty(ada.Errors);

        static async Task<LocatorBoundingBoxResult> BoxAsync(ILocator shape) => (await shape.BoundingBoxAsync())!;

        Task ExpectHeldAsync(float at) => ada.Page.WaitForFunctionAsync(
            "([x, y, at]) => { const box = document.querySelector('.canvas-drawing').shadowRoot.querySelector('rect').getBoundingClientRect(); return Math.abs(box.left + box.width * at - x) < 1.5 && Math.abs(box.top + box.height * at - y) < 1.5; }",
            new object[] { (double)x, (double)y, (double)at });
    }

    [Fact, Trait("Rule", "C31")]
    public async Task Arrow_keys_on_many_elements_are_gathered_while_the_server_is_behind()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var answers = await HeldAnswers.InstallAsync(ada.Page);
        var rects = Enumerable.Range(0, 120).Select(i => $"<rect id=\"e{i}\" x=\"{i % 20 * 30}\" y=\"{i / 20 * 60}\" width=\"20\" height=\"40\"/>");
        var id = await ada.ImportAsync($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 600 400\">{string.Concat(rects)}</svg>");
        await ada.OpenAsync(id);
        var first = ada.Drawing.Locator("#e0");
        var (keyboard, box) = (ada.Page.Keyboard, (await first.BoundingBoxAsync())!);
        await ada.Page.Locator(".svg-canvas").FocusAsync();
        await keyboard.PressAsync("Control+a");
        answers.Hold();
        for (var i = 0; i < 4; i++)
            await keyboard.PressAsync("ArrowRight");
        await Expect(first).ToHaveAttributeAsync("x", "1"); // under way
        Assert.Equal(box.X + (4 * box.Width / 20), (await first.BoundingBoxAsync())!.X, 0.5f); // and in the hand
        await Expect(ada.Mark).Not.ToHaveAttributeAsync("data-state", "saved");
        answers.Release();
        await ada.SavedAsync();
        foreach (var i in new[] { 0, 119 })
            await Expect(ada.Drawing.Locator($"#e{i}")).ToHaveAttributeAsync("x", (4 + (i % 20 * 30)).ToString(CultureInfo.InvariantCulture));
        Assert.Equal(240, (await ada.OperationsAsync(id)).Count);

        // Whatever is done next comes after all of them.
        answers.Hold();
        for (var i = 0; i < 3; i++)
            await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("Delete");
        await Expect(first).ToHaveCountAsync(0);
        answers.Release();
        await ada.SavedAsync();
        Assert.Equal(["move", "move", "move", "move", "delete"], (await ada.OperationsAsync(id)).Where((_, i) => i % 120 == 0).Select(operation => operation.GetProperty("operation_type").GetString()));
        await keyboard.PressAsync("Control+z");
        await Expect(first).ToHaveAttributeAsync("y", "3");
        await keyboard.PressAsync("Control+z");
        await Expect(first).ToHaveAttributeAsync("y", "1");
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "C17")]
    public async Task The_view_is_zoomed_panned_and_fitted()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await ada.ToolAsync("rect");
        await ada.DragAsync(-60, -40, 60, 40);
        await ada.SavedAsync();
        await ada.ClickAsync(300, 200);
        var rect = ada.Drawing.Locator("rect");
        var fitted = await BoxAsync(rect);
        var middle = (fitted.X + (fitted.Width / 2), fitted.Y + (fitted.Height / 2));
        await ada.Page.Mouse.MoveAsync(middle.Item1, middle.Item2);

        await ada.Page.Mouse.WheelAsync(0, -120);
        await Expect(ada.Page.Locator("[data-canvas-zoom]")).Not.ToHaveTextAsync("100%");
        var zoomed = await BoxAsync(rect);
        Assert.True(zoomed.Width > fitted.Width * 1.1);
        Assert.Equal(middle.Item1, zoomed.X + (zoomed.Width / 2), 1.0f); // about the pointer

        await ada.Page.Keyboard.DownAsync("Shift");
        await ada.Page.Mouse.WheelAsync(0, 120);
        await ada.Page.Keyboard.UpAsync("Shift");
        var shifted = await BoxAsync(rect);
        Assert.Equal(zoomed.Width, shifted.Width, 0.5f);
        Assert.True(shifted.X < zoomed.X - 50);

        await ada.Page.Keyboard.DownAsync("Space");
        await ada.DragAsync(0, 0, 90, 70);
        await ada.Page.Keyboard.UpAsync("Space");
        var panned = await BoxAsync(rect);
        Assert.Equal(shifted.X + 90, panned.X, 1.0f);
        Assert.Equal(shifted.Y + 70, panned.Y, 1.0f);

        await ada.Page.Keyboard.PressAsync("1");
        Assert.Equal(fitted.X, (await BoxAsync(rect)).X, 1.0f);
        Assert.Single(await ada.OperationsAsync(id)); // looking changes nothing
        Assert.Empty(ada.Errors);

        static async Task<LocatorBoundingBoxResult> BoxAsync(ILocator element) => (await element.BoundingBoxAsync())!;
    }

    [Fact, Trait("Rule", "W3")]
    public async Task A_file_is_imported_by_the_picker_and_by_dropping_it_edited_and_exported_without_loss()
    {
        const string plan = """
            <?xml version="1.0"?>
            <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:arx="http://arxos.io/svgx" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" viewBox="0 0 400 300">
              <style>.wall { stroke: #333; stroke-width: 4 }</style>
              <g inkscape:label="Walls" inkscape:groupmode="layer" id="walls"><rect id="room" class="wall" arx:use="office" x="50" y="50" width="300" height="200" fill="#eeeeee"/></g>
            </svg>
            """;
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.HomeAsync();
        await Expect(ada.Page.Locator(".empty-state")).ToBeVisibleAsync();
        await ada.Page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "picked.svg", MimeType = "image/svg+xml", Buffer = System.Text.Encoding.UTF8.GetBytes(plan) });
        var id = await ada.ArriveAsync();

        await ada.ClickAsync(0, 0);
        await ada.Page.GetByLabel("Fill colour").FillAsync("#00ffff");
        await ada.SavedAsync();
        var export = await ada.ExportAsync(id);
        foreach (var kept in new[] { "inkscape:label=\"Walls\"", "arx:use=\"office\"", ".wall { stroke: #333; stroke-width: 4 }", "viewBox=\"0 0 400 300\"", "#00ffff" })
            Assert.Contains(kept, export, StringComparison.Ordinal);
        var download = await ada.Page.RunAndWaitForDownloadAsync(async () =>
        {
            await ada.Page.GetByLabel("Drawing menu").ClickAsync();
            await ada.Page.GetByText("Export SVG").ClickAsync();
        });
        Assert.Equal("picked.svg", download.SuggestedFilename);
        Assert.Equal(export, await File.ReadAllTextAsync(await download.PathAsync()));

        await ada.Page.GotoAsync(app.Url);
        await Expect(ada.Page.Locator(".document-card")).ToHaveCountAsync(1);
        await ada.Page.Locator(".page[data-drop-ready]").WaitForAsync();
        var dropped = await ada.Page.EvaluateHandleAsync("text => { const data = new DataTransfer(); data.items.add(new File([text], 'dropped.svg', { type: 'image/svg+xml' })); return data; }", plan);
        foreach (var step in new[] { "dragenter", "dragover", "drop" })
            await ada.Page.DispatchEventAsync(".page", step, new Dictionary<string, object> { ["dataTransfer"] = dropped });
        await ada.ArriveAsync();
        await Expect(ada.Drawing.Locator("rect#room")).ToHaveCountAsync(1);
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "W24")]
    public async Task A_dialog_opened_by_a_menu_has_the_focus_and_gives_it_back()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        var menu = ada.Page.GetByLabel("Drawing menu");
        foreach (var item in new[] { "Make a token for a tool", "Share" })
        {
            await menu.ClickAsync();
            await ada.Page.Locator(".mud-popover-open").GetByText(item).ClickAsync();
            await Expect(ada.Page.Locator(".mud-dialog-content :focus")).ToHaveCountAsync(1);
            await ada.Page.Keyboard.PressAsync("Escape");
            await Expect(ada.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
            await Expect(menu).ToBeFocusedAsync();
        }
    }

    private static async Task<double> NumberAsync(Person person, string element, string attribute) =>
        double.Parse(Number().Match((await person.Drawing.Locator(element).GetAttributeAsync(attribute))!).Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"-?[\d.]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
