using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Web.Documents;
using Svgx.Web.Identity;

namespace Svgx.Tests.E2E.Running;

/// <summary>Somebody with an account and without a browser: a tool with its token, or a person of whom the socket alone is there.</summary>
public sealed partial class Guest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<JsonElement> _heard = Channel.CreateUnbounded<JsonElement>();
    private readonly Queue<JsonElement> _operations = new();
    private readonly byte[] _buffer = new byte[16_384];
    private readonly AppProcess _app;
    private readonly string _documentId;
    private ClientWebSocket? _socket;
    private Task _draining = Task.CompletedTask;

    private Guest(AppProcess app, string documentId, string name, string email, string userId, string token) =>
        (_app, _documentId, Name, Email, UserId, Token) = (app, documentId, name, email, userId, token);

    public string Name { get; }

    public string Email { get; }

    public string UserId { get; }

    public string Token { get; }

    /// <summary>Accounts that may edit a document, written straight into the data folder: as many registrations would take longer than the test, and more than the server allows.</summary>
    public static async Task<IReadOnlyList<Guest>> InviteAsync(AppProcess app, string documentId, params string[] names)
    {
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("Svgx:DataFolder", app.Data)]).Build())
            .AddDbContextFactory<AppDbContext>(options => options.UseSqlite($"Data Source={Path.Combine(app.Data, "app.db")}"))
            .AddCollaboration()
            .BuildServiceProvider();
        var password = new PasswordHasher<AppUser>().HashPassword(new(), Person.Password); // one for all: it takes its time
        var users = names.Select(name => User(name, password)).ToList();
        await using (var database = await services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync())
        {
            database.Users.AddRange(users);
            database.Shares.AddRange(users.Select(user => new DocumentShare { DocumentId = Guid.Parse(documentId), UserId = user.Id, Role = DocumentRole.Editor }));
            await database.SaveChangesAsync();
        }
        var issuer = services.GetRequiredService<TokenIssuer>();
        var guests = new List<Guest>();
        foreach (var user in users)
            guests.Add(new(app, documentId, user.DisplayName, user.Email!, user.Id, (await issuer.IssueAsync(new(user.Id, ExpiresIn: TimeSpan.FromDays(1)))).Token));
        return guests;
    }

    /// <summary>Takes part as a tool, and keeps what it is told until a test asks for it. It reads all the while: a socket on which nobody does is cut by the server.</summary>
    public Task ListenAsync(string branch = "main", params string[] features) => JoinAsync(ToolAddress, cookies: null, Token, branch, features, listens: true);

    /// <summary>The next message of a type, of which something holds; others are passed over.</summary>
    public async Task<JsonElement> HearAsync(string type, Func<JsonElement, bool>? isWanted = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var message in _heard.Reader.ReadAllAsync(patience.Token))
        {
            if (message.GetProperty("type").GetString() == type && isWanted?.Invoke(message) != false)
                return message;
        }
        throw new InvalidOperationException($"The connection of {Name} ended without {type}.");
    }

    /// <summary>The next operation of which something holds; those before it are passed over, those that came in one message with it are next.</summary>
    public async Task<JsonElement> HearOperationAsync(Func<JsonElement, bool> isWanted)
    {
        while (true)
        {
            while (_operations.TryDequeue(out var operation))
            {
                if (isWanted(operation))
                    return operation;
            }
            foreach (var operation in (await HearAsync("operations")).GetProperty("operations").EnumerateArray())
                _operations.Enqueue(operation);
        }
    }

    /// <summary>Comes in as one of many tools, of whom nobody reads what they are told.</summary>
    public Task JoinAsToolAsync() => JoinAsync(ToolAddress, cookies: null, Token, "main", ["presence_changes"], listens: false);

    /// <summary>The same as a person: by the sign-in of the page.</summary>
    public async Task JoinAsPersonAsync()
    {
        var cookies = new CookieContainer();
        using var http = new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = new(_app.Url) };
        var page = await http.GetStringAsync(new Uri("/Account/Login", UriKind.Relative));
        using var form = new FormUrlEncodedContent(HiddenField().Matches(page).Select(field => KeyValuePair.Create(field.Groups["name"].Value, field.Groups["value"].Value))
            .Append(new("Input.Email", Email)).Append(new("Input.Password", Person.Password)));
        using var answer = await http.PostAsync(new Uri("/Account/Login", UriKind.Relative), form);
        if (answer.StatusCode != HttpStatusCode.Found)
            throw new InvalidOperationException($"{Name} was not signed in: {answer.StatusCode}");
        await JoinAsync(new($"ws://localhost:{_app.WebPort}/ws"), cookies, token: null, "main", ["presence_changes"], listens: false);
    }

    public Task MoveAsync(double x, double y) => SendAsync(new { type = "activity", cursor_position = new { x, y } });

    public Task SelectAsync(params string[] elementIds) => SendAsync(new { type = "operation", operation_type = "select", element_id = elementIds[0], data = new { elements = elementIds } });

    public Task SendAsync(object message) => _socket!.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, _ended.Token);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _draining;
        _socket?.Dispose();
        _ended.Dispose();
    }

    private Uri ToolAddress => new($"ws://127.0.0.1:{_app.ProtocolPort}/");

    private async Task JoinAsync(Uri address, CookieContainer? cookies, string? token, string branch, string[] features, bool listens)
    {
        _socket = new();
        if (cookies is not null)
        {
            _socket.Options.Cookies = cookies;
            _socket.Options.SetRequestHeader("Origin", _app.Url);
        }
        await _socket.ConnectAsync(address, _ended.Token);
        await SendAsync(new { type = "join", token, document_id = _documentId, branch, features });
        if (await ReceiveAsync() is not { } joined || JsonElement.Parse(joined).GetProperty("type").GetString() != "current_state")
            throw new InvalidOperationException($"{Name} was not let in.");
        _draining = DrainAsync(listens);
    }

    private async Task DrainAsync(bool listens)
    {
        try
        {
            while (await ReceiveAsync() is { } message)
            {
                if (listens)
                    _heard.Writer.TryWrite(JsonElement.Parse(message));
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException)
        {
            // Over.
        }
        _heard.Writer.Complete();
    }

    /// <summary>The next message; <see langword="null"/> when the server has closed.</summary>
    private async Task<byte[]?> ReceiveAsync()
    {
        using var bytes = new MemoryStream();
        while (true)
        {
            var part = await _socket!.ReceiveAsync(_buffer.AsMemory(), _ended.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            bytes.Write(_buffer, 0, part.Count);
            if (part.EndOfMessage)
                return bytes.ToArray();
        }
    }

    private static AppUser User(string name, string password)
    {
        var address = $"{Guid.NewGuid():N}@example.org";
        return new()
        {
            UserName = address,
            NormalizedUserName = address.ToUpperInvariant(),
            Email = address,
            NormalizedEmail = address.ToUpperInvariant(),
            DisplayName = name,
            PasswordHash = password,
            SecurityStamp = Guid.NewGuid().ToString("N"),
        };
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" */?>""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HiddenField();
}
