using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;

namespace Svgx.Tests.Unit.Protocol;

/// <summary>What each role gets for each message there is. A new message type needs its row: what nobody has thought about is not let through by accident.</summary>
public sealed class MessageRightsTests
{
    private const string Allowed = "allowed";
    private const string Closes = "closes";

    /// <summary>Type, a message of it, and what a viewer, a commenter and an editor get: an error code, or <see cref="Allowed"/>.</summary>
    private static readonly (string Type, string Message, string Viewer, string Commenter, string Editor)[] Rights =
    [
        ("join", """{"type":"join"}""", "already_joined", "already_joined", "already_joined"),
        ("operation", """{"type":"operation","operation_type":"move","element_id":"e","data":{"dx":1}}""", "read_only", "read_only", Allowed),
        ("operations", """{"type":"operations","atomic":false,"operations":[{"operation_type":"move","element_id":"e","data":{"dx":1}}]}""", "read_only", "read_only", Allowed),
        ("preview", """{"type":"preview","gesture_id":"g","element_ids":["e"],"data":{"dx":1}}""", Allowed, Allowed, Allowed), // a viewer's is shown to nobody: below
        ("activity", """{"type":"activity","status":"viewing"}""", Allowed, Allowed, Allowed),
        ("undo", """{"type":"undo"}""", "read_only", "read_only", Allowed),
        ("redo", """{"type":"redo"}""", "read_only", "read_only", Allowed),
        ("sync", """{"type":"sync","last_revision":0}""", Allowed, Allowed, Allowed),
        ("ping", """{"type":"ping"}""", Allowed, Allowed, Allowed),
        ("activity_log", """{"type":"activity_log"}""", Allowed, Allowed, Allowed),
        ("conflict_resolution", """{"type":"conflict_resolution","conflict_id":"c","resolution":"last_write_wins"}""", "read_only", "read_only", "unknown_conflict"),
        ("lock", """{"type":"lock","element_ids":["e"]}""", "read_only", "read_only", Allowed),
        ("unlock", """{"type":"unlock","element_ids":["e"]}""", Allowed, Allowed, Allowed), // one's own; a viewer never has any
        ("comment_create", """{"type":"comment_create","anchor":{"x":1,"y":1},"text":"Hm"}""", "read_only", Allowed, Allowed),
        ("comment_reply", """{"type":"comment_reply","thread_id":"t","text":"Hm"}""", "read_only", Allowed, Allowed),
        ("comment_edit", """{"type":"comment_edit","comment_id":"t","text":"Hm"}""", "read_only", "forbidden", "forbidden"),
        ("comment_delete", """{"type":"comment_delete","comment_id":"t"}""", "read_only", "forbidden", "forbidden"),
        ("comment_restore", """{"type":"comment_restore","comment_id":"t"}""", "read_only", "*", "*"),
        ("comment_resolve", """{"type":"comment_resolve","thread_id":"t"}""", "read_only", Allowed, Allowed),
        ("comment_reopen", """{"type":"comment_reopen","thread_id":"t"}""", "read_only", Allowed, Allowed),
        ("comment_read", """{"type":"comment_read"}""", Allowed, Allowed, Allowed),
        ("comment_list", """{"type":"comment_list"}""", Allowed, Allowed, Allowed),
        ("version_control", """{"type":"version_control","action":"create_version","description":"Save"}""", "read_only", "read_only", Allowed),
        ("leave", """{"type":"leave"}""", Closes, Closes, Closes),
    ];

    [Fact, Trait("Rule", "K18")]
    public void Every_message_type_has_its_row() => Assert.Equal(ProtocolReader.Types.Order(), Rights.Select(row => row.Type).Order());

    [Theory, Trait("Rule", "K18")]
    [InlineData(DocumentRole.Viewer)]
    [InlineData(DocumentRole.Commenter)]
    [InlineData(DocumentRole.Editor)]
    public async Task Each_role_gets_what_the_table_says(DocumentRole role)
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var owner = await host.JoinAsync("owner");
        await owner.SendAsync(new { type = "operation", operation_id = "c", operation_type = "create", element_id = "e" });
        await owner.OperationAsync("c");
        await owner.SendTextAsync("""{"type":"comment_create","comment_id":"t","anchor":{"x":1,"y":1},"text":"Look"}""");
        await owner.NextAsync("comment_update");
        await using var client = await host.JoinAsync("ann", role);
        // An editor has something to take back, and later to bring back.
        if (role == DocumentRole.Editor)
        {
            await client.SendAsync(new { type = "operation", operation_id = "own", operation_type = "move", element_id = "e", data = new { dx = 1 } });
            await client.OperationAsync("own");
        }
        foreach (var (type, message, viewer, commenter, editor) in Rights)
        {
            var expected = role switch { DocumentRole.Viewer => viewer, DocumentRole.Commenter => commenter, _ => editor };
            var answer = await AnswerAsync(client, message);
            if (expected != "*")
                Assert.Equal((type, expected), (type, answer));
        }
        if (role < DocumentRole.Editor)
            Assert.Equal(1, (await host.Engine.ReadDocumentAsync(host.DocumentId))!.Revision);
    }

    [Fact, Trait("Rule", "K18")]
    public async Task A_viewer_selects_and_does_no_other_operation_there_is()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var client = await host.JoinAsync("ann", DocumentRole.Viewer);
        foreach (var type in Enum.GetValues<OperationType>().Select(type => type.ToWire()))
        {
            var answer = await AnswerAsync(client, $$"""{"type":"operation","operation_type":"{{type}}","element_id":"root"}""");
            Assert.Equal((type, type is "select" or "deselect" ? Allowed : "read_only"), (type, answer));
        }
    }

    [Fact, Trait("Rule", "K18")]
    public async Task A_viewers_preview_is_shown_to_nobody()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var editor = await host.JoinAsync("ben", DocumentRole.Editor, "preview");
        await using var watcher = await host.JoinAsync("eve", null, "preview");
        await using var viewer = await host.JoinAsync("ann", DocumentRole.Viewer);
        await viewer.SendAsync(new { type = "preview", gesture_id = "hidden", element_ids = new[] { "root" }, data = new { dx = 1 } });
        Assert.Equal("read_only", await AnswerAsync(viewer, """{"type":"undo"}""")); // the session has had both
        await editor.SendAsync(new { type = "preview", gesture_id = "shown", element_ids = new[] { "root" }, data = new { dx = 1 } });
        Assert.Equal("shown", (await watcher.NextAsync("preview")).GetProperty("gesture_id").GetString());
    }

    /// <summary>The error to a message, if one comes before what is asked after it is answered.</summary>
    private static async Task<string> AnswerAsync(ProtocolClient client, string message)
    {
        await client.SendTextAsync(message);
        // Answered by the session, as the message is, and so after it.
        await client.SendTextAsync("""{"type":"operation","operation_type":"explode","operation_id":"mark"}""");
        string? code = null;
        while (await client.NextAsync() is { } answer)
        {
            if (answer.GetProperty("type").GetString() != "error")
                continue;
            if (answer.TryGetProperty("operation_id", out var id) && id.GetString() == "mark")
                return code ?? Allowed;
            code ??= answer.GetProperty("code").GetString();
        }
        return Closes;
    }
}
