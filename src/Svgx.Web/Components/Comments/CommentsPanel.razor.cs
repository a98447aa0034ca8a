using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Web.Documents;

namespace Svgx.Web.Components.Comments;

/// <summary>Which threads a list shows.</summary>
public enum CommentFilter
{
    /// <summary>Those that are not resolved.</summary>
    Open,

    /// <summary>Those with something the user has not read.</summary>
    Unread,

    /// <summary>Those that mention the user.</summary>
    Mentions,

    /// <summary>Those in which the user wrote.</summary>
    Mine,

    /// <summary>Those that are settled.</summary>
    Resolved,
}

/// <summary>The threads of a drawing: the list, one of them, or a new one. Shows what it is given and raises what people do.</summary>
public sealed partial class CommentsPanel : ComponentBase
{
    private CommentFilter _filter = CommentFilter.Open;
    private (string ThreadId, long Sequence) _seen;

    /// <summary>All threads that stand; <see langword="null"/> while they are loaded.</summary>
    [Parameter]
    public IReadOnlyList<CommentThread>? Threads { get; set; }

    /// <summary>Up to where the user has read each thread.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyDictionary<string, long> ReadMarks { get; set; } = new Dictionary<string, long>();

    /// <summary>Who looks.</summary>
    [Parameter, EditorRequired]
    public string UserId { get; set; } = "";

    /// <summary>What they may do.</summary>
    [Parameter, EditorRequired]
    public DocumentRole Role { get; set; }

    /// <summary>Who can be mentioned.</summary>
    [Parameter]
    public IReadOnlyList<DocumentPerson> People { get; set; } = [];

    /// <summary>Why the comments could not be loaded.</summary>
    [Parameter]
    public string? Error { get; set; }

    /// <inheritdoc cref="CommentsTab.Thread"/>
    [Parameter]
    public string? Thread { get; set; }

    /// <inheritdoc cref="CommentsTab.ThreadChanged"/>
    [Parameter]
    public EventCallback<string?> ThreadChanged { get; set; }

    /// <inheritdoc cref="CommentsTab.Draft"/>
    [Parameter]
    public CommentPlace? Draft { get; set; }

    /// <inheritdoc cref="CommentsTab.DraftDropped"/>
    [Parameter]
    public EventCallback DraftDropped { get; set; }

    /// <summary>Does something; answers why it did not work, or <see langword="null"/>.</summary>
    [Parameter, EditorRequired]
    public Func<CommentRequest, Task<string?>> Send { get; set; } = _ => Task.FromResult<string?>(null);

    /// <summary>Raised with a thread that is shown and has something new in it.</summary>
    [Parameter]
    public EventCallback<string> ThreadSeen { get; set; }

    /// <summary>Raised to mark everything as read.</summary>
    [Parameter]
    public EventCallback AllRead { get; set; }

    /// <summary>Raised to load again.</summary>
    [Parameter]
    public EventCallback Retry { get; set; }

    /// <inheritdoc cref="CommentsTab.Reveal"/>
    [Parameter]
    public EventCallback<string> Reveal { get; set; }

    private bool CanComment => Role >= DocumentRole.Commenter;

    private CommentThread? Open => Thread is null ? null : Threads?.FirstOrDefault(thread => thread.ThreadId == Thread);

    private IReadOnlyList<CommentThread> Shown => [.. Threads!.Where(thread => Matches(thread, _filter)).OrderByDescending(thread => thread.Sequence)];

    private string Nothing => _filter switch
    {
        CommentFilter.Open => "Nothing is open: everything has been resolved.",
        CommentFilter.Unread => "You have read everything.",
        CommentFilter.Mentions => "Nobody has mentioned you here.",
        CommentFilter.Mine => "You have not written here yet.",
        _ => "Nothing has been resolved yet.",
    };

    private RenderFragment ErrorNote => builder =>
    {
        builder.OpenElement(0, "p");
        builder.AddAttribute(1, "class", "comment-error");
        builder.AddAttribute(2, "role", "alert");
        builder.AddContent(3, Error + " ");
        builder.OpenElement(4, "button");
        builder.AddAttribute(5, "type", "button");
        builder.AddAttribute(6, "class", "comments-link");
        builder.AddAttribute(7, "onclick", Retry);
        builder.AddContent(8, "Try again");
        builder.CloseElement();
        builder.CloseElement();
    };

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        // Once for what is new: until the mark has moved, every rendering comes by here again.
        if (Draft is not null || Open is not { } open || Unread(open) == 0 || _seen == (open.ThreadId, open.Sequence))
            return;
        _seen = (open.ThreadId, open.Sequence);
        await ThreadSeen.InvokeAsync(open.ThreadId);
    }

    private int Unread(CommentThread thread) => thread.Unread(UserId, ReadMarks.GetValueOrDefault(thread.ThreadId));

    private bool Matches(CommentThread thread, CommentFilter filter) => filter switch
    {
        CommentFilter.Open => thread.Resolution is null,
        CommentFilter.Unread => Unread(thread) > 0,
        CommentFilter.Mentions => thread.Comments.Any(comment => comment.Mentions.Contains(UserId)),
        CommentFilter.Mine => thread.Comments.Any(comment => !comment.IsDeleted && comment.UserId == UserId),
        _ => thread.Resolution is not null,
    };

    private async Task<string?> CreateAsync(string text, string commentId)
    {
        if (await Send(new CommentRequest.Create(commentId, Draft!, text)) is { } reason)
            return reason;
        await DraftDropped.InvokeAsync();
        await ThreadChanged.InvokeAsync(commentId);
        return null;
    }
}
