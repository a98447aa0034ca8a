using Microsoft.Playwright;

namespace Svgx.Tests.E2E.Running;

/// <summary>Checks of modules by themselves, written in JavaScript: an object of functions by name, each of which throws where something is wrong.</summary>
internal static class ModuleChecks
{
    /// <summary>A plain page of the app, where <c>checks</c> of a file beside the tests are there to be run.</summary>
    public static async Task<IPage> OpenAsync(IBrowserContext context, AppProcess app, string file)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{app.Url}/Account/AccessDenied");
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, file)));
        return page;
    }

    /// <summary>Runs all and tells of every one that fails.</summary>
    /// <param name="page">A page that has them.</param>
    /// <param name="least">How many there are at least: none would pass too.</param>
    /// <param name="checks">What the object is in the page: a name, or an expression that waits for its module.</param>
    /// <param name="argument">Makes what each is called with. Default: nothing.</param>
    public static async Task RunAsync(IPage page, int least, string checks = "checks", Func<Task<object>>? argument = null)
    {
        var names = await page.EvaluateAsync<string[]>($"async () => Object.entries({checks}).filter(([, check]) => typeof check === 'function').map(([name]) => name)");
        Assert.True(names.Length >= least, "The checks were not found.");
        var failed = new List<string>();
        foreach (var name in names)
        {
            var fault = await page.EvaluateAsync<string?>(
                $$"""async ([name, argument]) => { try { await ({{checks}})[name](argument); return null; } catch (error) { return `${error.message}\n${error.stack}`; } }""",
                new object?[] { name, argument is null ? null : await argument() });
            if (fault is not null)
                failed.Add($"{name}: {fault}");
        }
        Assert.True(failed.Count == 0, string.Join('\n', failed));
    }
}
