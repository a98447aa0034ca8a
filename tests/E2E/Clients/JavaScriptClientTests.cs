using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Svgx.Collaboration.Hosting;
using Svgx.Tests.E2E.Running;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.E2E.Clients;

/// <summary>The JavaScript client outside the app, in a page of its own, as an outside tool has it.</summary>
public sealed class JavaScriptClientTests(Browsers browsers)
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Folder(), "..", "..", ".."));

    [Fact, Trait("Rule", "L3")]
    public async Task It_keeps_its_promises_when_the_server_is_slow_or_away_or_says_no()
    {
        await using var files = await ServeFilesAsync();
        await using var context = await browsers.Browser.NewContextAsync();
        var page = await OpenAsync(context, files);
        var checks = await page.EvaluateAsync<string[]>("async () => Object.keys(await import('/tests/E2E/Clients/checks.js'))");
        Assert.True(checks.Length >= 10, "The checks were not found.");
        var failed = new List<string>();
        foreach (var check in checks)
        {
            var fault = await page.EvaluateAsync<string?>("async name => { try { await (await import('/tests/E2E/Clients/checks.js'))[name](); return null; } catch (error) { return `${error.message}\\n${error.stack}`; } }", check);
            if (fault is not null)
                failed.Add($"{check}: {fault}");
        }
        Assert.True(failed.Count == 0, string.Join('\n', failed));
    }

    [Fact, Trait("Rule", "L2")]
    public async Task The_sample_draws_through_a_real_server_and_others_see_it()
    {
        var folder = Directory.CreateTempSubdirectory("svgx-sample-");
        await using (var host = await CollaborationHost.StartAsync("localhost", 0, folder.FullName))
        {
            var drawing = await host.CreateDocumentAsync();
            await using var watcher = await ProtocolClient.ConnectAsync(host.Port);
            await watcher.SendAsync(new { type = "join", token = host.IssueToken("ben", drawing) });
            await watcher.NextAsync("current_state");
            await using var files = await ServeFilesAsync();
            await using var context = await browsers.Browser.NewContextAsync();
            var page = await OpenAsync(context, files);
            var said = await page.EvaluateAsync<string[]>(
                "async ([url, token]) => { const { lamp } = await import('/samples/javascript/lamp.js'); const said = []; const client = await lamp({ url, token }, line => said.push(line)); client.close(); return said; }",
                new[] { $"ws://127.0.0.1:{host.Port}/", host.IssueToken("ada", drawing) });

            Assert.Contains("2 elements with the lamp in it, the lamp at 350", said);
            Assert.Contains("saved", said);
            var seen = (await watcher.NextAsync("operations")).GetProperty("operations")[0];
            Assert.Equal("create", seen.GetProperty("operation_type").GetString());
            Assert.Equal("ada", seen.GetProperty("user_id").GetString());
        }
        folder.Delete(recursive: true);
    }

    /// <summary>The repository's files as somebody's own web server would offer them: another origin than the app's.</summary>
    private static async Task<WebApplication> ServeFilesAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var files = builder.Build();
        files.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Root) });
        files.MapGet("/", () => Results.Content("<!doctype html><title>A tool</title>", "text/html"));
        await files.StartAsync();
        return files;
    }

    private static async Task<IPage> OpenAsync(IBrowserContext context, WebApplication files)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(files.Urls.First());
        return page;
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
