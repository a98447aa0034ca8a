using Microsoft.AspNetCore.Components;
using Svgx.Collaboration.Comments;

namespace Svgx.Web.Components.Documents;

/// <content>Comments: what the canvas's pins and the panel tell each other.</content>
public sealed partial class DrawingPage
{
    private const string CommentsTabName = "comments";
    private string? _thread;
    private CommentPlace? _commentDraft;
    private string? _linkedThread;

    /// <summary>A thread to open, out of a notification's link.</summary>
    [SupplyParameterFromQuery(Name = "comment")]
    private string? LinkedThread { get; set; }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (LinkedThread == _linkedThread)
            return;
        if (LinkedThread is null)
        {
            _linkedThread = null;
            return;
        }
        if (_panel is null)
            return; // the drawing is still being looked up
        _linkedThread = LinkedThread;
        await OpenCommentAsync(LinkedThread);
        // The address is the drawing's again: the same link opens the thread once more.
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("comment", (string?)null), replace: true);
    }

    private async Task PlaceCommentAsync(CommentPlace place)
    {
        _commentDraft = place;
        await (_panel?.OpenAsync(CommentsTabName) ?? Task.CompletedTask);
    }

    private async Task OpenCommentAsync(string threadId)
    {
        await ShowThreadAsync(threadId);
        await (_panel?.OpenAsync(CommentsTabName) ?? Task.CompletedTask);
    }

    private async Task ShowThreadAsync(string? threadId)
    {
        _thread = threadId;
        await DropCommentDraftAsync();
        await RevealThreadAsync(threadId);
        StateHasChanged();
    }

    private Task RevealThreadAsync(string? threadId) => _board?.ShowCommentAsync(threadId) ?? Task.CompletedTask;

    private async Task DropCommentDraftAsync()
    {
        if (_commentDraft is null)
            return;
        _commentDraft = null;
        await (_board?.RunAsync("dropCommentDraft") ?? Task.CompletedTask);
    }
}
