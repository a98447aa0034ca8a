using System.Text.Json;
using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

public sealed class HistoryTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "H5")]
    public async Task A_version_is_saved_looked_at_compared_and_brought_back_whole_or_in_part()
    {
        var app = await shared.StartAsync();
        await using var trio = await Trio.MeetAsync(browsers, app);
        var (ada, ben, cem, id) = trio;
        await using var tool = (await Guest.InviteAsync(app, id, "Watcher"))[0];
        await tool.ListenAsync();
        await ben.TabAsync("History");
        await ben.PictureAsync("history-empty");
        await DrawAsync(ada, "rect", -260, -160, -120, -40);
        await DrawAsync(ada, "ellipse", 60, -120, 220, 20);

        // Saved by the keyboard alone; whoever looks at the history sees it.
        await ada.Page.Locator(".svg-canvas").FocusAsync();
        await ada.Page.Keyboard.PressAsync("Control+s");
        await Expect(ada.Page.Locator("[data-version-name]")).ToBeFocusedAsync();
        await ada.Page.Keyboard.TypeAsync("First sketch");
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(Version(ben, "First sketch")).ToBeVisibleAsync();
        await tool.HearAsync("version_created", told => told.GetProperty("version").GetProperty("kind").GetString() == "saved");

        await MenuAsync(ada, "First sketch", "Name and tags");
        await Expect(ada.Page.GetByLabel("Name of the version")).ToBeFocusedAsync();
        await ada.Page.GetByLabel("Name of the version").FillAsync("Sketch for Monday");
        await ada.Page.GetByLabel("Tags, separated by commas").FillAsync("draft, shown");
        await ada.Page.Locator(".version-text form").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(Version(ben, "Sketch for Monday").Locator(".version-tags span")).ToHaveTextAsync(["draft", "shown"]);

        // Something goes, something comes, something is changed.
        await ada.CloseTabAsync();
        await DrawAsync(ada, "line", -200, 120, 180, 160);
        await ada.ClickAsync(140, -50);
        await ada.Page.Keyboard.PressAsync("Delete");
        await ada.DragAsync(-190, -100, -100, -60);
        await ada.SavedAsync();
        var rect = ada.Drawing.Locator("rect");
        var moved = (await rect.GetAttributeAsync("x"))!;

        // Looked at: as it was, and not to be changed.
        await ada.TabAsync("History");
        await ada.Page.GetByLabel("Look at Sketch for Monday").ClickAsync();
        var preview = ada.Page.GetByRole(AriaRole.Dialog);
        await Expect(preview).ToBeFocusedAsync();
        await Expect(preview.Locator(".preview-drawing ellipse")).ToHaveCountAsync(1);
        await Expect(preview.Locator(".preview-drawing line")).ToHaveCountAsync(0);
        var size = (await preview.Locator(".preview-paper").BoundingBoxAsync())!.Width;
        await ada.Page.Keyboard.PressAsync("+");
        Assert.InRange((await preview.Locator(".preview-paper").BoundingBoxAsync())!.Width, size * 1.2, size * 1.3);
        await ada.Page.Keyboard.PressAsync("1");
        await ada.PictureAsync("history-preview");
        await ada.Page.Keyboard.PressAsync("Delete");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(preview).ToHaveCountAsync(0);
        await Expect(rect).ToHaveCountAsync(1);

        // Compared, in each of the three ways.
        await MenuAsync(ada, "Sketch for Monday", "Compare with now");
        var compare = ada.Page.Locator(".version-compare");
        foreach (var (kind, count) in new[] { ("added", 1), ("removed", 1), ("changed", 1) })
        {
            await Expect(compare.Locator($"li[data-kind={kind}]")).ToHaveCountAsync(count);
            await Expect(compare.Locator($".compare-boxes > [data-kind={kind}]")).ToHaveCountAsync(kind == "changed" ? 2 : 1);
        }
        await Expect(compare.Locator(".compare-drawing ellipse")).ToHaveCountAsync(1);
        await ada.PictureAsync("history-compare-side");
        foreach (var (title, mode) in new[] { ("Slider", "slider"), ("Overlay", "overlay") })
        {
            await compare.GetByRole(AriaRole.Button, new() { Name = title }).ClickAsync();
            await Expect(compare.Locator(".version-compare-stage")).ToHaveAttributeAsync("data-mode", mode);
            await ada.PictureAsync($"history-compare-{mode}");
        }
        await compare.GetByRole(AriaRole.Button, new() { Name = "Side by side" }).ClickAsync();
        await compare.Locator("li[data-kind=removed] .version-compare-element").ClickAsync();
        await Expect(compare.Locator(".compare-boxes > [data-chosen]")).ToHaveAttributeAsync("data-kind", "removed");

        // One element comes back out of the comparison, the rest stays.
        await compare.Locator("li[data-kind=removed]").GetByRole(AriaRole.Checkbox).CheckAsync();
        await compare.GetByRole(AriaRole.Button, new() { Name = "Restore one element" }).ClickAsync();
        await Expect(compare.Locator(".version-compare-done")).ToBeVisibleAsync();
        await Expect(compare.Locator("li")).ToHaveCountAsync(2);
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(compare).ToHaveCountAsync(0);
        foreach (var other in new[] { ben, cem })
        {
            await Expect(other.Drawing.Locator("ellipse")).ToHaveCountAsync(1);
            await Expect(other.Drawing.Locator("line")).ToHaveCountAsync(1);
        }
        await Expect(rect).ToHaveAttributeAsync("x", moved);
        await tool.HearOperationAsync(IsRestored);

        // What is selected comes back, the rest stays.
        await ada.CloseTabAsync();
        await ada.ClickAsync(-100, -60);
        await ada.TabAsync("History");
        await MenuAsync(ada, "Sketch for Monday", "Bring back only what is selected");
        foreach (var other in new[] { ben, cem })
        {
            await Expect(other.Drawing.Locator("rect")).Not.ToHaveAttributeAsync("x", moved);
            await Expect(other.Drawing.Locator("line")).ToHaveCountAsync(1);
        }
        await tool.HearOperationAsync(IsRestored);

        // Who changed it, when, from what to what.
        await ada.Page.Locator(".version-element summary").ClickAsync();
        var steps = ada.Page.Locator(".element-history li");
        await Expect(steps).ToHaveCountAsync(3);
        await Expect(steps.Nth(0)).ToContainTextAsync("brought an earlier state back");
        await Expect(steps.Nth(1)).ToContainTextAsync("moved it");
        await Expect(steps.Nth(2)).ToContainTextAsync("drew it");
        await ada.PictureAsync("history-element");

        // All of it comes back, by one operation that can be undone.
        await MenuAsync(ada, "Sketch for Monday", "Bring it back");
        foreach (var other in new[] { ben, cem })
        {
            await Expect(other.Drawing.Locator("line")).ToHaveCountAsync(0);
            await Expect(other.Drawing.Locator("rect")).ToHaveCountAsync(1);
            await Expect(other.Drawing.Locator("ellipse")).ToHaveCountAsync(1);
        }
        await tool.HearAsync("version_reverted");
        await ada.PictureAsync("history");
        await ada.Page.Locator("[data-canvas-command=undo]").ClickAsync();
        await Expect(ben.Drawing.Locator("line")).ToHaveCountAsync(1);
        await Expect(cem.Drawing.Locator("line")).ToHaveCountAsync(1);
        trio.AssertNoErrors();
    }

    private static bool IsRestored(JsonElement operation) => operation.TryGetProperty("origin", out var origin) && origin.GetString()!.StartsWith("restore:", StringComparison.Ordinal);

    [Fact, Trait("Rule", "H24")]
    public async Task While_a_version_is_looked_at_the_comments_are_those_of_its_time()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        await ada.CreateAsync();
        await CommentAsync(ada, 20, "Make it wider");
        await ada.TabAsync("History");
        await ada.Page.GetByLabel("Save a version").FillAsync("Base");
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(Version(ada, "Base")).ToBeVisibleAsync();
        await CommentAsync(ada, -120, "Too wide now");

        await ada.TabAsync("History");
        var looked = ada.Page.Locator(".version-preview");
        await ada.Page.GetByLabel("What to do with Base").FocusAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ada.Page.Locator(".mud-menu-item").First).ToBeFocusedAsync(); // as it stands there, whatever kind of item the others are
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(looked).ToBeFocusedAsync(); // which the menu's button had before
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(looked).ToHaveCountAsync(0);
        await ada.Page.GetByLabel("Look at Base").ClickAsync();
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Comments then" }).ClickAsync();
        await Expect(ada.Page.Locator(".comments-former")).ToContainTextAsync("As they were in “Base”");
        await Expect(ada.Page.Locator(".comments-list .comments-text")).ToHaveTextAsync(["Make it wider"]);
        await ada.Page.Locator(".comments-list button").ClickAsync();
        await Expect(ada.Page.Locator(".comment-text")).ToHaveTextAsync("Make it wider");
        await Expect(ada.Page.GetByLabel("Reply")).ToHaveCountAsync(0);
        await ada.PictureAsync("history-comments-then");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Back to now" }).ClickAsync();
        await Expect(ada.Page.Locator(".comments-former")).ToHaveCountAsync(0);
        Assert.Empty(ada.Errors);
    }

    private static async Task CommentAsync(Person person, int x, string text)
    {
        await person.ToolAsync("comment");
        await person.ClickAsync(x, 30);
        var box = person.Page.GetByLabel("New comment");
        await Expect(box).ToBeFocusedAsync(); // which its module does, so its keys count from here on
        await box.FillAsync(text);
        await person.Page.Keyboard.PressAsync("Control+Enter");
        await Expect(person.Page.Locator(".comment-text")).ToHaveTextAsync(text);
    }

    [Fact, Trait("Rule", "H6")]
    public async Task A_branch_is_made_drawn_on_beside_the_others_and_merged_with_and_without_a_clash()
    {
        var app = await shared.StartAsync();
        await using var trio = await Trio.MeetAsync(browsers, app);
        var (ada, ben, cem, id) = trio;
        var tools = await Guest.InviteAsync(app, id, "Lamp planner", "Watcher");
        await using var planner = tools[0];
        await using var watcher = tools[1];
        await watcher.ListenAsync();
        await DrawAsync(ada, "rect", -260, -160, -120, -40);
        await ada.TabAsync("History");
        await ada.Page.GetByLabel("Save a version").FillAsync("Base");
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(Version(ada, "Base")).ToBeVisibleAsync();

        // From here: Ada goes there, Ben stays, and each is seen where they are.
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "New branch" }).ClickAsync();
        await ada.Page.GetByLabel("Name of the new branch").FillAsync("lighter");
        await ada.Page.Keyboard.PressAsync("Enter");
        await OnBranchAsync(ada, "lighter");
        await Expect(Branch(ada, "main")).ToContainTextAsync("Ben");
        await Expect(Branch(ada, "lighter")).ToContainTextAsync("Ada");
        await ben.TabAsync("History");
        await Expect(Branch(ben, "lighter")).ToContainTextAsync("Ada");

        // What one draws here the other does not see there.
        await ada.CloseTabAsync();
        await DrawAsync(ada, "ellipse", 60, -120, 220, 20);
        await ben.CloseTabAsync();
        await DrawAsync(ben, "line", -200, 120, 180, 160);
        await planner.ListenAsync("lighter");
        await planner.SendAsync(new { type = "operation", operation_type = "create", element_id = "lamp", data = new { type = "circle", cx = 300, cy = 500, r = 20 } });
        await Expect(ada.Drawing.Locator("circle")).ToHaveCountAsync(1);
        await Expect(cem.Drawing.Locator("line")).ToHaveCountAsync(1);
        await Expect(ada.Drawing.Locator("line")).ToHaveCountAsync(0);
        await Expect(ben.Drawing.Locator("ellipse")).ToHaveCountAsync(0);

        // Merged without a clash: told before, one operation, one version.
        await ada.TabAsync("History");
        await Branch(ada, "main").GetByRole(AriaRole.Button, new() { Name = "main", Exact = true }).ClickAsync();
        await OnBranchAsync(ada, "main");
        await Expect(ada.Drawing.Locator("line")).ToHaveCountAsync(1);
        await BranchMenuAsync(ada, "lighter", "Merge into main");
        var merge = ada.Page.Locator(".merge-view");
        await Expect(merge).ToContainTextAsync("2 added");
        await Expect(ben.Drawing.Locator("ellipse")).ToHaveCountAsync(0);
        await ada.PictureAsync("branches-merge");
        await merge.GetByRole(AriaRole.Button, new() { Name = "Merge", Exact = true }).ClickAsync();
        foreach (var other in new[] { ben, cem })
        {
            await Expect(other.Drawing.Locator("ellipse")).ToHaveCountAsync(1);
            await Expect(other.Drawing.Locator("circle")).ToHaveCountAsync(1);
        }
        await watcher.HearOperationAsync(operation => operation.TryGetProperty("origin", out var origin) && origin.GetString() == "merge:lighter");
        await Expect(ada.Page.Locator(".version-list > li[data-kind=merge]")).ToHaveCountAsync(1);

        // From an old version, which has the rectangle alone. Both move it.
        await MenuAsync(ada, "Base", "New branch from here");
        await ada.Page.GetByLabel("Name of the new branch").FillAsync("older");
        await ada.Page.Keyboard.PressAsync("Enter");
        await OnBranchAsync(ada, "older");
        await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(1);
        await Expect(ada.Drawing.Locator("ellipse")).ToHaveCountAsync(0);
        await ada.CloseTabAsync();
        await ada.DragAsync(-190, -100, -100, 20);
        await ada.SavedAsync();
        await ben.DragAsync(-190, -100, 0, -180);
        await ben.SavedAsync();
        var (older, newer) = (await PlaceAsync(ada), await PlaceAsync(ben));

        // Merged with a clash: one value decided before, what is left open is a conflict afterwards.
        await ada.TabAsync("History");
        await Branch(ada, "main").GetByRole(AriaRole.Button, new() { Name = "main", Exact = true }).ClickAsync();
        await OnBranchAsync(ada, "main");
        await BranchMenuAsync(ada, "older", "Merge into main");
        await Expect(merge.Locator("li")).ToHaveCountAsync(2);
        await merge.Locator("li").Filter(new() { HasText = ", x" }).GetByText("older:").ClickAsync();
        await ada.PictureAsync("branches-clash");
        await merge.GetByRole(AriaRole.Button, new() { Name = "Merge, leave 1 open" }).ClickAsync();
        await Expect(ben.Drawing.Locator("rect")).ToHaveAttributeAsync("x", older.X);
        await Expect(ben.Drawing.Locator("rect")).ToHaveAttributeAsync("y", newer.Y);
        await Expect(ada.Page.Locator(".version-list > li[data-kind=merge]")).ToHaveCountAsync(2);
        await ada.PictureAsync("branches");
        await ben.TabAsync("Conflicts");
        var card = ben.Page.Locator(".conflict-card");
        await Expect(card).ToContainTextAsync("when “older” was merged");
        await card.GetByRole(AriaRole.Button, new() { Name = "Keep Ada’s" }).ClickAsync();
        foreach (var other in new[] { ada, cem })
            await Expect(other.Drawing.Locator("rect")).ToHaveAttributeAsync("y", older.Y);
        await watcher.HearAsync("conflict_resolution", told => told.GetProperty("username").GetString() == "Ben");
        trio.AssertNoErrors();
    }

    private static async Task<(string X, string Y)> PlaceAsync(Person person)
    {
        var rect = person.Drawing.Locator("rect");
        return ((await rect.GetAttributeAsync("x"))!, (await rect.GetAttributeAsync("y"))!);
    }

    [Fact, Trait("Rule", "C30")]
    public async Task What_is_in_the_hand_or_typed_when_ones_own_switch_of_branches_arrives_stays_in_its_branch()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var answers = await HeldAnswers.InstallAsync(ada.Page, HeldAnswers.Circuit);
        var id = await ada.CreateAsync();
        await ada.TabAsync("History");
        await ada.Page.EvaluateAsync("id => fetch(`/api/documents/${id}/branches`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: 'draft' }) })", id);

        // By keyboard in the middle of a stroke: it goes on to its end, in its branch.
        await ada.ToolAsync("path");
        await ada.DragAsync(-250, -100, -150, -50, release: false);
        await Branch(ada, "draft").GetByRole(AriaRole.Button, new() { Name = "draft", Exact = true }).FocusAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await ada.Page.GetByText("History of what is selected").FocusAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(ada.Page.Locator(".element-history")).ToBeVisibleAsync(); // so the press before has been answered too
        await ada.DragOnAsync(100, 50);
        await OnBranchAsync(ada, "draft");
        await Expect(ada.Drawing.Locator("path")).ToHaveCountAsync(0);

        // On a slow line: what is typed between the press and its answer.
        answers.Hold();
        await Branch(ada, "main").GetByRole(AriaRole.Button, new() { Name = "main", Exact = true }).ClickAsync();
        await ada.ToolAsync("text");
        await ada.ClickAsync(-100, 100);
        await ada.Page.Keyboard.TypeAsync("Door");
        answers.Release();
        await OnBranchAsync(ada, "main");
        await Expect(ada.Drawing.Locator("path")).ToHaveCountAsync(1);
        Assert.InRange((await ada.Drawing.Locator("path").BoundingBoxAsync())!.Width, 300, 400);
        await Branch(ada, "draft").GetByRole(AriaRole.Button, new() { Name = "draft", Exact = true }).ClickAsync();
        await OnBranchAsync(ada, "draft");
        await Expect(ada.Drawing.Locator("text")).ToHaveTextAsync("Door");
        Assert.Empty(ada.Errors);
    }

    private static ILocator Branch(Person person, string name) => person.Page.Locator(".branch-picker li").Filter(new() { Has = person.Page.Locator(".branch-name", new() { HasTextRegex = new($"^{name}$") }) });

    private static async Task OnBranchAsync(Person person, string name)
    {
        await Expect(person.Page.Locator(".branch-picker [aria-current]")).ToHaveTextAsync(name);
        await person.ReadyAsync();
    }

    private static async Task BranchMenuAsync(Person person, string branch, string item)
    {
        await person.Page.GetByLabel($"What to do with the branch {branch}").ClickAsync();
        await person.Page.Locator(".mud-menu-item").Filter(new() { HasText = item }).ClickAsync();
    }

    private static async Task DrawAsync(Person person, string tool, int fromX, int fromY, int toX, int toY)
    {
        await person.ToolAsync(tool);
        await person.DragAsync(fromX, fromY, toX, toY);
        await person.SavedAsync();
    }

    private static ILocator Version(Person person, string title) => person.Page.Locator(".version-list > li").Filter(new() { Has = person.Page.Locator("b", new() { HasTextString = title }) });

    private static async Task MenuAsync(Person person, string version, string item)
    {
        await person.Page.GetByLabel($"What to do with {version}").ClickAsync();
        await person.Page.Locator(".mud-menu-item").Filter(new() { HasText = item }).ClickAsync();
    }
}
