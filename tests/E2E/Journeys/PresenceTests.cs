using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

public sealed class PresenceTests(Browsers browsers)
{
    [Fact, Trait("Rule", "R14")]
    public async Task Two_people_see_what_the_other_does_go_there_and_follow_each_others_view()
    {
        await using var app = await AppProcess.StartAsync();
        var (ada, ben, _) = await TogetherAsync(app);
        await using var one = ada;
        await using var two = ben;

        // What she does is said by its name, and how good her connection is by a number.
        await ben.Page.GetByRole(AriaRole.Tab, new() { Name = "People" }).ClickAsync();
        await ada.ToolAsync("rect");
        await ada.DragAsync(-120, -80, 80, 60);
        await ada.SavedAsync();
        var row = ben.Page.Locator(".presence-person", new() { HasText = "Ada" });
        await Expect(row).ToContainTextAsync("Rect 1");
        await Expect(row.Locator(".presence-signal")).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("connection, \\d+ ms"));

        // Far away he finds her with one click.
        await WheelAsync(ben, 4_000);
        await Expect(ben.Page.Locator(".canvas-cursor")).Not.ToBeInViewportAsync();
        await ada.Page.Mouse.MoveAsync(500, 500);
        await row.GetByTitle("Go to where Ada is").ClickAsync();
        await Expect(ben.Page.Locator(".canvas-cursor")).ToBeInViewportAsync();

        // He follows her, and she knows.
        await row.GetByRole(AriaRole.Button, new() { Name = "Follow Ada's view" }).ClickAsync();
        await Expect(ben.Page.Locator(".canvas-follow-chip")).ToContainTextAsync("Following Ada");
        await Expect(ada.Page.Locator(".canvas-followers")).ToHaveTextAsync("Ben follows you");
        await WheelAsync(ada, 700);
        await SeesAsync(ben, ada);
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
        await SeesAsync(ben, ada);

        // His own hand on the view ends it.
        await WheelAsync(ben, 50);
        await Expect(ben.Page.Locator(".canvas-follow-chip")).ToBeHiddenAsync();
        await Expect(ada.Page.Locator(".canvas-followers")).ToBeHiddenAsync();
        Assert.Empty(ada.Errors.Concat(ben.Errors));
    }

    [Fact, Trait("Rule", "A8")]
    public async Task The_activity_leads_to_the_element_and_a_lock_names_its_holder()
    {
        await using var app = await AppProcess.StartAsync();
        var (ada, ben, _) = await TogetherAsync(app);
        await using var one = ada;
        await using var two = ben;
        await ada.ToolAsync("rect");
        await ada.DragAsync(-120, -80, 80, 60);
        await ada.SavedAsync();

        await ben.Page.GetByRole(AriaRole.Tab, new() { Name = "Activity" }).ClickAsync();
        var entry = ben.Page.Locator(".activity-list li", new() { HasText = "Ada added Rect 1" });
        await entry.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(ben.Page.Locator(".canvas-outline")).ToHaveCountAsync(1);
        await Expect(ada.Page.Locator(".canvas-peer-outline")).ToHaveCountAsync(1);

        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Lock for others" }).ClickAsync();
        await Expect(ben.Page.Locator(".canvas-lock")).ToHaveTextAsync("Ada");
        await Expect(ada.Page.Locator(".canvas-lock")).ToHaveTextAsync("You");
        await ben.Page.Locator(".svg-canvas").FocusAsync();
        await ben.Page.Keyboard.PressAsync("Delete");
        await Expect(ben.Page.Locator(".mud-snackbar")).ToContainTextAsync("Ada");
        await Expect(ben.Drawing.Locator("rect")).ToHaveCountAsync(1);
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Lock for others", Pressed = true }).ClickAsync();
        await Expect(ben.Page.Locator(".canvas-lock")).ToHaveCountAsync(0);
        Assert.Empty(ada.Errors.Concat(ben.Errors));
    }

    private async Task<(Person Ada, Person Ben, string Id)> TogetherAsync(AppProcess app)
    {
        var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var ben = await Person.RegisterAsync(browsers, app, "Ben");
        var id = await ada.CreateAsync();
        await ada.ShareAsync(ben.Email);
        await ben.OpenAsync(id);
        return (ada, ben, id);
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
