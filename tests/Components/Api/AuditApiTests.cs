using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Svgx.Tests.Components.Api;

public class AuditApiTests(RunningApp app)
{
    [Fact, Trait("Rule", "S8")]
    public async Task Sign_ins_sharing_tokens_and_what_administrators_do_are_in_the_trail_without_secrets()
    {
        var (root, admin) = await app.NewAdminAsync(); // first, or another might be the first account, which is an administrator's
        var (ada, http) = await app.NewPersonAsync();
        var (ben, _) = await app.NewPersonAsync("Ben");
        await RunningApp.SubmitAsync(app.Anonymous(), "/Account/Login", "login", new() { ["Input.Email"] = ada.Email!, ["Input.Password"] = "a wrong password" });
        await RunningApp.SubmitAsync(app.Anonymous(), "/Account/Login", "login", new() { ["Input.Email"] = ada.Email!, ["Input.Password"] = RunningApp.Password });
        var document = (await (await http.PostAsync("/api/documents", null)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        await http.PutAsJsonAsync($"/api/documents/{document}/people/{ben.Email}", new { role = "viewer" });
        await http.DeleteAsync($"/api/documents/{document}/people/{ben.Email}");
        var token = await (await http.PostAsJsonAsync("/api/tokens", new { })).Content.ReadFromJsonAsync<JsonElement>();
        var key = (await (await admin.PostAsync("/api/keys/rotate", null)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key_id").GetString();
        await admin.PostAsJsonAsync("/api/tokens/revoke", new { user_id = ada.Id });

        Assert.Equal(HttpStatusCode.Forbidden, (await (await app.WithTokenAsync(ben)).GetAsync("/api/audit")).StatusCode);
        string[] expected = ["registered", "sign_in_failed", "signed_in", "shared", "unshared", "token_issued", "token_revoked"];
        JsonElement[] events = [.. (await admin.GetFromJsonAsync<JsonElement>($"/api/audit?user_id={ada.Id}&limit=1000")).GetProperty("events").EnumerateArray().Reverse()];
        Assert.Equal(expected, events.Select(entry => entry.GetProperty("kind").GetString()));
        Assert.Equal(ben.Id, events[3].GetProperty("user_id").GetString());
        Assert.Equal("viewer", events[3].GetProperty("detail").GetString());
        Assert.Equal(root.Id, events[6].GetProperty("actor_id").GetString());
        var rotated = await admin.GetFromJsonAsync<JsonElement>("/api/audit?kind=key_rotated");
        Assert.Contains(rotated.GetProperty("events").EnumerateArray(), entry => entry.GetProperty("detail").GetString() == key);
        var all = (await admin.GetStringAsync("/api/audit?limit=1000")) + rotated.GetRawText();
        Assert.DoesNotContain(token.GetProperty("token").GetString()!, all, StringComparison.Ordinal);
        // The words themselves: that a password was changed is no secret, and other tests' events may say so.
        Assert.DoesNotContain("a wrong password", all, StringComparison.Ordinal);
        Assert.DoesNotContain(RunningApp.Password, all, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "S8")]
    public async Task Refused_tokens_and_pages_of_foreign_origins_are_in_the_trail()
    {
        var (_, admin) = await app.NewAdminAsync();
        var tool = app.Anonymous();
        tool.DefaultRequestHeaders.Authorization = new("Bearer", "svgx1.made.up.token");
        Assert.Equal(HttpStatusCode.Unauthorized, (await tool.GetAsync("/api/documents")).StatusCode);
        using var connect = new HttpRequestMessage(HttpMethod.Get, "/ws");
        connect.Headers.Add("Origin", "http://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await app.Anonymous().SendAsync(connect)).StatusCode);

        foreach (var (kind, detail) in new[] { ("token_refused", "token_invalid"), ("origin_refused", "http://evil.example") })
        {
            var details = (await admin.GetFromJsonAsync<JsonElement>($"/api/audit?kind={kind}")).GetProperty("events").EnumerateArray().Select(entry => entry.GetProperty("detail").GetString()!);
            Assert.Contains(detail, details);
        }
    }
}
