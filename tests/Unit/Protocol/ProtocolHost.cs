using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;
using Svgx.Collaboration.Security;

namespace Svgx.Tests.Unit.Protocol;

/// <summary>A real server on a free port over a temporary database.</summary>
public sealed class ProtocolHost : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("svgx-").FullName;
    private readonly Action<ProtocolOptions>? _configure;
    private readonly Action<EngineOptions>? _configureEngine;
    private ServiceProvider _services;

    private ProtocolHost(Action<ProtocolOptions>? configure, Action<EngineOptions>? configureEngine)
    {
        (_configure, _configureEngine) = (configure, configureEngine);
        _services = Build();
    }

    public CollaborationEngine Engine => _services.GetRequiredService<CollaborationEngine>();

    public int Port => Server.Port;

    private CollaborationServer Server => _services.GetRequiredService<CollaborationServer>();

    internal T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Guid DocumentId { get; private set; }

    public static async Task<ProtocolHost> StartAsync(Action<ProtocolOptions>? configure = null, Action<EngineOptions>? configureEngine = null)
    {
        var host = new ProtocolHost(configure, configureEngine);
        await host.Server.StartAsync("localhost", 0);
        host.DocumentId = await host.Engine.CreateDocumentAsync();
        await host.Service<TokenIssuer>().IssueAsync(new("nobody", ExpiresIn: TokenIssuer.MaxLifetime));
        return host;
    }

    /// <summary>Stops in good order; nobody gets in until <see cref="ContinueAsync"/>.</summary>
    public async Task<int> PauseAsync()
    {
        var port = Port;
        await Server.StopAsync();
        await _services.DisposeAsync();
        return port;
    }

    /// <summary>Starts again on the same folder and the port that <see cref="PauseAsync"/> gave back.</summary>
    public async Task ContinueAsync(int port)
    {
        _services = Build();
        await Server.StartAsync("127.0.0.1", port);
    }

    /// <summary>Tokens are for this document from now on.</summary>
    public void UseDocument(Guid documentId) => DocumentId = documentId;

    /// <summary>A token for the document. The key was noted for the longest life at the start, so that there is nothing to wait for.</summary>
    public string Token(string user = "ann", DocumentRole? role = null, string? session = null, TimeSpan? life = null)
    {
        var issued = _services.GetRequiredService<TokenIssuer>().IssueAsync(new(user, user, DocumentId, role, session, life));
        return issued.IsCompletedSuccessfully ? issued.Result.Token : throw new InvalidOperationException("The key has to be noted anew.", issued.Exception);
    }

    public Task<ProtocolClient> ConnectAsync() => ProtocolClient.ConnectAsync(Port);

    /// <summary>A client that has joined as the plain protocol has it.</summary>
    public async Task<ProtocolClient> JoinAsync(string user = "ann", DocumentRole? role = null, params string[] features)
    {
        var client = await ConnectAsync();
        await client.SendAsync(new { type = "join", user_id = user, username = user, session_id = $"{user}-1", token = Token(user, role), features });
        await client.NextAsync("current_state");
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.StopAsync();
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private ServiceProvider Build() => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Svgx:DataFolder"] = _folder }).Build())
        .AddSingleton<IDocumentAccess, OpenDocumentAccess>()
        .AddCollaboration(_configureEngine)
        .AddCollaborationProtocol(_configure)
        .BuildServiceProvider();
}
