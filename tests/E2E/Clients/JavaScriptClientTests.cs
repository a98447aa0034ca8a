using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Hosting;
using Svgx.Tests.E2E.Running;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.E2E.Clients;

/// <summary>The JavaScript client outside the app, in a page of its own, as an outside tool has it.</summary>
public sealed class JavaScriptClientTests(Browsers browsers)
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Folder(), "..", "..", ".."));

    [Fact, Trait("Rule", "L23"), Trait("Rule", "C9"), Trait("Rule", "C10"), Trait("Rule", "C11"), Trait("Rule", "C12"), Trait("Rule", "C15"), Trait("Rule", "C19"), Trait("Rule", "C25"), Trait("Rule", "C33"), Trait("Rule", "C35"), Trait("Rule", "C36"), Trait("Rule", "C37"), Trait("Rule", "C38"), Trait("Rule", "C40")]
    public async Task It_keeps_its_promises_when_the_server_is_slow_or_away_or_says_no()
    {
        await using var files = await ServeFilesAsync();
        await using var context = await browsers.Browser.NewContextAsync();
        var page = await OpenAsync(context, files);
        await ModuleChecks.RunAsync(page, least: 10, "await import('/tests/E2E/Clients/checks.js')");
    }

    [Fact, Trait("Rule", "D10"), Trait("Rule", "O3"), Trait("Rule", "O11")]
    public async Task It_foretells_what_the_server_makes_of_an_operation()
    {
        await using var files = await ServeFilesAsync();
        await using var context = await browsers.Browser.NewContextAsync();
        var page = await OpenAsync(context, files);
        var wrong = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const { DocumentModel, predictChanges } = await import('/src/Svgx.Web/wwwroot/client/svgx-client.js');
              const wrong = [];
              for (const folder of ['geometry', 'names']) {
                for (const vector of await (await fetch(`/tests/Data/${folder}/vectors.json`)).json()) {
                  const model = DocumentModel.from({ root: { element_id: 'root', name: 'svg', key: 'V', children: [vector.node] } });
                  const changes = predictChanges(model, { operation_type: vector.operation_type, element_id: vector.element_id ?? vector.node.element_id, data: vector.data });
                  if (JSON.stringify(changes) !== JSON.stringify(vector.changes)) wrong.push(`${vector.name}: ${JSON.stringify(changes)}`);
                }
              }
              return wrong;
            }
            """);
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact, Trait("Rule", "L20")]
    public async Task Tools_do_with_versions_branches_conflicts_and_locks_what_people_can()
    {
        var folder = Directory.CreateTempSubdirectory("svgx-client-");
        await using (var host = await CollaborationHost.StartAsync("localhost", 0, folder.FullName))
        {
            await using var files = await ServeFilesAsync();
            await using var context = await browsers.Browser.NewContextAsync();
            var page = await OpenAsync(context, files);
            await ModuleChecks.RunAsync(page, least: 5, "await import('/tests/E2E/Clients/history-checks.js')", async () =>
            {
                var drawing = await host.CreateDocumentAsync();
                return new { url = $"ws://127.0.0.1:{host.Port}/", tokens = new { ada = await host.IssueTokenAsync("ada", drawing), ben = await host.IssueTokenAsync("ben", drawing), cyd = await host.IssueTokenAsync("cyd", drawing, DocumentRole.Viewer) } };
            });
        }
        folder.Delete(recursive: true);
    }

    [Fact, Trait("Rule", "L22")]
    public async Task The_branch_sample_merges_what_it_drew_aside()
    {
        var folder = Directory.CreateTempSubdirectory("svgx-sample-");
        await using (var host = await CollaborationHost.StartAsync("localhost", 0, folder.FullName))
        {
            var drawing = await host.CreateDocumentAsync();
            await using var files = await ServeFilesAsync();
            await using var context = await browsers.Browser.NewContextAsync();
            var page = await OpenAsync(context, files);
            var said = await page.EvaluateAsync<string[]>(
                "async ([url, token]) => { const { proposal } = await import('/samples/javascript/proposal.js'); const said = []; const client = await proposal({ url, token }, line => said.push(line)); client.close(); return said; }",
                new[] { $"ws://127.0.0.1:{host.Port}/", await host.IssueTokenAsync("ada", drawing) });
            Assert.Contains(said, line => line.StartsWith("version 1 of main", StringComparison.Ordinal));
            Assert.Contains("1 element would come in, 0 clashes", said);
            Assert.Equal("merged as version 3; main has the window", said[^1]);
            Assert.Contains("<rect", await host.ReadSvgAsync(drawing), StringComparison.Ordinal);
        }
        folder.Delete(recursive: true);
    }

    [Fact, Trait("Rule", "L22")]
    public async Task The_sample_draws_through_a_real_server_and_others_see_it()
    {
        var folder = Directory.CreateTempSubdirectory("svgx-sample-");
        await using (var host = await CollaborationHost.StartAsync("localhost", 0, folder.FullName))
        {
            var drawing = await host.CreateDocumentAsync();
            await using var watcher = await ProtocolClient.ConnectAsync(host.Port);
            await watcher.SendAsync(new { type = "join", token = await host.IssueTokenAsync("ben", drawing) });
            await watcher.NextAsync("current_state");
            await using var files = await ServeFilesAsync();
            await using var context = await browsers.Browser.NewContextAsync();
            var page = await OpenAsync(context, files);
            var said = await page.EvaluateAsync<string[]>(
                "async ([url, token]) => { const { lamp } = await import('/samples/javascript/lamp.js'); const said = []; const client = await lamp({ url, token }, line => said.push(line)); client.close(); return said; }",
                new[] { $"ws://127.0.0.1:{host.Port}/", await host.IssueTokenAsync("ada", drawing) });

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
