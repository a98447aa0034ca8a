using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Storage;
using Svgx.Collaboration.Versions;

namespace Svgx.Tests.Unit.Engine;

/// <summary>An engine on a temporary folder, with a clock and rights that the test holds, and a store it can get in the way of.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    private readonly bool _ownsFolder;
    private readonly Action<EngineOptions>? _configure;
    private readonly Action<CommentOptions>? _configureComments;
    private readonly Action<PresenceOptions>? _presence;
    private ServiceProvider _services;

    public TestEngine(Action<EngineOptions>? configure = null, string? folder = null, Action<CommentOptions>? comments = null, Action<PresenceOptions>? presence = null)
    {
        _configureComments = comments;
        _configure = configure;
        _presence = presence;
        _ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("svgx-test-").FullName;
        _services = Build();
    }

    public string Folder { get; }
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    public TestAccess Access { get; } = new();
    public ObstructedStore Store { get; private set; } = null!;
    public ObstructedVersions Versions { get; private set; } = null!;
    public ICommentStore Comments => _services.GetRequiredService<ICommentStore>();
    public CollaborationEngine Engine => _services.GetRequiredService<CollaborationEngine>();

    public T Service<T>()
        where T : notnull => _services.GetRequiredService<T>();

    private ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IDocumentAccess>(Access);
        services.AddSingleton<ICollaborationStore>(provider => Store = new(ActivatorUtilities.CreateInstance<SqliteCollaborationStore>(provider)));
        services.AddSingleton<IVersionStore>(provider =>
        {
            var store = ObstructedVersions.Around(ActivatorUtilities.CreateInstance<SqliteVersionStore>(provider));
            Versions = (ObstructedVersions)store;
            return store;
        });
        services.AddCollaboration(_configure);
        if (_configureComments is not null)
            services.Configure(_configureComments);
        services.Configure<StorageOptions>(options => options.DataFolder = Folder);
        if (_presence is not null)
            services.Configure(_presence);
        return services.BuildServiceProvider();
    }

    /// <summary>Stops in good order and starts again on the same folder.</summary>
    public async Task RestartAsync()
    {
        await _services.DisposeAsync();
        _services = Build();
    }

    public async Task<TestPeer> JoinAsync(Guid document, string user = "ann", JoinRequest? like = null)
    {
        var peer = new TestPeer();
        var request = (like ?? new(document, "main", user, user, user + "-1", WantsDocument: true)) with { DocumentId = document };
        var outcome = await Engine.JoinAsync(request, peer);
        peer.Joined = Assert.IsType<JoinOutcome.Accepted>(outcome).Joined;
        return peer;
    }

    /// <summary>What is drawn in a document, with everything durable in it.</summary>
    public async Task<Document> ReadAsync(Guid document) => DocumentJson.Read((await Engine.ReadDocumentAsync(document))!.Json);

    /// <summary>A branch as the store has one: a first snapshot.</summary>
    public async Task BranchAsync(Guid document, string branch, string from = "main") =>
        await Store.CreateDocumentAsync(document, branch, (await Engine.ReadDocumentAsync(document, from))!.Json, Time.GetUtcNow().UtcDateTime, default);

    public static OperationRequest Operation(string type, string? element, string data = "{}", string? id = null, string? group = null, string? gesture = null, long? seen = null) =>
        new(id, type, element, JsonElement.Parse(data), BaseRevision: seen, GestureId: gesture, GroupId: group);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }
}
