using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Svgx.Collaboration.Engine;
using Svgx.Web.Components.Documents;

namespace Svgx.Tests.Components.Documents;

public class DocumentListTests : BunitContext
{
    private readonly RunningApp _app;
    private BunitAuthorizationContext? _signedIn;

    public DocumentListTests(RunningApp app)
    {
        _app = app;
        JSInterop.Mode = JSRuntimeMode.Loose;
        JSInterop.SetupModule("./Components/Documents/DocumentList.razor.js").Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(app.Documents);
        Services.AddSingleton(TimeProvider.System);
    }

    [Fact, Trait("Rule", "W16")]
    public async Task An_empty_list_says_how_to_begin()
    {
        var list = ListOf((await _app.NewPersonAsync()).User.Id);

        Assert.Contains("Draw something together", list.Find(".empty-state").TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "W16")]
    public async Task The_list_shows_what_is_ones_own_and_what_is_shared_with_ones_role()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var (grace, _) = await _app.NewPersonAsync("Grace");
        await _app.Documents.CreateAsync(grace.Id, "Mine", null, default);
        var shared = await _app.Documents.CreateAsync(ada.Id, "Hers", null, default);
        await _app.Documents.ShareAsync(shared, ada.Id, grace.Email!, DocumentRole.Viewer, default);

        var cards = ListOf(grace.Id).FindAll(".document-card");

        Assert.Equal(2, cards.Count);
        Assert.Single(cards, card => card.TextContent.Contains("Mine", StringComparison.Ordinal) && card.TextContent.Contains("Yours", StringComparison.Ordinal) && card.QuerySelector("[aria-label='Delete Mine']") is not null);
        Assert.Single(cards, card => card.TextContent.Contains("Ada's, you are viewer", StringComparison.Ordinal) && card.QuerySelector("button") is null);
    }

    [Fact, Trait("Rule", "W28")]
    public async Task Each_card_says_when_and_by_whom_the_drawing_was_changed_and_the_one_changed_last_comes_first()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var (grace, _) = await _app.NewPersonAsync("Grace");
        var ids = new Dictionary<string, Guid>();
        foreach (var name in new[] { "Alone", "Shared", "Untouched" })
            ids[name] = await _app.Documents.CreateAsync(ada.Id, name, null, default);
        await _app.Documents.ShareAsync(ids["Shared"], ada.Id, grace.Email!, DocumentRole.Editor, default);
        await DrawAsync(ids["Shared"], grace.Id);
        await DrawAsync(ids["Alone"], ada.Id);

        Assert.Equal(["Alone|Changed just now", "Shared|Changed just now by Grace", "Untouched|Made just now"], Cards(ada.Id));
        Assert.Equal(["Shared|Changed just now by you"], Cards(grace.Id));
        await _app.Documents.RenameAsync(ids["Untouched"], ada.Id, "Renamed", default);
        Assert.Equal("Renamed|Renamed just now", Cards(ada.Id)[0]);

        await _app.Documents.DeleteAsync(ids["Shared"], ada.Id, default);
        await _app.Documents.DeleteAsync(ids["Alone"], ada.Id, default);
        var list = ListOf(ada.Id);
        await Button(list, "Bin").ClickAsync();
        Assert.Equal(["Alone|Deleted just now", "Shared|Deleted just now"], Cards(list));
    }

    private async Task DrawAsync(Guid id, string userId) =>
        Assert.IsType<SubmitOutcome.Accepted>(await _app.Services.GetRequiredService<CollaborationEngine>().SendOperationAsync(id, userId, new(null, "create", null, System.Text.Json.JsonElement.Parse("""{"x":1,"y":2}"""))));

    private string[] Cards(string userId) => Cards(ListOf(userId));

    private static string[] Cards(IRenderedComponent<DocumentList> list) =>
        [.. list.FindAll(".document-card").Select(card => $"{card.QuerySelector(".document-name")!.TextContent}|{card.QuerySelector("small:last-child")!.TextContent.Trim()}")];

    [Fact, Trait("Rule", "W7")]
    public async Task Deleting_moves_to_the_bin_and_the_bin_gives_it_back()
    {
        var (ada, _) = await _app.NewPersonAsync();
        await _app.Documents.CreateAsync(ada.Id, "Lamp", null, default);
        var list = ListOf(ada.Id);

        await list.Find("[aria-label='Delete Lamp']").ClickAsync();
        list.WaitForElement(".empty-state");
        await Button(list, "Bin").ClickAsync();
        await Button(list, "Restore").ClickAsync();
        list.WaitForState(() => list.Find(".empty-state").TextContent.Contains("The bin is empty", StringComparison.Ordinal));
        await Button(list, "Documents").ClickAsync();

        list.WaitForState(() => list.FindAll(".document-card").Count == 1);
        Assert.Equal("Lamp", list.Find("a.document-name").TextContent);
    }

    [Fact, Trait("Rule", "W41")]
    public async Task What_was_done_elsewhere_already_is_said_and_the_list_shows_how_it_is()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Lamp", null, default);
        var list = ListOf(ada.Id);
        var said = Render<MudBlazor.MudSnackbarProvider>();

        await list.Find("[aria-label='Delete Lamp']").ClickAsync();
        list.WaitForElement(".empty-state");
        await _app.Documents.RestoreAsync(id, ada.Id, default);
        await said.WaitForElement("button.mud-snackbar-action-button").ClickAsync();

        said.WaitForAssertion(() => Assert.Contains("There is no such document", said.Markup, StringComparison.Ordinal));
        Assert.Single(list.FindAll(".document-card"));
    }

    [Fact, Trait("Rule", "W17")]
    public async Task Of_several_files_each_that_failed_or_lost_something_is_told()
    {
        var list = ListOf((await _app.NewPersonAsync()).User.Id);

        await list.InvokeAsync(() => list.Instance.ImportStarted("broken.svg (1 of 3)", true));
        await list.InvokeAsync(() => list.Instance.ImportEnded(new("broken.svg", null, "Unexpected end (line 3, column 7)", [], 0, true)));
        await list.InvokeAsync(() => list.Instance.ImportStarted("lamp.svg (2 of 3)", false));
        await list.InvokeAsync(() => list.Instance.ImportEnded(new("lamp.svg", Guid.NewGuid(), null, [new("/svg/script", "script", "scripts are not kept")], 0, true)));
        await list.InvokeAsync(() => list.Instance.ImportStarted("plain.svg (3 of 3)", false));
        await list.InvokeAsync(() => list.Instance.ImportEnded(new("plain.svg", Guid.NewGuid(), null, [], 0, true)));
        Assert.Equal(["broken.svg", "lamp.svg"], list.FindAll(".mud-alert").Select(alert => alert.TextContent.Trim().Split(' ')[0]));

        await list.Find(".mud-alert button").ClickAsync();
        Assert.Contains("lamp.svg", Assert.Single(list.FindAll(".mud-alert")).TextContent, StringComparison.Ordinal);
        await list.InvokeAsync(() => list.Instance.ImportStarted("next.svg", true));
        Assert.Empty(list.FindAll(".mud-alert"));
    }

    [Fact, Trait("Rule", "W17")]
    public async Task What_an_import_left_out_or_why_it_failed_is_said()
    {
        var list = ListOf((await _app.NewPersonAsync()).User.Id);

        await list.InvokeAsync(() => list.Instance.ImportEnded(new("lamp.svg", Guid.NewGuid(), null, [new("/svg/script", "script", "scripts are not kept")], 0, false)));
        Assert.Contains("scripts are not kept", list.Find(".removed-parts").TextContent, StringComparison.Ordinal);
        await list.InvokeAsync(() => list.Instance.ImportStarted("broken.svg", true));
        await list.InvokeAsync(() => list.Instance.ImportEnded(new("broken.svg", null, "Unexpected end (line 3, column 7)", [], 0, false)));
        Assert.Contains("broken.svg could not be imported. Unexpected end (line 3, column 7)", list.Find(".mud-alert").TextContent, StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "D11")]
    [InlineData(20, 0, null)]
    [InlineData(21, 0, "… and 1 more.")]
    [InlineData(100, 999_900, "… and 999,980 more.")]
    public async Task An_import_tells_the_first_parts_that_it_left_out_and_how_many_more(int listed, int more, string? rest)
    {
        var list = ListOf((await _app.NewPersonAsync()).User.Id);
        var parts = Enumerable.Range(1, listed).Select(i => new DocumentList.RemovedView($"svg/script[{i}]", "element script", "scripts do not run in drawings"));
        await list.InvokeAsync(() => list.Instance.ImportEnded(new("lamp.svg", Guid.NewGuid(), null, [.. parts], more, false)));
        Assert.Equal(20, list.FindAll(".removed-parts li").Count);
        Assert.Equal(rest, list.FindAll(".mud-alert p").SingleOrDefault()?.TextContent);
    }

    private IRenderedComponent<DocumentList> ListOf(string userId)
    {
        (_signedIn ??= AddAuthorization()).SetAuthorized("somebody").SetClaims(new Claim(ClaimTypes.NameIdentifier, userId));
        var list = Render<DocumentList>();
        list.WaitForState(() => list.FindAll(".mud-skeleton").Count == 0);
        return list;
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<DocumentList> list, string text) =>
        list.WaitForElements("button").Single(button => button.TextContent.Trim() == text);
}
