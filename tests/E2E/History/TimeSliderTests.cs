using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.History;

/// <summary>The time slider in real browsers, on histories made by tools.</summary>
public sealed class TimeSliderTests(Browsers browsers, SharedApp shared)
{
    private static readonly string Checks = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "history-checks.js"));

    /// <summary>As tools write it: lines and comments between the elements, a style sheet, words in parts.</summary>
    private const string Imported = """
        <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="900" height="600" viewBox="0 0 900 600">
          <title>A plan</title>
          <style>.wall { fill: none; stroke: #334155; stroke-width: 4 }</style>
          <!-- the walls -->
          <defs>
            <linearGradient id="sky"><stop offset="0" stop-color="#bae6fd"/><stop offset="1" stop-color="#fff"/></linearGradient>
          </defs>
          <g id="walls">
            <rect class="wall" x="20" y="20" width="400" height="300"/>
            <path id="door" class="wall" d="M100 20 h60"/>
          </g>
          <text x="40" y="60">A <tspan id="strong" font-weight="700">large</tspan> room <![CDATA[& a desk]]></text>
          <use xlink:href="#door" y="300" fill="url(#sky)"/>
        </svg>
        """;

    [Theory, Trait("Rule", "H31")]
    [InlineData(7, false)]
    [InlineData(4711, false)]
    [InlineData(99, true)]
    public async Task At_every_revision_it_shows_what_the_server_has_however_one_came_there(int seed, bool isImported)
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await using var ben = await Person.RegisterAsync(browsers, app, "Ben");
        var id = isImported ? await ada.ImportAsync(Imported) : await ada.CreateAsync();
        await ada.OpenAsync(id);
        await ada.ShareAsync(ben.Email);
        var end = await MakeHistoryAsync(app, ada, ben, id, seed);

        await OpenAsync(ada, id);
        await ada.Page.EvaluateAsync("() => timeSlider.loaded()");
        var random = new Random(seed);
        var (back, forth) = (Enumerable.Range(0, 12).Select(i => end - i), Enumerable.Range(0, 12).Select(i => (long)i));
        var seeks = Enumerable.Range(0, 25).Select(_ => random.NextInt64(end + 1));
        await ada.Page.EvaluateAsync("([id, revisions]) => timeSlider.check(id, 'main', revisions)", new object[] { id, (long[])[.. back, .. forth, .. seeks, 0, end] });
        Assert.Empty(ada.Errors);

        // A branch has a history of its own, that begins where it was made.
        await ada.Page.GotoAsync($"{app.Url}/d/{id}?branch=draft");
        await ada.ReadyAsync();
        await OpenAsync(ada, null);
        var draft = int.Parse((await ada.Page.Locator(".time-slider").GetAttributeAsync("data-revision"))!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(draft > 20, $"The branch has {draft} operations.");
        await ada.Page.EvaluateAsync("([id, revisions]) => timeSlider.check(id, 'draft', revisions)", new object[] { id, (int[])[draft, draft - 1, draft / 2, 0, 1, draft] });
    }

    [Fact, Trait("Rule", "H30"), Trait("Rule", "H33"), Trait("Rule", "H34"), Trait("Rule", "H36")]
    public async Task One_goes_back_looks_and_brings_back_what_was_while_others_draw_on()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await using var ben = await Person.RegisterAsync(browsers, app, "Ben");
        var id = await ada.CreateAsync();
        await using var cem = await Person.RegisterAsync(browsers, app, "Cem");
        await ada.ShareAsync(ben.Email, "view");
        await ada.ShareAsync(cem.Email);
        await cem.OpenAsync(id);
        await using var tool = await HistoryTool.JoinAsync(app, ada.Email, id);
        await tool.DrawAsync(Enumerable.Range(0, 60).Select(i => HistoryTool.Create($"r{i}", 80 + (i % 10 * 90), 60 + (i / 10 * 100), $"hsl({i * 6} 80% 60%)")));
        using var saved = await tool.Http.PostAsJsonAsync(new Uri($"/api/documents/{id}/versions", UriKind.Relative), new { name = "Sixty tiles" });
        await tool.DrawAsync(Enumerable.Range(0, 30).Select(i => (object)new { operation_type = i < 20 ? "delete" : "move", element_id = $"r{i}", data = new { dx = 20, dy = 50 } }));
        var page = ada.Page;
        var (slider, range) = (page.Locator(".time-slider"), page.GetByRole(AriaRole.Slider, new() { Name = "Point in the history" }));
        await Expect(page.Locator(".canvas-drawing rect")).ToHaveCountAsync(40);
        await page.Locator(".canvas-glass").HoverAsync();
        await page.Mouse.WheelAsync(0, 40);
        await ada.TabAsync("History");
        var view = await ViewAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Play history" }).ClickAsync();
        await Expect(slider).ToHaveAttributeAsync("data-revision", "90");
        await Expect(page.Locator(".canvas-past rect")).ToHaveCountAsync(40);
        Assert.Equal(view, await ViewAsync(page));
        await Expect(range).ToHaveAttributeAsync("aria-valuetext", new Regex("revision 90 of 90, Ada, "));
        await Expect(page.GetByRole(AriaRole.Toolbar, new() { Name = "Tools" })).ToBeHiddenAsync();
        await Expect(slider.GetByRole(AriaRole.Button, new() { Name = "Bring this back" })).ToBeDisabledAsync();

        // Keys: a step, ten, a saved version, an end; and on the canvas as in the bar.
        await range.FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(slider).ToHaveAttributeAsync("data-revision", "89");
        await page.Keyboard.PressAsync("Shift+ArrowLeft");
        await Expect(slider).ToHaveAttributeAsync("data-revision", "79");
        await page.Keyboard.PressAsync("Control+ArrowLeft");
        await Expect(slider).ToHaveAttributeAsync("data-revision", "60");
        await Expect(page.Locator(".canvas-past rect")).ToHaveCountAsync(60);
        await Expect(range).ToHaveAttributeAsync("aria-valuetext", new Regex("saved version Sixty tiles$"));
        await ada.CloseTabAsync();
        await ada.PictureAsync("time-slider");
        foreach (var theme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = theme });
            await Expect(page.Locator(".app-shell")).ToHaveAttributeAsync("data-theme", theme == ColorScheme.Dark ? "dark" : "light");
            Assert.Empty(await Axe.ViolationsAsync(page, ".time-slider"));
        }
        await range.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(slider).ToHaveAttributeAsync("data-revision", "0");
        await Expect(page.Locator(".canvas-past rect")).ToHaveCountAsync(0);
        await Expect(range).ToHaveAttributeAsync("aria-valuetext", "revision 0 of 90, the beginning");
        await page.Locator(".svg-canvas").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(slider).ToHaveAttributeAsync("data-revision", "1");

        // Nothing is drawn on the past; the view is moved in it, and the live drawing goes on and makes the history longer.
        await ada.DragAsync(-50, -50, 30, 20);
        await page.Keyboard.PressAsync("r");
        await ada.DragAsync(0, 0, 80, 60);
        await page.Keyboard.PressAsync("Control+z");
        var moved = await ViewAsync(page);
        Assert.NotEqual(view, moved);
        await tool.DrawAsync([HistoryTool.Create("late", 10, 10, "black")]);
        await Expect(range).ToHaveAttributeAsync("max", "91");
        await Expect(slider).ToHaveAttributeAsync("data-revision", "1");
        await Expect(page.Locator(".canvas-drawing rect")).ToHaveCountAsync(41);
        await Expect(cem.Drawing.Locator("rect")).ToHaveCountAsync(41); // somebody else has stayed in the present

        await page.Keyboard.PressAsync("Escape");
        await Expect(slider).ToHaveCountAsync(0);
        await Expect(page.Locator(".canvas-past")).ToHaveCountAsync(0);
        await Expect(page.Locator(".canvas-drawing")).ToBeVisibleAsync();
        Assert.Equal(moved, await ViewAsync(page));
        await Expect(page.Locator("[data-canvas-tool=select]")).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Equal(91, (await ada.OperationsAsync(id)).Count);

        // Who may only look goes through it all and changes nothing.
        await ben.OpenAsync(id);
        await ben.Page.Locator(".svg-canvas").FocusAsync();
        await ben.Page.Keyboard.PressAsync("Shift+H");
        await Expect(ben.Page.Locator(".time-slider")).ToHaveAttributeAsync("data-revision", "91");
        await Expect(ben.Page.GetByText("Bring this back")).ToHaveCountAsync(0);

        await page.Locator(".svg-canvas").FocusAsync();
        await page.Keyboard.PressAsync("Shift+H");
        await Expect(slider).ToHaveAttributeAsync("data-revision", "91");
        await page.Locator("[data-time-goto='60']").ClickAsync();
        await Expect(slider).ToHaveAttributeAsync("data-revision", "60");
        await page.GetByRole(AriaRole.Button, new() { Name = "Bring this back" }).ClickAsync();
        await Expect(slider).ToHaveCountAsync(0);
        foreach (var person in new[] { ada, cem })
            await Expect(person.Drawing.Locator("rect")).ToHaveCountAsync(60);
        await Expect(page.GetByText("The drawing is as it was at revision 60")).ToBeVisibleAsync();
        await Expect(ben.Page.GetByRole(AriaRole.Slider, new() { Name = "Point in the history" })).ToHaveAttributeAsync("max", "92");

        await page.Locator(".svg-canvas").FocusAsync();
        await page.Keyboard.PressAsync("Shift+H");
        await Expect(slider).ToHaveAttributeAsync("data-revision", "92");
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await Expect(slider).ToHaveAttributeAsync("data-revision", "10");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a branch" }).ClickAsync();
        await page.GetByLabel("Name of the new branch").PressAsync("Escape"); // closes the form alone
        await Expect(page.GetByLabel("Name of the new branch")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(slider).ToHaveAttributeAsync("data-revision", "10");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a branch" }).ClickAsync();
        await page.GetByLabel("Name of the new branch").FillAsync("ten-tiles");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex(@"\?branch=ten-tiles$"));
        await Expect(page.Locator(".canvas-drawing rect")).ToHaveCountAsync(10);
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "H32"), Trait("Rule", "H38")]
    public async Task Ten_thousand_operations_are_gone_through_from_end_to_end()
    {
        const int End = 10_000;
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await using (var tool = await HistoryTool.JoinAsync(app, ada.Email, id))
        {
            await tool.DrawAsync(LongHistory(End));
            Assert.Equal(End, tool.Revision);
        }
        await OpenAsync(ada, id);
        var page = ada.Page;
        var slider = page.Locator(".time-slider");
        await page.EvaluateAsync("() => timeSlider.loaded()");

        await using var work = await PageWork.BeginAsync(page);
        var scrubbed = await page.EvaluateAsync<JsonElement>("end => timeSlider.scrub(end, 240)", End);
        var busy = await work.EndAsync();
        var leap = await page.EvaluateAsync<JsonElement>("end => timeSlider.leap(0, end)", End);
        TestContext.Current.TestOutputHelper?.WriteLine($"dragging, 481 frames: {scrubbed}; the page's thread worked {busy.TotalMilliseconds / 481:0.0} ms a frame; end to end at once: {leap}");
        Assert.Equal(0, scrubbed.GetProperty("requests").GetInt32()); // all of it was there
        Assert.True(scrubbed.GetProperty("pictures").GetInt32() > 50, $"The drag was seen in {scrubbed} pictures.");
        Assert.True(leap.GetProperty("pictures").GetInt32() > 1, $"{End} operations in {leap}: not in slices.");
        await page.EvaluateAsync("([id, revisions]) => timeSlider.check(id, 'main', revisions)", new object[] { id, (int[])[End, 1, 9_999, 2_500, 7_321, 0] });

        // The newest wish counts: of many at once only the last is gone to.
        await page.EvaluateAsync("async end => { for (let i = 1; i < 50; i++) timeSlider.drag(end - i * 7); await timeSlider.goTo(4_242); }", End);
        await page.EvaluateAsync("id => timeSlider.compare(id, 'main', 4_242)", id);

        // Played at its fastest it comes to the end and stops there; once more begins at the beginning.
        await page.EvaluateAsync("() => timeSlider.goTo(9_000)");
        await page.GetByLabel("Speed").SelectOptionAsync("100");
        await page.GetByRole(AriaRole.Slider, new() { Name = "Point in the history" }).PressAsync(" ");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();
        await Expect(slider).ToHaveAttributeAsync("data-revision", $"{End}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Play", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("() => { const at = Number(document.querySelector('.time-slider').dataset.revision); return at > 0 && at < 5_000; }");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await page.EvaluateAsync("async id => { const at = Number(document.querySelector('.time-slider [data-time=range]').value); await timeSlider.goTo(at); await timeSlider.compare(id, 'main', at); }", id);
        Assert.Empty(ada.Errors);
    }

    /// <summary>A long afternoon: two of five operations draw something, the rest move, colour, reorder and delete it.</summary>
    private static IEnumerable<object> LongHistory(int length)
    {
        var random = new Random(1);
        var here = new List<string>();
        for (var i = 0; i < length; i++)
        {
            var what = here.Count < 20 ? 0 : random.Next(100);
            if (what < 40)
            {
                here.Add($"e{i}");
                yield return HistoryTool.Create($"e{i}", random.Next(1_150), random.Next(760), $"hsl({random.Next(360)} 70% 60%)");
                continue;
            }
            var at = random.Next(here.Count);
            var element_id = here[at];
            if (what >= 90)
                here.RemoveAt(at);
            yield return what switch
            {
                < 70 => new { operation_type = "move", element_id, data = new { dx = random.Next(-80, 80), dy = random.Next(-80, 80) } },
                < 85 => new { operation_type = "update", element_id, data = new { fill = $"hsl({random.Next(360)} 70% 60%)" } },
                < 90 => (object)new { operation_type = "layer_change", element_id, data = new { } },
                _ => new { operation_type = "delete", element_id, data = new { } },
            };
        }
    }

    [Fact, Trait("Rule", "H35")]
    public async Task Without_history_or_without_an_answer_it_says_so_and_goes_on_when_there_is_one()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        var page = ada.Page;
        var slider = page.Locator(".time-slider");
        await page.Locator(".svg-canvas").FocusAsync();
        await page.Keyboard.PressAsync("Shift+H");
        await Expect(slider).ToContainTextAsync("This drawing has no history");
        await ada.PictureAsync("time-slider-empty");

        await page.RouteAsync("**/content?**", route => route.AbortAsync());
        await using var tool = await HistoryTool.JoinAsync(app, ada.Email, id);
        await tool.DrawAsync([HistoryTool.Create("a", 10, 10, "red"), HistoryTool.Create("b", 10, 10, "blue")]);
        await Expect(slider.GetByRole(AriaRole.Alert)).ToContainTextAsync("could not be loaded");
        await ada.PictureAsync("time-slider-failed");
        await page.UnrouteAsync("**/content?**");
        await slider.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(slider).ToHaveAttributeAsync("data-phase", "ready");
        await Expect(slider).ToContainTextAsync("Revision 2 of 2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Play", Exact = true }).ClickAsync();
        await Expect(slider).ToHaveAttributeAsync("data-revision", "2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close, back to now" }).ClickAsync();
        await Expect(slider).ToHaveCountAsync(0);
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "H32"), Trait("Rule", "H35")]
    public async Task What_the_journal_does_not_tell_yet_is_shown_out_of_the_servers_content()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await using var tool = await HistoryTool.JoinAsync(app, ada.Email, id);
        await tool.DrawAsync(Enumerable.Range(0, 40).Select(i => HistoryTool.Create($"r{i}", i * 20, i * 15, "teal")));
        await ada.Page.RouteAsync("**/operations?**", route => route.FulfillAsync(new() { Status = 503 }));
        await OpenAsync(ada, id);

        await Expect(ada.Page.Locator(".time-slider")).ToContainTextAsync("A part of the history is not here; it is tried again.");
        await ada.Page.EvaluateAsync("([id, revisions]) => timeSlider.check(id, 'main', revisions)", new object[] { id, (int[])[12, 39, 0, 40] });

        await ada.Page.UnrouteAsync("**/operations?**");
        await ada.Page.EvaluateAsync("() => timeSlider.loaded()");
        await Expect(ada.Page.Locator(".time-slider")).Not.ToContainTextAsync("it is tried again");
        await ada.Page.EvaluateAsync("([id, revisions]) => timeSlider.check(id, 'main', revisions)", new object[] { id, (int[])[12, 11, 39] });
        Assert.Empty(ada.Errors);
    }

    private static async Task<string> ViewAsync(IPage page) => await page.Locator(".canvas-stage").EvaluateAsync<string>("stage => stage.style.transform");

    /// <summary>Every kind of operation, undone and done again, by two who get in each other's way, with a merge, a revert and settled conflicts in it.</summary>
    private static async Task<long> MakeHistoryAsync(AppProcess app, Person ada, Person ben, string id, int seed)
    {
        await using var first = await HistoryTool.JoinAsync(app, ada.Email, id);
        await using var second = await HistoryTool.JoinAsync(app, ben.Email, id);
        var history = new RandomHistory(seed);
        await first.DrawAsync(history.Next(80, "a"));
        using var saved = await first.Http.PostAsJsonAsync(new Uri($"/api/documents/{id}/versions", UriKind.Relative), new { name = "Begun" });
        var version = (await saved.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("version_id").GetString();
        (await first.Http.PostAsJsonAsync(new Uri($"/api/documents/{id}/branches", UriKind.Relative), new { name = "draft" })).EnsureSuccessStatusCode();
        await using (var draft = await HistoryTool.JoinAsync(app, ada.Email, id, "draft"))
            await draft.DrawAsync(history.Next(60, "d"));
        for (var round = 0; round < 8; round++)
        {
            var seen = Math.Max(first.Revision, second.Revision);
            await first.DrawAsync(history.Next(15, "a", seen));
            await second.DrawAsync(history.Next(15, "b", seen)); // nothing of the other's was seen: whatever both touched is a conflict
            await first.HistoryAsync("undo");
            await first.HistoryAsync("undo");
            await second.HistoryAsync("undo");
            if (round % 2 == 0)
                await first.HistoryAsync("redo");
        }
        var open = await first.Http.GetFromJsonAsync<JsonElement>(new Uri($"/api/documents/{id}/conflicts", UriKind.Relative));
        foreach (var conflict in open.GetProperty("conflicts").EnumerateArray().Take(6))
            await first.Http.PostAsJsonAsync(new Uri($"/api/documents/{id}/conflicts/{conflict.GetProperty("conflict_id").GetString()}/resolve", UriKind.Relative), new { resolution = "last_write_wins" });
        (await first.Http.PostAsJsonAsync(new Uri($"/api/documents/{id}/branches/draft/merge", UriKind.Relative), new { })).EnsureSuccessStatusCode();
        await second.DrawAsync(history.Next(20, "b"));
        (await first.Http.PostAsync(new Uri($"/api/documents/{id}/versions/{version}/revert", UriKind.Relative), null)).EnsureSuccessStatusCode();
        await first.DrawAsync(history.Next(30, "a"));
        return first.Revision;
    }

    /// <summary>Opens it by its key, on a drawing that is open already where none is named.</summary>
    private static async Task OpenAsync(Person person, string? documentId)
    {
        if (documentId is not null)
            await person.OpenAsync(documentId);
        await person.Page.EvaluateAsync(Checks);
        await person.Page.Locator(".svg-canvas").FocusAsync();
        await person.Page.Keyboard.PressAsync("Shift+H");
        await Expect(person.Page.Locator(".time-slider[data-phase=ready]")).ToBeVisibleAsync();
    }
}
