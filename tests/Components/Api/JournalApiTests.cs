using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;

namespace Svgx.Tests.Components.Api;

public class JournalApiTests(RunningApp app)
{
    [Fact, Trait("Rule", "H39")]
    public async Task The_journal_has_what_takes_each_operation_back_for_those_who_ask()
    {
        var (ada, http) = await app.NewPersonAsync();
        var id = await app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        var engine = app.Services.GetRequiredService<CollaborationEngine>();
        foreach (var (type, data) in new[] { ("create", """{"x":1,"fill":"white"}"""), ("update", """{"fill":"red"}"""), ("delete", "{}") })
            Assert.IsType<SubmitOutcome.Accepted>(await engine.SendOperationAsync(id, ada.Id, new(null, type, "lamp", JsonElement.Parse(data))));

        var plain = await OperationsAsync(http, $"/api/documents/{id}/operations");
        var asked = await OperationsAsync(http, $"/api/documents/{id}/operations?inverse=true");

        Assert.All(plain, operation => Assert.False(operation.TryGetProperty("inverse", out _)));
        Assert.Equal("""[{"change":"remove","element_id":"lamp"}]""", asked[0].GetProperty("inverse").GetRawText());
        Assert.Equal("""[{"change":"set","element_id":"lamp","attributes":{"fill":"white"}}]""", asked[1].GetProperty("inverse").GetRawText());
        // All the way back is where it began.
        var document = DocumentJson.Read((await engine.ReadDocumentAsync(id))!.Json);
        foreach (var operation in asked.Reverse())
            document.Apply(ChangeJson.Read(JsonSerializer.SerializeToUtf8Bytes(operation.GetProperty("inverse"))));
        Assert.Equal(await http.GetStringAsync($"/api/documents/{id}/content?revision=0"), System.Text.Encoding.UTF8.GetString(DocumentJson.Write(document)));
    }

    private static async Task<JsonElement[]> OperationsAsync(HttpClient http, string address) =>
        [.. JsonElement.Parse(await http.GetStringAsync(address)).GetProperty("operations").EnumerateArray()];
}
