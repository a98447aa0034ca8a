using System.Net.WebSockets;
using System.Text.Json;

namespace Svgx.Bench.Load.Traffic;

/// <summary>A client that creates elements as fast as it may, some always unacknowledged, until its connection breaks.</summary>
internal sealed class StreamingWriter(Uri address, string token, Guid document, string prefix)
{
    private const int Window = 20;

    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HashSet<string> Sent { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Acknowledged { get; } = new(StringComparer.Ordinal);

    /// <summary>Completes with the first acknowledgement.</summary>
    public Task FirstAcknowledged => _first.Task;

    public async Task StreamAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var socket = await JoinAsync(cancellationToken);
            while (true)
            {
                if (Sent.Count - Acknowledged.Count < Window)
                {
                    var id = prefix + Sent.Count;
                    Sent.Add(id);
                    await SendAsync(socket, Create(id), cancellationToken);
                }
                else
                    await ReceiveAcknowledgementsAsync(socket, cancellationToken);
            }
        }
        catch (Exception error) when (error is WebSocketException or IOException or HttpRequestException)
        {
            _first.TrySetException(error); // the server was killed, as it should be; but not before the first acknowledgement
        }
    }

    /// <summary>Sends again what nobody acknowledged, until it is.</summary>
    public async Task ResendAsync(CancellationToken cancellationToken)
    {
        using var socket = await JoinAsync(cancellationToken);
        foreach (var id in Sent.Except(Acknowledged, StringComparer.Ordinal).ToList())
            await SendAsync(socket, Create(id), cancellationToken);
        while (Acknowledged.Count < Sent.Count)
            await ReceiveAcknowledgementsAsync(socket, cancellationToken);
    }

    private static object Create(string id) => new { type = "operation", operation_id = id, operation_type = "create", element_id = "e-" + id, data = new { x = 1, y = 2 } };

    private async Task<ClientWebSocket> JoinAsync(CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, cancellationToken);
        await SendAsync(socket, new { type = "join", token, document_id = document, features = new[] { "ack" } }, cancellationToken);
        while ((await ReceiveAsync(socket, cancellationToken)).GetProperty("type").GetString() != "current_state")
        {
        }
        return socket;
    }

    private async Task ReceiveAcknowledgementsAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var message = await ReceiveAsync(socket, cancellationToken);
        if (message.GetProperty("type").GetString() == "error")
            throw new InvalidOperationException($"The server refused: {message}");
        if (message.GetProperty("type").GetString() != "ack")
            return;
        foreach (var ack in message.GetProperty("acks").EnumerateArray())
            Acknowledged.Add(ack.GetProperty("operation_id").GetString()!);
        _first.TrySetResult();
    }

    private static Task SendAsync(ClientWebSocket socket, object message, CancellationToken cancellationToken) =>
        socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var buffer = new byte[8_192];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonSerializer.Deserialize<JsonElement>(message.GetBuffer().AsSpan(0, (int)message.Length));
    }
}
