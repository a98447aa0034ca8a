using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

/// <summary>"Saved" means acknowledged, at every moment. The server's answers are held back here, and frames do not come: what a slow line and a busy machine do by chance.</summary>
public sealed class SavedMarkTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "C7")]
    public async Task The_mark_leaves_saved_with_the_edit_itself_and_returns_with_its_acknowledgement()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var answers = await HeldAnswers.InstallAsync(ada.Page);
        var id = await ada.CreateAsync();
        await ada.ToolAsync("rect");
        answers.Hold();
        await ada.Page.EvaluateAsync("() => { window.requestAnimationFrame = () => 0; }");

        await ada.DragAsync(-200, -100, -50, 50);
        Assert.Equal("saving", await ada.Mark.GetAttributeAsync("data-state"));
        await Expect(ada.Mark).ToHaveTextAsync("Saving…");
        answers.Release();
        await ada.SavedAsync();
        Assert.Single(await ada.OperationsAsync(id));
    }

    [Fact, Trait("Rule", "C7")]
    public async Task What_is_typed_is_not_saved_before_it_is_sent_and_acknowledged()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await ada.ToolAsync("text");
        await ada.ClickAsync(-100, 0);
        await ada.Page.Keyboard.TypeAsync("Hall");
        Assert.NotEqual("saved", await ada.Mark.GetAttributeAsync("data-state"));
        await ada.SavedAsync();
        Assert.Contains("Hall</text>", await ada.ExportAsync(id), StringComparison.Ordinal);
    }
}
