using Svgx.Tests.E2E.Running;

namespace Svgx.Tests.E2E.Canvas;

/// <summary>The editor by itself: many drawings and commands in the time that one takes with a server.</summary>
public sealed class CanvasModuleTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "C6"), Trait("Rule", "C14"), Trait("Rule", "C18"), Trait("Rule", "C43"), Trait("Rule", "C44"), Trait("Rule", "C45"), Trait("Rule", "C46"), Trait("Rule", "C47"), Trait("Rule", "C48"), Trait("Rule", "C51"), Trait("Rule", "C52"), Trait("Rule", "C53")]
    public async Task What_is_copied_moved_painted_reordered_and_selected_is_what_was_meant()
    {
        var app = await shared.StartAsync();
        await using var context = await browsers.Browser.NewContextAsync();
        await ModuleChecks.RunAsync(await ModuleChecks.OpenAsync(context, app, "canvas-module-checks.js"), least: 4);
    }
}
