using System.Buffers.Binary;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Svgx.Bench.Load.Traffic;

/// <summary>
/// A WebSocket client (RFC 6455) that takes all that has arrived with one call into the system: a hundred clients share the generator's core, and where each frame costs two calls, as with the framework's
/// client, the generator's own queue is most of what it measures. For messages of one frame, as the server sends them; one reader, one writer at a time.
/// </summary>
internal sealed class FrameSocket : IDisposable
{
    private const int Final = 0x80;
    private const int Masked = 0x80;
    private const int Text = 1;
    private const int Close = 8;
    private const int Ping = 9;
    private const int Pong = 10;
    private const int LongestHeader = 14;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SemaphoreSlim _sending = new(1, 1);
    private byte[] _outgoing = new byte[1_024];
    private byte[] _incoming = new byte[64 << 10];
    private int _start;
    private int _end;

    /// <summary>What the other side closed with; <see langword="null"/> while it has not.</summary>
    public WebSocketCloseStatus? CloseStatus { get; private set; }

    public string? CloseReason { get; private set; }

    public async Task ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        await _socket.ConnectAsync(address.Host, address.Port, cancellationToken);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var request = $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n";
        await SendAllAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        int head;
        while ((head = _incoming.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
            await FillAsync(cancellationToken);
        if (!_incoming.AsSpan(0, head).StartsWith("HTTP/1.1 101 "u8))
            throw new WebSocketException($"The server answered {Encoding.ASCII.GetString(_incoming, 0, Math.Max(0, _incoming.AsSpan(0, head).IndexOf((byte)'\r')))}");
        _start = head + 4;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => SendAsync(Text, message, cancellationToken);

    /// <summary>Says that nothing more will be sent.</summary>
    public ValueTask CloseAsync(CancellationToken cancellationToken) => SendAsync(Close, new byte[] { (int)WebSocketCloseStatus.NormalClosure >> 8, (int)WebSocketCloseStatus.NormalClosure & 0xff }, cancellationToken);

    /// <summary>The next message, valid until the next call; <see langword="null"/> when the other side has closed.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!TryTake(out var kind, out var payload))
            {
                await FillAsync(cancellationToken);
                continue;
            }
            switch (kind)
            {
                case Text:
                    return payload;
                case Ping:
                    await SendAsync(Pong, payload, cancellationToken);
                    break;
                case Close:
                    if (payload.Length >= 2)
                        (CloseStatus, CloseReason) = ((WebSocketCloseStatus)BinaryPrimitives.ReadUInt16BigEndian(payload.Span), Encoding.UTF8.GetString(payload.Span[2..]));
                    return null;
                default:
                    break;
            }
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }

    private bool TryTake(out int kind, out ReadOnlyMemory<byte> payload)
    {
        (kind, payload) = (0, default);
        var waiting = _incoming.AsSpan(_start, _end - _start);
        if (waiting.Length < 2)
            return false;
        if (waiting[0] < Final || (waiting[1] & Masked) != 0)
            throw new WebSocketException("The server sent a frame that is not final, or masked.");
        kind = waiting[0] & 0x0f;
        var (header, length) = (waiting[1] & 0x7f) switch
        {
            126 => waiting.Length < 4 ? (4, -1) : (4, BinaryPrimitives.ReadUInt16BigEndian(waiting[2..])),
            127 => waiting.Length < 10 ? (10, -1) : (10, (int)BinaryPrimitives.ReadUInt64BigEndian(waiting[2..])),
            var shortLength => (2, shortLength),
        };
        if (length < 0 || waiting.Length < header + length)
        {
            Reserve(header + Math.Max(0, length));
            return false;
        }
        payload = _incoming.AsMemory(_start + header, length);
        _start += header + length;
        return true;
    }

    /// <summary>Makes room for a frame of this size in one piece.</summary>
    private void Reserve(int size)
    {
        if (_incoming.Length - _start >= size + LongestHeader)
            return;
        var into = size + LongestHeader > _incoming.Length ? new byte[Math.Max(_incoming.Length * 2, size + LongestHeader)] : _incoming;
        _incoming.AsSpan(_start, _end - _start).CopyTo(into);
        (_incoming, _start, _end) = (into, 0, _end - _start);
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
            (_start, _end) = (0, 0);
        else if (_end == _incoming.Length)
            Reserve(_incoming.Length - _start);
        var read = await _socket.ReceiveAsync(_incoming.AsMemory(_end), SocketFlags.None, cancellationToken);
        if (read == 0)
            throw new WebSocketException("The connection was closed without a word.");
        _end += read;
    }

    private async ValueTask SendAsync(int kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await SendAllAsync(Masking(kind, payload.Span), cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    private ReadOnlyMemory<byte> Masking(int kind, ReadOnlySpan<byte> payload)
    {
        if (_outgoing.Length < payload.Length + LongestHeader)
            _outgoing = new byte[payload.Length + LongestHeader];
        _outgoing[0] = (byte)(Final | kind);
        int at;
        if (payload.Length < 126)
        {
            _outgoing[1] = (byte)(Masked | payload.Length);
            at = 2;
        }
        else
        {
            _outgoing[1] = Masked | 126;
            BinaryPrimitives.WriteUInt16BigEndian(_outgoing.AsSpan(2), checked((ushort)payload.Length));
            at = 4;
        }
        var mask = _outgoing.AsSpan(at, 4);
        RandomNumberGenerator.Fill(mask);
        at += 4;
        for (var i = 0; i < payload.Length; i++)
            _outgoing[at + i] = (byte)(payload[i] ^ mask[i & 3]);
        return _outgoing.AsMemory(0, at + payload.Length);
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
    }
}
