using Svgx.Collaboration.Comments;

namespace Svgx.Collaboration.Engine;

/// <content>Comments.</content>
public sealed partial class CollaborationEngine
{
    /// <summary>Raised after the comments of a branch changed; on a session's loop: return at once.</summary>
    public event Action<CommentsChanged>? CommentsChanged;

    /// <summary>The comments of a branch, now or as they were at a moment. Does not ask for rights: the host does.</summary>
    public async Task<CommentList> GetCommentsAsync(Guid documentId, string branch = MainBranch, CommentMoment? asOf = null, CancellationToken cancellationToken = default)
    {
        if (asOf is null && OpenSession(documentId, branch) is { } session)
            return session.ShownComments;
        await _services.Store.PrepareAsync(cancellationToken);
        var events = await _services.Comments.LoadAsync(documentId, branch, cancellationToken);
        return new CommentBoard(asOf is { } moment ? events.TakeWhile(moment.Includes) : events).List();
    }

    /// <summary>Up to where a user has read each thread of a branch.</summary>
    public async Task<IReadOnlyDictionary<string, long>> GetCommentReadMarksAsync(Guid documentId, string userId, string branch = MainBranch, CancellationToken cancellationToken = default) =>
        await _services.Comments.LoadReadMarksAsync(documentId, branch, userId, cancellationToken);

    /// <summary>Does something with comments without joining; completes when it is durable or refused.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="userId">For whom.</param>
    /// <param name="request">What.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="maxRole">The most a token allows.</param>
    /// <param name="cancellationToken">Gives up waiting to be heard; what was heard is carried out.</param>
    public async Task<CommentOutcome> SendCommentAsync(Guid documentId, string userId, CommentRequest request, string branch = MainBranch, DocumentRole? maxRole = null, CancellationToken cancellationToken = default) =>
        await AskCommentsAsync(documentId, userId, branch, maxRole, seat => new SessionCommand.Comment(seat, request, RequestId: null), cancellationToken) switch
        {
            SessionEvent.CommentChanged changed => new CommentOutcome.Accepted(changed.Update),
            SessionEvent.Refused refused => new CommentOutcome.Refused(refused.Code, refused.Reason, refused.RetryAfter),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>Notes that a user has read a thread, or all, up to a sequence or to the end; durable on return. <see langword="null"/>, or why it could not be.</summary>
    public async Task<CommentOutcome.Refused?> MarkCommentsReadAsync(Guid documentId, string userId, string? threadId = null, long? sequence = null, string branch = MainBranch, CancellationToken cancellationToken = default) =>
        await AskCommentsAsync(documentId, userId, branch, maxRole: null, seat => new SessionCommand.MarkCommentsRead(seat, threadId, sequence, RequestId: null), cancellationToken) is SessionEvent.Refused refused
            ? new(refused.Code, refused.Reason, refused.RetryAfter)
            : null;

    /// <summary>
    /// Brings what was said in one branch into another: every event that is not there yet, in its order. Doing it again brings only what is new. Answers how many were brought;
    /// what is beyond the branch's bound stays where it is.
    /// </summary>
    public async Task<int> MergeCommentsAsync(Guid documentId, string fromBranch, string toBranch, CancellationToken cancellationToken = default)
    {
        await _services.Store.PrepareAsync(cancellationToken);
        var events = await _services.Comments.LoadAsync(documentId, fromBranch, cancellationToken);
        while (events.Count > 0 && await GetSessionAsync(documentId, toBranch, cancellationToken) is { } session)
        {
            var reply = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            await session.PostAsync(new SessionCommand.AdoptComments(fromBranch, events, reply), cancellationToken);
            try
            {
                return await reply.Task;
            }
            catch (SessionEndedException)
            {
                await session.Completion;
            }
        }
        return 0;
    }

    /// <summary>Events of all documents in the order in which they became durable, after a position; for who follows them, such as what notifies people.</summary>
    public Task<IReadOnlyList<RecordedCommentEvent>> ReadCommentEventsAsync(long afterPosition, int limit, CancellationToken cancellationToken = default) =>
        _services.Comments.ReadAsync(afterPosition, limit, cancellationToken);

    private async Task<SessionEvent> AskCommentsAsync(Guid documentId, string userId, string branch, DocumentRole? maxRole, Func<Seat, SessionCommand> ask, CancellationToken cancellationToken)
    {
        if (await _services.Access.GetAsync(documentId, userId, cancellationToken) is not { } access)
            return new SessionEvent.Refused(RefusalCode.DocumentNotFound, "There is no such document, or it is not shared with you.");
        if (await GetSessionAsync(documentId, branch, cancellationToken) is not { } session)
        {
            return branch == MainBranch
                ? new SessionEvent.Refused(RefusalCode.DocumentNotFound, "There is no such document, or it is not shared with you.")
                : new SessionEvent.Refused(RefusalCode.BranchNotFound, $"The document has no branch \"{branch}\".");
        }
        var visitor = new CommentVisitor();
        var seat = new Seat(new(documentId, branch, userId, Username: null, SessionId: "api", maxRole), access.Username, Seat.Limit(access.Role, maxRole), visitor);
        await session.PostAsync(ask(seat), cancellationToken);
        return await visitor.Answer;
    }

    private DocumentSession? OpenSession(Guid documentId, string branch) =>
        _sessions.TryGetValue((documentId, branch), out var opening) && opening is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: { } session } } ? session : null;
}
