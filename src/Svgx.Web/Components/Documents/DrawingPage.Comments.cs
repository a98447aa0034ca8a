using Microsoft.AspNetCore.Components;
using Svgx.Collaboration.Comments;

namespace Svgx.Web.Components.Documents;

/// <content>Comments: what the canvas's pins and the panel tell each other.</content>
public sealed partial class DrawingPage
{
    private const string CommentsTabName = "comments";
    private string? _thread;
    private CommentPlace? _commentDraft;
    private string? _followed;

    /// <summary>A thread to open, out of a notification's link.</summary>
    [SupplyParameterFromQuery(Name = "comment")]
    private string? LinkedThread { get; set; }

    /// <summary>A conflict to show, out of a notification's link.</summary>
    [SupplyParameterFromQuery(Name = "conflict")]
    private string? LinkedConflict { get; set; }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            _leaving = Navigation.RegisterLocationChangingHandler(OnLeavingAsync);
        var link = LinkedThread ?? LinkedConflict;
        if (_panel is null && link is not null)
            return; // the drawing is still being looked up
        if (link == _followed)
            return;
        _followed = link;
        if (link is null)
            return;
        if (LinkedThread is not null)
            await OpenCommentAsync(LinkedThread);
        else
            await OpenConflictAsync(LinkedConflict!);
        // The address is the drawing's again: the same link leads there once more.
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["comment"] = null, ["conflict"] = null }), replace: true);
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
