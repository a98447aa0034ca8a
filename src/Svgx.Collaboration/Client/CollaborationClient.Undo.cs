using System.Text.Json;
using Svgx.Collaboration.Engine;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <content>Undo and redo: the server's, and here what the server has never seen.</content>
public sealed partial class CollaborationClient
{
    // Steps that were taken back before anything of them was sent, the last on top; no more than could be pending.
    private readonly Stack<UnsentStep> _undoneUnsent = new();

    private static readonly SubmitOutcome.Refused Undone = new("undone", "It was undone before it was sent.");

    /// <summary>
    /// Takes back the user's own last step that still stands. Away from the server, the last step is taken back here as long as nothing of it was ever sent: its operations are never sent and
    /// have the outcome <c>undone</c>; the answer has revision 0. Other steps are refused with <c>offline</c>.
    /// </summary>
    /// <exception cref="RequestLostException">The connection was lost meanwhile.</exception>
    public Task<SubmitOutcome> UndoAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_status is ClientStatus.Live)
                _undoneUnsent.Clear(); // what the server takes back lies before it
            else if (TryUndoUnsent() is { } undone)
                return Task.FromResult<SubmitOutcome>(undone);
        }
        return StepAsync("undo", cancellationToken);
    }

    /// <summary>
    /// Brings back the step undone last. One that was taken back away from the server is submitted again, at once and also while offline: the answer has revision 0 and tells nothing of its
    /// operations' outcome. Other steps are refused with <c>offline</c> while there is no connection.
    /// </summary>
    /// <exception cref="RequestLostException">The connection was lost meanwhile.</exception>
    public Task<SubmitOutcome> RedoAsync(CancellationToken cancellationToken = default)
    {
        SubmitOutcome? done;
        lock (_lock)
            done = TryRedoUnsent();
        if (done is null)
            return StepAsync("redo", cancellationToken);
        Wake();
        return Task.FromResult(done);
    }

    private async Task<SubmitOutcome> StepAsync(string type, CancellationToken cancellationToken)
    {
        var answer = await RequestAsync(type, [], cancellationToken);
        return Text(answer, "type") == "error" ? RefusalOf(answer) : new SubmitOutcome.Accepted(Acks(answer)[0]);
    }

    private SubmitOutcome.Accepted? TryUndoUnsent()
    {
        if (_replica.Pending.LastOrDefault() is not { WasSent: false } last)
            return null;
        PendingOperation[] step = [.. _replica.Pending.Where(own => own == last || (own.Batch is not null && own.Batch == last.Batch) || (own.Request.GroupId is { } group && group == last.Request.GroupId))];
        if (step.Any(own => own.WasSent))
            return null;
        _replica.Remove(step);
        foreach (var own in step)
            Answer(own, Undone);
        _undoneUnsent.Push(new([.. step.Select(own => own.Request)], last.Batch));
        _events.Publish(ClientEvent.DocumentChanged.Instance);
        return Local(last);
    }

    private SubmitOutcome? TryRedoUnsent()
    {
        if (!_undoneUnsent.TryPop(out var step))
            return null;
        var submissions = Add(step.Operations, step.Batch);
        return submissions[0].Outcome is { IsCompletedSuccessfully: true, Result: SubmitOutcome.Refused refused } ? refused : Local(submissions[^1]);
    }

    private static SubmitOutcome.Accepted Local(PendingOperation own) => new(new(own.OperationId, 0, own.ElementId, []));

    private static SubmitOutcome.Accepted Local(Submission own) => new(new(own.OperationId, 0, own.ElementId, []));

    private sealed record UnsentStep(IReadOnlyList<OperationRequest> Operations, object? Batch);
}
