using System.Globalization;
using System.Text;
using Microsoft.Playwright;

namespace Svgx.Bench.Canvas;

/// <summary>
/// How the canvas answers to a large drawing, in a headless browser without a GPU: opening it, dragging one element, dragging all. The server has to run; the account and
/// the drawing are made here. Arguments: the server's URL, the number of elements (10000), the number of runs (5).
/// </summary>
internal static class CanvasProgram
{
    private const string Password = "a password for the bench";

    private static async Task<int> Main(string[] args)
    {
        if (args.Length == 0)
        {
            await Console.Error.WriteLineAsync("The URL of a running server is missing, as in: dotnet run -c Release --project bench/Canvas -- http://localhost:5000");
            return 2;
        }
        var url = args[0].TrimEnd('/');
        var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10_000;
        var runs = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 5;
        using var playwright = await Playwright.CreateAsync();
        var chromium = new[] { Environment.GetEnvironmentVariable("SVGX_CHROMIUM"), "/usr/bin/chromium" }.FirstOrDefault(File.Exists);
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu"] });
        var page = await (await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } })).NewPageAsync();
        page.SetDefaultTimeout(120_000);
        var id = await PrepareAsync(page, url, count);
        var drawing = $"{url}/d/{id}";
        await OpenAsync(page, drawing); // scripts and styles come from the cache from here on
        var (opened, one, all) = (new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < runs; run++)
        {
            opened.Add(await OpenAsync(page, drawing));
            one.Add(await DragAsync(page, everything: false));
            all.Add(await DragAsync(page, everything: true));
        }
        Console.WriteLine($"{count} elements, {runs} runs, Chromium {browser.Version}");
        Console.WriteLine($"open, from the address to the drawn canvas    {Told(opened)} ms");
        Console.WriteLine($"drag one, 95th percentile of its frames       {Told(one)} ms");
        Console.WriteLine($"drag all, 95th percentile of its frames       {Told(all)} ms");
        return 0;
    }

    private static string Told(List<double> figures) => string.Join(", ", figures.Order().Select(figure => figure.ToString("0.0", CultureInfo.InvariantCulture)));

    private static async Task<string> PrepareAsync(IPage page, string url, int count)
    {
        await page.GotoAsync($"{url}/Account/Register");
        await page.GetByLabel("Your name").FillAsync("Bench");
        await page.GetByLabel("E-mail").FillAsync($"bench-{Guid.NewGuid():N}@example.org");
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await page.WaitForURLAsync($"{url}/");
        var svg = new StringBuilder("""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2000 1250">""");
        var columns = (int)Math.Ceiling(Math.Sqrt(count * 1.6));
        var step = 2000.0 / columns;
        for (var i = 0; i < count; i++)
            svg.Append(CultureInfo.InvariantCulture, $"""<rect id="e{i}" x="{i % columns * step:0.##}" y="{i / columns * step:0.##}" width="{step * .7:0.##}" height="{step * .7:0.##}" fill="hsl({i * 37 % 360} 60% 60%)"/>""");
        svg.Append("</svg>");
        return await page.EvaluateAsync<string>("async body => (await (await fetch('/api/documents', { method: 'POST', headers: { 'content-type': 'image/svg+xml' }, body })).json()).id", svg.ToString());
    }

    /// <summary>From the address to the first frame with everything in it.</summary>
    private static async Task<double> OpenAsync(IPage page, string drawing)
    {
        await page.GotoAsync("about:blank");
        await page.GotoAsync(drawing, new() { WaitUntil = WaitUntilState.Commit });
        await page.Locator(".canvas-frame[data-ready]").WaitForAsync();
        return await page.EvaluateAsync<double>("() => new Promise(resolve => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))))");
    }

    /// <summary>A drag of two seconds, a movement of the mouse a frame; answers with the 95th percentile of the frames' lengths.</summary>
    private static async Task<double> DragAsync(IPage page, bool everything)
    {
        var box = (await page.Locator("#e0").BoundingBoxAsync())!;
        var (x, y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await page.Locator(".svg-canvas").FocusAsync();
        await page.Keyboard.PressAsync("Escape");
        if (everything)
            await page.Keyboard.PressAsync("Control+a");
        await page.Mouse.MoveAsync(x, y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(x + 8, y + 8);
        var p95 = await page.EvaluateAsync<double>("""
            async ([x, y]) => {
              const glass = document.querySelector('.canvas-glass'), frames = [];
              const frame = () => new Promise(requestAnimationFrame);
              let last = await frame();
              for (let i = 0; i < 120; i++) {
                glass.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, pointerId: 1, pointerType: 'mouse', buttons: 1, clientX: x + 8 + i, clientY: y + 8 + i / 2 }));
                const now = await frame();
                frames.push(now - last);
                last = now;
              }
              return frames.sort((a, b) => a - b)[Math.floor(frames.length * .95)];
            }
            """, new object[] { (double)x, (double)y });
        await page.Mouse.UpAsync();
        await page.Locator("[data-canvas-status][data-state=saved]").WaitForAsync();
        if ((await page.Locator("#e0").BoundingBoxAsync())!.X - box.X < 60)
            throw new InvalidOperationException("The drag moved nothing, so its frames say nothing.");
        await page.Locator(".svg-canvas").FocusAsync();
        await page.Keyboard.PressAsync("Control+z");
        await page.Locator("[data-canvas-status][data-state=saved]").WaitForAsync();
        return p95;
    }
}
