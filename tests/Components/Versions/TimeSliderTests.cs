using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Canvas;
using Svgx.Web.Components.Versions;

namespace Svgx.Tests.Components.Versions;

/// <summary>The bar in its states; what it shows on the canvas is shown in a real browser.</summary>
public class TimeSliderTests : BunitContext
{
    private readonly RunningApp _app;
    private bool _closed;

    public TimeSliderTests(RunningApp app)
    {
        _app = app;
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(Engine);
    }

    private CollaborationEngine Engine => _app.Services.GetRequiredService<CollaborationEngine>();

    [Fact, Trait("Rule", "H35")]
    public async Task While_the_first_picture_is_on_its_way_it_says_so_and_nothing_can_be_moved()
    {
        var slider = await SliderAsync();
        Assert.Equal("Loading the history…", slider.Find("[role=status]:not([hidden])").TextContent.Trim());
        Assert.True(slider.Find("input[type=range]").HasAttribute("disabled"));
        Assert.Equal("Play", slider.Find("[data-time=play]").GetAttribute("aria-label"));
        Assert.NotNull(slider.Find("[data-time=close]"));
        Assert.DoesNotContain("Bring this back", slider.Markup, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "H35")]
    public async Task Without_history_it_says_so_and_only_closing_is_left()
    {
        var slider = await SliderAsync(new() { Phase = TimeSliderPhase.Empty });
        Assert.Contains("This drawing has no history", slider.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Empty(slider.FindAll("[data-time=play]"));
        Assert.True(slider.Find(".time-slider-track").HasAttribute("hidden"));
        Assert.NotNull(slider.Find("[data-time=close]"));
    }

    [Fact, Trait("Rule", "H34")]
    public async Task While_it_plays_its_button_pauses()
    {
        var slider = await SliderAsync(new() { Phase = TimeSliderPhase.Ready, IsPlaying = true });
        Assert.Equal("Pause", slider.Find("[data-time=play]").GetAttribute("aria-label"));
        await TellAsync(slider, new() { Phase = TimeSliderPhase.Ready, IsLatest = true });
        Assert.Equal("Play", slider.Find("[data-time=play]").GetAttribute("aria-label"));
    }

    [Fact, Trait("Rule", "H35")]
    public async Task Where_the_history_cannot_be_had_it_says_so_and_another_try_is_one_click()
    {
        var slider = await SliderAsync(new() { Phase = TimeSliderPhase.Failed });
        Assert.Contains("could not be loaded", slider.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        await slider.Find("[role=alert] button").ClickAsync();
        Assert.Single(Slider.Invocations["retry"]);
    }

    [Fact, Trait("Rule", "H35")]
    public async Task A_part_that_is_missing_is_said_and_the_rest_can_be_gone_through()
    {
        var slider = await SliderAsync(new() { Phase = TimeSliderPhase.Ready, IsStalled = true });
        Assert.Contains("it is tried again", slider.Find(".time-slider-note").TextContent, StringComparison.Ordinal);
        Assert.NotNull(slider.Find("[data-time=play]"));
    }

    [Fact, Trait("Rule", "H35")]
    public async Task Without_a_canvas_it_does_not_wait_for_ever()
    {
        var slider = Render<TimeSlider>(p => p.Add(c => c.DocumentId, Guid.NewGuid()).Add(c => c.UserId, "ada"));
        Assert.NotNull(slider.Find("[role=alert]"));
        await slider.Instance.DisposeAsync();
    }

    [Fact, Trait("Rule", "H36")]
    public async Task Bringing_back_makes_the_drawing_what_it_was_at_that_revision()
    {
        var slider = await SliderAsync(new() { Phase = TimeSliderPhase.Ready });
        await slider.FindAll("button").Single(button => button.TextContent.Contains("Bring this back", StringComparison.Ordinal)).ClickAsync();
        slider.WaitForState(() => _closed);
        var json = System.Text.Encoding.UTF8.GetString((await Engine.ReadDocumentAsync(slider.Instance.DocumentId))!.Json.Span);
        Assert.Contains("\"lamp\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"desk\"", json, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "H36")]
    public async Task A_branch_is_made_from_the_revision_and_gone_to()
    {
        var gone = "";
        var slider = await SliderAsync(new() { Phase = TimeSliderPhase.Ready }, switched: name => gone = name);
        await slider.FindAll("button").Single(button => button.TextContent.Contains("Make a branch", StringComparison.Ordinal)).ClickAsync();
        await slider.Find(".branch-name-form input").InputAsync("before-the-desk");
        await slider.Find(".branch-name-form").SubmitAsync();
        slider.WaitForState(() => gone.Length > 0);
        Assert.Equal("before-the-desk", gone);
        var branches = Assert.IsType<VersionResult<System.Collections.Immutable.ImmutableArray<Branch>>.Done>(await Engine.Versions.ListBranchesAsync(slider.Instance.DocumentId, new(slider.Instance.UserId)));
        Assert.Equal(1, branches.Value.Single(branch => branch.Name == gone).FromRevision);
    }

    [Fact, Trait("Rule", "H36")]
    public async Task At_the_newest_revision_there_is_nothing_to_bring_back_and_who_may_only_look_never_can()
    {
        var slider = await SliderAsync(new() { Phase = TimeSliderPhase.Ready, IsLatest = true });
        Assert.True(slider.FindAll("button").Single(button => button.TextContent.Contains("Bring this back", StringComparison.Ordinal)).HasAttribute("disabled"));
        var viewer = await SliderAsync(new() { Phase = TimeSliderPhase.Ready }, mayEdit: false);
        Assert.DoesNotContain("Bring this back", viewer.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Make a branch", viewer.Markup, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "H34")]
    public async Task Saved_versions_are_marked_and_checkpoints_are_not()
    {
        var slider = await SliderAsync(new() { Phase = TimeSliderPhase.Ready });
        Assert.Empty(slider.FindAll("[data-time-goto]"));
        Assert.IsType<VersionResult<DocumentVersion>.Done>(await Engine.Versions.SaveAsync(slider.Instance.DocumentId, new(slider.Instance.UserId), labels: VersionLabels.None with { Name = "A desk" }));
        var mark = slider.WaitForElement("[data-time-goto]");
        Assert.Equal(("2", "A desk"), (mark.GetAttribute("data-time-goto"), mark.GetAttribute("title")));
    }

    private BunitJSModuleInterop Slider { get; set; } = null!;

    private static Task TellAsync(IRenderedComponent<TimeSlider> slider, TimeSliderState state) => slider.InvokeAsync(() => slider.Instance.OnStateChanged(state));

    /// <summary>Of a drawing with two operations, a lamp and a desk, the slider at the first.</summary>
    private async Task<IRenderedComponent<TimeSlider>> SliderAsync(TimeSliderState? state = null, bool mayEdit = true, Action<string>? switched = null)
    {
        var (ada, _) = await _app.NewPersonAsync();
        var id = await _app.Documents.CreateAsync(ada.Id, "Plan", null, default);
        foreach (var element in new[] { "lamp", "desk" })
            Assert.IsType<SubmitOutcome.Accepted>(await Engine.SendOperationAsync(id, ada.Id, new(null, "create", element, System.Text.Json.JsonElement.Parse("{}"))));
        var module = JSInterop.SetupModule("./Components/Canvas/SvgCanvas.razor.js");
        module.Mode = JSRuntimeMode.Loose;
        var canvas = module.SetupModule("mount", _ => true);
        canvas.Mode = JSRuntimeMode.Loose;
        Slider = canvas.SetupModule("openSlider", _ => true);
        Slider.Mode = JSRuntimeMode.Loose;
        Slider.Setup<long>("revision").SetResult(1);
        var board = Render<DrawingBoard>(p => p.Add(c => c.DocumentId, id));
        var slider = Render<TimeSlider>(p =>
        {
            p.Add(c => c.Board, board.Instance).Add(c => c.DocumentId, id).Add(c => c.UserId, ada.Id).Add(c => c.MayEdit, mayEdit).Add(c => c.Closed, () => _closed = true);
            if (switched is not null)
                p.Add(c => c.Switched, switched);
        });
        if (state is not null)
            await TellAsync(slider, state);
        return slider;
    }
}
