using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <summary>An operation on its way.</summary>
/// <param name="OperationId">Its id.</param>
/// <param name="ElementId">The element it is about; of a <c>create</c> without one, the id that was made for it.</param>
/// <param name="Outcome">
/// Completes when the operation is durable or refused, however often the connection is lost until then. Beside the protocol's codes: <c>queue_full</c>, <c>too_large</c> (not even
/// shown), <c>switching</c> (on the way to another branch), and <c>client_closed</c> or the code of the join's refusal where the client ended first: then it may have been applied or not.
/// </param>
public sealed record Submission(string OperationId, string ElementId, Task<SubmitOutcome> Outcome);

/// <content>Own operations.</content>
public sealed partial class CollaborationClient
{
    private const int FrameMargin = 1_024; // for the envelope around operations
    private const int MaxOperationsPerMessage = 5_000; // the protocol's bound
    private const int MaxBytesInFlight = 4 << 20; // sent and not answered: the rest waits here rather than in the socket

    private object? _pause; // the server asked to wait; the newest wait counts
    private long _requestNumber;

    /// <summary>Submits an operation: shown at once, sent now or when the server is back.</summary>
    /// <param name="operationType">The wire name, such as <c>create</c> or <c>move</c>.</param>
    /// <param name="elementId">The element; for a <c>create</c> the new one's id, made here where it is <see langword="null"/>.</param>
    /// <param name="data">The operation's data: a <see cref="JsonElement"/>, or an object whose property names are used as they stand.</param>
    public Submission Submit(string operationType, string? elementId, object? data = null) => Submit(new OperationRequest(null, operationType, elementId, ClientMessages.Data(data)));

    /// <summary>Submits an operation: shown at once, sent now or when the server is back. Ids and <c>base_revision</c> are filled in where they are absent.</summary>
    public Submission Submit(OperationRequest operation) => SubmitMany([operation], atomic: false)[0];

    /// <summary>Submits operations in order. Atomic: all or none, as one step to undo; they must fit one message of the server's limit and number at most 5,000.</summary>
    public ImmutableArray<Submission> SubmitMany(IReadOnlyList<OperationRequest> operations, bool atomic)
    {
        ArgumentNullException.ThrowIfNull(operations);
        ImmutableArray<Submission> submissions;
        lock (_lock)
        {
            _undoneUnsent.Clear(); // a new step: what was undone before it cannot be brought back
            submissions = Add(operations, atomic ? new() : null);
        }
        Wake();
        return submissions;
    }

    /// <summary>Called under the lock.</summary>
    private ImmutableArray<Submission> Add(IReadOnlyList<OperationRequest> operations, object? batch)
    {
        PendingOperation[] own = [.. operations.Select(operation => Complete(operation, batch))];
        if (Refuses(own, batch is not null) is { } refusal)
        {
            foreach (var each in own)
                each.Outcome.SetResult(refusal);
        }
        else
        {
            foreach (var each in own)
            {
                _unanswered++;
                _unansweredBytes += each.Json.Length;
                _replica.Add(each);
                if (each.Request.GestureId is { } gesture)
                    _outbox.EndPreview(gesture);
            }
            _events.Publish(ClientEvent.DocumentChanged.Instance);
        }
        return [.. own.Select(each => new Submission(each.OperationId, each.ElementId, each.Outcome.Task))];
    }

    /// <summary>Submits an operation and waits until it is durable or refused. Cancelling ends the wait, not the operation.</summary>
    public Task<SubmitOutcome> SendOperationAsync(string operationType, string? elementId, object? data = null, CancellationToken cancellationToken = default) =>
        Submit(operationType, elementId, data).Outcome.WaitAsync(cancellationToken);

    /// <summary>Waits until the server has answered for everything submitted so far.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return Task.WhenAll(_replica.Pending.Select(own => own.Outcome.Task)).WaitAsync(cancellationToken);
    }

    /// <summary>Says what is selected; presence and never history. Not sent while offline.</summary>
    public void Select(params IReadOnlyList<string> elementIds)
    {
        ArgumentNullException.ThrowIfNull(elementIds);
        var message = ClientMessages.Write("operation", [new("operation_type", "select"), new("data", new { elements = elementIds })]);
        Post(() => _outbox.TryAdd(message));
    }

    private PendingOperation Complete(OperationRequest operation, object? batch)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (operation.OperationType is "select" or "deselect")
            throw new ArgumentException($"A selection is presence and no operation; use {nameof(Select)}.", nameof(operation));
        var elementId = operation.ElementId ?? (operation.OperationType == "create" ? ClientIds.New("e") : "");
        var complete = operation with
        {
            OperationId = operation.OperationId ?? ClientIds.New("o"),
            ElementId = elementId,
            // The caller's document may be disposed before the last time it is sent.
            Data = operation.Data.ValueKind == JsonValueKind.Undefined ? default : operation.Data.Clone(),
            BaseRevision = operation.BaseRevision ?? _replica.Revision,
        };
        return new(complete, elementId, ClientMessages.Operation(complete, elementId), batch);
    }

    private SubmitOutcome.Refused? Refuses(PendingOperation[] own, bool atomic)
    {
        if (_status is ClientStatus.Closed || _stopping.IsCancellationRequested)
            return Closed;
        if (_refusal is { } refusal)
            return new(refusal.Code, refusal.Reason);
        if (_switch is { HasLeft: true })
            return OnTheWay;
        if (_session is not null && _role < DocumentRole.Editor)
            return new("read_only", "Your role in this document does not allow changes.");
        var bytes = own.Sum(each => (long)each.Json.Length);
        if (_unanswered + own.Length > _options.MaxPendingOperations || _unansweredBytes + bytes > _options.MaxPendingBytes)
            return new("queue_full", "Too many changes are waiting for the server. Try again when they are stored.");
        var limit = ServerLimit - FrameMargin;
        if (atomic ? bytes + own.Length > limit || own.Length > MaxOperationsPerMessage : own.Any(each => each.Json.Length > limit))
            return new("too_large", $"The server takes {limit} bytes and {MaxOperationsPerMessage} operations in one message.");
        if (own.FirstOrDefault(each => _replica.Find(each.OperationId) is not null) is { } repeated)
            return new("invalid_data", $"The operation \"{repeated.OperationId}\" is on its way already.");
        return own.DistinctBy(each => each.OperationId).Count() == own.Length ? null : new("invalid_data", "Two of the operations have one id.");
    }

    /// <summary>The next message with own operations; called under the lock.</summary>
    private byte[]? TakeOperations()
    {
        if (_pause is not null)
            return null;
        var limit = ServerLimit - FrameMargin;
        var inFlight = 0L;
        var message = new List<PendingOperation>();
        var bytes = 0;
        foreach (var own in _replica.Pending)
        {
            if (own.Outcome.Task.IsCompleted)
                continue;
            if (own.SentAs is not null)
            {
                inFlight += own.Json.Length;
                continue;
            }
            var belongs = message.Count == 0 || (ReferenceEquals(message[0].Batch, own.Batch) && (own.Batch is not null || bytes + own.Json.Length + 1 <= limit) && message.Count < MaxOperationsPerMessage);
            if (!belongs)
                break;
            message.Add(own);
            bytes += own.Json.Length + 1;
            if (own == _outbox.StepFollows)
                break;
        }
        if (message.Count == 0 || (inFlight > 0 && inFlight + bytes > MaxBytesInFlight))
            return null;
        var requestId = NextRequestId();
        foreach (var own in message)
            own.SendAs(requestId);
        return ClientMessages.Operations(requestId, message[0].Batch is not null, [.. message.Select(own => own.Json)]);
    }

    private int ServerLimit => _session?.MaxMessageBytes ?? 1 << 20; // the server's default, until it has said

    private string NextRequestId() => $"r{++_requestNumber}";

    private void OnAcknowledged(JsonElement message)
    {
        foreach (var ack in Acks(message))
        {
            if (_replica.Find(ack.OperationId) is { } own)
                Settle(own, ack);
        }
    }

    private void Settle(PendingOperation own, Acknowledgement ack)
    {
        Answer(own, new SubmitOutcome.Accepted(ack));
        _replica.Acknowledge(own, ack.Revision);
    }

    private void Answer(PendingOperation own, SubmitOutcome outcome)
    {
        if (!own.Outcome.TrySetResult(outcome))
            return;
        _unanswered--;
        _unansweredBytes -= own.Json.Length;
    }

    /// <summary>An error about own operations. <see langword="false"/>: it is about something else.</summary>
    private bool OnOperationsRefused(string? operationId, string? requestId, SubmitOutcome.Refused refused)
    {
        var named = operationId is null ? null : _replica.Find(operationId);
        PendingOperation[] sent = requestId is null
            ? named is null ? [] : [named]
            : [.. _replica.Pending.Where(own => own.SentAs == requestId && !own.Outcome.Task.IsCompleted)];
        if (sent.Length == 0 || (named is not null && !sent.Contains(named)))
            return named is not null; // of an earlier sending: what was sent again is answered again
        var first = named ?? sent[0];
        if (refused.RetryAfter is not null || refused.Code is "storage_failed" or "rate_limited")
        {
            Hold(first, refused.RetryAfter ?? TimeSpan.FromSeconds(1));
            return true;
        }
        var gone = named is { Batch: null } ? [named] : sent;
        _replica.Remove(gone);
        foreach (var own in gone)
        {
            Answer(own, refused);
            _events.Publish(new ClientEvent.OperationRefused(own.OperationId, refused.Code, refused.Reason));
        }
        _events.Publish(ClientEvent.DocumentChanged.Instance);
        return true;
    }

    /// <summary>From the operation that came too early on, everything is sent again later, in order; the ids make the repetition harmless.</summary>
    private void Hold(PendingOperation first, TimeSpan delay)
    {
        foreach (var own in _replica.Pending.SkipWhile(own => own != first))
            own.SendAgain();
        _ = PauseAsync(_pause = new(), delay);
    }

    private async Task PauseAsync(object pause, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, _options.Time, _stop);
        }
        catch (OperationCanceledException)
        {
            return; // the client ends, and the wait with it
        }
        lock (_lock)
        {
            if (_pause == pause)
                _pause = null;
        }
        Wake();
    }

    private static ImmutableArray<Acknowledgement> Acks(JsonElement message) =>
    [
        .. message.GetProperty("acks"u8).EnumerateArray().Select(ack => new Acknowledgement(
            ack.GetProperty("operation_id"u8).GetString()!,
            ack.GetProperty("revision"u8).GetInt64(),
            ack.GetProperty("element_id"u8).GetString()!,
            ack.TryGetProperty("removed"u8, out var removed)
                ? [.. removed.EnumerateArray().Select(part => new RemovedPart(Text(part, "path") ?? "", Text(part, "what") ?? "", Text(part, "why") ?? ""))]
                : [],
            ack.TryGetProperty("more_removed"u8, out var more) ? more.GetInt32() : 0)),
    ];
}
