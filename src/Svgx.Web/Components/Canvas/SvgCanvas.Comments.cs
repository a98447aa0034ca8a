using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Svgx.Collaboration.Comments;

namespace Svgx.Web.Components.Canvas;

/// <content>Comments: the pins are the canvas's, the threads the page's.</content>
public sealed partial class SvgCanvas
{
    private string? _earlyThread;

    /// <summary>Raised where the comment tool was pressed. A mark stands there until the command <c>dropCommentDraft</c>.</summary>
    [Parameter]
    public EventCallback<CommentPlace> CommentPlaced { get; set; }

    /// <summary>Raised with a thread's id when its pin is pressed.</summary>
    [Parameter]
    public EventCallback<string> CommentOpened { get; set; }

    /// <summary>Lets a thread's pin stand out, and brings it into view; <see langword="null"/>: none. Before the canvas is mounted it is kept for then.</summary>
    public Task ShowCommentAsync(string? threadId)
    {
        _earlyThread = !_canvas.IsMounted ? threadId : null;
        return RunAsync("showComment", threadId);
    }

    /// <summary>Called by the module.</summary>
    [JSInvokable]
    public Task OnCommentPlaced(CommentPlace place) => CommentPlaced.InvokeAsync(place);

    /// <summary>Called by the module.</summary>
    [JSInvokable]
    public Task OnCommentOpened(string threadId) => CommentOpened.InvokeAsync(threadId);

    private Task ShowEarlyCommentAsync() => _earlyThread is { } thread ? RunAsync("showComment", thread) : Task.CompletedTask;
}
