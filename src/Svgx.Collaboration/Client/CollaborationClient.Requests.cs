using System.Text.Json;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Engine;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <content>Asking the server.</content>
public sealed partial class CollaborationClient
{
    private readonly Dictionary<string, PendingRequest> _requests = new(StringComparer.Ordinal);

    /// <summary>
    /// Asks the server for anything in docs/protocol.md: sends a message of the type with the fields and a <c>request_id</c>, and completes with the message that repeats it, an <c>error</c> too.
    /// An answer in several messages is put together.
    /// </summary>
    /// <param name="type">The message's <c>type</c>.</param>
    /// <param name="fields">Its other fields, names as on the wire; null leaves one out.</param>
    /// <param name="cancellationToken">Ends the wait; the request may be carried out all the same.</param>
    /// <returns>The answer. While the client is not live, an <c>error</c> with the code <c>offline</c> of its own making; with <c>queue_full</c> where 1,024 messages wait already.</returns>
    /// <exception cref="RequestLostException">The connection was lost meanwhile.</exception>
    public async Task<JsonElement> RequestAsync(string type, IEnumerable<KeyValuePair<string, object?>> fields, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(fields);
        var request = new PendingRequest();
        string requestId;
        lock (_lock)
        {
            requestId = NextRequestId();
            if (_status != ClientStatus.Live)
                return Error("offline", "The client is not connected.");
            var message = ClientMessages.Write(type, [.. fields, new("request_id", requestId)]);
            if (!(type is "undo" or "redo" ? _outbox.TryAddStep(message, _replica.Pending.LastOrDefault(own => own.IsWaiting)) : _outbox.TryAdd(message)))
                return Error("queue_full", "Too many messages are waiting to be sent.");
            _requests.Add(requestId, request);
        }
        Wake();
        try
        {
            return await request.Answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_lock)
                _requests.Remove(requestId);
        }
    }

    /// <summary>As <see cref="RequestAsync"/>, with an exception in place of an <c>error</c>.</summary>
    private async Task<JsonElement> AskAsync(string type, KeyValuePair<string, object?>[] fields, CancellationToken cancellationToken)
    {
        var answer = await RequestAsync(type, fields, cancellationToken);
        if (Text(answer, "type") != "error")
            return answer;
        var refused = RefusalOf(answer);
        throw new RequestRefusedException(refused.Code, refused.Reason)
        {
            RetryAfter = refused.RetryAfter,
            LockedBy = answer.TryGetProperty("locked_by"u8, out var held) ? ConflictWire.Lock(held) : null,
        };
    }

    /// <summary>Whether a message answers a request.</summary>
    private bool Answers(JsonElement message)
    {
        if (Text(message, "request_id") is not { } requestId || !_requests.TryGetValue(requestId, out var request))
            return false;
        request.Take(message);
        return true;
    }
}
