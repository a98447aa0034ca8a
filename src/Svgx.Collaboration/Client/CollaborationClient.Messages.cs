using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <content>What the server says, and asking it.</content>
public sealed partial class CollaborationClient
{
    // Elements may nest 256 levels deep, each two levels of JSON, inside changes inside operations.
    private static readonly JsonDocumentOptions ReaderOptions = new() { MaxDepth = 1_024 };

    private readonly List<JsonElement> _early = [];
    private StringBuilder? _parts;

    /// <summary>Takes one message. <see langword="false"/> ends the connection.</summary>
    private bool Receive(ReadOnlyMemory<byte> bytes)
    {
        // Not disposed: data of operations lives on in events. It is ordinary garbage after that.
        var message = JsonDocument.Parse(bytes, ReaderOptions).RootElement;
        var type = Text(message, "type") ?? "";
        bool goesOn;
        lock (_lock)
        {
            if (_leaves)
                return false;
            try
            {
                goesOn = Receive(type, message);
                LeaveIfDone();
                goesOn &= !_leaves;
            }
            catch (DocumentChangeException misfit)
            {
                _logger.CopyDiffers(misfit.Message);
                goesOn = false;
            }
        }
        Wake();
        return goesOn;
    }

    private bool Receive(string type, JsonElement message)
    {
        var isAnswer = Answers(message);
        switch (type)
        {
            case "current_state":
                return OnJoined(message);
            case "document":
                OnDocumentPart(message);
                return true;
            case "operations":
                OnOperations(message.GetProperty("operations"u8).EnumerateArray().ToArray());
                return true;
            case "ack":
                OnAcknowledged(message);
                return true;
            case "presence_update":
                OnPresence(PresenceWire.All(message));
                return true;
            case "presence_changes":
                OnPresence(PresenceWire.Amend(_presence, message));
                return true;
            case "conflict_notification":
                OnConflicts(message);
                return true;
            case "conflict_resolution":
                OnConflictSettled(message);
                return true;
            case "lock_update":
                OnLocks(message);
                return true;
            case "comments":
                OnComments(message);
                return true;
            case "comment_update":
                OnCommentUpdate(message);
                return true;
            case "comment_read":
                OnCommentsRead(message);
                return true;
            case "preview":
                OnPreview(message);
                return true;
            case "role_changed":
                _role = RoleOf(message);
                _events.Publish(new ClientEvent.RoleChanged(_role));
                return true;
            case "error" when isAnswer:
                return true;
            case "error":
                return OnError(message);
            default:
                if (VersionNews(type, message) is { } news)
                    _events.Publish(news);
                else if (!isAnswer)
                    _events.Publish(new ClientEvent.MessageReceived(type, message));
                return true;
        }
    }

    private bool OnJoined(JsonElement message)
    {
        var former = _session?.Branch;
        _session = new(
            message.GetProperty("document_id"u8).GetGuid(), Text(message, "document_name") ?? "", Text(message, "branch") ?? "main", Text(message, "user_id") ?? "", Text(message, "username") ?? "",
            Text(message, "session_id") ?? "", RoleOf(message), Text(message, "color") ?? "", Texts(message, "features"), message.GetProperty("max_message_bytes"u8).GetInt32());
        if (NeededFeatures.Except(_session.Features).FirstOrDefault() is { } missing)
        {
            _refusal = new("unsupported_server", $"The server does not offer the feature \"{missing}\".");
            return false;
        }
        _role = _session.Role;
        _failures = 0;
        _pause = null;
        // Live operations wait until the drawing that they follow is whole.
        _parts = Text(message, "resync") == "document" ? new() : null;
        SetStatus(ClientStatus.Live);
        ForgetConflicts();
        if (former is not null && former != _session.Branch)
            ForgetPeople();
        _events.Publish(new ClientEvent.Joined(_session));
        CatchUpComments(message);
        if (_parts is null)
            Arrive();
        return true;
    }

    /// <summary>Another branch has comments and people of its own.</summary>
    private void ForgetPeople()
    {
        ImmutableArray<string> threads = [.. _comments.Threads.Select(thread => thread.ThreadId)];
        _comments = new();
        if (threads.Length > 0)
            _events.Publish(new ClientEvent.CommentsChanged(threads));
        OnPresence([]);
    }

    private void OnDocumentPart(JsonElement message)
    {
        var (part, parts) = (message.GetProperty("part"u8).GetInt32(), message.GetProperty("parts"u8).GetInt32());
        if (part == 0)
            _parts = new();
        _parts?.Append(Text(message, "content"));
        if (_parts is null || part < parts - 1)
            return;
        var content = _parts.ToString();
        _parts = null;
        _replica.Reset(DocumentJson.Read(Encoding.UTF8.GetBytes(content)), message.GetProperty("revision"u8).GetInt64());
        _events.Publish(new ClientEvent.DocumentReplaced(_replica.Revision));
        var early = _early.ToArray();
        _early.Clear();
        if (early.Length > 0)
            OnOperations(early);
        Arrive();
    }

    private void OnOperations(JsonElement[] operations)
    {
        if (_parts is not null)
        {
            _early.AddRange(operations);
            return;
        }
        var next = new List<(string OperationId, long Revision, JsonElement Changes)>(operations.Length);
        var expected = _replica.Revision + 1;
        foreach (var operation in operations)
        {
            var revision = operation.GetProperty("revision"u8).GetInt64();
            if (revision > expected)
            {
                _outbox.TryAdd(ClientMessages.Write("sync", [new("last_revision", expected - 1)]));
                break;
            }
            expected = Math.Max(expected, revision + 1);
            next.Add((Text(operation, "operation_id")!, revision, operation.GetProperty("changes"u8)));
        }
        foreach (var (operationId, revision, _) in next)
        {
            // The acknowledgement itself may have been lost with the connection.
            if (_replica.Find(operationId) is { } own)
                Answer(own, new SubmitOutcome.Accepted(new(operationId, revision, own.ElementId, [])));
        }
        var former = _replica.Revision;
        _replica.Confirm(next);
        var confirmed = operations.Take(next.Count).Where(operation => operation.GetProperty("revision"u8).GetInt64() > former).Select(Confirmed).ToImmutableArray();
        foreach (var operation in confirmed)
        {
            if (operation.GestureId is { } gesture && _previews.Remove(gesture, out var shown))
                _events.Publish(new ClientEvent.PreviewChanged(shown with { ElementIds = [], Data = null }));
        }
        if (confirmed.IsEmpty)
            return;
        _events.Publish(new ClientEvent.OperationsConfirmed(confirmed));
        _events.Publish(ClientEvent.DocumentChanged.Instance);
    }

    private void OnPresence(ImmutableArray<PresenceEntry> users)
    {
        _presence = users;
        _events.Publish(new ClientEvent.PresenceChanged(users));
    }

    private void OnPreview(JsonElement message)
    {
        var preview = new Preview(
            Text(message, "gesture_id") ?? "", Text(message, "user_id") ?? "", Text(message, "session_id") ?? "", Text(message, "color") ?? "", Texts(message, "element_ids"),
            message.TryGetProperty("data"u8, out var data) ? data : null);
        if (preview.ElementIds.Count > 0)
            _previews[preview.GestureId] = preview;
        else
            _previews.Remove(preview.GestureId);
        _events.Publish(new ClientEvent.PreviewChanged(preview));
    }

    private bool OnError(JsonElement message)
    {
        var refused = RefusalOf(message);
        if (_status != ClientStatus.Live)
        {
            // The answer to the join. What may succeed in a moment is tried again.
            if (refused.RetryAfter is null && refused.Code is not ("storage_failed" or "rate_limited"))
            {
                var refusal = new JoinRefusal(refused.Code, refused.Reason);
                if (!TurnBack(refusal))
                    _refusal = refusal;
            }
            return false;
        }
        if (!OnOperationsRefused(Text(message, "operation_id"), Text(message, "request_id"), refused))
            _events.Publish(new ClientEvent.MessageReceived("error", message));
        return true;
    }

    private static SubmitOutcome.Refused RefusalOf(JsonElement error) => new(
        Text(error, "code") ?? "", Text(error, "error") ?? "", error.TryGetProperty("retry_after_ms"u8, out var wait) ? TimeSpan.FromMilliseconds(wait.GetInt64()) : null);

    private static JsonElement Error(string code, string reason) => JsonSerializer.SerializeToElement(new { type = "error", error = reason, code });

    private static ConfirmedOperation Confirmed(JsonElement operation) => new(
        Text(operation, "operation_id") ?? "", operation.GetProperty("revision"u8).GetInt64(), Text(operation, "operation_type") ?? "", Text(operation, "element_id") ?? "",
        Text(operation, "user_id") ?? "", Text(operation, "username") ?? "", Text(operation, "session_id") ?? "", operation.GetProperty("timestamp"u8).GetDateTimeOffset(),
        operation.GetProperty("data"u8), ChangeJson.Read(JsonMarshal.GetRawUtf8Value(operation.GetProperty("changes"u8)).ToArray()), Text(operation, "gesture_id"), Text(operation, "group_id"),
        Texts(operation, "undo_of"), Texts(operation, "redo_of"));
}
