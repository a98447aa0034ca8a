using Svgx.Tests.E2E.Running;

namespace Svgx.Tests.E2E.History;

/// <summary>The time slider's modules by themselves: what cannot be brought about with a real server at will.</summary>
public sealed class TimeSliderModuleTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "H32"), Trait("Rule", "H37"), Trait("Rule", "H38")]
    public async Task They_keep_their_bounds_try_again_and_follow_the_newest_wish()
    {
        var app = await shared.StartAsync();
        await using var context = await browsers.Browser.NewContextAsync();
        await ModuleChecks.RunAsync(await ModuleChecks.OpenAsync(context, app, "history-module-checks.js"), least: 9);
    }
}
