using System.Net.Http.Headers;
using System.Text.Json;
using Svgx.Tests.E2E.Running;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.E2E.History;

/// <summary>A tool that makes history: draws over the protocol, as itself, and waits until every operation has its outcome.</summary>
public sealed class HistoryTool : IAsyncDisposable
{
    private const int MostInFlight = 500;

    private readonly ProtocolClient _socket;
    private int _sent;

    private HistoryTool(ProtocolClient socket, HttpClient http, string name) => (_socket, Http, Name) = (socket, http, name);

    public string Name { get; }

    /// <summary>The API as its user.</summary>
    public HttpClient Http { get; }

    /// <summary>The newest revision that one of its operations got.</summary>
    public long Revision { get; private set; }

    /// <summary>Joins for somebody with an account.</summary>
    public static async Task<HistoryTool> JoinAsync(AppProcess app, string email, string documentId, string branch = "main")
    {
        var (exit, token, error) = await app.CommandAsync(null, "token", "--user", email);
        if (exit != 0)
            throw new InvalidOperationException(error);
        var http = new HttpClient { BaseAddress = new(app.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var socket = await ProtocolClient.ConnectAsync(app.ProtocolPort);
        await socket.SendAsync(new { type = "join", token, document_id = documentId, branch, features = new[] { "ack" } });
        await socket.NextAsync("current_state");
        return new(socket, http, email.Split('@')[0]);
    }

    /// <summary>Sends operations in order, several a message, and waits until each is accepted or refused.</summary>
    public async Task DrawAsync(IEnumerable<object> operations)
    {
        foreach (var batch in operations.Chunk(MostInFlight))
        {
            var waiting = new HashSet<string>(StringComparer.Ordinal);
            var named = batch.Select(operation =>
            {
                var id = $"{Name}-{Guid.NewGuid():N}";
                waiting.Add(id);
                var fields = JsonSerializer.SerializeToNode(operation)!.AsObject();
                fields["operation_id"] = id;
                return fields;
            }).ToList();
            await _socket.SendAsync(new { type = "operations", request_id = $"r{_sent++}", operations = named });
            while (waiting.Count > 0)
            {
                var message = await _socket.NextAsync() ?? throw new InvalidOperationException("The server has closed the connection.");
                switch (message.GetProperty("type").GetString())
                {
                    case "ack":
                        foreach (var ack in message.GetProperty("acks").EnumerateArray())
                        {
                            waiting.Remove(ack.GetProperty("operation_id").GetString()!);
                            Revision = Math.Max(Revision, ack.GetProperty("revision").GetInt64());
                        }
                        break;
                    case "error" when message.TryGetProperty("operation_id", out var refused):
                        waiting.Remove(refused.GetString()!);
                        break;
                    case "error":
                        throw new InvalidOperationException(message.GetRawText());
                }
            }
        }
    }

    /// <summary>Undoes or redoes its last step, where there is one.</summary>
    public async Task HistoryAsync(string type)
    {
        var request = $"h{_sent++}";
        await _socket.SendAsync(new { type, request_id = request });
        while (true)
        {
            var message = await _socket.NextAsync() ?? throw new InvalidOperationException("The server has closed the connection.");
            if (message.TryGetProperty("request_id", out var answered) && answered.GetString() == request)
                return;
        }
    }

    public static object Create(string id, int x, int y, string fill) =>
        new { operation_type = "create", element_id = id, data = new { x, y, width = 40, height = 30, fill } };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _socket.DisposeAsync();
    }
}
