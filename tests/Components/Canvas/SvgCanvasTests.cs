using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Svgx.Web.Components.Canvas;

namespace Svgx.Tests.Components.Canvas;

public class SvgCanvasTests : BunitContext
{
    private static readonly Guid DocumentId = Guid.Parse("11111111-2222-3333-4444-555555555555");

    private readonly BunitJSModuleInterop _module;
    private readonly BunitJSModuleInterop _canvas;

    public SvgCanvasTests()
    {
        _module = JSInterop.SetupModule("./Components/Canvas/SvgCanvas.razor.js");
        _canvas = _module.SetupModule("mount", _ => true);
        _canvas.SetupVoid("run", _ => true).SetVoidResult();
        _canvas.SetupVoid("dispose").SetVoidResult();
    }

    [Fact, Trait("Rule", "C1")]
    public void The_canvas_is_mounted_once_for_its_document()
    {
        var canvas = Render<SvgCanvas>(p => p.Add(c => c.DocumentId, DocumentId).Add(c => c.Branch, "draft"));

        canvas.Render(p => p.Add(c => c.DocumentId, DocumentId).Add(c => c.Branch, "draft"));

        var mount = Assert.Single(_module.Invocations["mount"]);
        Assert.Equal(DocumentId.ToString("D"), mount.Arguments[1]);
        Assert.Equal("draft", mount.Arguments[2]);
    }

    [Fact, Trait("Rule", "C1")]
    public void The_host_is_a_focusable_application_with_a_name_and_nothing_of_the_servers_inside()
    {
        var host = Render<SvgCanvas>(p => p.Add(c => c.DocumentId, DocumentId)).Find("[role=application]");

        Assert.Equal("0", host.GetAttribute("tabindex"));
        Assert.False(string.IsNullOrWhiteSpace(host.GetAttribute("aria-label")));
        Assert.Empty(host.Children);
    }

    [Fact, Trait("Rule", "C2")]
    public async Task A_command_reaches_the_canvas_with_its_argument()
    {
        var canvas = Render<SvgCanvas>(p => p.Add(c => c.DocumentId, DocumentId));

        await canvas.InvokeAsync(() => canvas.Instance.RunAsync("tool", "rect"));

        var run = Assert.Single(_canvas.Invocations["run"]);
        Assert.Equal(["tool", "rect"], run.Arguments);
    }

    [Fact, Trait("Rule", "C2")]
    public async Task A_command_before_the_canvas_is_mounted_does_nothing()
    {
        await new SvgCanvas(JSInterop.JSRuntime).RunAsync("undo");

        Assert.Empty(_canvas.Invocations);
    }

    [Fact, Trait("Rule", "C3")]
    public async Task The_page_hears_the_state_and_the_notices()
    {
        CanvasState? state = null;
        CanvasNotice? notice = null;
        var canvas = Render<SvgCanvas>(p => p
            .Add(c => c.DocumentId, DocumentId)
            .Add(c => c.StateChanged, EventCallback.Factory.Create<CanvasState>(this, s => state = s))
            .Add(c => c.NoticeRaised, EventCallback.Factory.Create<CanvasNotice>(this, n => notice = n)));

        await canvas.InvokeAsync(() => canvas.Instance.OnStateChanged(new CanvasState { Connection = CanvasConnection.Live, Role = "editor", Pending = 2 }));
        await canvas.InvokeAsync(() => canvas.Instance.OnNotice(new CanvasNotice("error", "Refused.", "unsafe_content")));

        Assert.Equal(2, state?.Pending);
        Assert.True(state?.CanEdit);
        Assert.Equal("Refused.", notice?.Text);
    }

    [Fact, Trait("Rule", "C4")]
    public async Task Leaving_the_page_ends_the_canvas()
    {
        var canvas = Render<SvgCanvas>(p => p.Add(c => c.DocumentId, DocumentId));

        await canvas.Instance.DisposeAsync();

        Assert.Single(_canvas.Invocations["dispose"]);
    }

    [Fact, Trait("Rule", "C4")]
    public async Task A_tab_that_is_gone_already_is_no_error()
    {
        var canvas = Render<SvgCanvas>(p => p.Add(c => c.DocumentId, DocumentId));
        _canvas.SetupVoid("dispose").SetException(new JSDisconnectedException("gone"));
        _canvas.SetupVoid("run", _ => true).SetException(new JSDisconnectedException("gone"));

        await canvas.InvokeAsync(() => canvas.Instance.RunAsync("undo"));
        await canvas.Instance.DisposeAsync();
    }

    [Theory, Trait("Rule", "C3")]
    [InlineData("live", CanvasConnection.Live)]
    [InlineData("refused", CanvasConnection.Refused)]
    public void The_state_is_read_as_the_module_writes_it(string written, CanvasConnection expected)
    {
        var json = $$"""{"connection":"{{written}}","code":"forbidden","role":"viewer","pending":3,"zoom":0.5,"selection":{"count":1,"elementIds":["e1"],"summary":"rectangle"} }""";

        var state = System.Text.Json.JsonSerializer.Deserialize<CanvasState>(json, System.Text.Json.JsonSerializerOptions.Web);

        Assert.Equal(expected, state?.Connection);
        Assert.Equal("forbidden", state?.Code);
        Assert.Equal(["e1"], state?.Selection.ElementIds);
        Assert.False(state?.CanEdit);
    }
}
