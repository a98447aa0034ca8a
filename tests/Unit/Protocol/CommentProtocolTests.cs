using System.Text.Json;

namespace Svgx.Tests.Unit.Protocol;

public sealed class CommentProtocolTests
{
    [Fact, Trait("Rule", "T15")]
    public async Task Comments_reach_those_who_asked_for_them_and_the_plain_client_hears_only_answers()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann", null, "comments");
        await using var plain = await host.JoinAsync("bob");
        await plain.SendAsync(new { type = "comment_create", request_id = "r1", comment_id = "c1", anchor = new { x = 10, y = 20.5 }, text = "Here, @[Ann](ann)" });
        var answer = await plain.NextAsync("comment_update");
        Assert.Equal(("r1", "create", 1), (answer.GetProperty("request_id").GetString(), answer.GetProperty("action").GetString(), answer.GetProperty("sequence").GetInt32()));
        var news = await ann.NextAsync("comment_update");
        Assert.False(news.TryGetProperty("request_id", out _));
        Assert.Equal("""{"thread_id":"c1","anchor":{"x":10,"y":20.5},"resolved":false,"sequence":1}""", news.GetProperty("thread").GetRawText());
        var comment = news.GetProperty("comment");
        Assert.Equal(("c1", "bob", "Here, @[ann](ann)", "ann"), (Text(comment, "comment_id"), Text(comment, "user_id"), Text(comment, "text"), comment.GetProperty("mentions")[0].GetString()));
        await ann.SendAsync(new { type = "comment_reply", comment_id = "c2", thread_id = "c1", text = "Seen" });
        await ann.SendAsync(new { type = "comment_resolve", thread_id = "c1" });
        await ann.SendAsync(new { type = "comment_read", thread_id = "c1", request_id = "r2" });
        var read = await ann.NextAsync("comment_read");
        Assert.Equal(("r2", 3), (Text(read, "request_id"), read.GetProperty("read").GetProperty("c1").GetInt32()));
        await plain.SendAsync(new { type = "comment_list", request_id = "r3" });
        string? next;
        do
        {
            var message = await plain.NextAsync();
            next = Text(message!.Value, "type");
            Assert.NotEqual("comment_update", next);
            if (next == "comments")
            {
                var thread = Assert.Single(message.Value.GetProperty("threads").EnumerateArray().ToArray());
                Assert.Equal(("r3", 3, false), (Text(message.Value, "request_id"), message.Value.GetProperty("sequence").GetInt32(), message.Value.GetProperty("more").GetBoolean()));
                Assert.Equal((true, "ann", 2), (thread.GetProperty("resolved").GetBoolean(), Text(thread, "resolved_by"), thread.GetProperty("comments").GetArrayLength()));
            }
        }
        while (next != "comments");
    }

    [Fact, Trait("Rule", "T15")]
    public async Task A_long_list_of_comments_comes_in_several_messages()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann", null, "comments");
        var text = new string('x', 4_000);
        for (var i = 0; i < 80; i++)
        {
            await ann.SendAsync(new { type = "comment_create", comment_id = $"c{i}", anchor = new { x = i, y = 0 }, text });
            await ann.NextAsync("comment_update");
        }
        await ann.SendAsync(new { type = "comment_list" });
        var threads = new List<string>();
        JsonElement part;
        var parts = 0;
        do
        {
            part = await ann.NextAsync("comments");
            Assert.Equal(parts++ == 0, part.TryGetProperty("read", out _));
            threads.AddRange(part.GetProperty("threads").EnumerateArray().Select(thread => Text(thread, "thread_id")!));
        }
        while (part.GetProperty("more").GetBoolean());
        Assert.Equal(Enumerable.Range(0, 80).Select(i => $"c{i}"), threads);
        Assert.True(parts > 1);
    }

    [Theory, Trait("Rule", "T15")]
    [InlineData("""{"type":"comment_create","text":"x"}""", "invalid_message")]
    [InlineData("""{"type":"comment_create","anchor":{"x":"1","y":2},"text":"x"}""", "invalid_message")]
    [InlineData("""{"type":"comment_create","anchor":{"x":1},"text":"x"}""", "invalid_data")]
    [InlineData("""{"type":"comment_create","anchor":{"x":1e10,"y":0},"text":"x"}""", "invalid_data")]
    [InlineData("""{"type":"comment_create","anchor":{"element_id":"nowhere"},"text":"x"}""", "unknown_element")]
    [InlineData("""{"type":"comment_create","anchor":{"element_id":"root","offset":{"x":9,"y":0}},"text":"x"}""", "invalid_data")]
    [InlineData("""{"type":"comment_create","anchor":{"x":1,"y":2},"text":"  "}""", "invalid_data")]
    [InlineData("""{"type":"comment_create","anchor":{"x":1,"y":2},"comment_id":"a b","text":"x"}""", "invalid_data")]
    [InlineData("""{"type":"comment_reply","thread_id":"c9","text":"x"}""", "unknown_thread")]
    [InlineData("""{"type":"comment_edit","comment_id":"c9","text":"x"}""", "unknown_comment")]
    [InlineData("""{"type":"comment_delete"}""", "invalid_message")]
    [InlineData("""{"type":"comment_resolve","thread_id":7}""", "invalid_message")]
    [InlineData("""{"type":"comment_read","thread_id":"c9"}""", "unknown_thread")]
    [InlineData("""{"type":"comment_list","after":"all"}""", "invalid_message")]
    public async Task A_bad_message_about_comments_gets_an_error_and_the_connection_goes_on(string message, string code)
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.JoinAsync("ann", null, "comments");
        await ann.SendTextAsync(message);
        Assert.Equal(code, await ann.ErrorCodeAsync());
        await ann.SendAsync(new { type = "comment_list" });
        Assert.Equal(0, (await ann.NextAsync("comments")).GetProperty("sequence").GetInt32());
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
