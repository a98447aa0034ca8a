using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;
using Svgx.Collaboration.Security;

namespace Svgx.Tests.Unit.Protocol;

/// <summary>A real server on a free port over a temporary database.</summary>
public sealed class ProtocolHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly string _folder;

    private ProtocolHost(ServiceProvider services, string folder) => (_services, _folder) = (services, folder);

    public CollaborationEngine Engine => _services.GetRequiredService<CollaborationEngine>();

    public int Port => _services.GetRequiredService<CollaborationServer>().Port;

    internal T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Guid DocumentId { get; private set; }

    public static async Task<ProtocolHost> StartAsync(Action<ProtocolOptions>? configure = null)
    {
        var folder = Directory.CreateTempSubdirectory("svgx-").FullName;
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Svgx:DataFolder"] = folder }).Build())
            .AddSingleton<IDocumentAccess, OpenDocumentAccess>()
            .AddCollaboration()
            .AddCollaborationProtocol(configure)
            .BuildServiceProvider();
        var host = new ProtocolHost(services, folder);
        await services.GetRequiredService<CollaborationServer>().StartAsync("localhost", 0);
        host.DocumentId = await host.Engine.CreateDocumentAsync();
        return host;
    }

    /// <summary>Tokens are for this document from now on.</summary>
    public void UseDocument(Guid documentId) => DocumentId = documentId;

    public string Token(string user = "ann", DocumentRole? role = null, string? session = null, TimeSpan? life = null) =>
        _services.GetRequiredService<TokenIssuer>().Issue(new(user, user, DocumentId, role, session, life)).Token;

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
        await _services.GetRequiredService<CollaborationServer>().StopAsync();
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
