using System.Net.WebSockets;

namespace Svgx.Collaboration.Protocol;

internal enum FrameKind
{
    Text,
    Binary,
    TooLarge,
    Closed,
}

/// <summary>Puts the fragments of a message together, under a bound. Holds no buffer while nothing comes.</summary>
internal sealed class FrameReader(WebSocket socket)
{
    public async ValueTask<(FrameKind Kind, ReadOnlyMemory<byte> Bytes)> ReadAsync(int maxBytes, CancellationToken cancellationToken)
    {
        // A read of no bytes completes when something has come: thousands of idle connections need no buffers.
        var waited = await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
        if (waited.MessageType == WebSocketMessageType.Close)
            return (FrameKind.Closed, default);
        if (waited is { EndOfMessage: true, Count: 0 })
            return (Kind(waited.MessageType), Array.Empty<byte>());
        using var buffer = new PooledBuffer();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.GetMemory(1_024), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                return (FrameKind.Closed, default);
            buffer.Advance(part.Count);
            if (buffer.Length > maxBytes)
                return (FrameKind.TooLarge, default);
            if (part.EndOfMessage)
                return (Kind(part.MessageType), buffer.Written.ToArray());
        }
    }

    private static FrameKind Kind(WebSocketMessageType type) => type == WebSocketMessageType.Text ? FrameKind.Text : FrameKind.Binary;
}
