using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

public sealed class PresenceTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "R6"), Trait("Rule", "R13"), Trait("Rule", "R14"), Trait("Rule", "R15"), Trait("Rule", "R17")]
    public async Task Three_people_and_a_tool_see_who_is_there_and_what_they_do_go_there_and_know_who_is_lost()
    {
        await using var app = await AppProcess.StartAsync();
        await using var trio = await Trio.MeetAsync(browsers, app, NetworkLine.To(app));
        var (ada, ben, cem, id) = trio;
        await using var tool = (await Guest.InviteAsync(app, id, "Plotter"))[0];
        await tool.ListenAsync();

        // The bar shows all four, the tool as one.
        await Expect(ada.Page.Locator(".presence-avatars")).ToHaveAttributeAsync("aria-label", "3 people and 1 tool are here: you, Ben, Cem, Plotter");
        await Expect(ada.Page.Locator(".presence-avatars .presence-avatar:not(.presence-more)")).ToHaveCountAsync(4);
        await Expect(ada.Page.Locator(".presence-avatars .presence-avatar").Nth(3).Locator("svg")).ToHaveCountAsync(1);

        // What somebody does is said by its name, and how good their connection is by a number; the tool is told the same.
        await ben.TabAsync("People");
        await ada.ToolAsync("rect");
        await ada.DragAsync(-120, -80, 80, 60);
        await ada.SavedAsync();
        var rect = (await ada.Drawing.Locator("rect").GetAttributeAsync("id"))!;
        var adas = Row(ben, "Ada");
        await Expect(adas.Locator("small")).ToHaveTextAsync("editing Rect 1");
        await Expect(adas.Locator(".presence-signal")).ToHaveAttributeAsync("title", new Regex("connection, \\d+ ms"));
        await Expect(Row(ben, "Cem").Locator("small")).ToHaveTextAsync("viewing");
        await ToldAsync(tool, "Ada", entry => entry.GetProperty("status").GetString() == "editing" && entry.GetProperty("selection").EnumerateArray().Any(selected => selected.GetString() == rect));

        // What somebody has selected has their colour around it; of two who have, each is seen.
        await Expect(ben.Page.Locator(".canvas-peer-outline")).ToHaveCountAsync(1);
        await ExpectColourAsync(ben, "Ada", outline: 0);
        await tool.SelectAsync(rect);
        await tool.MoveAsync(100, 100);
        await Expect(ben.Page.Locator(".canvas-peer-outline")).ToHaveCountAsync(2);
        await ExpectColourAsync(ben, "Plotter", outline: 1);

        // A tool is shown as one, and as away when it says so. A name fades when its cursor rests.
        await Expect(Cursor(ben, "Plotter")).ToHaveTextAsync("Plotter · tool");
        await Expect(Row(ben, "Plotter").Locator(".presence-kind")).ToHaveTextAsync("Tool");
        await Expect(Row(ben, "Plotter").Locator("small")).ToHaveTextAsync("has selected Rect 1");
        await ada.PictureAsync("presence");
        await Expect(Cursor(ben, "Plotter")).ToHaveClassAsync(new Regex("canvas-cursor-still"), new() { Timeout = 20_000 });
        await tool.SendAsync(new { type = "activity", status = "away" });
        await Expect(Row(ben, "Plotter").Locator("small")).ToHaveTextAsync("away");
        await ben.PictureAsync("presence-people");

        // Far away he finds her with one click.
        await WheelAsync(ben, 4_000);
        await Expect(Cursor(ben, "Ada")).Not.ToBeInViewportAsync();
        await ada.Page.Mouse.MoveAsync(500, 500);
        await adas.GetByTitle("Go to where Ada is").ClickAsync();
        await Expect(Cursor(ben, "Ada")).ToBeInViewportAsync();

        // He and another follow her, and she knows.
        await adas.GetByRole(AriaRole.Button, new() { Name = "Follow Ada's view" }).ClickAsync();
        await Expect(ben.Page.Locator(".canvas-follow-chip")).ToContainTextAsync("Following Ada");
        await Expect(ada.Page.Locator(".canvas-followers")).ToHaveTextAsync("Ben follows you");
        await cem.TabAsync("People");
        await Row(cem, "Ada").GetByRole(AriaRole.Button, new() { Name = "Follow Ada's view" }).ClickAsync();
        await Expect(ada.Page.Locator(".canvas-followers")).ToHaveTextAsync("Ben and Cem follow you");
        await WheelAsync(ada, 700);
        await SeesAsync(ben, ada);
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
        await SeesAsync(ben, ada);
        await SeesAsync(cem, ada);
        await ben.PictureAsync("presence-following");

        // His own hand on the view ends it, for him.
        await WheelAsync(ben, 50);
        await Expect(ben.Page.Locator(".canvas-follow-chip")).ToBeHiddenAsync();
        await Expect(ada.Page.Locator(".canvas-followers")).ToHaveTextAsync("Cem follows you");

        // Without a network he is lost to the others, and what he sees of them is pale until he is back.
        await ada.TabAsync("People");
        await ExpectPaleAsync(ben, false);
        await ben.OfflineAsync(true);
        await Expect(Row(ada, "Ben").Locator("small")).ToHaveTextAsync("connection lost");
        await ToldAsync(tool, "Ben", entry => entry.GetProperty("status").GetString() == "offline");
        await Expect(Cursor(ada, "Ben")).ToHaveCountAsync(0);
        await ExpectPaleAsync(ben, true);
        await ben.PictureAsync("presence-offline");
        await ben.OfflineAsync(false);
        await ben.SavedAsync();
        await ExpectPaleAsync(ben, false);
        await Expect(Row(ada, "Ben").Locator("small")).Not.ToHaveTextAsync("connection lost");
        await ToldAsync(tool, "Ben", entry => entry.GetProperty("status").GetString() != "offline");

        // The same for all of them when the server goes.
        await app.KillAsync();
        await ExpectPaleAsync(ada, true);
        await ExpectPaleAsync(cem, true);
        await app.RestartAsync();
        await ExpectPaleAsync(ada, false);
        await ExpectPaleAsync(cem, false);
        await Expect(Row(ada, "Cem").Locator("small")).ToHaveTextAsync("viewing");
        trio.AssertNoErrors();
    }

    [Fact, Trait("Rule", "A8"), Trait("Rule", "C11"), Trait("Rule", "R16")]
    public async Task The_activity_leads_to_the_elements_and_a_lock_names_its_holder_to_three_people_and_a_tool()
    {
        var app = await shared.StartAsync();
        await using var trio = await Trio.MeetAsync(browsers, app);
        var (ada, ben, cem, id) = trio;
        await using var tool = (await Guest.InviteAsync(app, id, "Plotter"))[0];
        await tool.ListenAsync();
        await ada.ToolAsync("rect");
        await ada.DragAsync(-120, -80, 80, 60);
        await ada.SavedAsync();
        var rect = (await ada.Drawing.Locator("rect").GetAttributeAsync("id"))!;
        await tool.SendAsync(new
        {
            type = "operations",
            operations = Enumerable.Range(0, 12).Select(i => new { operation_type = "create", element_id = $"dot-{i}", operation_id = $"dot-{i}", data = new { type = "circle", cx = 60 + (i * 40), cy = 60, r = 12 } }),
        });

        // What somebody does in a row is one entry, and it leads there.
        await ben.TabAsync("Activity");
        await cem.TabAsync("Activity");
        foreach (var words in new[] { "Plotter added 12 elements", "Ada added Rect 1" })
            await Expect(cem.Page.Locator(".activity-list li").Filter(new() { HasText = words })).ToHaveCountAsync(1);
        var entries = ben.Page.Locator(".activity-list li");
        await entries.Filter(new() { HasText = "Plotter added 12 elements" }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(ben.Page.Locator(".canvas-outline:not(.canvas-outline-all)")).ToHaveCountAsync(12);
        await ben.PictureAsync("presence-activity");
        var link = entries.Filter(new() { HasText = "Ada added Rect 1" }).GetByRole(AriaRole.Link);
        await Expect(link).ToHaveCSSAsync("display", "inline"); // it stands in its sentence
        await link.ClickAsync();
        await Expect(ben.Page.Locator(".canvas-outline")).ToHaveCountAsync(1);
        await Expect(ada.Page.Locator(".canvas-peer-outline")).ToHaveCountAsync(1);

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Lock for others" }).ClickAsync();
        foreach (var person in new[] { ben, cem })
            await Expect(person.Page.Locator(".canvas-lock")).ToHaveTextAsync("Ada");
        await Expect(ada.Page.Locator(".canvas-lock")).ToHaveTextAsync("You");
        await ben.PictureAsync("presence-lock");
        await ben.Page.Locator(".svg-canvas").FocusAsync();
        await ben.Page.Keyboard.PressAsync("Delete");
        await Expect(ben.Page.Locator(".mud-snackbar")).ToContainTextAsync("Ada");
        await Expect(ben.Drawing.Locator("rect")).ToHaveCountAsync(1);
        await tool.SendAsync(new { type = "operation", operation_type = "delete", element_id = rect });
        var refusal = await tool.HearAsync("error");
        Assert.Equal(("locked", "Ada"), (refusal.GetProperty("code").GetString(), refusal.GetProperty("locked_by").GetProperty("username").GetString()));
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Lock for others", Pressed = true }).ClickAsync();
        foreach (var person in new[] { ben, cem })
            await Expect(person.Page.Locator(".canvas-lock")).ToHaveCountAsync(0);

        // A tool's lock is one like everybody's.
        await tool.SendAsync(new { type = "lock", element_ids = new[] { rect } });
        foreach (var person in new[] { ada, ben, cem })
            await Expect(person.Page.Locator(".canvas-lock")).ToHaveTextAsync("Plotter");
        trio.AssertNoErrors();
    }

    // By the name: the row of somebody who is followed names the followers too.
    private static ILocator Row(Person person, string name) => person.Page.Locator(".presence-person", new() { Has = person.Page.Locator("b", new() { HasText = name }) });

    private static ILocator Cursor(Person person, string name) => person.Page.Locator(".canvas-cursor", new() { HasText = name });

    /// <summary>A tool is told that somebody is as wanted.</summary>
    private static Task ToldAsync(Guest tool, string name, Func<JsonElement, bool> isSo) =>
        tool.HearAsync("presence_update", update => update.GetProperty("active_users").EnumerateArray().Any(entry => entry.GetProperty("username").GetString() == name && isSo(entry)));

    /// <summary>An outline on the canvas has the colour of somebody's avatar.</summary>
    private static async Task ExpectColourAsync(Person person, string of, int outline)
    {
        var colour = await Row(person, of).Locator(".presence-avatar").EvaluateAsync<string>("avatar => getComputedStyle(avatar).backgroundColor");
        await Expect(person.Page.Locator(".canvas-peer-outline").Nth(outline)).ToHaveCSSAsync("stroke", colour);
    }

    private static async Task ExpectPaleAsync(Person person, bool isPale)
    {
        await Expect(person.Page.Locator(".canvas-cursors")).ToHaveCSSAsync("opacity", isPale ? "0.35" : "1", new() { Timeout = 20_000 });
        await Expect(person.Page.Locator(".presence-avatars")).ToHaveCSSAsync("opacity", isPale ? "0.5" : "1");
        await Expect(person.Page.Locator(".presence-stale")).ToBeVisibleAsync(new() { Visible = isPale });
    }

    private static async Task WheelAsync(Person person, int by)
    {
        await person.Page.Locator(".canvas-glass").HoverAsync();
        await person.Page.Mouse.WheelAsync(1, by); // aslant, as fingers on a touchpad: a wheel would zoom
    }

    /// <summary>Whoever follows comes to see all that the followed sees: the middle of one view is the middle of the other.</summary>
    private static async Task SeesAsync(Person follower, Person followed)
    {
        const string middle = """
            () => {
              const frame = document.querySelector('.canvas-frame').getBoundingClientRect(), stage = document.querySelector('.canvas-stage').getBoundingClientRect();
              return [(frame.left + frame.width / 2 - stage.left) / stage.width, (frame.top + frame.height / 2 - stage.top) / stage.height];
            }
            """;
        var wanted = await followed.Page.EvaluateAsync<double[]>(middle);
        await follower.Page.WaitForFunctionAsync($"wanted => {{ const [x, y] = ({middle})(); return Math.abs(x - wanted[0]) < 0.02 && Math.abs(y - wanted[1]) < 0.02; }}", wanted);
    }
}
