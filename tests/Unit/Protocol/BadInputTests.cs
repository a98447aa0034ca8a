using System.Net.WebSockets;
using System.Text.Json;
using Svgx.Collaboration.Protocol;

namespace Svgx.Tests.Unit.Protocol;

public sealed class BadInputTests
{
    public static TheoryData<string, string> Faults => new()
    {
        { "{", "invalid_json" },
        { "[]", "invalid_message" },
        { """{"type":"operation","operation_type":"create","element_id":"half \ud83d"}""", "invalid_json" },
        { """{"type":"operation","operation_type":"update","element_id":"there","data":{"half \ude00":1}}""", "invalid_json" },
        { """{"type":"dance"}""", "unknown_type" },
        { """{"operation_type":"create"}""", "invalid_message" },
        { """{"type":"operation"}""", "invalid_message" },
        { """{"type":"operation","operation_type":5}""", "invalid_message" },
        { """{"type":"operation","operation_type":"explode","element_id":"root"}""", "unknown_operation_type" },
        { """{"type":"operation","operation_type":"move","element_id":"nobody","data":{"dx":1}}""", "unknown_element" },
        { """{"type":"operation","operation_type":"create","element_id":"a","data":{"x":1e400}}""", "invalid_number" },
        { """{"type":"operation","operation_type":"create","element_id":"a","data":{"x":1e12}}""", "invalid_number" },
        { """{"type":"operation","operation_type":"create","element_id":"a","data":{"x":"NaN"}}""", "invalid_number" },
        { """{"type":"operation","operation_type":"create","element_id":"there","data":{}}""", "duplicate_element_id" },
        { """{"type":"operation","operation_type":"layer_change","element_id":"group","data":{"parent_id":"there"}}""", "cycle" },
        { """{"type":"operation","operation_type":"create","element_id":"a","data":{"type":"script"}}""", "unsafe_content" },
        { """{"type":"operation","operation_type":"update","element_id":"there","data":{"onclick":"alert(1)"}}""", "unsafe_content" },
        { """{"type":"operation","operation_type":"delete","element_id":"root"}""", "root_is_fixed" },
        { """{"type":"operation","operation_id":"a b","operation_type":"create"}""", "invalid_message" },
        { """{"type":"join","token":"x"}""", "already_joined" },
        { """{"type":"sync","last_revision":-1}""", "invalid_message" },
        { """{"type":"operation","operation_type":"create","data":{"a":""" + new string('[', 1_000) + new string(']', 1_000) + "}}", "nesting_too_deep" },
    };

    [Theory, MemberData(nameof(Faults)), Trait("Rule", "P1")]
    public async Task Bad_input_gets_one_clear_error_and_the_connection_goes_on(string text, string code)
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var client = await host.JoinAsync();
        await client.SendAsync(new { type = "operation", operation_id = "g", operation_type = "create", element_id = "group", data = new { type = "g", children = new[] { new { type = "rect", element_id = "there" } } } });
        await client.OperationAsync("g");
        await using var other = await host.JoinAsync("bob");

        await client.SendTextAsync(text);
        Assert.Equal(code, await client.ErrorCodeAsync());

        await client.SendAsync(new { type = "operation", operation_id = "after", operation_type = "move", element_id = "there", data = new { dx = 1 } });
        await client.OperationAsync("after");
        Assert.Equal(2, (await other.OperationAsync("after")).GetProperty("revision").GetInt64());
    }

    [Theory, Trait("Rule", "P1")]
    [InlineData("""{"type":"ping","type":"ping"}""", "The key \"type\" stands twice in one object (line 1, byte 15).")]
    [InlineData("{\"type\":\"operation\",\n \"data\":{\"é\":{\"fill\":1},\"fill\":2,\n  \"\\u0066ill\":3}}", "The key \"fill\" stands twice in one object (line 3, byte 2).")]
    [InlineData("""{"type":"ping","aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee":1,"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee":1}""", "The key \"aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd…\" stands twice in one object (line 1, byte 70).")]
    [InlineData("""{"type":"ping",}""", "The message is not valid JSON (line 1, byte 15).")]
    public async Task What_is_no_JSON_is_answered_with_the_place_and_a_doubled_key_with_its_name(string text, string reason)
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var client = await host.JoinAsync();
        await client.SendTextAsync(text);
        var error = await client.NextAsync("error");
        Assert.Equal(("invalid_json", reason), (error.GetProperty("code").GetString(), error.GetProperty("error").GetString()));
    }

    [Fact, Trait("Rule", "P2")]
    public async Task A_binary_frame_is_refused_and_the_connection_goes_on()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var client = await host.JoinAsync();
        await client.SendBytesAsync([1, 2, 3], WebSocketMessageType.Binary);
        Assert.Equal("binary_not_supported", await client.ErrorCodeAsync());
        await client.SendAsync(new { type = "ping", request_id = "p" });
        Assert.Equal("p", (await client.NextAsync("pong")).GetProperty("request_id").GetString());
    }

    [Fact, Trait("Rule", "P3")]
    public async Task A_message_over_the_limit_closes_with_1009()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.MaxMessageBytes = 4_096);
        await using var client = await host.JoinAsync();
        await client.SendTextAsync(new string(' ', 10_000));
        Assert.Equal(1009, await client.ClosedAsync());
    }

    [Fact, Trait("Rule", "P4")]
    public async Task An_operation_before_the_join_is_refused()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendAsync(new { type = "operation", operation_type = "create" });
        Assert.Equal("not_joined", await client.ErrorCodeAsync());
    }

    [Theory, Trait("Rule", "P25")]
    [InlineData(true)]
    [InlineData(false)] // begun, and never ended
    public async Task A_message_over_16_KiB_before_the_join_closes_with_1009(bool isWhole)
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendBytesAsync(new byte[20_000], WebSocketMessageType.Text, endOfMessage: isWhole);
        Assert.Equal(1009, await client.ClosedAsync());
    }

    [Fact, Trait("Rule", "P25")]
    public async Task Before_the_join_ordinary_messages_are_answered_and_the_longest_join_fits_and_after_it_larger_messages_do()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var client = await host.ConnectAsync();
        await client.SendAsync(new { type = "operation", operation_type = "create", data = new { text = new string('x', 10_000) } });
        Assert.Equal("not_joined", await client.ErrorCodeAsync());
        var (id, name) = (new string('\u0001', 256), new string('\u0001', 100)); // each takes six bytes
        await client.SendAsync(new
        {
            type = "join",
            token = new string('x', 4_096),
            user_id = id,
            username = name,
            session_id = id[..128],
            document_id = id,
            branch = id,
            last_revision = long.MaxValue,
            features = ProtocolReader.Features,
            request_id = id[..128],
        });
        Assert.Equal("token_invalid", await client.ErrorCodeAsync());
        await client.SendAsync(new { type = "join", token = host.Token() });
        await client.NextAsync("current_state");
        await client.SendAsync(new { type = "operation", operation_id = "o", operation_type = "create", data = new { type = "text", text = new string('x', 100_000) } });
        await client.OperationAsync("o");
    }

    [Fact, Trait("Rule", "P26")]
    public void A_gesture_names_up_to_2000_elements()
    {
        Assert.True(Reads(2_000));
        Assert.False(Reads(2_001));

        static bool Reads(int count) => ProtocolReader.TryRead(JsonSerializer.SerializeToUtf8Bytes(new { type = "preview", gesture_id = "g", element_ids = Enumerable.Range(0, count).Select(i => $"e{i}") }), out _, out _);
    }

    [Theory, Trait("Rule", "R20")]
    [InlineData("""{"type":"operation","operation_type":"select","data":{"elements":["a","LONG"]}}""", "invalid_data")]
    [InlineData("""{"type":"operation","operation_type":"deselect","data":{"elements":["LONG"]}}""", "invalid_data")]
    [InlineData("""{"type":"preview","gesture_id":"g","element_ids":["a","LONG"]}""", "invalid_message")]
    public async Task An_element_id_of_more_than_256_characters_is_neither_selected_nor_shown(string text, string code)
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var client = await host.JoinAsync();
        await client.SendTextAsync(text.Replace("LONG", new string('x', 257), StringComparison.Ordinal));
        Assert.Equal(code, await client.ErrorCodeAsync());
    }

    [Fact, Trait("Rule", "P5")]
    public async Task A_missing_tampered_foreign_or_misused_token_is_refused_and_too_many_tries_close_with_4401()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var client = await host.ConnectAsync();
        var token = host.Token();
        var tampered = token[..^2] + (token[^2] == 'A' ? "BA" : "AA");
        await client.SendAsync(new { type = "join" });
        Assert.Equal("token_missing", await client.ErrorCodeAsync());
        await client.SendAsync(new { type = "join", token = tampered });
        Assert.Equal("token_invalid", await client.ErrorCodeAsync());
        await client.SendAsync(new { type = "join", token = "secure_token" });
        Assert.Equal("token_invalid", await client.ErrorCodeAsync());
        await client.SendAsync(new { type = "join", token, user_id = "somebody" });
        Assert.Equal("user_mismatch", await client.ErrorCodeAsync());
        await client.SendAsync(new { type = "join", token, document_id = Guid.NewGuid() });
        Assert.Equal("forbidden", await client.ErrorCodeAsync());
        Assert.Equal(4401, await client.ClosedAsync());
    }
}
