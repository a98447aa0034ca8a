using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Svgx.Web.Components.Canvas;

/// <summary>
/// The drawing itself: a host element whose inside belongs to the collocated module, which joins the document over its own WebSocket.
/// Neither pointer events nor operations cross the circuit; commands come in and settled state goes out.
/// </summary>
/// <remarks>Key the component by its document: a mounted canvas stays with the document it was mounted for.</remarks>
public sealed partial class SvgCanvas(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private ElementReference _host;
    private readonly CollocatedModule _canvas = new(js, "./Components/Canvas/SvgCanvas.razor.js");
    private DotNetObjectReference<SvgCanvas>? _self;

    /// <summary>The document to join.</summary>
    [Parameter, EditorRequired]
    public Guid DocumentId { get; set; }

    /// <summary>The branch to join. Default <c>main</c>.</summary>
    [Parameter]
    public string Branch { get; set; } = "main";

    /// <summary>Raised with the newest state, at most ten times a second, and never while a gesture moves.</summary>
    [Parameter]
    public EventCallback<CanvasState> StateChanged { get; set; }

    /// <summary>Raised for what the person should be told.</summary>
    [Parameter]
    public EventCallback<CanvasNotice> NoticeRaised { get; set; }

    /// <summary>
    /// Runs a command of the canvas, as its toolbar and its keys do: <c>tool</c> (with the tool's name), <c>undo</c>, <c>redo</c>, <c>delete</c>, <c>duplicate</c>,
    /// <c>copy</c>, <c>cut</c>, <c>paste</c> (with SVG text), <c>selectAll</c>, <c>select</c> (with element ids), <c>forward</c>, <c>backward</c>, <c>zoomIn</c>, <c>zoomOut</c>, <c>zoomReset</c>, <c>zoomFit</c>,
    /// <c>jumpTo</c> and <c>follow</c> (with a user's id; <c>follow</c> without one ends it), <c>toggleLock</c>, <c>style</c> (with attributes by name), <c>retry</c>, <c>focus</c>. Does nothing before the canvas is mounted.
    /// </summary>
    /// <param name="command">The command's name.</param>
    /// <param name="argument">The command's argument, where it takes one.</param>
    public Task RunAsync(string command, object? argument = null) => _canvas.TellAsync("run", command, argument);

    /// <summary>Ends the canvas, for somebody who goes elsewhere, when what is in the hand is done and the server has it. Only to be taken off the page after it.</summary>
    public Task LeaveAsync() => _canvas.TellAsync("leave");

    /// <summary>Called by the module.</summary>
    [JSInvokable]
    public Task OnStateChanged(CanvasState state) => StateChanged.InvokeAsync(state);

    /// <summary>Called by the module.</summary>
    [JSInvokable]
    public Task OnNotice(CanvasNotice notice) => NoticeRaised.InvokeAsync(notice);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _canvas.DisposeAsync();
        _self?.Dispose();
    }

    /// <summary>Raised with a command that a key asked for and the page carries out: <c>save</c>.</summary>
    [Parameter]
    public EventCallback<string> CommandAsked { get; set; }

    /// <summary>Called by the module.</summary>
    [JSInvokable]
    public Task OnCommandAsked(string command) => CommandAsked.InvokeAsync(command);

    /// <inheritdoc />
    protected override bool ShouldRender() => false; // the module owns what is inside

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _self = DotNetObjectReference.Create(this);
        if (await _canvas.MountAsync(_host, DocumentId.ToString("D"), Branch, _self)) await ShowEarlyCommentAsync();
    }
}
