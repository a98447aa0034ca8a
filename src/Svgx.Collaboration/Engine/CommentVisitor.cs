using Svgx.Collaboration.Comments;

namespace Svgx.Collaboration.Engine;

/// <summary>Stands in for a participant that asks one thing about comments and waits for its answer.</summary>
internal sealed class CommentVisitor : ISessionSubscriber
{
    private readonly TaskCompletionSource<SessionEvent> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<SessionEvent> Answer => _answer.Task;

    public bool TryPublish(SessionEvent sessionEvent)
    {
        if (sessionEvent is SessionEvent.CommentChanged { IsAnswer: true } or SessionEvent.CommentsRead { IsAnswer: true } or SessionEvent.CommentsListed or SessionEvent.Refused)
            _answer.TrySetResult(sessionEvent);
        return true;
    }

    public void Close(CloseReason reason) =>
        _answer.TrySetResult(new SessionEvent.Refused(RefusalCode.StorageFailed, "The session ended before the comment was stored. Send it again with the same comment_id."));
}
