using Svgx.Collaboration.Conflicts;

namespace Svgx.Collaboration.Engine;

/// <summary>The answer to a decision sent without joining.</summary>
public abstract record ResolveOutcome
{
    private ResolveOutcome()
    {
    }

    /// <summary>It is durable. Of <c>manual</c> the conflict is open.</summary>
    public sealed record Accepted(Conflict Conflict) : ResolveOutcome;

    /// <summary>It was refused, with a protocol code.</summary>
    public sealed record Refused(string Code, string Reason) : ResolveOutcome;
}

/// <summary>Stands in for a participant that settles one conflict and waits for the answer.</summary>
internal sealed class ResolvingVisitor(string conflictId) : ISessionSubscriber
{
    private readonly TaskCompletionSource<ResolveOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ResolveOutcome> Outcome => _outcome.Task;

    public bool TryPublish(SessionEvent sessionEvent)
    {
        switch (sessionEvent)
        {
            case SessionEvent.ConflictSettled settled when settled.Conflict.ConflictId == conflictId:
                _outcome.TrySetResult(new ResolveOutcome.Accepted(settled.Conflict));
                break;
            case SessionEvent.ConflictsChanged changed when changed.Conflicts.FirstOrDefault(conflict => conflict.ConflictId == conflictId) is { } held:
                _outcome.TrySetResult(new ResolveOutcome.Accepted(held));
                break;
            case SessionEvent.Refused refused:
                _outcome.TrySetResult(new ResolveOutcome.Refused(refused.Code, refused.Reason));
                break;
        }
        return true;
    }

    public void Close(CloseReason reason) =>
        _outcome.TrySetResult(new ResolveOutcome.Refused(RefusalCode.StorageFailed, "The session ended before the decision was stored. Send it again."));
}
