using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Svgx.Bench.Load.Traffic;

/// <summary>One WebSocket client: sends its operations when they are due, and notes when everybody's arrive.</summary>
internal sealed class LoadClient(int number, Flights flights) : IAsyncDisposable
{
    public static readonly string[] BrowserFeatures = ["ack", "document", "changes", "preview", "comments", "conflicts", "presence_changes"];

    private readonly ClientWebSocket _socket = new();
    private readonly FrameScanner _scanner = new(flights.Prefix);
    private readonly OperationSet _arrived = new(flights.Plan.Operations);
    private readonly OperationSet _acknowledged = new(flights.Plan.Operations);
    private readonly Queue<int> _waiting = new();
    private readonly byte[] _outgoing = new byte[OperationText.MaxLength];
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _receiving = Task.CompletedTask;
    private byte[] _incoming = new byte[4_096];
    private long _revision;
    private bool _sending;
    private volatile bool _leaving;

    /// <summary>From due time to arrival, of the others' measured operations.</summary>
    public LatencyHistogram Propagation { get; } = new();

    /// <summary>From due time to acknowledgement, of its own measured operations; without <c>ack</c>, to their own arrival.</summary>
    public LatencyHistogram Acknowledgement { get; } = new();

    public long Frames { get; private set; }

    public long Bytes { get; private set; }

    public int Arrived => _arrived.Count;

    public int Duplicates { get; private set; }

    public int Refused { get; private set; }

    /// <summary>The first error of the server, or what ended the connection.</summary>
    public string? Trouble { get; private set; }

    public async Task JoinAsync(Uri address, string token, Guid document, CancellationToken cancellationToken)
    {
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await _socket.ConnectAsync(address, cancellationToken);
        var join = JsonSerializer.SerializeToUtf8Bytes(new { type = "join", token, document_id = document, session_id = $"load-{number}", features = flights.Plan.Plain ? [] : BrowserFeatures });
        await _socket.SendAsync(join, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        _receiving = Task.Run(ReceiveAsync, CancellationToken.None);
        await _joined.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
    }

    /// <summary>Sends an operation now, or after those that still wait to be sent.</summary>
    public void Send(int operation)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(operation);
            if (_sending)
                return;
            _sending = true;
        }
        _ = SendWaitingAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _leaving = true;
        try
        {
            if (_socket.State == WebSocketState.Open)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
                await _receiving.WaitAsync(patience.Token);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It is gone already.
        }
        _socket.Dispose();
        await _receiving;
    }

    private async Task SendWaitingAsync()
    {
        while (true)
        {
            int operation;
            lock (_waiting)
            {
                if (!_waiting.TryDequeue(out operation))
                {
                    _sending = false;
                    return;
                }
            }
            try
            {
                var length = OperationText.Move(_outgoing, flights.Prefix, operation, flights.Plan.ElementOf(operation), Volatile.Read(ref _revision), flights.Plan.Plain);
                await _socket.SendAsync(_outgoing.AsMemory(0, length), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }
            catch (Exception error) when (error is WebSocketException or ObjectDisposedException or InvalidOperationException)
            {
                Trouble ??= error.Message; // what it could not send counts as lost
            }
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    if (length == _incoming.Length)
                        Array.Resize(ref _incoming, length * 2);
                    part = await _socket.ReceiveAsync(_incoming.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    if (!_leaving)
                        Trouble ??= $"closed with {(int?)_socket.CloseStatus} {_socket.CloseStatusDescription}";
                    break;
                }
                Frames++;
                Bytes += length;
                Observe(_incoming.AsSpan(0, length), Stopwatch.GetTimestamp());
            }
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            if (!_leaving)
                Trouble ??= error.Message;
        }
        _joined.TrySetException(new InvalidOperationException($"Client {number} could not join: {Trouble}"));
    }

    private void Observe(ReadOnlySpan<byte> message, long now)
    {
        switch (FrameScanner.TypeOf(message))
        {
            case "operations":
                Volatile.Write(ref _revision, FrameScanner.LastRevision(message));
                while (_scanner.TryNext(ref message, out var operation))
                    OnArrived(operation, now);
                break;
            case "ack":
                while (_scanner.TryNext(ref message, out var operation))
                {
                    if (_acknowledged.Add(operation))
                        Record(Acknowledgement, operation, now);
                    else
                        Duplicates++;
                }
                break;
            case "current_state":
                Volatile.Write(ref _revision, FrameScanner.LastRevision(message));
                _joined.TrySetResult();
                break;
            case "error":
                Trouble ??= Encoding.UTF8.GetString(message);
                Refused++;
                break;
        }
    }

    private void OnArrived(int operation, long now)
    {
        if (!_arrived.Add(operation))
        {
            Duplicates++;
            return;
        }
        if (flights.Plan.AuthorOf(operation) != number)
            Record(Propagation, operation, now);
        else if (flights.Plan.Plain)
            Record(Acknowledgement, operation, now);
    }

    private void Record(LatencyHistogram histogram, int operation, long now)
    {
        if (flights.IsMeasured(operation))
            histogram.Record(flights.Since(operation, now));
    }
}
