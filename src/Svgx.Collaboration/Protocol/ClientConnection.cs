using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Protocol;

/// <summary>What all connections share.</summary>
internal sealed record ConnectionServices(CollaborationEngine Engine, TokenValidator Tokens, TokenRegistry Registry, AuditTrail Audit, ConnectionLimits Limits, ProtocolOptions Options, CollaborationMetrics Metrics, TimeProvider Time, ILogger Logger);

/// <summary>One WebSocket: a loop that receives, a loop that sends, and a seat in a session once it has joined.</summary>
internal sealed class ClientConnection : ISessionSubscriber
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The largest message of who has not joined. A join with all its fields at their longest has less, and anybody at all can make the server hold what they begin to send.</summary>
    private const int MaxBytesBeforeJoin = 16 << 10;

    private readonly WebSocket _socket;
    private readonly ConnectionUser? _user;
    private readonly string _address;
    private readonly ConnectionServices _services;
    private readonly OutboundQueue _queue;
    private readonly FrameReader _frames;
    private readonly CancellationTokenSource _ended;
    private readonly Queue<long> _refusals = new();
    private IParticipant? _participant;
    private VersionControl? _versions;
    private MessageRates _rates;  // its own until it has joined, then its user's
    private string? _enteredAs;
    private Guid _documentId;
    private int _failedJoins;
    private int _wasReadOnly; // set by the session
    private int _closing;
    private CloseCode _close = CloseCode.Left;

    private ClientConnection(WebSocket socket, ConnectionUser? user, string address, ConnectionServices services, CancellationTokenSource ended)
    {
        _ended = ended;
        _socket = socket;
        _user = user;
        _address = address;
        _services = services;
        _rates = new(services.Options, services.Time);
        _queue = new(services.Options.MaxOutboundBytes);
        _frames = new(socket);
    }

    /// <summary>Serves a connection until it is closed. Never throws for what the other side does.</summary>
    /// <param name="socket">The accepted socket; closed at the end.</param>
    /// <param name="user">Whom the host has signed in; <see langword="null"/> where only a token counts.</param>
    /// <param name="address">Where it comes from, as limits count it.</param>
    /// <param name="services">What connections share.</param>
    /// <param name="stopping">The server stops.</param>
    public static async Task ServeAsync(WebSocket socket, ConnectionUser? user, string address, ConnectionServices services, CancellationToken stopping)
    {
        using var ended = new CancellationTokenSource();
        var connection = new ClientConnection(socket, user, address, services, ended);
        await using var over = user?.SignInEnded.Register(() => connection.End(CloseCode.SignInEnded)) ?? default;
        await using var stop = stopping.Register(() => connection.End(CloseCode.Stopping));
        await connection.RunAsync();
    }

    /// <inheritdoc/>
    public bool TryPublish(SessionEvent sessionEvent)
    {
        if (sessionEvent is SessionEvent.Refused { Code: ErrorCode.RateLimited })
            Note(_enteredAs, "operations");
        if (sessionEvent is SessionEvent.Refused { Code: RefusalCode.ReadOnly })
            Volatile.Write(ref _wasReadOnly, 1);
        return _queue.TryAdd(new Outbound.Event(sessionEvent));
    }

    /// <inheritdoc/>
    public void Close(CloseReason reason) => End(CloseCode.For(reason));

    private async Task RunAsync()
    {
        var sending = SendAsync();
        await using var joinTimer = _services.Time.CreateTimer(_ => EndUnlessJoined(), null, _services.Options.JoinTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            await ReceiveAsync();
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException)
        {
            // The other side is gone or the connection is being closed: the ordinary end.
        }
        catch (Exception error)
        {
            _services.Logger.ConnectionFailed(error);
            End(CloseCode.SessionFailed);
        }
        End(CloseCode.Left);
        if (_participant is not null)
            await _participant.DisposeAsync();
        if (_enteredAs is not null)
            _services.Limits.Leave(_enteredAs);
        await sending;
    }

    private async Task ReceiveAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            var most = _services.Options.MaxMessageBytes;
            var (kind, bytes) = await _frames.ReadAsync(_participant is null ? Math.Min(most, MaxBytesBeforeJoin) : most, _ended.Token);
            if (kind != FrameKind.Closed)
                _services.Metrics.Received(bytes.Length);
            // Noted with the next message: the session refuses later, and one by one what a message of many operations asks for.
            if (kind != FrameKind.Closed && Interlocked.Exchange(ref _wasReadOnly, 0) != 0)
                CountRefusal();
            if (kind != FrameKind.Closed && Volatile.Read(ref _closing) != 0)
                continue; // it has been told why it ends; only its own close is waited for
            switch (kind)
            {
                case FrameKind.Closed:
                    return;
                case FrameKind.TooLarge:
                    End(CloseCode.TooLarge);
                    return;
                case FrameKind.Binary:
                    Refuse(new(ErrorCode.BinaryNotSupported, "Messages are JSON text; binary frames are not read.", null, null));
                    break;
                default:
                    if (ProtocolReader.TryRead(bytes, out var message, out var fault))
                        await HandleAsync(message);
                    else
                        Refuse(fault);
                    break;
            }
        }
    }

    private async ValueTask HandleAsync(ClientMessage message)
    {
        if (message is not ClientMessage.Join && !_rates.TryTake(MessageRates.KindOf(message), out var wait))
        {
            RefuseRate("messages", "Too many messages of this kind; slow down.", message.RequestId, wait);
            return;
        }
        if (message is ClientMessage.Ping ping)
        {
            Answer(new Outbound.Pong(ping.SentAt, ping.RequestId));
            if (ping.RoundTripMs is { } roundTrip)
                _participant?.Report(new(RoundTripMs: roundTrip));
            return;
        }
        if (message is ClientMessage.Join join)
        {
            await JoinAsync(join);
            return;
        }
        if (_participant is not { } participant)
        {
            var operationId = (message as ClientMessage.Operations)?.Requests[0].OperationId;
            Refuse(new(ErrorCode.NotJoined, "Send a join first.", operationId, message.RequestId));
            return;
        }
        switch (message)
        {
            case ClientMessage.Operations { Requests.Length: 1, Atomic: false } single:
                await participant.SubmitAsync(single.Requests[0], single.RequestId, _ended.Token);
                break;
            case ClientMessage.Operations several:
                await participant.SubmitManyAsync(several.Requests, several.Atomic, several.RequestId, _ended.Token);
                break;
            case ClientMessage.ShowPreview show:
                participant.Preview(show.Preview);
                break;
            case ClientMessage.Activity activity:
                participant.Report(activity.Report);
                break;
            case ClientMessage.Undo:
                await participant.UndoAsync(message.RequestId, _ended.Token);
                break;
            case ClientMessage.Redo:
                await participant.RedoAsync(message.RequestId, _ended.Token);
                break;
            case ClientMessage.Resolve resolve:
                await participant.ResolveConflictAsync(resolve.Decision, resolve.RequestId, _ended.Token);
                break;
            case ClientMessage.Lock take:
                await participant.LockAsync(take.ElementIds, take.RequestId, _ended.Token);
                break;
            case ClientMessage.Unlock release:
                await participant.UnlockAsync(release.ElementIds, release.RequestId, _ended.Token);
                break;
            case ClientMessage.Sync sync:
                await participant.SyncAsync(sync.LastRevision, sync.RequestId, _ended.Token);
                break;
            case ClientMessage.Comment comment:
                await participant.CommentAsync(comment.Request, comment.RequestId, _ended.Token);
                break;
            case ClientMessage.CommentRead read:
                await participant.MarkCommentsReadAsync(read.ThreadId, read.Sequence, read.RequestId, _ended.Token);
                break;
            case ClientMessage.CommentList list:
                await participant.ListCommentsAsync(list.After, list.RequestId, _ended.Token);
                break;
            case ClientMessage.ReadActivityLog read:
                await AnswerActivityLogAsync(read);
                break;
            case ClientMessage.VersionControl control:
                await ControlVersionsAsync(control);
                break;
            case ClientMessage.Leave:
                await participant.LeaveAsync();
                End(CloseCode.Left);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async ValueTask ControlVersionsAsync(ClientMessage.VersionControl control)
    {
        try
        {
            if (await _versions!.RunAsync(control, _ended.Token) is not { } messages)
                return;
            var answer = new Outbound.Frames(messages);
            Answer(answer);
            // A client that does not read its answers can ask for no more of them.
            await answer.Sent.Task.WaitAsync(_ended.Token);
        }
        catch (VersionControl.RefusedException refusal)
        {
            Refuse(new(refusal.Code, refusal.Message, null, control.RequestId));
        }
    }

    private async ValueTask JoinAsync(ClientMessage.Join join)
    {
        if (_participant is not null)
        {
            Refuse(new(ErrorCode.AlreadyJoined, "This connection has joined already.", null, join.RequestId));
            return;
        }
        if (!_services.Limits.Joins.TryTake(_address, out var wait))
        {
            RefuseRate("joins", "Too many joins from this address; wait.", join.RequestId, wait);
            return;
        }
        var admission = await JoinAdmission.DecideAsync(join, _user, _services.Tokens, _services.Options, _ended.Token);
        if (admission.Refusal is { } refusal)
        {
            RefuseToken(refusal, admission.UserId);
            return;
        }
        var request = admission.Request!;
        if (_services.Limits.TryEnter(request.UserId) is not { } rates)
        {
            _services.Metrics.RateLimited("connections");
            Note(request.UserId, "connections");
            RefuseJoin(new(ErrorCode.TooManyConnections, $"You have {_services.Options.MaxConnectionsPerUser} connections already, which is the limit.", null, join.RequestId));
            return;
        }
        _enteredAs = request.UserId;
        _queue.Hold();
        var outcome = await _services.Engine.JoinAsync(request, this, CancellationToken.None);
        if (outcome is JoinOutcome.Refused refused)
        {
            _services.Limits.Leave(request.UserId);
            _enteredAs = null;
            _queue.Release();
            RefuseJoin(new(refused.Code, refused.Reason, null, join.RequestId));
            return;
        }
        _rates = rates;
        var joined = ((JoinOutcome.Accepted)outcome).Joined;
        _participant = joined.Participant;
        _documentId = joined.DocumentId;
        _versions = new(_services.Engine.Versions, joined.DocumentId, joined.Branch, new(request.UserId, request.MaxRole, joined.Username, request.SessionId, request.Token), _services.Time);
        if (request.Token is { } token)
            _services.Registry.NoteUse(token);
        Outbound state = new Outbound.State(joined, request.UserId, request.SessionId, join.Features);
        switch (joined.Resync)
        {
            case Resync.Document document:
                _queue.Release(state, new Outbound.Document(document.Content));
                break;
            case Resync.Operations missed:
                _queue.Release(state, new Outbound.Event(new SessionEvent.OperationsCommitted(missed.Missed)));
                break;
            default:
                _queue.Release(state);
                break;
        }
    }

    /// <summary>A good token is never held up by the bad ones of others who share its address.</summary>
    private void RefuseToken(MessageFault fault, string? userId)
    {
        if (fault.Code is not (ErrorCode.TokenInvalid or ErrorCode.TokenExpired or ErrorCode.TokenRevoked or ErrorCode.UserMismatch or ErrorCode.SessionMismatch or ErrorCode.Forbidden))
        {
            RefuseJoin(fault);
        }
        else if (_services.Limits.RefusedTokens.TryTake(_address, out var wait))
        {
            _services.Audit.Record(new(AuditKind.TokenRefused) { UserId = userId, Address = _address, Detail = fault.Code });
            RefuseJoin(fault);
        }
        else
        {
            RefuseRate("tokens", "Too many refused tokens from this address; wait.", fault.RequestId, wait);
            End(CloseCode.TooManyRefusedTokens);
        }
    }

    private void RefuseRate(string limit, string reason, string? requestId, TimeSpan retryAfter)
    {
        _services.Metrics.RateLimited(limit);
        Note(_enteredAs, limit);
        Refuse(new(ErrorCode.RateLimited, reason, null, requestId, retryAfter));
    }

    private void Note(string? userId, string limit)
    {
        if (_services.Limits.Notes.TryTake(userId ?? _address, out _))
            _services.Audit.Record(new(AuditKind.RateLimited) { UserId = userId, Address = _address, Detail = limit });
    }

    private async ValueTask AnswerActivityLogAsync(ClientMessage.ReadActivityLog read)
    {
        try
        {
            Answer(new Outbound.ActivityLog(await _services.Engine.GetActivityAsync(_documentId, read.UserId, read.Before, read.Limit, _ended.Token), read.RequestId));
        }
        catch (Exception error) when (error is Microsoft.Data.Sqlite.SqliteException or IOException)
        {
            _services.Logger.ActivityLogUnreadable(error);
            Refuse(new(RefusalCode.StorageFailed, "The activity log cannot be read at the moment.", null, read.RequestId));
        }
    }

    private void RefuseJoin(MessageFault fault)
    {
        Refuse(fault);
        if (++_failedJoins >= _services.Options.MaxFailedJoins)
            End(CloseCode.NotAuthorised);
    }

    private void Refuse(MessageFault fault)
    {
        Answer(new Outbound.Event(new SessionEvent.Refused(fault.Code, fault.Reason, fault.OperationId, fault.RequestId, fault.RetryAfter)));
        CountRefusal();
    }

    private void CountRefusal()
    {
        var now = _services.Time.GetTimestamp();
        _refusals.Enqueue(now);
        while (_services.Time.GetElapsedTime(_refusals.Peek(), now) > _services.Options.FloodWindow)
            _refusals.Dequeue();
        if (_refusals.Count >= _services.Options.MaxRefusals)
            End(CloseCode.Flood);
    }

    private void Answer(Outbound message)
    {
        if (!_queue.TryAdd(message))
            End(CloseCode.TooSlow);
    }

    private void EndUnlessJoined()
    {
        if (_participant is null)
            End(CloseCode.JoinTimeout);
    }

    /// <summary>Begins the end: the first reason counts. May be called from any thread.</summary>
    private void End(CloseCode code)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0)
            return;
        _close = code;
        _queue.Complete();
    }

    private async Task SendAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource();
            using var enough = new CancellationTokenSource();
            var loop = new OutboundLoop(_socket, _queue, _services.Options.MaxMessageBytes, _services.Time, _services.Metrics).RunAsync(enough.Token, patience.Token);
            await Task.WhenAny(loop, _queue.Completion);
            patience.CancelAfter(CloseTimeout);
            // Who was cut off for being slow would not read the rest either; who may not see the drawing any more is to get nothing of it.
            if (_close == CloseCode.TooSlow || _close == CloseCode.AccessRemoved || _close == CloseCode.TokenExpired || _close == CloseCode.TokenRevoked || _close == CloseCode.SignInEnded)
                await enough.CancelAsync();
            await loop;
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It cannot be sent to any more; the end below closes what is left.
            End(CloseCode.Left);
        }
        catch (Exception error)
        {
            _services.Logger.ConnectionFailed(error);
            End(CloseCode.SessionFailed);
        }
        await CloseSocketAsync();
    }

    private async Task CloseSocketAsync()
    {
        using var patience = new CancellationTokenSource(CloseTimeout);
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await _socket.CloseOutputAsync(_close.Status, _close.Reason, patience.Token);
            // The other side may answer with its own close; the receiving loop sees it, or is ended.
            _ended.CancelAfter(CloseTimeout);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            _socket.Abort();
            await _ended.CancelAsync();
        }
    }
}
