using System.Text;
using System.Text.Json;

namespace Svgx.Tests.Unit.Protocol;

public sealed class VersionProtocolTests
{
    [Fact, Trait("Rule", "V16")]
    public async Task A_client_of_the_plain_protocol_saves_a_version_and_all_hear_of_it()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann");
        await using var ben = await host.JoinAsync("ben");
        await ann.SendTextAsync("""{"type":"version_control","action":"create_version","description":"Save current state"}""");
        foreach (var client in new[] { ann, ben })
        {
            var version = (await client.NextAsync("version_created")).GetProperty("version");
            Assert.Equal((1, "ann", "Save current state"), (version.GetProperty("version_number").GetInt32(), version.GetProperty("created_by").GetString(), version.GetProperty("description").GetString()));
            Assert.Equal(64, version.GetProperty("version_id").GetString()!.Length);
            Assert.EndsWith("Z", version.GetProperty("created_at").GetString(), StringComparison.Ordinal);
        }
        await using var eve = await host.ConnectAsync();
        await eve.SendAsync(new { type = "join", token = host.Token("eve") });
        Assert.Equal(1, (await eve.NextAsync("current_state")).GetProperty("version_history").GetInt32());
    }

    [Theory, Trait("Rule", "V18")]
    [InlineData("get_content", "\"revision\":0,\"version_id\":\"ID\"")]
    [InlineData("get_content", "\"revision\":0,\"time\":\"2100-01-01T00:00:00Z\"")]
    [InlineData("get_content", "\"time\":\"2100-01-01T00:00:00Z\",\"from\":\"main\"")]
    [InlineData("get_content", "")]
    [InlineData("restore", "\"revision\":0,\"from\":\"main@0\"")]
    [InlineData("restore", "\"revision\":0,\"version_id\":\"ID\",\"time\":\"2100-01-01T00:00:00Z\"")]
    [InlineData("diff", "\"from\":\"main@0\",\"version_id\":\"ID\"")]
    [InlineData("create_branch", "\"name\":\"b\",\"from\":\"main@0\",\"version_id\":\"ID\"")]
    public async Task Who_names_two_points_where_one_is_meant_is_refused(string action, string fields)
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann");
        await ann.SendTextAsync("""{"type":"version_control","action":"create_version","request_id":"v"}""");
        var version = (await ann.NextAsync("version")).GetProperty("version").GetProperty("version_id").GetString()!;
        await ann.SendTextAsync($$"""{"type":"version_control","action":"{{action}}"{{(fields.Length > 0 ? "," : "")}}{{fields.Replace("ID", version, StringComparison.Ordinal)}}}""");
        Assert.Equal("invalid_data", await ann.ErrorCodeAsync());
    }

    [Fact, Trait("Rule", "V16")]
    public async Task Every_action_is_answered_by_its_message()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann");
        await ann.SendTextAsync("""{"type":"operation","operation_type":"create","element_id":"lamp","operation_id":"o1","data":{"fill":"red"}}""");
        await ann.OperationAsync("o1");
        async Task<JsonElement> Ask(string action, string fields, string answer)
        {
            var request = Guid.NewGuid().ToString("N");
            await ann.SendTextAsync($$"""{"type":"version_control","action":"{{action}}","request_id":"{{request}}"{{(fields.Length > 0 ? "," + fields : "")}}}""");
            while (true)
            {
                var message = await ann.NextAsync();
                Assert.NotNull(message);
                if (!message.Value.TryGetProperty("request_id", out var id) || id.GetString() != request)
                    continue;
                Assert.Equal(answer, message.Value.GetProperty("type").GetString());
                return message.Value;
            }
        }
        var first = (await Ask("create_version", "\"name\":\"One\"", "version")).GetProperty("version").GetProperty("version_id").GetString()!;
        await Ask("create_branch", "\"name\":\"side\"", "branch");
        await ann.SendTextAsync("""{"type":"operation","operation_type":"update","element_id":"lamp","operation_id":"o2","data":{"fill":"green"}}""");
        await ann.OperationAsync("o2");
        await host.Engine.SendOperationAsync(host.DocumentId, "ann", new(null, "update", "lamp", JsonElement.Parse("""{"fill":"blue","stroke":"black"}""")), "side");

        var diff = (await Ask("diff", $"\"from\":\"{first}\"", "version_diff")).GetProperty("elements")[0];
        Assert.Equal(("lamp", "changed", "green"), (diff.GetProperty("element_id").GetString(), diff.GetProperty("kind").GetString(), diff.GetProperty("attributes")[0].GetProperty("to").GetString()));
        Assert.Equal("blue", (await Ask("preview_merge", "\"source\":\"side\"", "merge_preview")).GetProperty("clashes")[0].GetProperty("source").GetString());
        var merged = await Ask("merge_branch", "\"source\":\"side\",\"resolutions\":[{\"choice\":\"source\"}]", "version");
        Assert.Equal((0, 2), (merged.GetProperty("open_clashes").GetInt32(), merged.GetProperty("version").GetProperty("parents").GetArrayLength()));
        Assert.Equal(2, (await Ask("list_branches", "", "branches")).GetProperty("branches").GetArrayLength());
        Assert.Equal("merge:side", (await Ask("element_history", "\"element_id\":\"lamp\"", "element_history")).GetProperty("events")[0].GetProperty("origin").GetString());
        var content = await Ask("get_content", "\"from\":\"main@1\"", "version_content");
        Assert.Contains("red", content.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal("revert", (await Ask("revert_version", $"\"version_id\":\"{first}\"", "version")).GetProperty("version").GetProperty("kind").GetString());
        Assert.Equal("restore", (await Ask("restore", "\"revision\":2,\"element_ids\":[\"lamp\"]", "version")).GetProperty("version").GetProperty("kind").GetString());
        Assert.Equal("Two", (await Ask("label_version", $"\"version_id\":\"{first}\",\"name\":\"Two\"", "version")).GetProperty("version").GetProperty("name").GetString());
        Assert.Equal("Two", (await Ask("get_version", $"\"version_id\":\"{first}\"", "version")).GetProperty("version").GetProperty("name").GetString());
        Assert.True((await Ask("list_versions", "\"limit\":2", "versions")).GetProperty("total").GetInt32() >= 4);
        Assert.Equal("invalid_data", (await Ask("purge_branch", "\"branch\":\"side\"", "error")).GetProperty("code").GetString());
        await Ask("delete_branch", "\"branch\":\"side\"", "branch");
        Assert.True((await Ask("purge_branch", "\"branch\":\"side\"", "branch")).GetProperty("branch").TryGetProperty("purged_at", out _));
        Assert.True((await Ask("verify", "", "integrity")).GetProperty("intact").GetBoolean());
        Assert.Equal("version_not_found", (await Ask("get_version", $"\"version_id\":\"{new string('0', 64)}\"", "error")).GetProperty("code").GetString());
        Assert.Equal("branch_not_found", (await Ask("merge_branch", "\"source\":\"side\"", "error")).GetProperty("code").GetString());
        Assert.Equal("invalid_data", (await Ask("restore", "", "error")).GetProperty("code").GetString());
    }

    [Fact, Trait("Rule", "V16")]
    public async Task A_large_content_comes_in_parts()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann");
        for (var i = 0; i < 4; i++)
            await host.Engine.SendOperationAsync(host.DocumentId, "ann", new(null, "create", $"t{i}", JsonElement.Parse($$"""{"type":"text","text":"{{new string('ü', 60_000)}}"}""")));
        await ann.SendTextAsync("""{"type":"version_control","action":"get_content","revision":4,"request_id":"big"}""");
        var text = new StringBuilder();
        var parts = 1;
        for (var part = 0; part < parts; part++)
        {
            var message = await ann.NextAsync("version_content");
            Assert.Equal(part, message.GetProperty("part").GetInt32());
            Assert.True(message.GetRawText().Length < 256 << 10);
            parts = message.GetProperty("parts").GetInt32();
            text.Append(message.GetProperty("content").GetString());
        }
        Assert.True(parts > 1);
        Assert.Contains("t3", JsonElement.Parse(text.ToString()).GetProperty("root").GetRawText(), StringComparison.Ordinal);
    }
}
