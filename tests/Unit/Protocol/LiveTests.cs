using System.Text;
using System.Text.Json;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;

namespace Svgx.Tests.Unit.Protocol;

public sealed class LiveTests
{
    [Fact, Trait("Rule", "P6")]
    public async Task A_client_written_from_the_specification_joins_and_its_operation_reaches_another()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.ConnectAsync();
        await ann.SendAsync(new { type = "join", user_id = "ann", username = "Ann", session_id = "s", token = host.Token() });
        var state = await ann.NextAsync("current_state");
        Assert.Equal(1, state.GetProperty("active_users").GetInt32());
        Assert.Equal(JsonValueKind.Number, state.GetProperty("pending_operations").ValueKind);
        Assert.Equal(JsonValueKind.Number, state.GetProperty("version_history").ValueKind);
        Assert.EndsWith("Z", state.GetProperty("timestamp").GetString(), StringComparison.Ordinal);
        await using var bob = await host.JoinAsync("bob");

        await ann.SendAsync(new { type = "operation", operation_type = "create", element_id = "element1", data = new { x = 100, y = 200 }, priority = 0 });
        var operation = (await bob.NextAsync("operations")).GetProperty("operations")[0];
        Assert.Equal("create", operation.GetProperty("operation_type").GetString());
        Assert.Equal("ann", operation.GetProperty("user_id").GetString());
        Assert.Equal("element1", operation.GetProperty("element_id").GetString());
        Assert.Equal(100, operation.GetProperty("data").GetProperty("x").GetInt32());

        await bob.SendAsync(new { type = "activity", current_element = "element1", cursor_position = new { x = 1, y = 2 }, status = "editing" });
        JsonElement users;
        do
            users = (await ann.NextAsync("presence_update")).GetProperty("active_users");
        while (!users.EnumerateArray().Any(user => user.GetProperty("user_id").GetString() == "bob" && user.GetProperty("status").GetString() == "editing"));
    }

    [Fact, Trait("Rule", "P7")]
    public async Task An_operation_sent_again_is_applied_once_and_acknowledged_with_its_first_revision()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var first = await host.JoinAsync("ann", null, "ack");
        var create = new { type = "operation", operation_id = "op-1", operation_type = "create", element_id = "a" };
        await first.SendAsync(create);
        Assert.Equal(1, (await first.NextAsync("ack")).GetProperty("acks")[0].GetProperty("revision").GetInt64());
        await first.SendAsync(new { type = "operation", operation_id = "op-2", operation_type = "delete", element_id = "a" });
        await first.NextAsync("ack");

        await using var again = await host.JoinAsync("ann", null, "ack");
        await again.SendAsync(create);
        Assert.Equal(1, (await again.NextAsync("ack")).GetProperty("acks")[0].GetProperty("revision").GetInt64());
        Assert.Equal(2, (await host.Engine.ReadDocumentAsync(host.DocumentId))!.Revision);
    }

    [Fact, Trait("Rule", "D11")]
    public async Task An_acknowledgement_names_the_first_parts_that_were_taken_out_and_counts_the_rest()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann", null, "ack");
        var data = Enumerable.Range(0, 250).ToDictionary(i => $"onevent{i}", _ => "bad()");
        await ann.SendAsync(new { type = "operation", operation_type = "create", element_id = "a", data });
        var ack = (await ann.NextAsync("ack")).GetProperty("acks")[0];
        Assert.Equal((100, 150), (ack.GetProperty("removed").GetArrayLength(), ack.GetProperty("more_removed").GetInt32()));
        data = new() { ["fill"] = "red", ["onclick"] = "bad()" };
        await ann.SendAsync(new { type = "operation", operation_type = "update", element_id = "a", data });
        ack = (await ann.NextAsync("ack")).GetProperty("acks")[0];
        Assert.Equal((1, false), (ack.GetProperty("removed").GetArrayLength(), ack.TryGetProperty("more_removed", out _)));
    }

    [Fact, Trait("Rule", "P8")]
    public async Task A_client_that_names_its_last_revision_gets_what_it_missed()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync();
        for (var i = 1; i <= 3; i++)
        {
            await ann.SendAsync(new { type = "operation", operation_id = $"op-{i}", operation_type = "create" });
            await ann.OperationAsync($"op-{i}");
        }
        await using var bob = await host.ConnectAsync();
        await bob.SendAsync(new { type = "join", token = host.Token("bob"), last_revision = 1 });
        Assert.Equal("operations", (await bob.NextAsync("current_state")).GetProperty("resync").GetString());
        var missed = (await bob.NextAsync("operations")).GetProperty("operations").EnumerateArray().Select(operation => operation.GetProperty("revision").GetInt64());
        Assert.Equal([2L, 3L], missed);
    }

    [Fact, Trait("Rule", "P19")]
    public async Task A_sync_from_too_far_back_is_answered_with_the_whole_drawing()
    {
        await using var host = await ProtocolHost.StartAsync(configureEngine: options => options.ResyncLimit = 1);
        await using var ann = await host.JoinAsync("ann", null, "document");
        await ann.NextAsync("document");
        for (var i = 1; i <= 3; i++)
        {
            await ann.SendAsync(new { type = "operation", operation_id = $"op-{i}", operation_type = "create" });
            await ann.OperationAsync($"op-{i}");
        }
        await ann.SendAsync(new { type = "sync", last_revision = 1 });
        var document = await ann.NextAsync("document");
        Assert.Equal(3, document.GetProperty("revision").GetInt64());
        Assert.Equal("main", document.GetProperty("branch").GetString());
    }

    [Fact, Trait("Rule", "P9")]
    public async Task A_drawing_of_thirty_megabytes_reaches_a_client_whole()
    {
        await using var host = await ProtocolHost.StartAsync();
        var drawing = Document.CreateEmpty();
        drawing.Apply([new InsertNode("root", new("V", "big", "text", SvgElement.SvgNamespace, [], [new CharacterContent("V", CharacterKind.Text, string.Concat(Enumerable.Repeat("zähl\"<mal>\n", 3_000_000)))]))]);
        var id = await host.Engine.CreateDocumentAsync(drawing);
        await using var client = await host.ConnectAsync();
        var token = host.Token();
        await client.SendAsync(new { type = "join", token, features = new[] { "document" } });
        await client.NextAsync("current_state");
        var small = await client.NextAsync("document");
        Assert.Equal(1, small.GetProperty("parts").GetInt32());
        await using var reader = await host.ConnectAsync();
        host.UseDocument(id);
        await reader.SendAsync(new { type = "join", token = host.Token(), features = new[] { "document" } });
        var text = new StringBuilder();
        int part, parts;
        do
        {
            var message = await reader.NextAsync("document");
            (part, parts) = (message.GetProperty("part").GetInt32(), message.GetProperty("parts").GetInt32());
            text.Append(message.GetProperty("content").GetString());
        }
        while (part < parts - 1);
        Assert.Equal(SvgWriter.ToText(drawing), SvgWriter.ToText(DocumentJson.Read(Encoding.UTF8.GetBytes(text.ToString()))));
    }

    [Fact, Trait("Rule", "P10")]
    public async Task A_viewers_edit_is_refused_and_changes_nothing()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var viewer = await host.JoinAsync("eve", DocumentRole.Viewer);
        await viewer.SendAsync(new { type = "operation", operation_type = "create" });
        Assert.Equal("read_only", await viewer.ErrorCodeAsync());
        Assert.Equal(0, (await host.Engine.ReadDocumentAsync(host.DocumentId))!.Revision);
    }

    [Fact, Trait("Rule", "C14")]
    public async Task A_gesture_of_2000_elements_is_shown_to_the_others_and_one_of_more_is_refused()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann");
        await using var bob = await host.JoinAsync("bob", null, "preview");
        foreach (var elements in new[] { 2_001, 2_000 })
            await ann.SendAsync(new { type = "preview", gesture_id = "g", element_ids = Enumerable.Range(0, elements).Select(i => $"e{i}"), data = new { dx = 5 } });
        Assert.Equal("invalid_message", await ann.ErrorCodeAsync());
        Assert.Equal(2_000, (await bob.NextAsync("preview")).GetProperty("element_ids").GetArrayLength());
    }

    [Fact, Trait("Rule", "P11")]
    public async Task Previews_reach_the_others_who_asked_and_end_with_the_operation()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann", null, "preview");
        await using var bob = await host.JoinAsync("bob", null, "preview");
        await ann.SendAsync(new { type = "preview", gesture_id = "g", element_ids = new[] { "root" }, data = new { dx = 5 } });
        Assert.Equal(5, (await bob.NextAsync("preview")).GetProperty("data").GetProperty("dx").GetInt32());
        await ann.SendAsync(new { type = "preview", gesture_id = "g", element_ids = Array.Empty<string>() });
        Assert.Equal(0, (await bob.NextAsync("preview")).GetProperty("element_ids").GetArrayLength());
    }

    [Fact, Trait("Rule", "P12")]
    public async Task Undo_and_redo_are_operations_of_their_own()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann", null, "changes");
        await ann.SendAsync(new { type = "operation", operation_id = "c", operation_type = "create", element_id = "a" });
        await ann.OperationAsync("c");
        await ann.SendAsync(new { type = "undo" });
        var undo = (await ann.NextAsync("operations")).GetProperty("operations")[0];
        Assert.Equal("c", undo.GetProperty("undo_of")[0].GetString());
        Assert.Equal("remove", undo.GetProperty("changes")[0].GetProperty("change").GetString());
        await ann.SendAsync(new { type = "redo" });
        Assert.Equal("insert", (await ann.NextAsync("operations")).GetProperty("operations")[0].GetProperty("changes")[0].GetProperty("change").GetString());
        await ann.SendAsync(new { type = "redo" });
        Assert.Equal("nothing_to_redo", await ann.ErrorCodeAsync());
    }

    [Fact, Trait("Rule", "F1")]
    public async Task A_client_written_from_the_specification_hears_of_conflicts_and_settles_them()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync();
        await using var bob = await host.JoinAsync("bob");
        await ann.SendAsync(new { type = "operation", operation_id = "make", operation_type = "create", element_id = "a", data = new { fill = "white" } });
        await bob.NextAsync("operations");
        await ann.SendAsync(new { type = "operation", operation_id = "ann-1", operation_type = "update", element_id = "a", data = new { fill = "red" } });
        await bob.NextAsync("operations");
        await bob.SendAsync(new { type = "operation", operation_id = "bob-1", operation_type = "update", element_id = "a", data = new { fill = "blue" }, base_revision = 1 });
        var conflict = (await ann.NextAsync("conflict_notification")).GetProperty("conflicts")[0];
        Assert.Equal(("ann-1", "bob-1", "low", true), (conflict.GetProperty("operation_1").GetProperty("operation_id").GetString(), conflict.GetProperty("operation_2").GetProperty("operation_id").GetString(), conflict.GetProperty("severity").GetString(), conflict.GetProperty("auto_resolvable").GetBoolean()));
        Assert.Equal("policy", (await ann.NextAsync("conflict_resolution")).GetProperty("resolved_by").GetString());
        await ann.SendAsync(new { type = "conflict_resolution", conflict_id = conflict.GetProperty("conflict_id").GetString(), resolution = "reject", request_id = "r1" });
        Assert.Equal("r1", (await ann.NextAsync("conflict_resolution")).GetProperty("request_id").GetString());
        Assert.Equal("policy", (await bob.NextAsync("conflict_resolution")).GetProperty("resolved_by").GetString());
        Assert.Equal("ann", (await bob.NextAsync("conflict_resolution")).GetProperty("resolved_by").GetString());
        Assert.True(DocumentJson.Read((await host.Engine.ReadDocumentAsync(host.DocumentId))!.Json).TryGetElement("a", out var element));
        Assert.Equal("white", element["fill"]);

        await ann.SendAsync(new { type = "lock", element_ids = new[] { "a" }, request_id = "l" });
        Assert.Equal("ann", (await bob.NextAsync("lock_update")).GetProperty("locks")[0].GetProperty("user_id").GetString());
        await bob.SendAsync(new { type = "operation", operation_type = "delete", element_id = "a" });
        var refused = await bob.NextAsync("error");
        Assert.Equal(("locked", "a"), (refused.GetProperty("code").GetString(), refused.GetProperty("locked_by").GetProperty("element_id").GetString()));
    }

    [Fact, Trait("Rule", "F20")]
    public async Task A_held_deletion_is_marked_and_a_newcomer_who_asks_gets_the_open_conflicts()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync();
        await using var bob = await host.JoinAsync("bob");
        await ann.SendAsync(new { type = "operation", operation_type = "create", element_id = "a" });
        await ann.SendAsync(new { type = "operation", operation_type = "update", element_id = "a", data = new { fill = "red" } });
        await bob.SendAsync(new { type = "operation", operation_type = "delete", element_id = "a", base_revision = 1 });
        JsonElement deletion;
        do
            deletion = (await ann.NextAsync("operations")).GetProperty("operations").EnumerateArray().Last();
        while (deletion.GetProperty("operation_type").GetString() != "delete");
        Assert.True(deletion.GetProperty("held").GetBoolean());
        await using var cleo = await host.JoinAsync("cleo", null, "conflicts");
        Assert.Equal("open", (await cleo.NextAsync("conflict_notification")).GetProperty("conflicts")[0].GetProperty("status").GetString());
    }

    [Fact, Trait("Rule", "P30")]
    public async Task A_client_without_the_drawing_catches_up_page_by_page()
    {
        await using var host = await ProtocolHost.StartAsync(configureEngine: options => options.ResyncLimit = 3);
        for (var i = 1; i <= 7; i++)
            await host.Engine.SendOperationAsync(host.DocumentId, "ann", new(null, "create", $"e{i}", default));
        await using var tool = await host.ConnectAsync();
        await tool.SendAsync(new { type = "join", token = host.Token("bob"), last_revision = 0 });
        var state = await tool.NextAsync("current_state");
        Assert.Equal((7, "operations"), (state.GetProperty("revision").GetInt32(), state.GetProperty("resync").GetString()));
        Assert.Equal("1 2 3", await PageAsync());
        await host.Engine.SendOperationAsync(host.DocumentId, "ann", new(null, "create", "e8", default));
        Assert.Equal("8", await PageAsync()); // live, with a gap before it
        await tool.SendAsync(new { type = "sync", last_revision = 3 });
        Assert.Equal("4 5 6", await PageAsync());
        await tool.SendAsync(new { type = "sync", last_revision = 6 });
        Assert.Equal("7 8", await PageAsync());
        await tool.SendAsync(new { type = "sync", last_revision = 8 });
        await tool.SendAsync(new { type = "operation", operation_type = "create", element_id = "e9", operation_id = "last" });
        Assert.Equal("9", await PageAsync()); // nothing was missing, so nothing came

        async Task<string> PageAsync() => string.Join(' ', (await tool.NextAsync("operations")).GetProperty("operations").EnumerateArray().Select(operation => operation.GetProperty("revision").GetInt32()));
    }
}
