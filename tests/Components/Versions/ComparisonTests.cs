using System.Text.Json;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Versions;

namespace Svgx.Tests.Components.Versions;

public class ComparisonTests : BunitContext
{
    private readonly RunningApp _app;

    public ComparisonTests(RunningApp app)
    {
        _app = app;
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(Engine);
    }

    private CollaborationEngine Engine => _app.Services.GetRequiredService<CollaborationEngine>();

    [Fact, Trait("Rule", "H20")]
    public async Task A_comparison_lists_what_was_added_removed_and_changed_and_brings_single_elements_back()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        await DoAsync(id, ada.Id, "create", "wall", """{"fill":"white"}""");
        await DoAsync(id, ada.Id, "create", "door", "{}");
        var saved = Assert.IsType<VersionResult<DocumentVersion>.Done>(await Engine.Versions.SaveAsync(id, new(ada.Id))).Value;
        await DoAsync(id, ada.Id, "update", "wall", """{"fill":"red"}""");
        await DoAsync(id, ada.Id, "delete", "door", "{}");
        await DoAsync(id, ada.Id, "create", "lamp", "{}");

        var comparison = Compare(id, ada.Id, saved);
        comparison.WaitForElement("li[data-kind=added]");
        Assert.Equal(["added", "changed", "removed"], comparison.FindAll("li[data-kind]").Select(item => item.GetAttribute("data-kind")).Order());
        Assert.Contains("red", comparison.Find("li[data-kind=changed]").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, comparison.FindAll("input[type=checkbox]").Count); // what is new cannot be taken from the older side

        await comparison.Find("li[data-kind=removed] input").ChangeAsync(true);
        await comparison.Find(".version-compare-restore").ClickAsync();
        comparison.WaitForState(() => comparison.FindAll("li[data-kind=removed]").Count == 0);
        Assert.Single(comparison.FindAll("li[data-kind=changed]"));
    }

    [Fact, Trait("Rule", "W31")]
    public async Task What_is_restored_twice_is_restored_once()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        await DoAsync(id, ada.Id, "create", "door", "{}");
        var saved = Assert.IsType<VersionResult<DocumentVersion>.Done>(await Engine.Versions.SaveAsync(id, new(ada.Id))).Value;
        await DoAsync(id, ada.Id, "delete", "door", "{}");
        await DoAsync(id, ada.Id, "create", "lamp", "{}");
        var comparison = Compare(id, ada.Id, saved);
        await comparison.WaitForElement("li[data-kind=removed] input").ChangeAsync(true);

        await comparison.InvokeAsync(() => Task.WhenAll(new[] { 1, 2 }.Select(_ => comparison.Find(".version-compare-restore").ClickAsync()).ToList()));

        comparison.WaitForState(() => comparison.FindAll("li[data-kind=removed]").Count == 0);
        Assert.Single(comparison.FindAll("li[data-kind=added]")); // the lamp: nothing but the door was asked for
        Assert.Contains("One element is in", comparison.Find(".version-compare-done").TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "H20")]
    public async Task Two_drawings_that_are_the_same_are_told_so()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        var saved = Assert.IsType<VersionResult<DocumentVersion>.Done>(await Engine.Versions.SaveAsync(id, new(ada.Id))).Value;
        Assert.Contains("the same", Compare(id, ada.Id, saved).WaitForElement(".version-compare-empty").TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "H21")]
    public async Task The_history_of_an_element_says_who_changed_it_from_what_to_what()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        await DoAsync(id, ada.Id, "create", "wall", """{"fill":"white"}""");
        await DoAsync(id, ada.Id, "update", "wall", """{"fill":"red"}""");
        var history = Render<ElementHistory>(p => p.Add(c => c.DocumentId, id).Add(c => c.UserId, ada.Id).Add(c => c.ElementId, "wall"));
        history.WaitForState(() => history.FindAll("ol li").Count == 2);
        Assert.Contains("white", history.Find("ol li").TextContent, StringComparison.Ordinal);
        Assert.Contains("red", history.Find("ol li").TextContent, StringComparison.Ordinal);
        history.Render(p => p.Add(c => c.DocumentId, id).Add(c => c.UserId, ada.Id).Add(c => c.ElementId, null));
        Assert.Contains("Select one element", history.Find(".element-history-empty").TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "H22")]
    public async Task The_API_saves_reads_compares_and_brings_back_versions()
    {
        var (ada, http) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        await DoAsync(id, ada.Id, "create", "wall", """{"fill":"white"}""");
        var saved = await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/versions", """{"name":"Begun"}""", 201);
        var version = saved.GetProperty("version_id").GetString();
        await DoAsync(id, ada.Id, "update", "wall", """{"fill":"red"}""");
        Assert.Contains("white", await http.GetStringAsync(new Uri($"/api/documents/{id}/svg?version={version}", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains("red", await http.GetStringAsync(new Uri($"/api/documents/{id}/svg", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal("wall", (await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/diff?from={version}", null, 200)).GetProperty("elements")[0].GetProperty("element_id").GetString());
        await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/branches", """{"name":"draft"}""", 201);
        await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/branches", """{"name":"draft"}""", 409);
        await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/versions/{version}/revert", null, 200);
        Assert.Contains("white", await http.GetStringAsync(new Uri($"/api/documents/{id}/svg", UriKind.Relative)), StringComparison.Ordinal);
        await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/versions/{new string('0', 64)}", null, 404);
        Assert.Equal(0, (await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/conflicts", null, 200)).GetProperty("conflicts").GetArrayLength());
        var (_, stranger) = await _app.NewPersonAsync("Ben");
        await SendAsync(stranger, HttpMethod.Get, $"/api/documents/{id}/versions", null, 404);
    }

    private static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, string? body, int status)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private IRenderedComponent<VersionCompare> Compare(Guid id, string user, DocumentVersion version) => Render<VersionCompare>(p => p
        .Add(c => c.DocumentId, id).Add(c => c.UserId, user).Add(c => c.MayRestore, true)
        .Add(c => c.From, new("Then", new ContentPoint.Version(version.VersionId))).Add(c => c.To, new("Now", new ContentPoint.Live("main"))));

    private async Task DoAsync(Guid id, string user, string type, string element, string data) =>
        Assert.IsType<SubmitOutcome.Accepted>(await Engine.SendOperationAsync(id, user, new(null, type, element, JsonElement.Parse(data))));
}
