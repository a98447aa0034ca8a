using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using MudBlazor.Services;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Versions;

namespace Svgx.Tests.Components.Versions;

public class VersionCompareTests : BunitContext
{
    public VersionCompareTests(RunningApp app)
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(app.Services.GetRequiredService<CollaborationEngine>());
    }

    [Fact, Trait("Rule", "H23")]
    public void While_it_compares_it_says_so() =>
        Assert.NotNull(Compare(() => new TaskCompletionSource<VersionResult<DocumentDiff>>().Task).Find("[aria-label=Comparing]"));

    [Fact, Trait("Rule", "H23")]
    public async Task Where_it_cannot_compare_it_says_why_and_tries_again_on_request()
    {
        var tries = 0;
        var comparison = Compare(() => ++tries switch
        {
            1 => Task.FromResult<VersionResult<DocumentDiff>>(new VersionResult<DocumentDiff>.Refused("version_damaged", "This version is damaged.")),
            2 => Task.FromException<VersionResult<DocumentDiff>>(new IOException("gone")),
            _ => Differences(1),
        });
        Assert.Contains("This version is damaged.", comparison.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        await comparison.Find("[role=alert] button").ClickAsync();
        comparison.WaitForAssertion(() => Assert.Contains("Nothing is lost.", comparison.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        await comparison.Find("[role=alert] button").ClickAsync();
        comparison.WaitForAssertion(() => Assert.Single(comparison.FindAll("li[data-kind]")));
        Assert.Equal("1 changed", comparison.Find(".version-compare-count").TextContent);
    }

    [Fact, Trait("Rule", "H20")]
    public async Task Many_differences_are_counted_and_listed_page_by_page()
    {
        var comparison = Compare(() => Differences(450));
        comparison.WaitForAssertion(() => Assert.Equal(200, comparison.FindAll("li[data-kind]").Count));
        Assert.Equal("450 changed", comparison.Find(".version-compare-count").TextContent);
        await comparison.FindAll("button").Single(button => button.TextContent.Contains("Show 200 more of 250", StringComparison.Ordinal)).ClickAsync();
        await comparison.FindAll("button").Single(button => button.TextContent.Contains("Show 50 more of 50", StringComparison.Ordinal)).ClickAsync();
        Assert.Equal(450, comparison.FindAll("li[data-kind]").Count);
    }

    [Theory, Trait("Rule", "H20")]
    [InlineData(2_000, false)]
    [InlineData(2_001, true)]
    public void Where_not_all_are_marked_in_the_pictures_it_says_so(int count, bool said)
    {
        var comparison = Compare(() => Differences(count));
        comparison.WaitForElement("li[data-kind]");
        Assert.Equal(said, comparison.Markup.Contains("The first 2,000 are marked in the pictures", StringComparison.Ordinal));
    }

    [Fact, Trait("Rule", "H20")]
    public async Task A_tab_that_is_gone_is_no_error()
    {
        var view = JSInterop.SetupModule("./Components/Versions/VersionCompare.razor.js").SetupModule("mount", _ => true);
        view.Mode = JSRuntimeMode.Loose;
        view.Setup<bool>("show", _ => true).SetResult(true);
        view.SetupVoid("mode", _ => true).SetException(new JSDisconnectedException("gone"));
        view.SetupVoid("highlight", _ => true).SetException(new JSDisconnectedException("gone"));
        var comparison = Compare(() => Differences(1));
        await comparison.WaitForElement(".version-compare-element").ClickAsync();
        await comparison.FindAll(".version-compare-modes button")[1].ClickAsync();
        Assert.Equal("true", comparison.FindAll(".version-compare-modes button")[1].GetAttribute("aria-pressed"));
    }

    [Fact, Trait("Rule", "H20")]
    public void Elements_are_called_as_the_drawing_calls_them()
    {
        var view = JSInterop.SetupModule("./Components/Versions/VersionCompare.razor.js").SetupModule("mount", _ => true);
        view.Mode = JSRuntimeMode.Loose;
        view.Setup<bool>("show", _ => true).SetResult(true);
        view.Setup<Dictionary<string, string>?>("names", _ => true).SetResult(new() { ["e0"] = "Rect 7" });
        var comparison = Compare(() => Differences(2));
        comparison.WaitForAssertion(() => Assert.Equal(["Rect 7", "Rectangle e1"], comparison.FindAll(".version-compare-element").Select(name => name.TextContent)));
    }

    private IRenderedComponent<VersionCompare> Compare(Func<Task<VersionResult<DocumentDiff>>> read) => Render<VersionCompare>(p => p
        .Add(c => c.DocumentId, Guid.Empty).Add(c => c.UserId, "u").Add(c => c.MayRestore, true).Add(c => c.Read, _ => read())
        .Add(c => c.From, new("Then", new ContentPoint.Version(new('0', 64)))).Add(c => c.To, new("Now", new ContentPoint.Live("main"))));

    private static Task<VersionResult<DocumentDiff>> Differences(int count) => Task.FromResult<VersionResult<DocumentDiff>>(new VersionResult<DocumentDiff>.Done(
        new([.. Enumerable.Range(0, count).Select(i => new ElementDifference($"e{i}", "rect", ElementDifferenceKind.Changed, "root", [new("fill", "white", "red")], null, null))])));
}
