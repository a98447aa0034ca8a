using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Svgx.Tests.Unit.Protocol;

/// <summary>A client written from the specification alone.</summary>
public sealed class ProtocolClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();

    /// <summary>Looks at every message that any client gets.</summary>
    public static Action<JsonElement>? Inspect { get; set; }

    public static async Task<ProtocolClient> ConnectAsync(int port)
    {
        var client = new ProtocolClient();
        using var patience = new CancellationTokenSource(Patience);
        await client._socket.ConnectAsync(new($"ws://127.0.0.1:{port}/"), patience.Token);
        return client;
    }

    public Task SendAsync(object message) => SendTextAsync(JsonSerializer.Serialize(message));

    public Task SendTextAsync(string text) => SendBytesAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendBytesAsync(byte[] bytes, WebSocketMessageType type, bool endOfMessage = true)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _socket.SendAsync(bytes, type, endOfMessage, patience.Token);
    }

    /// <summary>The next message; <see langword="null"/> when the server has closed.</summary>
    public async Task<JsonElement?> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var bytes = new MemoryStream();
        var buffer = new byte[16_384];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            bytes.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                var message = JsonDocument.Parse(bytes.ToArray()).RootElement;
                Inspect?.Invoke(message);
                return message;
            }
        }
    }

    /// <summary>The next message of a type; others are passed over.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        while (await NextAsync() is { } message)
        {
            if (message.GetProperty("type").GetString() == type)
                return message;
        }
        throw new InvalidOperationException($"The server closed with {CloseStatus} instead of sending {type}.");
    }

    /// <summary>The operation with an id, out of whichever <c>operations</c> message brings it.</summary>
    public async Task<JsonElement> OperationAsync(string operationId)
    {
        while (true)
        {
            foreach (var operation in (await NextAsync("operations")).GetProperty("operations").EnumerateArray())
            {
                if (operation.GetProperty("operation_id").GetString() == operationId)
                    return operation;
            }
        }
    }

    public async Task<string> ErrorCodeAsync() => (await NextAsync("error")).GetProperty("code").GetString()!;

    public async Task<int> ClosedAsync()
    {
        while (await NextAsync() is not null)
        {
        }
        return (int)CloseStatus!;
    }

    /// <summary>Says that it is done; what the server still sends can be read.</summary>
    public async Task FinishAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
    }

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
