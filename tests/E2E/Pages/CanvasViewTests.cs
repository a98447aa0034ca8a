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

    [Theory, Trait("Rule", "C48")]
    [InlineData("viewBox='0 0 1 1'")]
    [InlineData("width='24' height='24' viewBox='0 0 24 24'")]
    [InlineData("viewBox='-500000 -500000 1000000 1000000'")]
    public async Task In_a_drawing_of_any_size_what_is_drawn_and_typed_is_neither_nothing_nor_all(string size)
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.ImportAsync($"<svg xmlns='http://www.w3.org/2000/svg' {size}/>");
        await ada.OpenAsync(id);
        await ExpectWholeAsync(ada, least: 0.25);
        Assert.InRange(await ada.Page.Locator(".canvas-paper").EvaluateAsync<double>("paper => parseFloat(getComputedStyle(paper).boxShadow.match(/px 0px 0px ([\\d.e-]+)px/)[1]) * paper.getBoundingClientRect().width / paper.offsetWidth"), 0.5, 2);

        await ada.ToolAsync("rect");
        await ada.ClickAsync(-60, -60);
        var rect = ada.Drawing.Locator("rect");
        await ExpectHandyAsync(rect);
        Assert.InRange(await rect.EvaluateAsync<double>("rect => parseFloat(getComputedStyle(rect).strokeWidth) * rect.getScreenCTM().a"), 0.2, 20);
        var before = (await rect.BoundingBoxAsync())!;
        await ada.Page.Keyboard.PressAsync("Shift+ArrowRight");
        await ada.SavedAsync();
        Assert.InRange((await rect.BoundingBoxAsync())!.X - before.X, 0.1, 100);

        await ada.ToolAsync("text");
        await ada.ClickAsync(-60, 60);
        await ada.Page.Keyboard.TypeAsync("Door");
        var typed = ada.Page.Locator(".canvas-text-editor");
        await ExpectHandyAsync(typed);
        await ada.PictureAsync($"typing-{size.Length}");
        var field = (await typed.BoundingBoxAsync())!;
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(typed).ToHaveCountAsync(0);
        var text = (await ada.Drawing.Locator("text").BoundingBoxAsync())!;
        Assert.InRange(field.Width / text.Width, 0.9, 2);
        await ada.SavedAsync();
        Assert.Empty(ada.Errors);
    }

    [Fact, Trait("Rule", "C49")]
    public async Task Words_typed_beyond_the_edge_take_the_view_along_and_nothing_over_the_drawing_out_of_its_place()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        var frame = await BoxAsync(ada, ".canvas-frame");
        await ada.ToolAsync("text");
        await ada.ClickAsync((int)(frame.Width / 2) - 90, 100);
        await ada.Page.Keyboard.TypeAsync("Words that go on beyond the edge of the view and on");
        Assert.Equal(0, await ada.Page.EvaluateAsync<double>("() => [...document.querySelectorAll('.drawing-board, .svg-canvas, .canvas-frame, .canvas-glass')].reduce((sum, each) => sum + each.scrollLeft + each.scrollTop, 0)"));
        var typed = await BoxAsync(ada, ".canvas-text-editor");
        Assert.InRange(typed.X + typed.Width, frame.X, frame.X + frame.Width);
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ada.Page.Locator(".canvas-text-editor")).ToHaveCountAsync(0);
        var (text, outline) = ((await ada.Drawing.Locator("text").BoundingBoxAsync())!, await BoxAsync(ada, ".canvas-outline"));
        Assert.InRange(text.X - typed.X, -3, 3);
        Assert.InRange(outline.X - text.X, -3, 3);
    }

    /// <summary>Large enough to be seen and small enough to be seen whole.</summary>
    private static async Task ExpectHandyAsync(ILocator element)
    {
        var box = (await element.BoundingBoxAsync())!;
        Assert.InRange(Math.Max(box.Width, box.Height), 8, 600);
    }

    /// <summary>Where the paper begins, from the middle of the frame.</summary>
    private static async Task<(double X, double Y)> OffsetAsync(Person person)
    {
        var (frame, paper) = (await BoxAsync(person, ".canvas-frame"), await BoxAsync(person, ".canvas-paper"));
        return (paper.X - frame.X - (frame.Width / 2), paper.Y - frame.Y - (frame.Height / 2));
    }

    private static Task ExpectWholeAsync(Person person, double least = 0.3) => person.Page.WaitForFunctionAsync("""
        least => {
          const frame = document.querySelector('.canvas-frame').getBoundingClientRect(), paper = document.querySelector('.canvas-paper').getBoundingClientRect();
          const isCentred = Math.abs((paper.left - frame.left) - (frame.right - paper.right)) < 2;
          return isCentred && paper.top >= frame.top && paper.bottom <= frame.bottom && paper.width > frame.width * least;
        }
        """, least);

    private static async Task<LocatorBoundingBoxResult> BoxAsync(Person person, string selector) => (await person.Page.Locator(selector).BoundingBoxAsync())!;
}
