using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Versions;

namespace Svgx.Tests.Components.Versions;

public class ElementHistoryTests : BunitContext
{
    private readonly RunningApp _app;

    public ElementHistoryTests(RunningApp app)
    {
        _app = app;
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(Engine);
    }

    private CollaborationEngine Engine => _app.Services.GetRequiredService<CollaborationEngine>();

    [Fact, Trait("Rule", "H23")]
    public void While_it_is_read_it_says_so() =>
        Assert.NotNull(History(_ => new TaskCompletionSource<VersionResult<ElementHistoryPage>>().Task).Find("[aria-label='Reading the history of the element']"));

    [Fact, Trait("Rule", "H23")]
    public void Where_nobody_has_changed_it_it_says_so() =>
        Assert.Contains("Nobody has changed this element", History(_ => Page(null)).WaitForElement(".element-history-empty").TextContent, StringComparison.Ordinal);

    [Fact, Trait("Rule", "H23")]
    public async Task Where_the_latest_operations_have_nothing_it_offers_to_look_further_back()
    {
        var history = History(cursor => cursor is null ? Page("main:100") : Page(null, Step(3)));
        Assert.Contains("Look further back", history.WaitForElement(".element-history-empty").TextContent, StringComparison.Ordinal);
        await history.Find("button").ClickAsync();
        history.WaitForAssertion(() => Assert.Single(history.FindAll("ol li")));
        Assert.Empty(history.FindAll("button"));
    }

    [Fact, Trait("Rule", "H23")]
    public async Task Where_it_cannot_be_read_it_says_so_and_tries_again_on_request()
    {
        var tries = 0;
        var history = History(_ => ++tries switch
        {
            1 => Task.FromException<VersionResult<ElementHistoryPage>>(new IOException("gone")),
            2 => Task.FromResult<VersionResult<ElementHistoryPage>>(new VersionResult<ElementHistoryPage>.Refused("storage_failed", "The disk is full.")),
            _ => Page(null, Step(1)),
        });
        Assert.Contains("could not be read", history.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        await history.Find("[role=alert] button").ClickAsync();
        history.WaitForAssertion(() => Assert.Contains("The disk is full.", history.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        await history.Find("[role=alert] button").ClickAsync();
        history.WaitForAssertion(() => Assert.Single(history.FindAll("ol li")));
        Assert.Empty(history.FindAll("[role=alert]"));
    }

    [Fact, Trait("Rule", "H21")]
    public async Task Older_changes_are_read_on_request_and_stand_below()
    {
        var history = History(cursor => cursor is null ? Page("main:8", Step(9), Step(8)) : Page(null, Step(7)));
        history.WaitForAssertion(() => Assert.Equal(2, history.FindAll("ol li").Count));
        await history.Find("button").ClickAsync();
        history.WaitForAssertion(() => Assert.Equal(["revision 9", "revision 8", "revision 7"], history.FindAll("ol li small").Select(note => note.TextContent.Split(", ")[^1])));
        Assert.Contains("3 changes are listed", history.Find("[aria-live]").TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "H21")]
    public void What_was_taken_back_is_told_as_that()
    {
        var history = History(_ => Page(null, Step(4) with { RedoOf = ["o2"] }, Step(3) with { UndoOf = ["o2"] }, Step(2) with { OperationType = "move" }, Step(1) with { Kind = ElementDifferenceKind.Added }));
        history.WaitForAssertion(() => Assert.Equal(["brought a change back again", "took a change back", "moved it", "drew it"],
            history.FindAll("ol li p").Select(line => line.TextContent.Split("Ada ")[1].Split('\n')[0].Trim())));
    }

    [Fact, Trait("Rule", "H21")]
    public async Task Of_another_element_that_is_chosen_meanwhile_only_the_last_is_shown()
    {
        var first = new TaskCompletionSource<VersionResult<ElementHistoryPage>>();
        var answers = new Queue<Task<VersionResult<ElementHistoryPage>>>([first.Task, Page(null, Step(5))]);
        Func<string?, CancellationToken, Task<VersionResult<ElementHistoryPage>>> read = (_, cancellation) => answers.Dequeue().WaitAsync(cancellation);
        var history = Render<ElementHistory>(p => p.Add(c => c.DocumentId, Guid.Empty).Add(c => c.UserId, "u").Add(c => c.ElementId, "wall").Add(c => c.Read, read));
        history.Render(p => p.Add(c => c.ElementId, "door"));
        first.SetResult(await Page(null, Step(1), Step(2)));
        history.WaitForAssertion(() => Assert.Contains("revision 5", Assert.Single(history.FindAll("ol li")).TextContent, StringComparison.Ordinal));
    }

    [Fact, Trait("Rule", "H21")]
    public async Task While_it_is_open_it_follows_the_drawing()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        await DoAsync(id, ada.Id, "create", """{"fill":"white"}""");
        var history = Render<ElementHistory>(p => p.Add(c => c.DocumentId, id).Add(c => c.UserId, ada.Id).Add(c => c.ElementId, "wall")
            .Add(c => c.Names, ids => Task.FromResult<IReadOnlyDictionary<string, string>>(ids.ToDictionary(element => element, _ => "Rect 1", StringComparer.Ordinal))));
        history.WaitForAssertion(() => Assert.Single(history.FindAll("ol li")));
        Assert.Equal("Rect 1", history.Find("h2").TextContent);
        await DoAsync(id, ada.Id, "update", """{"fill":"red"}""");
        history.WaitForAssertion(() => Assert.Equal(2, history.FindAll("ol li").Count));
        Assert.Contains("red", history.Find("ol li").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<ElementHistory> History(Func<string?, Task<VersionResult<ElementHistoryPage>>> read) =>
        Render<ElementHistory>(p => p.Add(c => c.DocumentId, Guid.Empty).Add(c => c.UserId, "u").Add(c => c.ElementId, "wall").Add(c => c.Read, (cursor, _) => read(cursor)));

    private static Task<VersionResult<ElementHistoryPage>> Page(string? next, params ElementEvent[] steps) =>
        Task.FromResult<VersionResult<ElementHistoryPage>>(new VersionResult<ElementHistoryPage>.Done(new([.. steps], next)));

    private static ElementEvent Step(long revision) => new()
    {
        Branch = "main",
        Revision = revision,
        OperationId = $"o{revision}",
        OperationType = "update",
        UserId = "ada",
        Username = "Ada",
        Timestamp = DateTime.UtcNow,
        Kind = ElementDifferenceKind.Changed,
        Attributes = [new("fill", "white", "red")],
    };

    private async Task DoAsync(Guid id, string user, string type, string data) =>
        Assert.IsType<SubmitOutcome.Accepted>(await Engine.SendOperationAsync(id, user, new(null, type, "wall", JsonElement.Parse(data))));
}
