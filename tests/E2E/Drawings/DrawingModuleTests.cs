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
        var page = await ModuleChecks.OpenAsync(context, app, "drawing-checks.js");
        var data = Path.Combine(AppContext.BaseDirectory, "Data");
        var font = FontFace().Match(await File.ReadAllTextAsync(Path.Combine(data, "svg", "own", "own-font.svg"))).Value;
        var vectors = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(data, "css", "vectors.json"))).RootElement.GetRawText();
        await page.EvaluateAsync("([font, vectors]) => { Object.assign(checks, { font, vectors: JSON.parse(vectors) }); }", new[] { font, vectors });
        await ModuleChecks.RunAsync(page, least: 5);
    }

    [GeneratedRegex("@font-face {[^}]*}")]
    private static partial Regex FontFace();
}
