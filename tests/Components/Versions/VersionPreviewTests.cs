using System.Collections.Immutable;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Versions;

namespace Svgx.Tests.Components.Versions;

public class VersionPreviewTests : BunitContext
{
    private readonly BunitJSModuleInterop _view;

    public VersionPreviewTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        _view = JSInterop.SetupModule("./Components/Versions/VersionPreview.razor.js").SetupModule("mount", _ => true);
        _view.Mode = JSRuntimeMode.Loose;
    }

    [Fact, Trait("Rule", "H23")]
    public void While_the_version_is_read_it_says_so()
    {
        _view.Setup<bool>("show", _ => true);
        Assert.NotNull(Preview().Find("[aria-label='Reading the version']"));
    }

    [Fact, Trait("Rule", "H23")]
    public void What_is_shown_is_the_versions_content_and_whose_it_is_is_said()
    {
        var show = _view.Setup<bool>("show", _ => true);
        show.SetResult(true);
        var preview = Preview();
        preview.WaitForAssertion(() => Assert.Empty(preview.FindAll("[aria-label='Reading the version']")));
        Assert.Equal($"/api/documents/{Guid.Empty}/content?version=v1", show.Invocations.Single().Arguments[0]);
        Assert.Contains("Begun", preview.Find(".version-preview-bar").TextContent, StringComparison.Ordinal);
        Assert.Contains("Ada", preview.Find(".version-preview-bar").TextContent, StringComparison.Ordinal);
        Assert.Empty(preview.FindAll("[role=alert]"));
    }

    [Fact, Trait("Rule", "H23")]
    public async Task Where_it_cannot_be_shown_it_says_so_and_tries_again_on_request()
    {
        var show = _view.Setup<bool>("show", _ => true);
        show.SetResult(false);
        var preview = Preview();
        Assert.Contains("cannot be shown", preview.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        show.SetResult(true);
        await preview.Find("[role=alert] button").ClickAsync();
        preview.WaitForAssertion(() => Assert.Empty(preview.FindAll("[role=alert]")));
    }

    [Theory, Trait("Rule", "H2")]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Who_may_only_look_cannot_bring_it_back(bool mayEdit, bool offered) =>
        Assert.Equal(offered, Preview(mayEdit).Markup.Contains("Bring it back", StringComparison.Ordinal));

    private IRenderedComponent<VersionPreview> Preview(bool mayEdit = true) => Render<VersionPreview>(p => p.Add(c => c.MayEdit, mayEdit).Add(c => c.Version, new()
    {
        VersionId = "v1",
        Number = 1,
        DocumentId = Guid.Empty,
        Branch = "main",
        Revision = 1,
        Parents = ImmutableArray<string>.Empty,
        ContentHash = "h",
        AuthorId = "a",
        AuthorName = "Ada",
        Description = "",
        Kind = VersionKind.Saved,
        CreatedAt = DateTime.UtcNow,
        Labels = VersionLabels.None with { Name = "Begun" },
    }));
}
