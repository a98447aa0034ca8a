using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Svgx.Collaboration.Comments;

namespace Svgx.Web.Components.Canvas;

/// <summary>The drawing area of a page: canvas, tools, properties, undo, zoom, and what is shown where the document cannot be joined. Fills its container.</summary>
public sealed partial class DrawingBoard
{
    private SvgCanvas? _canvas;

    /// <inheritdoc cref="SvgCanvas.DocumentId" />
    [Parameter, EditorRequired]
    public Guid DocumentId { get; set; }

    /// <inheritdoc cref="SvgCanvas.Branch" />
    [Parameter]
    public string Branch { get; set; } = "main";

    /// <inheritdoc cref="SvgCanvas.StateChanged" />
    [Parameter]
    public EventCallback<CanvasState> StateChanged { get; set; }

    /// <inheritdoc cref="SvgCanvas.NoticeRaised" />
    [Parameter]
    public EventCallback<CanvasNotice> NoticeRaised { get; set; }

    /// <inheritdoc cref="SvgCanvas.CommentPlaced" />
    [Parameter]
    public EventCallback<CommentPlace> CommentPlaced { get; set; }

    /// <inheritdoc cref="SvgCanvas.CommentOpened" />
    [Parameter]
    public EventCallback<string> CommentOpened { get; set; }

    /// <inheritdoc cref="SvgCanvas.ConflictOpened" />
    [Parameter]
    public EventCallback<string> ConflictOpened { get; set; }

    /// <inheritdoc cref="SvgCanvas.CommandAsked" />
    [Parameter]
    public EventCallback<string> CommandAsked { get; set; }

    /// <inheritdoc cref="SvgCanvas.ShowCommentAsync" />
    public Task ShowCommentAsync(string? threadId) => _canvas?.ShowCommentAsync(threadId) ?? Task.CompletedTask;

    /// <inheritdoc cref="SvgCanvas.NamesAsync" />
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(IEnumerable<string> elementIds) =>
        _canvas is null ? new Dictionary<string, string>(StringComparer.Ordinal) : await _canvas.NamesAsync(elementIds);

    /// <inheritdoc cref="SvgCanvas.OpenSliderAsync" />
    public Task<IJSObjectReference?> OpenSliderAsync<T>(ElementReference bar, DotNetObjectReference<T> page)
        where T : class =>
        _canvas?.OpenSliderAsync(bar, page) ?? Task.FromResult<IJSObjectReference?>(null);

    /// <inheritdoc cref="SvgCanvas.LeaveAsync" />
    public Task LeaveAsync() => _canvas?.LeaveAsync() ?? Task.CompletedTask;

    /// <inheritdoc cref="SvgCanvas.RunAsync" />
    public Task RunAsync(string command, object? argument = null) => _canvas?.RunAsync(command, argument) ?? Task.CompletedTask;
}
