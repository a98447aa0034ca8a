using System.Collections.Immutable;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Versions;

namespace Svgx.Tests.Components.Versions;

public class VersionPanelTests : BunitContext
{
    private readonly RunningApp _app;

    public VersionPanelTests(RunningApp app)
    {
        _app = app;
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(app.Services.GetRequiredService<CollaborationEngine>());
    }

    private CollaborationEngine Engine => _app.Services.GetRequiredService<CollaborationEngine>();

    [Fact, Trait("Rule", "H1")]
    public void While_the_history_is_read_it_says_so()
    {
        var never = new TaskCompletionSource<HistoryView>();
        Assert.NotNull(Panel((_, _) => never.Task).Find("[aria-label='Reading the history']"));
    }

    [Fact, Trait("Rule", "H1")]
    public void Without_versions_it_says_what_they_are_for() =>
        Assert.Contains("No versions yet", Panel().WaitForElement(".version-empty").TextContent, StringComparison.Ordinal);

    [Fact, Trait("Rule", "H1")]
    public async Task Where_it_cannot_be_read_it_says_so_and_tries_again_on_request()
    {
        var fails = true;
        var panel = Panel((_, _) => fails ? Task.FromException<HistoryView>(new IOException("gone")) : Task.FromResult(View()));
        Assert.Contains("could not be read", panel.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        fails = false;
        await panel.Find("[role=alert] button").ClickAsync();
        panel.WaitForElement(".version-empty");
    }

    [Fact, Trait("Rule", "H2")]
    public async Task Checkpoints_in_a_row_are_one_line_until_asked_for()
    {
        var panel = Panel(Version(5, VersionKind.Saved, "Walls"), Version(4, VersionKind.Checkpoint), Version(3, VersionKind.Checkpoint), Version(2, VersionKind.Checkpoint), Version(1, VersionKind.Saved, "Begun"));
        panel.WaitForElement(".version-list");
        Assert.Equal(3, panel.FindAll(".version-list > li").Count);
        Assert.Contains("3 checkpoints", panel.Find(".version-more").TextContent, StringComparison.Ordinal);
        await panel.Find(".version-more button").ClickAsync();
        Assert.Equal(5, panel.FindAll(".version-list > li").Count);
    }

    [Fact, Trait("Rule", "H2")]
    public void Who_may_only_look_can_neither_save_nor_make_branches()
    {
        var panel = Panel((_, _) => Task.FromResult(View(Version(1, VersionKind.Saved, "Begun"))), mayEdit: false);
        panel.WaitForElement(".version-list");
        Assert.Empty(panel.FindAll("[data-version-name]"));
        Assert.DoesNotContain("New branch", panel.Markup, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "H3")]
    public async Task A_version_is_saved_under_its_name_and_shown_at_once()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        var feed = new VersionFeed(Engine, TimeProvider.System, id, ada.Id);
        var panel = Render<VersionPanel>(p => p.Add(c => c.Feed, feed).Add(c => c.UserId, ada.Id).Add(c => c.Branch, "main").Add(c => c.MayEdit, true));
        panel.WaitForElement(".version-empty");
        await panel.Find("[data-version-name]").InputAsync("Walls are done");
        await panel.Find(".version-save").SubmitAsync();
        panel.WaitForAssertion(() => Assert.Contains("Walls are done", panel.Find(".version-list").TextContent, StringComparison.Ordinal));
        var saved = Assert.IsType<VersionResult<VersionPage>.Done>(await Engine.Versions.ListAsync(id, new(ada.Id))).Value.Versions[0];
        Assert.Equal(("Walls are done", VersionKind.Saved), (saved.Labels.Name, saved.Kind));
        feed.Dispose();
    }

    [Fact, Trait("Rule", "W31")]
    public async Task What_is_pressed_twice_in_the_history_is_done_once()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        using var feed = new VersionFeed(Engine, TimeProvider.System, id, ada.Id);
        var switched = new List<string>();
        var panel = Render<VersionPanel>(p => p.Add(c => c.Feed, feed).Add(c => c.UserId, ada.Id).Add(c => c.Branch, "main").Add(c => c.MayEdit, true).Add(c => c.Switched, switched.Add));
        panel.WaitForElement(".version-empty");
        await panel.Find("[data-version-name]").InputAsync("Walls are done");
        await TwiceAsync(panel, () => panel.Find(".version-save").SubmitAsync());
        panel.WaitForElement(".version-list");

        await panel.FindAll("button").Single(button => button.TextContent.Contains("New branch", StringComparison.Ordinal)).ClickAsync();
        await panel.Find("[aria-label='Name of the new branch']").InputAsync("draft");
        await TwiceAsync(panel, () => panel.Find(".branch-name-form").SubmitAsync());
        Assert.Equal(["draft"], switched);

        await DoAsync(id, ada.Id, "draft", "create", "lamp", "{}");
        var closed = 0;
        var merge = Render<MergeView>(p => p.Add(c => c.DocumentId, id).Add(c => c.UserId, ada.Id).Add(c => c.Source, "draft").Add(c => c.Target, "main").Add(c => c.Closed, () => closed++));
        merge.WaitForElement(".merge-actions");
        await TwiceAsync(merge, () => merge.Find(".merge-actions button").ClickAsync());
        merge.WaitForState(() => closed > 0);

        Assert.Equal(1, closed);
        var versions = Assert.IsType<VersionResult<VersionPage>.Done>(await Engine.Versions.ListAsync(id, new(ada.Id))).Value.Versions;
        Assert.Single(versions, version => version.Kind == VersionKind.Saved);
        Assert.Single(versions, version => version.Kind == VersionKind.Merge);
        Assert.DoesNotContain(Services.GetRequiredService<ISnackbar>().ShownSnackbars, said => said.Severity == Severity.Warning);

        // In one go: else what the first press does may be done, and the button gone, before the second.
        static Task TwiceAsync<T>(IRenderedComponent<T> on, Func<Task> press)
            where T : IComponent => on.InvokeAsync(() => Task.WhenAll(press(), press()));
    }

    [Fact, Trait("Rule", "H4")]
    public async Task A_branch_is_made_merged_and_its_clash_decided()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        await DoAsync(id, ada.Id, "main", "create", "lamp", """{"fill":"white"}""");
        Assert.IsType<VersionResult<Branch>.Done>(await Engine.Versions.CreateBranchAsync(id, new(ada.Id), "draft"));
        await DoAsync(id, ada.Id, "main", "update", "lamp", """{"fill":"red"}""");
        await DoAsync(id, ada.Id, "draft", "update", "lamp", """{"fill":"blue"}""");
        var closed = false;
        var merge = Render<MergeView>(p => p.Add(c => c.DocumentId, id).Add(c => c.UserId, ada.Id).Add(c => c.Source, "draft").Add(c => c.Target, "main").Add(c => c.Closed, () => closed = true));
        merge.WaitForElement(".merge-actions");
        Assert.Contains("Merge, leave 1 open", merge.Find(".merge-actions").TextContent, StringComparison.Ordinal);
        await merge.FindAll("input[type=radio]")[1].ChangeAsync("on");
        await merge.Find(".merge-actions button").ClickAsync();
        merge.WaitForState(() => closed);
        Assert.Contains("\"fill\":\"blue\"", System.Text.Encoding.UTF8.GetString((await Engine.ReadDocumentAsync(id))!.Json.Span), StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "H4")]
    public async Task A_merge_that_brings_nothing_says_so()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        Assert.IsType<VersionResult<Branch>.Done>(await Engine.Versions.CreateBranchAsync(id, new(ada.Id), "draft"));
        var merge = Render<MergeView>(p => p.Add(c => c.DocumentId, id).Add(c => c.UserId, ada.Id).Add(c => c.Source, "draft").Add(c => c.Target, "main"));
        Assert.Contains("already", merge.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "H41")]
    public async Task The_owner_lets_go_of_a_deleted_branch_for_good_by_typing_its_name()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        Assert.IsType<VersionResult<Branch>.Done>(await Engine.Versions.CreateBranchAsync(id, new(ada.Id), "draft"));
        await DoAsync(id, ada.Id, "draft", "create", "lamp", """{"fill":"white"}""");
        Assert.IsType<VersionResult<Branch>.Done>(await Engine.Versions.DeleteBranchAsync(id, new(ada.Id), "draft"));
        using var feed = new VersionFeed(Engine, TimeProvider.System, id, ada.Id);
        var dialogs = Render<MudDialogProvider>();
        var panel = Render<VersionPanel>(p => p.Add(c => c.Feed, feed).Add(c => c.UserId, ada.Id).Add(c => c.MayEdit, true).Add(c => c.IsOwner, false));
        panel.WaitForElement(".branch-picker");
        Assert.DoesNotContain("deleted branch", panel.Markup, StringComparison.Ordinal);
        panel.Render(p => p.Add(c => c.IsOwner, true));

        var asking = panel.Find("[aria-label='Delete the branch draft for good']").ClickAsync(); // ends with the dialog
        dialogs.WaitForElement(".purge-branch");
        Assert.Contains("the one step that was drawn in it", dialogs.Markup, StringComparison.Ordinal);
        foreach (var typed in new[] { "draf", "Draft" })
        {
            await dialogs.Find("[data-purge-name]").InputAsync(typed);
            Assert.True(Confirm().HasAttribute("disabled"));
        }
        await dialogs.Find("[data-purge-name]").InputAsync("draft");
        await Confirm().ClickAsync();
        await asking;

        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll(".branch-deleted")));
        var branches = Assert.IsType<VersionResult<ImmutableArray<Branch>>.Done>(await Engine.Versions.ListBranchesAsync(id, new(ada.Id), deleted: true)).Value;
        Assert.NotNull(Assert.Single(branches, branch => branch.Name == "draft").PurgedAt);

        AngleSharp.Dom.IElement Confirm() => dialogs.FindAll(".mud-dialog-actions button").Single(button => button.TextContent.Contains("Delete for good", StringComparison.Ordinal));
    }

    private async Task DoAsync(Guid id, string user, string branch, string type, string element, string data) =>
        Assert.IsType<SubmitOutcome.Accepted>(await Engine.SendOperationAsync(id, user, new(null, type, element, System.Text.Json.JsonElement.Parse(data)), branch));

    private IRenderedComponent<VersionPanel> Panel(params DocumentVersion[] versions) => Panel((_, _) => Task.FromResult(View(versions)));

    private IRenderedComponent<VersionPanel> Panel(Func<int, CancellationToken, Task<HistoryView>> read, bool mayEdit = true)
    {
        var feed = new VersionFeed(read, TimeProvider.System, Guid.Empty);
        return Render<VersionPanel>(p => p.Add(c => c.Feed, feed).Add(c => c.UserId, "a").Add(c => c.Branch, "main").Add(c => c.MayEdit, mayEdit));
    }

    private static HistoryView View(params DocumentVersion[] versions) =>
        new([.. versions], [new Branch { DocumentId = Guid.Empty, Name = "main", CreatedBy = "", CreatedByName = "", CreatedAt = DateTime.UtcNow }], HasOlder: false);

    private static DocumentVersion Version(long number, VersionKind kind, string? name = null) => new()
    {
        VersionId = $"{number:x64}",
        Number = number,
        DocumentId = Guid.Empty,
        Branch = "main",
        Revision = number,
        Parents = number > 1 ? [$"{number - 1:x64}"] : ImmutableArray<string>.Empty,
        ContentHash = $"{number:x64}",
        AuthorId = "a",
        AuthorName = "Ada",
        Description = "",
        Kind = kind,
        CreatedAt = DateTime.UtcNow,
        Labels = VersionLabels.None with { Name = name },
    };
}
