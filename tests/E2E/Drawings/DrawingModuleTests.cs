using System.Text.Json;
using System.Text.RegularExpressions;
using Svgx.Tests.E2E.Running;

namespace Svgx.Tests.E2E.Drawings;

/// <summary>The modules that draw, by themselves.</summary>
public sealed partial class DrawingModuleTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "D2"), Trait("Rule", "D3"), Trait("Rule", "C41"), Trait("Rule", "C42")]
    public async Task A_drawings_sheets_count_on_the_canvas_as_in_its_file_and_nowhere_else()
    {
        var app = await shared.StartAsync();
        await using var context = await browsers.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{app.Url}/Account/AccessDenied");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "drawing-checks.js")));
        var names = await page.EvaluateAsync<string[]>("() => Object.keys(checks)");
        Assert.True(names.Length >= 5, "The checks were not found.");
        var data = Path.Combine(AppContext.BaseDirectory, "Data");
        var font = FontFace().Match(await File.ReadAllTextAsync(Path.Combine(data, "svg", "own", "own-font.svg"))).Value;
        var vectors = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(data, "css", "vectors.json"))).RootElement.GetRawText();
        await page.EvaluateAsync("([font, vectors]) => { Object.assign(checks, { font, vectors: JSON.parse(vectors) }); }", new[] { font, vectors });
        var failed = new List<string>();
        foreach (var name in names)
        {
            if (await page.EvaluateAsync<string?>("async name => { try { await checks[name](); return null; } catch (error) { return `${error.message}\\n${error.stack}`; } }", name) is { } fault)
                failed.Add($"{name}: {fault}");
        }
        Assert.True(failed.Count == 0, string.Join('\n', failed));
    }

    [GeneratedRegex("@font-face {[^}]*}")]
    private static partial Regex FontFace();
}
