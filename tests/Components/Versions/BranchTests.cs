using System.Collections.Immutable;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Versions;

namespace Svgx.Tests.Components.Versions;

/// <summary>What the branches, their graph and a merge show while they read, when that fails, and when there is nothing, one or much.</summary>
public class BranchTests : BunitContext
{
    public BranchTests(RunningApp app)
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(app.Services.GetRequiredService<CollaborationEngine>());
    }

    [Fact, Trait("Rule", "H4")]
    public void While_a_merge_is_compared_it_says_so() =>
        Assert.NotNull(Merge(() => new TaskCompletionSource<VersionResult<MergePreview>>().Task).Find("[aria-label='Comparing the branches']"));

    [Fact, Trait("Rule", "H4")]
    public async Task Where_a_merge_cannot_be_compared_it_says_so_and_tries_again_on_request()
    {
        var fails = true;
        var merge = Merge(() => fails ? Task.FromException<VersionResult<MergePreview>>(new IOException("gone")) : Task.FromResult<VersionResult<MergePreview>>(new VersionResult<MergePreview>.Done(Preview(clashes: 0, added: 1))));
        Assert.Contains("cannot be compared", merge.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        fails = false;

        await merge.Find("[role=alert] button").ClickAsync();

        Assert.Contains("Elements that come in: 1 added.", merge.WaitForElement("p").TextContent, StringComparison.Ordinal);
        Assert.Equal("Merge", merge.Find(".merge-actions button").TextContent.Trim());
    }

    [Fact, Trait("Rule", "H4")]
    public void Many_clashes_are_listed_and_counted_in_the_button()
    {
        var merge = Merge(() => Task.FromResult<VersionResult<MergePreview>>(new VersionResult<MergePreview>.Done(Preview(clashes: 30, added: 12))));

        Assert.Equal(30, merge.FindAll("li").Count);
        Assert.Contains("30 things were changed on both sides", merge.Markup, StringComparison.Ordinal);
        Assert.Equal("Merge, leave 30 open", merge.Find(".merge-actions button").TextContent.Trim());
    }

    [Theory, Trait("Rule", "H6")]
    [InlineData(1)]
    [InlineData(25)]
    public void Every_branch_is_there_with_a_way_to_go_to_it_and_the_current_one_is_marked(int count)
    {
        var gone = new List<string>();
        var picker = Render<BranchPicker>(p => p.Add(c => c.DocumentId, Guid.NewGuid()).Add(c => c.Branches, [.. Enumerable.Range(0, count).Select(i => Branch(i == 0 ? "main" : $"draft-{i}"))]).Add(c => c.Current, "main")
            .Add(c => c.Switched, gone.Add));

        Assert.Equal("main", picker.Find("[aria-current=true]").TextContent);
        Assert.Equal(count - 1, picker.FindAll("button.branch-name").Count);
        Assert.Equal(count, picker.FindAll("li small").Count(small => small.TextContent == "nobody there"));
        Assert.DoesNotContain("New branch", picker.Markup, StringComparison.Ordinal); // who may only look
        if (count == 1)
            return;
        picker.FindAll("button.branch-name")[^1].Click();
        Assert.Equal([$"draft-{count - 1}"], gone);
    }

    [Fact, Trait("Rule", "H6")]
    public void The_graph_says_something_once_two_branches_have_versions_and_shows_the_newest()
    {
        Assert.False(VersionGraph.IsWorthwhile([]));
        Assert.False(VersionGraph.IsWorthwhile([Version(2, "main"), Version(1, "main")]));
        var versions = Enumerable.Range(1, 60).Reverse().Select(i => Version(i, i % 3 == 0 ? "draft" : "main")).ToArray();
        Assert.True(VersionGraph.IsWorthwhile(versions));

        var graph = Render<VersionGraph>(p => p.Add(c => c.Versions, versions).Add(c => c.Current, "main"));

        Assert.Equal("40 versions in 2 branches: main, draft", graph.Find("svg").GetAttribute("aria-label"));
        Assert.Equal(40, graph.FindAll("circle").Count);
        Assert.Equal(39, graph.FindAll("path").Count); // the parent of the oldest is not shown
        Assert.Equal(["main", "draft"], graph.FindAll("text").Select(text => text.TextContent));
    }

    private IRenderedComponent<MergeView> Merge(Func<Task<VersionResult<MergePreview>>> preview) =>
        Render<MergeView>(p => p.Add(c => c.DocumentId, Guid.NewGuid()).Add(c => c.UserId, "a").Add(c => c.Source, "draft").Add(c => c.Target, "main").Add(c => c.Preview, preview));

    private static MergePreview Preview(int clashes, int added) => new("draft", 2, "main", 2, "main", 1,
        new DocumentDiff([.. Enumerable.Range(0, added).Select(i => new ElementDifference($"e{i}", "rect", ElementDifferenceKind.Added, "root", [], null, null))]),
        [.. Enumerable.Range(0, clashes).Select(i => new MergeClash($"c{i}", "fill", "white", "red", "blue"))]);

    private static Branch Branch(string name) => new() { DocumentId = Guid.Empty, Name = name, CreatedBy = "", CreatedByName = "", CreatedAt = DateTime.UnixEpoch };

    private static DocumentVersion Version(long number, string branch) => new()
    {
        VersionId = $"{number:x64}",
        Number = number,
        DocumentId = Guid.Empty,
        Branch = branch,
        Revision = number,
        Parents = number > 1 ? [$"{number - 1:x64}"] : ImmutableArray<string>.Empty,
        ContentHash = $"{number:x64}",
        AuthorId = "a",
        AuthorName = "Ada",
        Description = "",
        Kind = VersionKind.Saved,
        CreatedAt = DateTime.UnixEpoch,
        Labels = VersionLabels.None,
    };
}
