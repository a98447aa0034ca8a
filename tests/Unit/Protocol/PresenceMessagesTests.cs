using System.Text.Json;

namespace Svgx.Tests.Unit.Protocol;

public sealed class PresenceMessagesTests
{
    [Fact, Trait("Rule", "R12")]
    public async Task A_client_that_asks_for_changes_gets_the_whole_list_once_and_then_what_is_different()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann", null, "presence_changes");
        var first = (await ann.NextAsync("presence_update")).GetProperty("active_users");
        Assert.Equal("ann", first[0].GetProperty("user_id").GetString());

        await using var bob = await host.JoinAsync("bob");
        var came = await ChangeAsync(ann, change => Is(change, "bob"));
        Assert.Equal("bob", came.GetProperty("username").GetString());
        Assert.Equal("online", came.GetProperty("status").GetString());

        await bob.SendAsync(new { type = "activity", cursor_position = new { x = 1.5, y = 2 }, viewport = new { x = 0, y = 0, width = 100, height = 50 } });
        var moved = await ChangeAsync(ann, change => Is(change, "bob") && change.TryGetProperty("sessions", out var sessions) && sessions[0].TryGetProperty("cursor_position", out _));
        Assert.False(moved.TryGetProperty("username", out _));
        Assert.Equal(1.5, moved.GetProperty("sessions")[0].GetProperty("cursor_position").GetProperty("x").GetDouble());
        Assert.Equal(50, moved.GetProperty("sessions")[0].GetProperty("viewport").GetProperty("height").GetDouble());
        Assert.False(moved.GetProperty("sessions")[0].TryGetProperty("selection", out _));

        await bob.SendAsync(new { type = "activity", cursor_position = (object?)null });
        moved = await ChangeAsync(ann, change => Is(change, "bob"));
        Assert.Equal(JsonValueKind.Null, moved.GetProperty("sessions")[0].GetProperty("cursor_position").ValueKind);
        Assert.False(moved.GetProperty("sessions")[0].TryGetProperty("viewport", out _));

        await bob.SendAsync(new { type = "leave" });
        JsonElement message;
        do
            message = await ann.NextAsync("presence_changes");
        while (message.GetProperty("left").GetArrayLength() == 0);
        Assert.Equal("bob", message.GetProperty("left")[0].GetString());
    }

    [Fact, Trait("Rule", "R12")]
    public async Task The_plain_client_gets_the_whole_list_each_time()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann");
        await using var bob = await host.JoinAsync("bob");
        await bob.SendAsync(new { type = "activity", cursor_position = new { x = 1, y = 2 } });

        JsonElement users;
        do
            users = (await ann.NextAsync("presence_update")).GetProperty("active_users");
        while (!users.EnumerateArray().Any(user => Is(user, "bob") && user.TryGetProperty("cursor_position", out _)));
        Assert.Equal(2, users.GetArrayLength());
        var shown = users.EnumerateArray().Single(user => Is(user, "bob"));
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("latency_ms").ValueKind);
        Assert.Equal("unknown", shown.GetProperty("connection").GetString());
    }

    [Fact, Trait("Rule", "R9")]
    public async Task A_lost_connection_is_offline_to_the_others()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann", null, "presence_changes");
        var bob = await host.JoinAsync("bob");
        await ChangeAsync(ann, change => Is(change, "bob"));

        await bob.DisposeAsync();

        var lost = await ChangeAsync(ann, change => Is(change, "bob") && change.TryGetProperty("status", out var status) && status.GetString() == "offline");
        Assert.Equal(0, lost.GetProperty("sessions").GetArrayLength());
    }

    [Theory, Trait("Rule", "R10")]
    [InlineData("""{"type":"ping","rtt_ms":180.4}""")]
    [InlineData("""{"type":"activity","rtt_ms":180.4}""")]
    public async Task A_round_trip_that_a_client_measured_is_shown_as_the_quality_of_its_connection(string message)
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann", null, "presence_changes");
        await ann.SendTextAsync(message);

        var change = await ChangeAsync(ann, change => change.TryGetProperty("latency_ms", out var latency) && latency.ValueKind == JsonValueKind.Number);

        Assert.Equal(180, change.GetProperty("latency_ms").GetInt32());
        Assert.Equal("fair", change.GetProperty("connection").GetString());
    }

    [Theory, Trait("Rule", "P1")]
    [InlineData("""{"type":"activity","rtt_ms":-1}""")]
    [InlineData("""{"type":"ping","rtt_ms":60001}""")]
    [InlineData("""{"type":"activity","rtt_ms":"fast"}""")]
    [InlineData("""{"type":"activity","viewport":{"x":0,"y":0,"width":0,"height":1}}""")]
    [InlineData("""{"type":"activity","viewport":{"x":0,"y":0,"width":1e300,"height":1}}""")]
    [InlineData("""{"type":"activity","following":5}""")]
    [InlineData("""{"type":"activity_log","before":"x"}""")]
    public async Task A_mistyped_field_of_presence_is_refused_by_name(string message)
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann");

        await ann.SendTextAsync(message);

        Assert.Equal("invalid_message", await ann.ErrorCodeAsync());
    }

    [Fact, Trait("Rule", "A4")]
    public async Task The_activity_log_is_asked_for_by_message()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann");
        await ann.SendAsync(new { type = "operation", operation_type = "create", element_id = "a", operation_id = "op-1" });
        await ann.OperationAsync("op-1");

        await ann.SendAsync(new { type = "activity_log", user_id = "ann", limit = 1, request_id = "r1" });

        var answer = await ann.NextAsync("activity_log");
        Assert.Equal("r1", answer.GetProperty("request_id").GetString());
        var entry = Assert.Single(answer.GetProperty("entries").EnumerateArray());
        Assert.Equal(("operation", "create", "a", 1), (entry.GetProperty("kind").GetString(), entry.GetProperty("detail").GetString(), entry.GetProperty("element_ids")[0].GetString(), entry.GetProperty("count").GetInt32()));
    }

    private static bool Is(JsonElement user, string id) => user.GetProperty("user_id").GetString() == id;

    private static async Task<JsonElement> ChangeAsync(ProtocolClient client, Func<JsonElement, bool> matches)
    {
        while (true)
        {
            foreach (var change in (await client.NextAsync("presence_changes")).GetProperty("changed").EnumerateArray())
            {
                if (matches(change))
                    return change;
            }
        }
    }
}
