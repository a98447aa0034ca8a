using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Svgx.Collaboration.Engine;
using Svgx.Web.Documents;

namespace Svgx.Tests.Components.Api;

public class DocumentsApiTests(RunningApp app)
{
    private const string Lamp = """<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><title>Lamp</title><rect id="a" width="4" height="4" onclick="alert(1)"/><script>alert(2)</script></svg>""";

    [Theory, Trait("Rule", "W2")]
    [InlineData("GET", "/api/documents")]
    [InlineData("POST", "/api/documents")]
    [InlineData("GET", "/api/documents/3f0c6f9e-1111-4222-8333-444455556666/svg")]
    [InlineData("POST", "/api/tokens")]
    public async Task Without_a_sign_in_the_api_answers_401_as_a_problem_and_never_a_redirect(string method, string path)
    {
        using var answer = await app.Anonymous().SendAsync(new(new(method), path));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("sign_in_required", await CodeAsync(answer));
    }

    [Fact, Trait("Rule", "W2")]
    public async Task A_tampered_token_is_no_sign_in()
    {
        var http = app.Anonymous();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "svgx1.k.e30.AAAA");

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/documents")).StatusCode);
    }

    [Fact, Trait("Rule", "W3")]
    public async Task An_import_answers_with_id_name_revision_and_what_was_removed()
    {
        var (_, http) = await app.NewPersonAsync();

        using var answer = await http.PostAsync("/api/documents", Svg(Lamp));
        var created = await JsonAsync(answer);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("Lamp", created.GetProperty("name").GetString());
        Assert.Equal(0, created.GetProperty("revision").GetInt64());
        Assert.Equal((2, 0), (created.GetProperty("removed").GetArrayLength(), created.GetProperty("more_removed").GetInt32()));
        Assert.All(created.GetProperty("removed").EnumerateArray(), part => Assert.NotEqual("", part.GetProperty("why").GetString()));
        var svg = await http.GetStringAsync($"/api/documents/{created.GetProperty("id").GetString()}/svg");
        Assert.Contains("<title>Lamp</title>", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("alert", svg, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "D11")]
    public async Task An_import_names_the_first_parts_that_were_removed_and_counts_the_rest()
    {
        var (_, http) = await app.NewPersonAsync();
        using var answer = await http.PostAsync("/api/documents", Svg($"<svg xmlns=\"http://www.w3.org/2000/svg\">{string.Concat(Enumerable.Repeat("<script/>", 1_250))}</svg>"));
        var created = await JsonAsync(answer);
        Assert.Equal((100, 1_150), (created.GetProperty("removed").GetArrayLength(), created.GetProperty("more_removed").GetInt32()));
    }

    [Theory, Trait("Rule", "W3")]
    [InlineData("?name=Desk%20lamp", Lamp, "Desk lamp")]
    [InlineData("", """<svg xmlns="http://www.w3.org/2000/svg"/>""", "Untitled")]
    [InlineData("?name=%20", "", "Untitled")]
    public async Task The_name_is_the_one_asked_for_else_the_title_else_Untitled(string query, string body, string name)
    {
        var (_, http) = await app.NewPersonAsync();

        Assert.Equal(name, (await JsonAsync(await http.PostAsync($"/api/documents{query}", Svg(body)))).GetProperty("name").GetString());
    }

    [Fact, Trait("Rule", "W4")]
    public async Task A_malformed_file_is_refused_with_line_and_column()
    {
        var (_, http) = await app.NewPersonAsync();

        using var answer = await http.PostAsync("/api/documents", Svg("<svg xmlns=\"http://www.w3.org/2000/svg\">\n  <rect\n</svg>"));
        var problem = await JsonAsync(answer);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(3, problem.GetProperty("line").GetInt32());
        Assert.True(problem.GetProperty("column").GetInt32() > 0);
        Assert.NotEqual("", problem.GetProperty("code").GetString());
    }

    [Fact, Trait("Rule", "W4")]
    public async Task A_file_over_20_MiB_is_refused_as_too_large()
    {
        var (_, http) = await app.NewPersonAsync();

        using var answer = await http.PostAsync("/api/documents", new ByteArrayContent(new byte[(20 << 20) + 1]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("too_large", await CodeAsync(answer));
    }

    [Theory, Trait("Rule", "W5")]
    [InlineData("{")]
    [InlineData("{\"role\":\"king\"}")]
    [InlineData("{\"expires_in\":-1}")]
    public async Task A_request_that_is_not_understood_is_a_problem_with_a_code(string body)
    {
        var (_, http) = await app.NewPersonAsync();

        using var answer = await http.PostAsync("/api/tokens", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotEqual("", await CodeAsync(answer));
    }

    [Fact, Trait("Rule", "W6")]
    public async Task A_document_is_its_owners_alone_until_it_is_shared_and_again_afterwards()
    {
        var (_, owner) = await app.NewPersonAsync();
        var (guest, other) = await app.NewPersonAsync("Grace");
        var path = await NewDocumentAsync(owner);

        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"{path}/svg")).StatusCode);
        (await owner.PutAsJsonAsync($"{path}/people/{guest.Email}", new { role = "viewer" })).EnsureSuccessStatusCode();
        Assert.Equal("viewer", (await JsonAsync(await other.GetAsync(path))).GetProperty("role").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await other.PatchAsJsonAsync(path, new { name = "Mine" })).StatusCode);
        (await owner.PutAsJsonAsync($"{path}/people/{guest.Email}", new { role = "editor" })).EnsureSuccessStatusCode();
        (await other.PatchAsJsonAsync(path, new { name = "Ours" })).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.Forbidden, (await other.DeleteAsync(path)).StatusCode);
        (await owner.DeleteAsync($"{path}/people/{guest.Email}")).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(path)).StatusCode);
    }

    [Theory, Trait("Rule", "W6")]
    [InlineData(DocumentRole.Owner)]
    [InlineData((DocumentRole)99)]
    public async Task Nobody_gets_more_than_an_editors_role(DocumentRole role)
    {
        var (ada, _) = await app.NewPersonAsync();
        var (ben, _) = await app.NewPersonAsync("Ben");
        var id = await app.Documents.CreateAsync(ada.Id, null, null, TestContext.Current.CancellationToken);

        var refusal = await Assert.ThrowsAsync<DocumentRefusedException>(() => app.Documents.ShareAsync(id, ada.Id, ben.Email!, role, TestContext.Current.CancellationToken));

        Assert.Equal("invalid_role", refusal.Code);
    }

    [Fact, Trait("Rule", "W6")]
    public async Task Sharing_with_somebody_unknown_says_so()
    {
        var (_, owner) = await app.NewPersonAsync();

        using var answer = await owner.PutAsJsonAsync($"{await NewDocumentAsync(owner)}/people/nobody@example.org", new { role = "editor" });

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("unknown_person", await CodeAsync(answer));
    }

    [Fact, Trait("Rule", "W7")]
    public async Task A_deleted_document_is_in_the_bin_and_comes_back_as_it_was()
    {
        var (_, http) = await app.NewPersonAsync();
        var path = await NewDocumentAsync(http);
        var before = await http.GetStringAsync($"{path}/svg");

        (await http.DeleteAsync(path)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(path)).StatusCode);
        Assert.Equal(0, (await JsonAsync(await http.GetAsync("/api/documents"))).GetArrayLength());
        Assert.Equal(1, (await JsonAsync(await http.GetAsync("/api/documents?bin=true"))).GetArrayLength());
        (await http.PostAsync($"{path}/bin/restore", null)).EnsureSuccessStatusCode();

        Assert.Equal(before, await http.GetStringAsync($"{path}/svg"));
    }

    [Fact, Trait("Rule", "W8")]
    public async Task A_token_reaches_its_document_in_its_role_and_nothing_else()
    {
        var (user, http) = await app.NewPersonAsync();
        var (path, otherPath) = (await NewDocumentAsync(http), await NewDocumentAsync(http));
        var tool = await app.WithTokenAsync(user, Guid.Parse(path[^36..]), DocumentRole.Viewer);

        (await tool.GetAsync($"{path}/svg")).EnsureSuccessStatusCode();
        Assert.Equal(1, (await JsonAsync(await tool.GetAsync("/api/documents"))).GetArrayLength());
        Assert.Equal(HttpStatusCode.Forbidden, (await tool.GetAsync(otherPath)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await tool.PatchAsJsonAsync(path, new { name = "X" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await tool.PostAsync("/api/documents", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await tool.PostAsJsonAsync("/api/tokens", new { })).StatusCode);
    }

    [Fact, Trait("Rule", "W9")]
    public async Task An_svg_opened_by_itself_can_neither_run_nor_load_anything()
    {
        var (_, http) = await app.NewPersonAsync();

        using var answer = await http.GetAsync($"{await NewDocumentAsync(http)}/svg");

        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType?.MediaType);
        var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("sandbox", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", string.Join(' ', answer.Headers.GetValues("X-Content-Type-Options")));
    }

    private static async Task<string> NewDocumentAsync(HttpClient http) =>
        $"/api/documents/{(await JsonAsync(await http.PostAsync("/api/documents", Svg(Lamp)))).GetProperty("id").GetString()}";

    private static StringContent Svg(string text) => new(text, Encoding.UTF8, "image/svg+xml");

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) => (await JsonAsync(answer)).GetProperty("code").GetString();
}
