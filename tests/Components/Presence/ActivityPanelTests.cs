using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Web.Components.Presence;

namespace Svgx.Tests.Components.Presence;

public class ActivityPanelTests : BunitContext
{
    private static readonly Guid DocumentId = Guid.Parse("11111111-2222-3333-4444-555555555555");
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private readonly List<string[]> _shown = [];

    public ActivityPanelTests(RunningApp app)
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(app.Services.GetRequiredService<CollaborationEngine>());
    }

    [Fact, Trait("Rule", "A8")]
    public void While_it_is_read_it_says_so() =>
        Assert.NotNull(Panel((_, _) => new TaskCompletionSource<IReadOnlyList<ActivityEntry>>().Task).Find("[aria-label='Reading the activity']"));

    [Fact, Trait("Rule", "A8")]
    public void Without_activity_it_says_what_would_be_told() =>
        Assert.Contains("Nothing has happened here yet", Panel().WaitForElement(".presence-empty").TextContent, StringComparison.Ordinal);

    [Fact, Trait("Rule", "A8")]
    public async Task Where_it_cannot_be_read_it_says_so_and_tries_again_on_request()
    {
        var fails = true;
        var panel = Panel((_, _) => fails ? Task.FromException<IReadOnlyList<ActivityEntry>>(new IOException("gone")) : Task.FromResult<IReadOnlyList<ActivityEntry>>([]));
        panel.WaitForElement("[role=alert]");
        fails = false;

        await panel.Find("[role=alert] button").ClickAsync();

        panel.WaitForElement(".presence-empty");
    }

    [Fact, Trait("Rule", "A8")]
    public async Task Each_entry_says_who_did_what_and_leads_to_the_elements_that_are_still_there()
    {
        var panel = Panel(
            Entry(4, "ben", "operation", "move", Enumerable.Range(0, 12).Select(i => $"e{i}")), Entry(3, "ada", "operation", "create", ["r12"]),
            Entry(2, "ben", "operation", "delete", ["gone"]), Entry(1, "ben", "joined", null, []));
        panel.WaitForAssertion(() => Assert.Equal(2, panel.FindAll(".activity-text a").Count));

        Assert.Equal(["Ben moved 12 elements", "You added Rect 12", "Ben deleted an element", "Ben came in"], panel.FindAll(".activity-text").Select(Words));
        await panel.FindAll(".activity-text a")[0].ClickAsync();
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"e{i}"), Assert.Single(_shown)); // the canvas leaves out what is gone
    }

    [Theory, Trait("Rule", "A8")]
    [InlineData("undo", 3, "took 3 steps back")]
    [InlineData("redo", 1, "brought a step back")]
    [InlineData("merge:draft", 1, "merged draft")]
    [InlineData("resolution:c1", 1, "settled a conflict")]
    [InlineData("layer_change", 2, "reordered an element")]
    [InlineData("something_new", 2, "changed an element")]
    public void An_operation_is_told_in_words(string detail, int count, string words) =>
        Assert.Equal(words, PresenceWords.Did(Entry(1, "ben", "operation", detail, ["x"]) with { Count = count }, new Dictionary<string, string>()));

    [Theory, Trait("Rule", "A8")]
    [InlineData("comment", "created", "commented on an element")]
    [InlineData("comment", "replied", "answered a comment")]
    [InlineData("comment", "resolved", "resolved a comment")]
    [InlineData("conflict", "Ada", "clashed with Ada over an element")]
    [InlineData("conflict", "Ben", "merged changes that clash over an element")]
    [InlineData("version", "Begun", "saved the version “Begun”")]
    [InlineData("version", null, "saved a version")]
    [InlineData("branch_created", "draft", "made the branch draft")]
    [InlineData("branch_purged", "draft", "deleted the branch draft for good")]
    public void What_is_no_operation_is_told_in_words_too(string kind, string? detail, string words) =>
        Assert.Equal(words, PresenceWords.Did(Entry(1, "ben", kind, detail, ["x"]), new Dictionary<string, string>()));

    [Fact, Trait("Rule", "A8")]
    public async Task Older_pages_are_read_on_request_and_one_persons_activity_alone()
    {
        var asked = new List<(string?, long?)>();
        var panel = Panel((user, before) =>
        {
            lock (asked)
                asked.Add((user, before));
            return Task.FromResult<IReadOnlyList<ActivityEntry>>([.. Enumerable.Range(0, ActivityFeed.Page).Select(i => Entry((before ?? 101) - 1 - i, user ?? (i % 2 == 0 ? "ada" : "ben"), "operation", "move", ["e0"]))]);
        });
        panel.WaitForElement(".activity-older");

        await panel.Find(".activity-older").ClickAsync();
        panel.WaitForAssertion(() => Assert.Equal(100, panel.FindAll("li").Count));
        await panel.Find("select").ChangeAsync("ben");

        panel.WaitForAssertion(() => Assert.All(panel.FindAll(".activity-text"), text => Assert.StartsWith("Ben", Words(text), StringComparison.Ordinal)));
        Assert.Equal([(null, null), (null, 51L), ("ben", null)], asked);
    }

    private static string Words(AngleSharp.Dom.IElement text)
    {
        var copy = (AngleSharp.Dom.IElement)text.Clone();
        copy.QuerySelector("small")!.Remove();
        return string.Join(' ', copy.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static ActivityEntry Entry(long id, string user, string kind, string? detail, IEnumerable<string> elements) =>
        new(id, DocumentId, "main", user, user == "ada" ? "Ada" : "Ben", kind, detail, 1, [.. elements], Noon, Noon);

    private IRenderedComponent<ActivityPanel> Panel(params ActivityEntry[] entries) => Panel((_, _) => Task.FromResult<IReadOnlyList<ActivityEntry>>(entries));

    private IRenderedComponent<ActivityPanel> Panel(Func<string?, long?, Task<IReadOnlyList<ActivityEntry>>> read) => Render<ActivityPanel>(panel => panel
        .Add(p => p.DocumentId, DocumentId).Add(p => p.UserId, "ada").Add(p => p.Feed, new ActivityFeed((user, before, _) => read(user, before), DocumentId))
        .Add(p => p.Names, ids => Task.FromResult<IReadOnlyDictionary<string, string>>(ids.Where(id => id is "r12" or "e0").Distinct().ToDictionary(id => id, id => id == "r12" ? "Rect 12" : "Rect 1")))
        .Add(p => p.Shown, _shown.Add));
}
