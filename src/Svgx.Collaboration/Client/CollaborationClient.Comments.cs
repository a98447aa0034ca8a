using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Comments;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <content>Comments: a copy that is kept while offline and brought up to date at the next join.</content>
public sealed partial class CollaborationClient
{
    private CommentCopy _comments = new();

    /// <summary>The threads of the branch that stand, in the order in which they were begun.</summary>
    public IReadOnlyList<CommentThread> Comments
    {
        get
        {
            lock (_lock)
                return _comments.Threads;
        }
    }

    /// <summary>How many comments of others in a thread this user has not read.</summary>
    public int UnreadComments(string threadId)
    {
        lock (_lock)
            return _comments.Unread(threadId, _session?.UserId ?? "");
    }

    /// <summary>Begins a thread.</summary>
    /// <param name="place">A point of the drawing, or an element.</param>
    /// <param name="text">Plain text of 1 to 4,000 characters; a mention is written <c>@[name](user_id)</c>.</param>
    /// <param name="commentId">An id of one's own: sent again after a failure it is still one comment. Default: a new one.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    /// <returns>The thread as it is when the server has it.</returns>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public Task<CommentThread> CommentAsync(CommentPlace place, string text, string? commentId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(place);
        object anchor = place.ElementId is null
            ? new { x = place.X, y = place.Y }
            : new { place.ElementId, offset = place.OffsetX is null && place.OffsetY is null ? null : new { x = place.OffsetX ?? 1, y = place.OffsetY ?? 0 } };
        return AskThreadAsync("comment_create", cancellationToken, new("anchor", anchor), new("text", text), new("comment_id", commentId ?? ClientIds.New("c")));
    }

    /// <summary>Answers in a thread.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="text">As in <see cref="CommentAsync"/>.</param>
    /// <param name="commentId">As in <see cref="CommentAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public Task<CommentThread> ReplyAsync(string threadId, string text, string? commentId = null, CancellationToken cancellationToken = default) =>
        AskThreadAsync("comment_reply", cancellationToken, new("thread_id", threadId), new("text", text), new("comment_id", commentId ?? ClientIds.New("c")));

    /// <summary>Changes one's own comment.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public Task<CommentThread> EditCommentAsync(string commentId, string text, CancellationToken cancellationToken = default) => AskThreadAsync("comment_edit", cancellationToken, new("comment_id", commentId), new("text", text));

    /// <summary>Deletes one's own comment; the document's owner may delete any.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public Task<CommentThread> DeleteCommentAsync(string commentId, CancellationToken cancellationToken = default) => AskThreadAsync("comment_delete", cancellationToken, new KeyValuePair<string, object?>("comment_id", commentId));

    /// <summary>Brings back what this user has deleted.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public Task<CommentThread> RestoreCommentAsync(string commentId, CancellationToken cancellationToken = default) => AskThreadAsync("comment_restore", cancellationToken, new KeyValuePair<string, object?>("comment_id", commentId));

    /// <summary>Settles a thread.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public Task<CommentThread> ResolveThreadAsync(string threadId, CancellationToken cancellationToken = default) => AskThreadAsync("comment_resolve", cancellationToken, new KeyValuePair<string, object?>("thread_id", threadId));

    /// <summary>Opens a settled thread again.</summary>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public Task<CommentThread> ReopenThreadAsync(string threadId, CancellationToken cancellationToken = default) => AskThreadAsync("comment_reopen", cancellationToken, new KeyValuePair<string, object?>("thread_id", threadId));

    /// <summary>Notes that this user has read a thread, or all, as far as it is known here.</summary>
    /// <param name="threadId">The thread. Default: all.</param>
    /// <param name="cancellationToken">Ends the wait, not the request.</param>
    /// <exception cref="RequestRefusedException">Refused, with a code of the protocol.</exception>
    /// <exception cref="RequestLostException">The connection was lost meanwhile: it may have been done or not.</exception>
    public async Task MarkCommentsReadAsync(string? threadId = null, CancellationToken cancellationToken = default)
    {
        long sequence;
        lock (_lock)
            sequence = _comments.Sequence;
        await AskAsync("comment_read", [new("thread_id", threadId), new("sequence", sequence > 0 ? sequence : null)], cancellationToken);
    }

    private async Task<CommentThread> AskThreadAsync(string type, CancellationToken cancellationToken, params KeyValuePair<string, object?>[] fields)
    {
        var answer = await AskAsync(type, fields, cancellationToken);
        var thread = CommentWire.Thread(answer.GetProperty("thread"u8));
        lock (_lock)
            return _comments.Find(thread.ThreadId) ?? thread with { Comments = answer.TryGetProperty("comment"u8, out var comment) ? [CommentWire.Comment(comment)] : [] };
    }

    private void CatchUpComments(JsonElement joined)
    {
        if (OptionalNumber(joined, "last_comment") is { } last)
            ListComments(_comments.MissingSince(last));
    }

    private void ListComments(long? after)
    {
        if (after is { } sequence)
            _outbox.TryAdd(ClientMessages.Write("comment_list", [new("after", sequence)]));
    }

    private void OnComments(JsonElement message)
    {
        if (_comments.Take(message) is { } touched)
            _events.Publish(new ClientEvent.CommentsChanged(touched));
    }

    private void OnCommentUpdate(JsonElement message)
    {
        ListComments(_comments.Update(message));
        _events.Publish(new ClientEvent.CommentsChanged([Text(message.GetProperty("thread"u8), "thread_id") ?? ""]));
    }

    private void OnCommentsRead(JsonElement message)
    {
        ImmutableArray<string> threads = _comments.Read(message);
        _events.Publish(new ClientEvent.CommentsChanged(threads));
    }
}
