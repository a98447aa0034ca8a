using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Svgx.Collaboration.Engine;

namespace Svgx.Tests.Components.Api;

public class CommentsApiTests(RunningApp app)
{
    [Fact, Trait("Rule", "T14")]
    public async Task A_program_does_over_http_all_that_people_do_with_comments()
    {
        var (_, http) = await app.NewPersonAsync();
        var id = (await JsonAsync(await http.PostAsync("/api/documents?name=Lamp", null))).GetProperty("id").GetString();
        var comments = $"/api/documents/{id}/comments";

        var created = await http.PostAsJsonAsync(comments, new { comment_id = "c1", anchor = new { x = 1.5, y = 2 }, text = "Too dark" });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("c1", (await JsonAsync(created)).GetProperty("thread_id").GetString());
        Assert.Equal(HttpStatusCode.Created, (await http.PostAsJsonAsync($"{comments}/c1/replies", new { comment_id = "c2", text = "Much" })).StatusCode);
        Assert.Equal("Much!", (await JsonAsync(await http.PatchAsJsonAsync($"{comments}/c2", new { text = "Much!" }))).GetProperty("comments")[1].GetProperty("text").GetString());
        Assert.True((await JsonAsync(await http.PostAsync($"{comments}/c1/resolve", null))).GetProperty("resolved").GetBoolean());
        Assert.False((await JsonAsync(await http.PostAsync($"{comments}/c1/reopen", null))).GetProperty("resolved").GetBoolean());
        Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync($"{comments}/c2")).StatusCode);
        Assert.Equal("Much!", (await JsonAsync(await http.PostAsync($"{comments}/c2/restore", null))).GetProperty("comments")[1].GetProperty("text").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await http.PostAsJsonAsync($"{comments}/read", new { thread_id = "c1" })).StatusCode);

        var list = await http.GetFromJsonAsync<JsonElement>(comments);
        Assert.Equal((7, 1, 7), (list.GetProperty("sequence").GetInt32(), list.GetProperty("threads").GetArrayLength(), list.GetProperty("read").GetProperty("c1").GetInt32()));
        Assert.Equal(0, (await http.GetFromJsonAsync<JsonElement>($"{comments}?time=2020-01-01T00:00:00Z")).GetProperty("threads").GetArrayLength());
    }

    [Fact, Trait("Rule", "T14")]
    public async Task What_does_not_fit_is_a_problem_with_a_code()
    {
        var (ada, http) = await app.NewPersonAsync();
        var (_, stranger) = await app.NewPersonAsync("Eve");
        var id = Guid.Parse((await JsonAsync(await http.PostAsync("/api/documents", null))).GetProperty("id").GetString()!);
        var comments = $"/api/documents/{id}/comments";
        await http.PostAsJsonAsync(comments, new { comment_id = "c1", anchor = new { x = 1, y = 2 }, text = "Too dark" });
        var viewer = await app.WithTokenAsync(ada, id, DocumentRole.Viewer);

        Assert.Equal((HttpStatusCode.NotFound, "document_not_found"), await ProblemAsync(await stranger.GetAsync(comments)));
        Assert.Equal((HttpStatusCode.NotFound, "document_not_found"), await ProblemAsync(await stranger.PostAsJsonAsync($"{comments}/c1/replies", new { text = "x" })));
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), await ProblemAsync(await viewer.PostAsync($"{comments}/c1/resolve", null)));
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(comments)).StatusCode);
        Assert.Equal((HttpStatusCode.NotFound, "unknown_thread"), await ProblemAsync(await http.PostAsync($"{comments}/c9/resolve", null)));
        Assert.Equal((HttpStatusCode.NotFound, "unknown_comment"), await ProblemAsync(await http.DeleteAsync($"{comments}/c9")));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_data"), await ProblemAsync(await http.PostAsJsonAsync(comments, new { text = "Nowhere" })));
        Assert.Equal((HttpStatusCode.BadRequest, "too_large"), await ProblemAsync(await http.PatchAsJsonAsync($"{comments}/c1", new { text = new string('x', 4_001) })));
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    private static async Task<(HttpStatusCode Status, string? Code)> ProblemAsync(HttpResponseMessage answer) => (answer.StatusCode, (await JsonAsync(answer)).GetProperty("code").GetString());
}
