using System.Collections.Immutable;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Web.Components.Comments;

namespace Svgx.Tests.Components.Comments;

public class CommentsPanelTests : BunitContext
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private readonly List<CommentRequest> _sent = [];
    private readonly List<string> _seen = [];
    private string? _refusal;
    private Task<string?>? _answer;
    private string? _thread;

    public CommentsPanelTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
    }

    [Fact, Trait("Rule", "T18")]
    public void While_the_comments_are_loaded_that_is_said() =>
        Assert.NotNull(Panel(null).Find("[aria-label='Loading comments']"));

    [Theory, Trait("Rule", "T18")]
    [InlineData(DocumentRole.Commenter, "Press C, then click")]
    [InlineData(DocumentRole.Viewer, "ask its owner")]
    public void An_empty_list_teaches_what_one_can_do(DocumentRole role, string words) =>
        Assert.Contains(words, Panel([], role).Find(".comments-empty").TextContent, StringComparison.Ordinal);

    [Fact, Trait("Rule", "T18")]
    public void A_failure_is_said_and_can_be_tried_again()
    {
        var tried = 0;
        var panel = Panel(null, error: "The comments could not be loaded.", retry: () => tried++);

        panel.Find("[role=alert] button").Click();

        Assert.Equal(1, tried);
        Assert.Empty(panel.FindAll("[aria-label='Loading comments']"));
    }

    [Fact, Trait("Rule", "T18")]
    public void Threads_come_newest_first_with_what_is_unread_and_filters_pick_among_them()
    {
        CommentThread[] threads =
        [
            Thread("a", [Comment("a", "ada", "Old", 1)]),
            Thread("b", [Comment("b", "ben", "Hello @[Ada](ada)", 2), Comment("b2", "cy", "And more", 5)]),
            Thread("c", [Comment("c", "ben", "Done", 3)]) with { Resolution = new("ben", "Ben", Noon), Sequence = 4 },
            Thread("d", [Comment("d", "ben", "On what is gone", 6)]) with { Anchor = new(1, 2, "lamp", 0, 0, IsDetached: true) },
        ];
        var panel = Panel(threads, marks: new() { ["d"] = 6 });

        Assert.Equal(["d", "b", "a"], Listed(panel));
        Assert.Contains("2 unread", panel.Find("[data-thread=b]").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 reply", panel.Find("[data-thread=b]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Hello @Ada", panel.Find("[data-thread=b]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Element deleted", panel.Find("[data-thread=d]").TextContent, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll("[data-thread=d] .comments-unread"));
        foreach (var (filter, expected) in new Dictionary<string, string[]> { ["Unread"] = ["b", "c"], ["Mentions"] = ["b"], ["Mine"] = ["a"], ["Resolved"] = ["c"], ["Open"] = ["d", "b", "a"] })
        {
            panel.FindAll(".comments-filters button").First(button => button.TextContent.StartsWith(filter, StringComparison.Ordinal)).Click();
            Assert.Equal(expected, Listed(panel));
        }
        panel.Find("[data-thread=b]").Click();
        Assert.Equal("b", _thread);
    }

    [Fact, Trait("Rule", "T18")]
    public void A_filter_without_threads_says_so()
    {
        var panel = Panel([Thread("a", [Comment("a", "ada", "Mine", 1)])]);

        panel.FindAll(".comments-filters button").First(button => button.TextContent.StartsWith("Unread", StringComparison.Ordinal)).Click();

        Assert.Contains("You have read everything.", panel.Markup, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "T18")]
    public void An_open_thread_is_read_once_for_what_is_new()
    {
        var thread = Thread("b", [Comment("b", "ben", "Hello", 2)]);
        var panel = Panel([thread], shown: "b");
        panel.Render(parameters => parameters.Add(each => each.Error, null));
        Assert.Equal(["b"], _seen);

        panel.Render(parameters => parameters.Add(each => each.Threads, [Thread("b", [.. thread.Comments, Comment("b2", "ben", "More", 3)])]));
        Assert.Equal(["b", "b"], _seen);
    }

    [Fact, Trait("Rule", "T18")]
    public void A_thread_that_was_deleted_is_said_to_be()
    {
        var panel = Panel([Thread("a", [Comment("a", "ada", "Mine", 1)])], shown: "gone");

        Assert.Contains("That comment has been deleted.", panel.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Equal(["a"], Listed(panel));
    }

    [Fact, Trait("Rule", "T18")]
    public void A_text_is_shown_as_text_and_a_mention_of_oneself_stands_out()
    {
        var panel = Panel([Thread("b", [Comment("b", "ben", "<b>@[Ada](ada)</b> & @[Cy](cy)", 2)])], shown: "b");

        Assert.Equal("<b>@Ada</b> & @Cy", panel.Find(".comment-text").TextContent);
        Assert.Equal("@Ada", panel.Find(".comment-mention-me").TextContent);
    }

    [Fact, Trait("Rule", "T19")]
    public void One_edits_and_deletes_ones_own_and_an_owner_deletes_any()
    {
        CommentThread[] threads = [Thread("b", [Comment("b", "ben", "His", 2), Comment("b2", "ada", "Hers", 3), Comment("b3", "ada", "", 4) with { DeletedBy = "ada" }])];
        var panel = Panel(threads, shown: "b");
        Assert.Equal(["Edit the comment of ada", "Delete the comment of ada"], Buttons(panel));
        panel.Find("[aria-label='Delete the comment of ada']").Click();
        Assert.Equal([new CommentRequest.Delete("b2")], _sent);

        Assert.Equal(["Delete the comment of ben", "Edit the comment of ada", "Delete the comment of ada"], Buttons(Panel(threads, DocumentRole.Owner, shown: "b")));
        var viewer = Panel(threads, DocumentRole.Viewer, shown: "b");
        Assert.Empty(Buttons(viewer));
        Assert.Empty(viewer.FindAll("textarea"));
        Assert.DoesNotContain("Resolve", viewer.Markup, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "T18")]
    public async Task A_reply_that_fails_keeps_its_id_for_the_next_try_and_says_why()
    {
        var panel = Panel([Thread("b", [Comment("b", "ben", "His", 2)])], shown: "b");
        var box = panel.FindComponent<CommentBox>();
        _refusal = "The comment could not be stored. Try again.";

        Assert.False(await panel.InvokeAsync(() => box.Instance.OnSend("Yes")));
        Assert.Equal(_refusal, panel.Find(".comment-box [role=alert]").TextContent);
        _refusal = null;
        Assert.True(await panel.InvokeAsync(() => box.Instance.OnSend("Yes")));
        Assert.True(await panel.InvokeAsync(() => box.Instance.OnSend("And more")));
        Assert.False(await panel.InvokeAsync(() => box.Instance.OnSend("  ")));

        var ids = _sent.Cast<CommentRequest.Reply>().Select(reply => reply.CommentId).ToArray();
        Assert.Equal(3, ids.Length);
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[1], ids[2]);
    }

    [Fact, Trait("Rule", "T18")]
    public async Task A_new_thread_is_begun_where_it_was_placed_and_opened_then()
    {
        var place = new CommentPlace(null, null, "lamp", 0.5, 0.5);
        var panel = Panel([], draft: place);
        Assert.Contains("the pin moves with it", panel.Markup, StringComparison.Ordinal);

        await panel.InvokeAsync(() => panel.FindComponent<CommentBox>().Instance.OnSend("Too dark"));

        var created = Assert.IsType<CommentRequest.Create>(Assert.Single(_sent));
        Assert.Equal((place, "Too dark", _thread), (created.Place, created.Text, created.CommentId));
    }

    [Fact, Trait("Rule", "T18")]
    public void A_settled_thread_can_be_opened_again()
    {
        var panel = Panel([Thread("b", [Comment("b", "ben", "His", 2)]) with { Resolution = new("ben", "Ben", Noon) }], shown: "b");

        panel.FindAll("button").First(button => button.TextContent == "Reopen").Click();

        Assert.Contains("Resolved by Ben", panel.Markup, StringComparison.Ordinal);
        Assert.Equal([new CommentRequest.Reopen("b")], _sent);
    }

    [Theory, Trait("Rule", "W31")]
    [InlineData("Resolve")]
    [InlineData("Delete the comment of ben")]
    public async Task What_is_pressed_twice_in_a_thread_is_sent_once(string words)
    {
        var panel = Panel([Thread("b", [Comment("b", "ben", "His", 2)])], role: DocumentRole.Owner, shown: "b");
        var answer = new TaskCompletionSource<string?>();
        _answer = answer.Task;

        var presses = new[] { 1, 2 }.Select(_ => panel.FindAll("button").First(button => button.TextContent == words || button.GetAttribute("aria-label") == words).ClickAsync()).ToList();
        answer.SetResult(null);
        await Task.WhenAll(presses);

        Assert.Single(_sent);
    }

    private IRenderedComponent<CommentsPanel> Panel(
        IReadOnlyList<CommentThread>? threads, DocumentRole role = DocumentRole.Editor, string? shown = null, string? error = null, Action? retry = null,
        Dictionary<string, long>? marks = null, CommentPlace? draft = null) => Render<CommentsPanel>(parameters => parameters
        .Add(panel => panel.Threads, threads)
        .Add(panel => panel.ReadMarks, marks ?? [])
        .Add(panel => panel.UserId, "ada")
        .Add(panel => panel.Role, role)
        .Add(panel => panel.Thread, shown)
        .Add(panel => panel.ThreadChanged, (string? id) => _thread = id)
        .Add(panel => panel.Draft, draft)
        .Add(panel => panel.Error, error)
        .Add(panel => panel.Retry, retry ?? (() => { }))
        .Add(panel => panel.ThreadSeen, _seen.Add)
        .Add(panel => panel.Send, request =>
        {
            _sent.Add(request);
            return _answer ?? Task.FromResult(_refusal);
        }));

    private static IEnumerable<string?> Listed(IRenderedComponent<CommentsPanel> panel) => panel.FindAll("[data-thread]").Select(item => item.GetAttribute("data-thread"));

    private static IEnumerable<string?> Buttons(IRenderedComponent<CommentsPanel> panel) => panel.FindAll(".comment-head button").Select(button => button.GetAttribute("aria-label"));

    private static CommentThread Thread(string id, ImmutableArray<Comment> comments) => new(id, new(1, 2), comments, null, comments[^1].Sequence);

    private static Comment Comment(string id, string user, string text, long sequence) => new(id, user, user, text, Noon, null, null, sequence, 0);
}
