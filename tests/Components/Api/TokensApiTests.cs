using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Engine;
using Svgx.Web.Identity;

namespace Svgx.Tests.Components.Api;

public class TokensApiTests(RunningApp app)
{
    [Fact, Trait("Rule", "K15")]
    public async Task Ones_tokens_are_listed_without_the_token_and_can_be_taken_back()
    {
        var (_, ada) = await app.NewPersonAsync();
        var (_, ben) = await app.NewPersonAsync("Ben");
        var made = await ReadAsync(await ada.PostAsJsonAsync("/api/tokens", new { role = "viewer", expires_in = 600 }));
        var id = made.GetProperty("token_id").GetString();
        var text = await ada.GetStringAsync("/api/tokens");
        Assert.DoesNotContain(made.GetProperty("token").GetString()!, text, StringComparison.Ordinal);
        var entry = Assert.Single(JsonDocument.Parse(text).RootElement.EnumerateArray());
        Assert.Equal(id, entry.GetProperty("token_id").GetString());
        Assert.Equal("viewer", entry.GetProperty("role").GetString());
        Assert.Equal(JsonValueKind.Null, entry.GetProperty("revoked_at").ValueKind);

        var tool = app.Anonymous();
        tool.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.GetProperty("token").GetString());
        Assert.Equal(HttpStatusCode.OK, (await tool.GetAsync("/api/documents")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await tool.GetAsync("/api/tokens")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ben.DeleteAsync($"/api/tokens/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await ada.DeleteAsync($"/api/tokens/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await tool.GetAsync("/api/documents")).StatusCode);
        Assert.NotEqual(JsonValueKind.Null, Assert.Single((await ada.GetFromJsonAsync<JsonElement>("/api/tokens")).EnumerateArray()).GetProperty("revoked_at").ValueKind);
    }

    [Fact, Trait("Rule", "K17")]
    public async Task Only_an_administrator_as_of_now_handles_keys_and_the_tokens_of_others()
    {
        var (root, admin) = await app.NewAdminAsync(); // first, or the other might be the first account, which is an administrator's
        var (ada, http) = await app.NewPersonAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/api/keys")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.PostAsJsonAsync("/api/tokens/revoke", new { user_id = root.Id })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await app.WithTokenAsync(root, role: DocumentRole.Owner)).GetAsync("/api/keys")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Anonymous().GetAsync("/api/keys")).StatusCode);

        var made = (await ReadAsync(await admin.PostAsync("/api/keys/rotate", null))).GetProperty("key_id").GetString();
        var keys = await admin.GetFromJsonAsync<JsonElement>("/api/keys");
        Assert.Equal(made, keys[0].GetProperty("key_id").GetString());
        Assert.DoesNotContain("secret", keys.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.DeleteAsync($"/api/keys/{made}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.DeleteAsync("/api/keys/nothing")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsJsonAsync("/api/tokens/revoke", new { })).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/documents")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsJsonAsync("/api/tokens/revoke", new { user_id = ada.Id })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/documents")).StatusCode);

        await using (var scope = app.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
            await users.RemoveFromRoleAsync((await users.FindByIdAsync(root.Id))!, "Admin");
        }
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.GetAsync("/api/keys")).StatusCode);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
