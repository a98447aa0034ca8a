using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Pages;

public sealed class CanvasViewTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "C24")]
    public async Task A_drawing_seen_as_a_whole_stays_whole_when_a_panel_opens_beside_or_below_it()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        foreach (var (width, height) in new[] { (1440, 900), (390, 844) })
        {
            await ada.Page.SetViewportSizeAsync(width, height);
            await ada.TabAsync("History");
            await ExpectWholeAsync(ada);
            var (frame, panel) = ((await BoxAsync(ada, ".canvas-frame")), await BoxAsync(ada, ".side-panel"));
            Assert.True(frame.X + frame.Width <= panel.X + 1 || frame.Y + frame.Height <= panel.Y + 1, "The panel lies over the drawing.");
            await ada.CloseTabAsync();
            await ExpectWholeAsync(ada);
        }
    }

    [Fact, Trait("Rule", "C24")]
    public async Task The_middle_of_a_view_that_somebody_chose_stays_in_the_middle()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        await ada.Page.Locator("[data-canvas-command=zoomIn]").ClickAsync();
        var before = await OffsetAsync(ada);
        await ada.TabAsync("History");
        await Expect(ada.Page.Locator("[data-canvas-zoom]")).ToHaveTextAsync(await ada.Page.Locator("[data-canvas-zoom]").InnerTextAsync());
        await ada.Page.WaitForFunctionAsync("""
            before => {
              const frame = document.querySelector('.canvas-frame').getBoundingClientRect(), paper = document.querySelector('.canvas-paper').getBoundingClientRect();
              return Math.abs(paper.left - frame.left - frame.width / 2 - before.x) < 1 && Math.abs(paper.top - frame.top - frame.height / 2 - before.y) < 1;
            }
            """, new { x = before.X, y = before.Y });
    }

    /// <summary>Where the paper begins, from the middle of the frame.</summary>
    private static async Task<(double X, double Y)> OffsetAsync(Person person)
    {
        var (frame, paper) = (await BoxAsync(person, ".canvas-frame"), await BoxAsync(person, ".canvas-paper"));
        return (paper.X - frame.X - (frame.Width / 2), paper.Y - frame.Y - (frame.Height / 2));
    }

    private static Task ExpectWholeAsync(Person person) => person.Page.WaitForFunctionAsync("""
        () => {
          const frame = document.querySelector('.canvas-frame').getBoundingClientRect(), paper = document.querySelector('.canvas-paper').getBoundingClientRect();
          const isCentred = Math.abs((paper.left - frame.left) - (frame.right - paper.right)) < 2;
          return isCentred && paper.top >= frame.top && paper.bottom <= frame.bottom && paper.width > frame.width * 0.3;
        }
        """);

    private static async Task<LocatorBoundingBoxResult> BoxAsync(Person person, string selector) => (await person.Page.Locator(selector).BoundingBoxAsync())!;
}
