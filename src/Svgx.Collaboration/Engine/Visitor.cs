namespace Svgx.Collaboration.Engine;

/// <summary>Stands in for a participant that sends one operation and waits for its answer.</summary>
internal sealed class Visitor : ISessionSubscriber
{
    private readonly TaskCompletionSource<SubmitOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<SubmitOutcome> Outcome => _outcome.Task;

    public bool TryPublish(SessionEvent sessionEvent)
    {
        switch (sessionEvent)
        {
            case SessionEvent.Acknowledged { Operations: [var operation, ..] }:
                _outcome.TrySetResult(new SubmitOutcome.Accepted(operation));
                break;
            case SessionEvent.Refused refused:
                _outcome.TrySetResult(new SubmitOutcome.Refused(refused.Code, refused.Reason, refused.RetryAfter));
                break;
        }
        return true;
    }

    public void Close(CloseReason reason) =>
        _outcome.TrySetResult(new SubmitOutcome.Refused(RefusalCode.StorageFailed, "The session ended before the operation was stored. Send it again with the same operation_id."));
}
