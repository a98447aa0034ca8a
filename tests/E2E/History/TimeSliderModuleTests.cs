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
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{app.Url}/Account/Login");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "history-module-checks.js")));
        var checks = await page.EvaluateAsync<string[]>("() => Object.keys(checks)");
        Assert.True(checks.Length >= 9, "The checks were not found.");
        var failed = new List<string>();
        foreach (var check in checks)
        {
            if (await page.EvaluateAsync<string?>("async name => { try { await checks[name](); return null; } catch (error) { return `${error.message}\\n${error.stack}`; } }", check) is { } fault)
                failed.Add($"{check}: {fault}");
        }
        Assert.True(failed.Count == 0, string.Join('\n', failed));
    }
}
