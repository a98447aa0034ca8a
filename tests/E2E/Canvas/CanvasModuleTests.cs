using Svgx.Tests.E2E.Running;

namespace Svgx.Tests.E2E.Canvas;

/// <summary>The editor by itself: many drawings and commands in the time that one takes with a server.</summary>
public sealed class CanvasModuleTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "C14"), Trait("Rule", "C18"), Trait("Rule", "C43"), Trait("Rule", "C44"), Trait("Rule", "C45"), Trait("Rule", "C46"), Trait("Rule", "C47")]
    public async Task What_is_copied_moved_painted_and_reordered_is_what_was_meant()
    {
        var app = await shared.StartAsync();
        await using var context = await browsers.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{app.Url}/Account/Login");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "canvas-module-checks.js")));
        var checks = await page.EvaluateAsync<string[]>("() => Object.keys(checks)");
        Assert.True(checks.Length >= 4, "The checks were not found.");
        var failed = new List<string>();
        foreach (var check in checks)
        {
            if (await page.EvaluateAsync<string?>("async name => { try { await checks[name](); return null; } catch (error) { return `${error.message}\\n${error.stack}`; } }", check) is { } fault)
                failed.Add($"{check}: {fault}");
        }
        Assert.True(failed.Count == 0, string.Join('\n', failed));
    }
}
