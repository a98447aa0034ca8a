using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Engine;

namespace Svgx.Tests.Components.Api;

public class ConflictsApiTests(RunningApp app)
{
    [Fact, Trait("Rule", "F17")]
    public async Task Conflicts_are_listed_and_settled_over_http_once()
    {
        var (path, http, other) = await ClashAsync();
        var found = (await JsonAsync(await http.GetAsync($"{path}/conflicts?status=all"))).GetProperty("conflicts")[0];
        Assert.Equal(("concurrent_update", "red", "blue"), (found.GetProperty("conflict_type").GetString(), found.GetProperty("operation_1").GetProperty("values").GetProperty("fill").GetString(), found.GetProperty("operation_2").GetProperty("values").GetProperty("fill").GetString()));
        Assert.Equal(0, (await JsonAsync(await http.GetAsync($"{path}/conflicts"))).GetProperty("conflicts").GetArrayLength());
        Assert.Equal(1, (await JsonAsync(await http.GetAsync($"{path}/conflicts?status=settled"))).GetProperty("conflicts").GetArrayLength()); // by the policy
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_data"), await RefusalAsync(await http.GetAsync($"{path}/conflicts?status=closed")));
        var resolve = $"{path}/conflicts/{found.GetProperty("conflict_id").GetString()}/resolve";

        Assert.Equal((HttpStatusCode.BadRequest, "unknown_strategy"), await RefusalAsync(await http.PostAsJsonAsync(resolve, new { resolution = "coin" })));
        Assert.Equal((HttpStatusCode.NotFound, "unknown_conflict"), await RefusalAsync(await http.PostAsJsonAsync($"{path}/conflicts/none/resolve", new { resolution = "merge" })));
        var settled = await JsonAsync(await http.PostAsJsonAsync(resolve, new { resolution = "user_choice", chosen_operation_id = found.GetProperty("operation_1").GetProperty("operation_id").GetString() }));
        Assert.Equal("settled", settled.GetProperty("status").GetString());
        Assert.Equal((HttpStatusCode.Conflict, "conflict_settled"), await RefusalAsync(await other.PostAsJsonAsync(resolve, new { resolution = "merge" })));
        Assert.Contains("fill=\"red\"", await http.GetStringAsync($"{path}/svg"), StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "F16")]
    public async Task The_owner_sets_the_policy_and_others_read_it()
    {
        var (path, http, other) = await ClashAsync();
        var policy = (await JsonAsync(await other.GetAsync($"{path}/settings/conflicts"))).Deserialize<Dictionary<string, Dictionary<string, object?>>>()!;
        policy["concurrent"] = new() { ["strategy"] = "manual", ["time_out_seconds"] = 60, ["time_out_strategy"] = "reject" };
        Assert.Equal("manual", (await JsonAsync(await http.PutAsJsonAsync($"{path}/settings/conflicts", policy))).GetProperty("concurrent").GetProperty("strategy").GetString());
        Assert.Equal(60, (await JsonAsync(await other.GetAsync($"{path}/settings/conflicts"))).GetProperty("concurrent").GetProperty("time_out_seconds").GetDouble());
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), await RefusalAsync(await other.PutAsJsonAsync($"{path}/settings/conflicts", policy)));
        policy["concurrent"]["time_out_seconds"] = 1e300;
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_data"), await RefusalAsync(await http.PutAsJsonAsync($"{path}/settings/conflicts", policy)));
        policy["concurrent"]["time_out_seconds"] = 60;
        policy["deletion"]["strategy"] = "merge";
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_data"), await RefusalAsync(await http.PutAsJsonAsync($"{path}/settings/conflicts", policy)));
    }

    /// <summary>A document of two people who have filled one rectangle unseen by each other; the owner and the other.</summary>
    private async Task<(string Path, HttpClient Owner, HttpClient Other)> ClashAsync()
    {
        var (ada, http) = await app.NewPersonAsync();
        var (ben, other) = await app.NewPersonAsync("Ben");
        var svg = new StringContent("""<svg xmlns="http://www.w3.org/2000/svg"><rect id="a" width="4" height="4"/></svg>""", Encoding.UTF8, "image/svg+xml");
        var id = (await JsonAsync(await http.PostAsync("/api/documents", svg))).GetProperty("id").GetGuid();
        (await http.PutAsJsonAsync($"/api/documents/{id}/people/{ben.Email}", new { role = "editor" })).EnsureSuccessStatusCode();
        var engine = app.Services.GetRequiredService<CollaborationEngine>();
        Assert.IsType<SubmitOutcome.Accepted>(await engine.SendOperationAsync(id, ada.Id, Fill("red")));
        Assert.IsType<SubmitOutcome.Accepted>(await engine.SendOperationAsync(id, ben.Id, Fill("blue")));
        return ($"/api/documents/{id}", http, other);
    }

    private static OperationRequest Fill(string color) => new(null, "update", "a", JsonElement.Parse($$"""{"fill":"{{color}}"}"""), BaseRevision: 0);

    private static async Task<(HttpStatusCode, string?)> RefusalAsync(HttpResponseMessage answer) => (answer.StatusCode, (await JsonAsync(answer)).GetProperty("code").GetString());

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();
}
