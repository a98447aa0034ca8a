using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Protocol;

namespace Svgx.Collaboration.Client;

/// <content>Connecting, and coming back.</content>
public sealed partial class CollaborationClient
{
    private const int TokenNotValid = 4401;
    private const int AccessRemoved = 4403;
    private const int DocumentGone = 4404;

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private int _failures;

    private static readonly SubmitOutcome.Refused Closed = new("client_closed", "The client was closed before the server had answered.");

    private void Wake() => _wake.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await ConnectOnceAsync();
                lock (_lock)
                {
                    if (_refusal is not null)
                        break;
                    if (_comesAtOnce)
                    {
                        _comesAtOnce = false;
                        continue;
                    }
                }
                await Task.Delay(NextRetry(), _options.Time, _stop);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed: the ordinary end.
        }
        catch (Exception error)
        {
            // A fault of this library. Those who wait must not wait for ever.
            _logger.ClientFailed(error);
            lock (_lock)
                _refusal ??= new("client_failed", error.Message);
        }
        End();
    }

    /// <summary>One connection from its first byte to its last. What goes wrong on the way is the network's business and ends it, no more.</summary>
    private async Task ConnectOnceAsync()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop);
        using var joining = new CancellationTokenSource(_options.ConnectTimeout, _options.Time);
        await using var patience = joining.Token.Register(() =>
        {
            if (Status != ClientStatus.Live)
                ended.Cancel();
        });
        lock (_lock)
            _connection = ended;
        try
        {
            using var socket = new ClientWebSocket();
            socket.Options.KeepAliveInterval = _options.KeepAlive;
            socket.Options.KeepAliveTimeout = _options.KeepAlive;
            _options.ConfigureSocket?.Invoke(socket.Options);
            var token = _options.Token is { } get ? await get(ended.Token).AsTask().WaitAsync(ended.Token) : null; // which may not heed the end
            await socket.ConnectAsync(_options.Server, ended.Token);
            await socket.SendAsync(Join(token), WebSocketMessageType.Text, endOfMessage: true, ended.Token);
            await ServeAsync(socket, ended);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever comes of a connection that is given up, such as its loss at the same moment, is no fault.
            if (!Leaves() && !_stop.IsCancellationRequested)
                _logger.ConnectionLost(_options.Server, error.Message);
        }
        finally
        {
            Disconnected();
        }
    }

    private async Task ServeAsync(ClientWebSocket socket, CancellationTokenSource ended)
    {
        var sending = SendAsync(socket, ended);
        try
        {
            await ReceiveAsync(socket, ended.Token);
        }
        finally
        {
            if (_stop.IsCancellationRequested || Leaves())
                await LeaveAsync(socket, sending);
            await ended.CancelAsync();
            await sending;
        }
    }

    private bool Leaves()
    {
        lock (_lock)
            return _leaves;
    }

    private async Task ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var frames = new FrameReader(socket);
        while (true)
        {
            // The stop must not tear the socket apart while a leave can still be said: it ends the wait, not the read.
            var (kind, bytes) = await frames.ReadAsync(_options.MaxMessageBytes, CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            if (kind == FrameKind.Closed)
            {
                OnClosed((int?)socket.CloseStatus ?? 1006, socket.CloseStatusDescription ?? "");
                return;
            }
            if (kind == FrameKind.TooLarge)
                throw new InvalidDataException($"The server sent a message over {_options.MaxMessageBytes} bytes.");
            if (kind == FrameKind.Text && !Receive(bytes))
                return;
        }
    }

    private async Task SendAsync(ClientWebSocket socket, CancellationTokenSource ended)
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(ended.Token))
            {
                _wake.Reader.TryRead(out _);
                while (Take() is { } message)
                    await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection ends.
        }
        catch (Exception error) when (error is WebSocketException or IOException or ObjectDisposedException)
        {
            await ended.CancelAsync(); // it cannot be sent to any more, so nothing will be answered either
        }
    }

    private byte[]? Take()
    {
        lock (_lock)
            return _status == ClientStatus.Live ? _outbox.Take() ?? TakeOperations() : null;
    }

    private static async Task LeaveAsync(ClientWebSocket socket, Task sending)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await sending.WaitAsync(patience.Token);
            await socket.SendAsync("{\"type\":\"leave\"}"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already, which is what was wanted.
        }
    }

    private byte[] Join(string? token)
    {
        lock (_lock)
        {
            return ClientMessages.Write("join",
            [
                new("token", token),
                new("document_id", _options.DocumentId),
                new("branch", _branch),
                new("username", _options.Username),
                new("session_id", _options.SessionId ?? _session?.SessionId),
                new("features", NeededFeatures.Union(WantedFeatures, StringComparer.Ordinal).Union(_options.Features, StringComparer.Ordinal)),
                new("last_revision", _replica.IsStale ? null : (object)_replica.Revision),
            ]);
        }
    }

    private void OnClosed(int status, string reason)
    {
        _logger.ConnectionLost(_options.Server, $"{status} {reason}");
        switch (status)
        {
            case TokenNotValid when Status == ClientStatus.Live:
                break; // it has expired: the next connection asks for a new one, and whether that is good the join will say
            case TokenNotValid:
                Refuse(new("token_invalid", reason));
                break;
            case AccessRemoved:
                Refuse(new("forbidden", reason));
                break;
            case DocumentGone:
                Refuse(new("document_not_found", reason));
                break;
        }
    }

    private void Refuse(JoinRefusal refusal)
    {
        lock (_lock)
        {
            if (!_leaves && !TurnBack(refusal))
                _refusal ??= refusal;
        }
    }

    /// <summary>What was sent and not answered has to be sent again, and what others were showing cannot be relied on.</summary>
    private void Disconnected()
    {
        lock (_lock)
        {
            foreach (var own in _replica.Pending)
                own.SendAgain();
            _outbox.Clear();
            _parts = null;
            _early.Clear();
            foreach (var preview in _previews.Values)
                _events.Publish(new ClientEvent.PreviewChanged(preview with { ElementIds = [], Data = null }));
            _previews.Clear();
            foreach (var request in _requests.Values)
                request.Answer.TrySetException(new RequestLostException());
            _requests.Clear();
            if (_status == ClientStatus.Live)
                SetStatus(ClientStatus.Offline);
            if (_leaves)
                _replica.Forsake();
            (_leaves, _connection) = (false, null);
        }
    }

    private void End()
    {
        lock (_lock)
        {
            var outcome = _refusal is { } refusal ? new(refusal.Code, refusal.Reason) : Closed;
            foreach (var own in _replica.Pending)
                Answer(own, outcome);
            SetStatus(_refusal is null ? ClientStatus.Closed : ClientStatus.Refused);
            if (_refusal is not null)
                _firstJoin.TrySetException(new JoinRefusedException(_refusal));
            else
                _firstJoin.TrySetCanceled(CancellationToken.None);
            _switch?.Fail(_refusal is null ? new RequestRefusedException(Closed.Code, Closed.Reason) : new JoinRefusedException(_refusal));
            _ = _firstJoin.Task.Exception; // whoever waited has it; nobody may be waiting any more
        }
        _events.Complete();
    }

    private TimeSpan NextRetry()
    {
        var wait = Math.Min(_options.LongestRetry.TotalMilliseconds, _options.FirstRetry.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)));
        return TimeSpan.FromMilliseconds(wait * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
