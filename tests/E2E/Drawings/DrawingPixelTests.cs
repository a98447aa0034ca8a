using System.Text;
using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;

namespace Svgx.Tests.E2E.Drawings;

/// <summary>
/// The files of tests/Data/svg, looked at: as they came, as they are exported after an import, and as the canvas draws them. All three stand at the same place of
/// one page, one after the other.
/// </summary>
public sealed class DrawingPixelTests(Browsers browsers, SharedApp shared)
{
    /// <summary>So many files share a page and its three screenshots.</summary>
    private const int FilesPerSheet = 24;

    private static readonly string[] Ways = ["original", "export", "canvas"];

    [Fact, Trait("Rule", "X5")]
    public async Task A_file_its_export_and_its_canvas_show_the_same_pixels()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada", new() { ViewportSize = new() { Width = 1300, Height = 900 } });
        await ada.CreateAsync();
        var scope = await ada.Page.Locator(".svg-canvas").EvaluateAsync<string>("canvas => canvas.getAttributeNames().find(name => name.startsWith('b-'))");
        var shown = new Dictionary<string, string>(StringComparer.Ordinal);
        await ServeAsync(ada, app, shown);
        var folder = Path.Combine(AppContext.BaseDirectory, "Data", "svg");
        var files = Directory.EnumerateFiles(folder, "*.svg*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(files);
        var different = new List<string>();
        foreach (var sheet in files.Chunk(FilesPerSheet))
            different.AddRange(await CompareAsync(ada, app, scope, [.. sheet.Select(file => (Path.GetRelativePath(folder, file), File.ReadAllText(file)))], shown));
        Assert.True(different.Count == 0, string.Join('\n', different));
        Assert.Empty(ada.Errors);
    }

    private static Task ServeAsync(Person person, AppProcess app, Dictionary<string, string> shown) =>
        person.Page.RouteAsync($"{app.Url}/sheet/**", route =>
        {
            var name = new Uri(route.Request.Url).AbsolutePath["/sheet/".Length..];
            var (type, body) = name == "sheet.js" ? ("text/javascript", Script) : ("image/svg+xml", shown[name]);
            return route.FulfillAsync(new() { ContentType = $"{type}; charset=utf-8", BodyBytes = Encoding.UTF8.GetBytes(body) });
        });

    private static async Task<List<string>> CompareAsync(Person person, AppProcess app, string scope, (string Name, string Svg)[] files, Dictionary<string, string> shown)
    {
        var page = person.Page;
        // A page of the app itself, for its policy and its style sheets; what stood on it gives way.
        await page.GotoAsync($"{app.Url}/Account/AccessDenied");
        await page.AddScriptTagAsync(new() { Url = "/sheet/sheet.js" });
        var ids = await page.EvaluateAsync<string[]>("files => sheet.importAll(files)", files.Select(file => file.Svg));
        shown.Clear();
        for (var i = 0; i < files.Length; i++)
        {
            shown[$"original/{i}"] = files[i].Svg;
            shown[$"export/{i}"] = await person.ExportAsync(ids[i]);
        }
        await page.EvaluateAsync("([ids, scope]) => sheet.lay(ids, scope)", new object[] { ids, scope });
        var pictures = new List<byte[]>();
        foreach (var way in Ways)
        {
            await page.EvaluateAsync("way => sheet.show(way)", way);
            pictures.Add(await page.ScreenshotAsync(new() { FullPage = true }));
        }
        var different = await page.EvaluateAsync<string[]>("pictures => sheet.compare(pictures)", pictures.Select(Convert.ToBase64String));
        if (different.Length > 0 && Environment.GetEnvironmentVariable("SVGX_SCREENSHOTS") is { Length: > 0 } folder)
        {
            foreach (var (way, picture) in Ways.Zip(pictures))
                await File.WriteAllBytesAsync(Path.Combine(folder, $"{files[0].Name.Replace('/', '-')}-{way}.png"), picture);
        }
        return [.. different.Select(line => $"{files[int.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)].Name}: {line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]}")];
    }

    private static string Script => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "sheet.js"));
}
