using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Web.Documents;
using Svgx.Web.Notifications;

namespace Svgx.Web.Components.Comments;

/// <summary>Keeps what the comments panel shows up to date, and carries out what people do there.</summary>
public sealed partial class CommentsTab(CollaborationEngine engine, DocumentDirectory directory, NotificationInbox inbox, ISnackbar snackbar, ILogger<CommentsTab> logger) : ComponentBase, IDisposable
{
    private CommentList? _list;
    private IReadOnlyDictionary<string, long> _marks = ImmutableDictionary<string, long>.Empty;
    private IReadOnlyList<DocumentPerson> _people = [];
    private CommentList? _former;
    private FormerComments? _formerShown;
    private IReadOnlyDictionary<string, long> _allRead = ImmutableDictionary<string, long>.Empty;
    private string? _error, _formerError, _formerThread;
    private int _unread;
    private (Guid DocumentId, string Branch) _shown;
    private int _waiting;

    /// <summary>The document.</summary>
    [Parameter, EditorRequired]
    public Guid DocumentId { get; set; }

    /// <summary>The branch. Default <c>main</c>.</summary>
    [Parameter]
    public string Branch { get; set; } = CollaborationEngine.MainBranch;

    /// <summary>Who looks.</summary>
    [Parameter, EditorRequired]
    public string UserId { get; set; } = "";

    /// <summary>What they may do.</summary>
    [Parameter, EditorRequired]
    public DocumentRole Role { get; set; }

    /// <summary>The thread that is open; <see langword="null"/>: the list.</summary>
    [Parameter]
    public string? Thread { get; set; }

    /// <summary>Raised when another thread is opened, or the list.</summary>
    [Parameter]
    public EventCallback<string?> ThreadChanged { get; set; }

    /// <summary>Where a new thread is being written.</summary>
    [Parameter]
    public CommentPlace? Draft { get; set; }

    /// <summary>Raised when the new thread was sent or given up.</summary>
    [Parameter]
    public EventCallback DraftDropped { get; set; }

    /// <summary>Raised with the thread whose pin is to be brought into view.</summary>
    [Parameter]
    public EventCallback<string> Reveal { get; set; }

    /// <summary>What is shown in place of the comments as they are; <see langword="null"/>: nothing is.</summary>
    [Parameter]
    public FormerComments? Former { get; set; }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        engine.CommentsChanged += OnCommentsChanged;
        directory.Changed += OnAccessChanged;
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_formerShown != Former)
        {
            (_formerShown, _former, _formerThread) = (Former, null, null);
            await LoadFormerAsync();
        }
        if (_shown == (DocumentId, Branch))
            return;
        _shown = (DocumentId, Branch);
        _list = null;
        await LoadPeopleAsync();
        await LoadAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        engine.CommentsChanged -= OnCommentsChanged;
        directory.Changed -= OnAccessChanged;
    }

    private void OnCommentsChanged(CommentsChanged change)
    {
        if ((change.DocumentId, change.Branch) != _shown || (!change.HasEvents && !change.Readers.Contains(UserId)) || Interlocked.Exchange(ref _waiting, 1) == 1)
            return;
        _ = InvokeAsync(async () =>
        {
            Volatile.Write(ref _waiting, 0);
            await LoadAsync();
            StateHasChanged();
        });
    }

    private void OnAccessChanged(AccessChanged change)
    {
        if (change.DocumentId == DocumentId)
            _ = InvokeAsync(LoadPeopleAsync);
    }

    private async Task LoadAsync()
    {
        try
        {
            _list = await engine.GetCommentsAsync(DocumentId, Branch);
            _marks = await engine.GetCommentReadMarksAsync(DocumentId, UserId, Branch);
            _unread = _list.Threads.Sum(thread => thread.Unread(UserId, _marks.GetValueOrDefault(thread.ThreadId)));
            _error = null;
        }
        catch (Exception error)
        {
            logger.CommentsNotLoaded(DocumentId, error);
            _error = "The comments could not be loaded.";
        }
    }

    private async Task LoadFormerAsync()
    {
        if (Former is not { } former)
            return;
        try
        {
            var list = await engine.GetCommentsAsync(DocumentId, former.Branch, former.Moment);
            if (Former == former)
                (_former, _allRead, _formerError) = (list, list.Threads.ToDictionary(thread => thread.ThreadId, _ => long.MaxValue, StringComparer.Ordinal), null);
        }
        catch (Exception error)
        {
            logger.CommentsNotLoaded(DocumentId, error);
            _formerError = "The comments could not be loaded.";
        }
    }

    private static Task<string?> NotThenAsync(CommentRequest request) => Task.FromResult<string?>("What was said by then cannot be changed. Go back to now.");

    private async Task LoadPeopleAsync()
    {
        try
        {
            _people = await directory.PeopleAsync(DocumentId, UserId, CancellationToken.None);
        }
        catch (DocumentRefusedException)
        {
            _people = []; // not theirs any more: the board says so
        }
    }

    /// <summary>Answers why it did not work; <see langword="null"/> when it did.</summary>
    private async Task<string?> SendAsync(CommentRequest request)
    {
        try
        {
            if (await engine.SendCommentAsync(DocumentId, UserId, request, Branch) is CommentOutcome.Refused refused)
                return refused.Reason;
            await LoadAsync(); // who sent it goes on with it before the news comes around
        }
        catch (Exception error)
        {
            logger.CommentNotSent(DocumentId, error);
            return "The comment could not be stored. Try again.";
        }
        if (request is CommentRequest.Delete deleted)
            OfferUndo(deleted.CommentId);
        return null;
    }

    private void OfferUndo(string commentId) => snackbar.Add("Comment deleted", Severity.Normal, options =>
    {
        options.Action = "Undo";
        options.VisibleStateDuration = 8_000;
        options.OnClick = async _ =>
        {
            if (await SendAsync(new CommentRequest.Restore(commentId)) is { } reason)
                snackbar.Add(reason, Severity.Warning);
        };
    });

    private async Task SeeAsync(string threadId)
    {
        await engine.MarkCommentsReadAsync(DocumentId, UserId, threadId, branch: Branch);
        await inbox.MarkSeenAsync(UserId, DocumentId, Branch, threadId, CancellationToken.None);
    }

    private async Task ReadAllAsync()
    {
        if (await engine.MarkCommentsReadAsync(DocumentId, UserId, branch: Branch) is { } refused)
            snackbar.Add(refused.Reason, Severity.Warning);
    }
}

internal static partial class CommentsLog
{
    [LoggerMessage(1, LogLevel.Error, "The comments of {DocumentId} could not be loaded for a panel.")]
    public static partial void CommentsNotLoaded(this ILogger logger, Guid documentId, Exception error);

    [LoggerMessage(2, LogLevel.Error, "A comment on {DocumentId} could not be sent.")]
    public static partial void CommentNotSent(this ILogger logger, Guid documentId, Exception error);
}
