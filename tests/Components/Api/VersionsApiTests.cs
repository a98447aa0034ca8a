using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;

namespace Svgx.Tests.Components.Api;

public class VersionsApiTests(RunningApp app)
{
    private CollaborationEngine Engine => app.Services.GetRequiredService<CollaborationEngine>();

    [Fact, Trait("Rule", "H22"), Trait("Rule", "V18")]
    public async Task The_content_is_read_now_at_a_revision_at_a_time_and_of_a_version()
    {
        var (ada, http, id) = await DrawnAsync();
        var version = (await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/versions", """{"name":"Begun","tags":["draft"]}""", 201)).GetProperty("version_id").GetString();
        var then = DateTime.UtcNow;
        await DoAsync(id, ada, "update", "wall", """{"fill":"red"}""");
        foreach (var kind in new[] { "svg", "content" })
        {
            foreach (var (query, fill, revision) in new[] { ("", "red", 2), ("?revision=1", "white", 1), ($"?version={version}", "white", 1), ($"?time={Uri.EscapeDataString(then.ToString("O"))}", "white", 1), ("?branch=main", "red", 2) })
            {
                using var answer = await http.GetAsync(new Uri($"/api/documents/{id}/{kind}{query}", UriKind.Relative));
                Assert.Contains(fill, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                Assert.Equal(revision.ToString(System.Globalization.CultureInfo.InvariantCulture), Assert.Single(answer.Headers.GetValues("Svgx-Revision")));
                Assert.Equal("private, no-cache", answer.Headers.CacheControl!.ToString().Replace("no-cache, private", "private, no-cache", StringComparison.Ordinal));
            }
            await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/{kind}?revision=1&version={version}", null, 400);
            await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/{kind}?revision=99", null, 400);
            await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/{kind}?branch=nowhere", null, 404);
            await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/{kind}?version={new string('0', 64)}", null, 404);
        }
    }

    [Fact, Trait("Rule", "H22")]
    public async Task Versions_are_listed_page_by_page_and_labelled()
    {
        var (_, http, id) = await DrawnAsync();
        for (var i = 1; i <= 3; i++)
            await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/versions", $$"""{"name":"v{{i}}"}""", 201);
        var page = await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/versions?limit=2", null, 200);
        Assert.Equal(["v3", "v2"], page.GetProperty("versions").EnumerateArray().Select(Name));
        page = await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/versions?limit=2&before={page.GetProperty("next").GetInt64()}", null, 200);
        var first = Assert.Single(page.GetProperty("versions").EnumerateArray());
        var version = first.GetProperty("version_id").GetString();
        await SendAsync(http, HttpMethod.Patch, $"/api/documents/{id}/versions/{version}", """{"name":"Renamed","tags":["a","b"],"metadata":{"k":"v"}}""", 200);
        var labelled = await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/versions/{version}", null, 200);
        Assert.Equal(("Renamed", 2, "v"), (Name(labelled), labelled.GetProperty("tags").GetArrayLength(), labelled.GetProperty("metadata").GetProperty("k").GetString()));
        await SendAsync(http, HttpMethod.Patch, $"/api/documents/{id}/versions/{version}", $$"""{"name":"{{new string('x', 5_000)}}"}""", 400);
        Assert.Equal("Renamed", Name(await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/versions/{version}", null, 200)));

        static string? Name(JsonElement version) => version.GetProperty("name").GetString();
    }

    [Fact, Trait("Rule", "H22")]
    public async Task Single_elements_come_back_from_a_revision_and_their_history_says_so()
    {
        var (ada, http, id) = await DrawnAsync();
        await DoAsync(id, ada, "create", "door", "{}");
        await DoAsync(id, ada, "update", "wall", """{"fill":"red"}""");
        await DoAsync(id, ada, "update", "door", """{"fill":"red"}""");
        await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/restore", """{"from":"main@2","element_ids":["wall"]}""", 200);
        var svg = await http.GetStringAsync(new Uri($"/api/documents/{id}/svg", UriKind.Relative));
        Assert.Contains("white", svg, StringComparison.Ordinal);
        Assert.Contains("red", svg, StringComparison.Ordinal);
        await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/restore", """{"from":"main@2","element_ids":[]}""", 400);
        await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/restore", """{"from":"@@"}""", 400);

        var history = await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/elements/wall/history?limit=2", null, 200);
        var events = history.GetProperty("events").EnumerateArray().ToArray();
        Assert.Equal("restore:2", events[0].GetProperty("origin").GetString());
        Assert.Equal(("red", "white"), (events[0].GetProperty("attributes")[0].GetProperty("from").GetString(), events[0].GetProperty("attributes")[0].GetProperty("to").GetString()));
        var older = await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/elements/wall/history?cursor={history.GetProperty("next").GetString()}", null, 200);
        Assert.Equal("added", Assert.Single(older.GetProperty("events").EnumerateArray()).GetProperty("kind").GetString());
        await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/elements/wall/history?cursor=nonsense", null, 400);
    }

    [Fact, Trait("Rule", "H22")]
    public async Task A_branch_is_previewed_merged_with_decisions_and_deleted()
    {
        var (ada, http, id) = await DrawnAsync();
        await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/branches", """{"name":"draft","from":"main@1"}""", 201);
        await DoAsync(id, ada, "update", "wall", """{"fill":"red"}""");
        await DoAsync(id, ada, "update", "wall", """{"fill":"blue"}""", "draft");
        await DoAsync(id, ada, "create", "door", "{}", "draft");
        var preview = await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/branches/draft/merge?preview=true", "{}", 200);
        var clash = Assert.Single(preview.GetProperty("clashes").EnumerateArray());
        Assert.Equal(("wall", "fill"), (clash.GetProperty("element_id").GetString(), clash.GetProperty("name").GetString()));
        Assert.DoesNotContain("door", await http.GetStringAsync(new Uri($"/api/documents/{id}/svg", UriKind.Relative)), StringComparison.Ordinal);
        await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/branches/draft/merge", """{"resolutions":[{"choice":"sideways"}]}""", 400);
        var merged = await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/branches/draft/merge", """{"resolutions":[{"element_id":"wall","name":"fill","choice":"source"}]}""", 200);
        Assert.Equal(2, merged.GetProperty("version").GetProperty("parents").GetArrayLength());
        var svg = await http.GetStringAsync(new Uri($"/api/documents/{id}/svg", UriKind.Relative));
        Assert.Contains("door", svg, StringComparison.Ordinal);
        Assert.Contains("blue", svg, StringComparison.Ordinal);

        await SendAsync(http, HttpMethod.Delete, $"/api/documents/{id}/branches/main", null, 400);
        await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/branches/draft/purge", null, 400); // it is not deleted
        await SendAsync(http, HttpMethod.Delete, $"/api/documents/{id}/branches/draft", null, 200);
        await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/branches/draft/merge", "{}", 404);
        Assert.Equal("main", Assert.Single((await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/branches", null, 200)).EnumerateArray()).GetProperty("name").GetString());
        Assert.True((await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/branches/draft/purge", null, 200)).TryGetProperty("purged_at", out _));
        Assert.Equal(2, (await SendAsync(http, HttpMethod.Get, $"/api/documents/{id}/branches?deleted=true", null, 200)).GetArrayLength());
        Assert.True((await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/verify", null, 200)).GetProperty("intact").GetBoolean());
    }

    [Fact, Trait("Rule", "H22")]
    public async Task Viewers_look_and_change_nothing_and_strangers_find_nothing()
    {
        var (ada, http, id) = await DrawnAsync();
        var version = (await SendAsync(http, HttpMethod.Post, $"/api/documents/{id}/versions", "{}", 201)).GetProperty("version_id").GetString();
        var token = await app.Services.GetRequiredService<TokenIssuer>().IssueAsync(new(ada, null, id, DocumentRole.Viewer, null, null));
        var viewer = app.Anonymous();
        viewer.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        var (_, stranger) = await app.NewPersonAsync("Ben");
        foreach (var path in new[] { "content", "svg", "versions", $"versions/{version}", $"diff?from={version}", "branches", "elements/wall/history" })
        {
            await SendAsync(viewer, HttpMethod.Get, $"/api/documents/{id}/{path}", null, 200);
            await SendAsync(stranger, HttpMethod.Get, $"/api/documents/{id}/{path}", null, 404);
        }
        foreach (var (method, path, body) in new[]
        {
            (HttpMethod.Post, "versions", "{}"), (HttpMethod.Patch, $"versions/{version}", "{}"), (HttpMethod.Post, $"versions/{version}/revert", null), (HttpMethod.Post, "restore", """{"from":"main@1"}"""),
            (HttpMethod.Post, "branches", """{"name":"draft"}"""), (HttpMethod.Delete, "branches/draft", null), (HttpMethod.Post, "branches/draft/purge", null), (HttpMethod.Post, "branches/draft/merge", "{}"),
        })
        {
            await SendAsync(viewer, method, $"/api/documents/{id}/{path}", body, 403);
            await SendAsync(stranger, method, $"/api/documents/{id}/{path}", body, 404);
        }
    }

    /// <summary>A document with a white wall, at revision 1.</summary>
    private async Task<(string UserId, HttpClient Http, Guid Id)> DrawnAsync()
    {
        var (ada, http) = await app.NewPersonAsync();
        var id = await app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        await DoAsync(id, ada.Id, "create", "wall", """{"fill":"white"}""");
        return (ada.Id, http, id);
    }

    private async Task DoAsync(Guid id, string user, string type, string element, string data, string branch = "main") =>
        Assert.IsType<SubmitOutcome.Accepted>(await Engine.SendOperationAsync(id, user, new(null, type, element, JsonElement.Parse(data)), branch));

    private static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, string? body, int status)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.StartsWith('{') || text.StartsWith('[') ? JsonDocument.Parse(text).RootElement : default;
    }
}
