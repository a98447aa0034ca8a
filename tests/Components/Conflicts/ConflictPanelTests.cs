using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Engine;
using Svgx.Web.Components.Conflicts;

namespace Svgx.Tests.Components.Conflicts;

public class ConflictPanelTests : BunitContext
{
    private static readonly Guid DocumentId = Guid.Parse("11111111-2222-3333-4444-555555555555");
    private readonly List<string> _shown = [];

    public ConflictPanelTests(RunningApp app)
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(app.Services.GetRequiredService<CollaborationEngine>());
    }

    [Fact, Trait("Rule", "F30")]
    public void While_the_conflicts_are_read_it_says_so()
    {
        var never = new TaskCompletionSource<IReadOnlyList<Conflict>>();
        Assert.NotNull(Panel((_, _) => never.Task).Find("[aria-label='Reading the conflicts']"));
    }

    [Fact, Trait("Rule", "F30")]
    public void Without_conflicts_it_says_what_would_be_shown() =>
        Assert.Contains("No conflicts", Panel().WaitForElement(".conflict-empty").TextContent, StringComparison.Ordinal);

    [Fact, Trait("Rule", "F30")]
    public async Task Where_they_cannot_be_read_it_says_so_and_tries_again_on_request()
    {
        var fails = true;
        var panel = Panel((_, _) => fails ? Task.FromException<IReadOnlyList<Conflict>>(new IOException("gone")) : Task.FromResult<IReadOnlyList<Conflict>>([]));
        Assert.Contains("could not be read", panel.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        fails = false;
        await panel.Find("[role=alert] button").ClickAsync();
        panel.WaitForElement(".conflict-empty");
    }

    [Fact, Trait("Rule", "F31")]
    public async Task A_card_shows_both_sides_their_values_and_a_way_out_for_each()
    {
        var panel = Panel(Colour());
        var card = panel.WaitForElement(".conflict-card");
        Assert.Contains("You changed it, and Ben changed it", card.TextContent, StringComparison.Ordinal);
        Assert.Contains("Rectangle r1", card.TextContent, StringComparison.Ordinal);
        var cells = panel.FindAll("tbody tr:first-child > *").Select(cell => cell.TextContent.Trim());
        Assert.Equal(["fill", "white", "red", "blue"], cells);
        Assert.Equal(["Keep mine", "Keep Ben’s", "Merge", "Reject both"], panel.FindAll(".conflict-actions button").Select(button => button.TextContent.Trim()));
        await panel.Find(".conflict-element").ClickAsync();
        Assert.Equal(["r1"], _shown);
    }

    [Theory, Trait("Rule", "F38")]
    [InlineData(false, "You changed it in “main”, and changed it otherwise in “draft”.")]
    [InlineData(true, "You deleted this in “draft” and changed it in “main”. It stays until somebody decides.")]
    public void Where_one_persons_work_in_two_branches_meets_the_branches_tell_the_sides_apart(bool deletes, string story)
    {
        var both = Colour();
        var panel = Panel(both with { MergedFrom = "draft", Second = both.Second with { UserId = "a", Username = "Ada", IsDelete = deletes } });
        Assert.Contains(story, panel.WaitForElement(".conflict-card").TextContent, StringComparison.Ordinal);
        if (deletes)
            return;
        Assert.Equal(["Value", "Before", "main", "draft"], panel.FindAll("thead th").Select(head => head.TextContent.Trim()));
        Assert.Equal(["Keep “main”", "Keep “draft”", "Merge", "Reject both"], panel.FindAll(".conflict-actions button").Select(button => button.TextContent.Trim()));
    }

    [Fact, Trait("Rule", "F31")]
    public void Who_may_only_look_sees_the_conflict_and_no_way_to_settle_it()
    {
        var panel = Panel(mayDecide: false, conflicts: Colour());
        panel.WaitForElement(".conflict-card");
        Assert.Empty(panel.FindAll(".conflict-actions button"));
    }

    [Fact, Trait("Rule", "F31")]
    public void A_deletion_against_a_change_is_shown_as_what_it_is()
    {
        var conflict = Colour() with { Type = "delete_conflict", Severity = ConflictSeverity.High, AutoResolvable = false };
        conflict = conflict with { Second = conflict.Second with { IsDelete = true, OperationType = "delete", Values = new Dictionary<string, string?>() } };
        var panel = Panel(conflict);
        Assert.Contains("Ben deleted this while you were changing it", panel.WaitForElement(".conflict-card").TextContent, StringComparison.Ordinal);
        Assert.Equal(["Keep it", "Delete it", "Undo both"], panel.FindAll(".conflict-actions button").Select(button => button.TextContent.Trim()));
    }

    [Fact, Trait("Rule", "F32")]
    public void What_the_policy_decided_is_listed_and_can_be_opened_again()
    {
        var settled = Colour() with
        {
            Status = ConflictStatus.Settled,
            Resolution = new() { Strategy = "last_write_wins", ResolvedBy = ConflictResolution.Policy, Username = "policy", At = DateTime.UtcNow },
        };
        var byPerson = settled with { ConflictId = "conflict_0", Resolution = settled.Resolution with { ResolvedBy = "b", Username = "Ben", Strategy = "reject" } };
        var panel = Panel(settled, byPerson);
        panel.WaitForElement(".conflict-settled li");
        Assert.Contains("the last change counts (Ben)", panel.FindAll(".conflict-settled li")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Undo this decision", panel.FindAll(".conflict-settled li")[0].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Undo this decision", panel.FindAll(".conflict-settled li")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("Nothing waits", panel.Find(".conflict-empty").TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "F30")]
    public void Many_are_listed_with_what_waits_first()
    {
        var panel = Panel([.. Enumerable.Range(0, 30).Select(i => Colour() with { ConflictId = $"conflict_{i:00}" })]);
        panel.WaitForState(() => panel.FindAll(".conflict-card").Count == 30);
        Assert.Contains("30 conflicts wait.", panel.Markup, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "F35")]
    public async Task Who_settles_what_somebody_has_settled_already_is_told()
    {
        var panel = Panel(Colour());
        panel.WaitForElement(".conflict-card");
        panel.Render(p => p.Add(c => c.Decide, _ => Task.FromResult<ResolveOutcome>(new ResolveOutcome.Refused("conflict_settled", "Settled."))));

        await panel.FindAll(".conflict-actions button")[0].ClickAsync();

        Assert.Equal("Somebody has settled this one already; their decision counts.", Assert.Single(Services.GetRequiredService<MudBlazor.ISnackbar>().ShownSnackbars).Message);
    }

    [Fact, Trait("Rule", "W31")]
    public async Task A_decision_that_is_pressed_twice_is_made_once_and_another_beside_it_too()
    {
        var panel = Panel(Colour(), Colour() with { ConflictId = "conflict_2" });
        panel.WaitForState(() => panel.FindAll(".conflict-card").Count == 2);
        var (made, answer) = (new List<string>(), new TaskCompletionSource<ResolveOutcome>());
        panel.Render(p => p.Add(c => c.Decide, decision =>
        {
            made.Add(decision.ConflictId);
            return answer.Task;
        }));

        var presses = new[] { 0, 0, 1 }.Select(card => panel.FindAll(".conflict-card")[card].QuerySelectorAll(".conflict-actions button")[0].ClickAsync()).ToList();
        answer.SetResult(new ResolveOutcome.Refused("conflict_settled", "Settled."));
        await Task.WhenAll(presses);

        Assert.Equal(["conflict_1", "conflict_2"], made.Order(StringComparer.Ordinal));
    }

    private IRenderedComponent<ConflictPanel> Panel(params Conflict[] conflicts) => Panel(mayDecide: true, conflicts);

    private IRenderedComponent<ConflictPanel> Panel(bool mayDecide, params Conflict[] conflicts) =>
        Panel((settled, _) => Task.FromResult<IReadOnlyList<Conflict>>([.. conflicts.Where(conflict => settled || conflict.Status == ConflictStatus.Open)]), mayDecide);

    private IRenderedComponent<ConflictPanel> Panel(Func<bool, CancellationToken, Task<IReadOnlyList<Conflict>>> read, bool mayDecide = true)
    {
        var feed = new ConflictFeed(read, TimeProvider.System, DocumentId, "main");
        return Render<ConflictPanel>(p => p.Add(c => c.Feed, feed).Add(c => c.UserId, "a").Add(c => c.MayDecide, mayDecide).Add(c => c.Shown, id => _shown.Add(id)));
    }

    private static Conflict Colour() => new()
    {
        ConflictId = "conflict_1",
        DocumentId = DocumentId,
        Branch = "main",
        ElementId = "r1",
        Type = "concurrent_update",
        Severity = ConflictSeverity.Low,
        AutoResolvable = true,
        Status = ConflictStatus.Open,
        First = new() { UserId = "a", Username = "Ada", OperationIds = ["o1"], OperationType = "update", Timestamp = DateTime.UtcNow, ElementId = "r1", Values = new Dictionary<string, string?> { ["fill"] = "red" } },
        Second = new() { UserId = "b", Username = "Ben", OperationIds = ["o2"], OperationType = "update", Timestamp = DateTime.UtcNow, ElementId = "r1", Values = new Dictionary<string, string?> { ["fill"] = "blue" } },
        Base = new Dictionary<string, string?> { ["fill"] = "white" },
        Before = """{"element_id":"r1","name":"rect","key":"V","attributes":{"fill":"white"}}""",
        DetectedAt = DateTime.UtcNow,
        Clashes = 1,
    };
}
