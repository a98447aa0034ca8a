using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Protocol;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Hosting;

/// <summary>
/// A collaboration server in one object, for programs that have no host of their own: engine, storage, tokens and the protocol's port. A program with a container calls
/// <see cref="CollaborationServiceCollectionExtensions.AddCollaboration"/> and <see cref="ProtocolServiceCollectionExtensions.AddCollaborationProtocol"/> instead. Thread-safe.
/// <para>Whoever has a token may do everything that the token allows; a program with accounts registers its own <see cref="IDocumentAccess"/>.</para>
/// </summary>
public sealed class CollaborationHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly CollaborationServer _server;
    private readonly DataFolderHold _hold;
    private int _stopped;

    private CollaborationHost(ServiceProvider services, DataFolderHold hold)
    {
        _services = services;
        _hold = hold;
        _server = services.GetRequiredService<CollaborationServer>();
        Engine = services.GetRequiredService<CollaborationEngine>();
    }

    /// <summary>The engine, for all that has no shorthand here.</summary>
    public CollaborationEngine Engine { get; }

    /// <summary>What the host is made of.</summary>
    public IServiceProvider Services => _services;

    /// <summary>The port it listens on; 0 once it is stopped.</summary>
    public int Port => _server.Port;

    /// <summary>Starts a server.</summary>
    /// <param name="host">A name or address to bind to, such as <c>localhost</c> or <c>0.0.0.0</c>.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="dataFolder">Database and keys: everything that must be backed up. Created when missing.</param>
    /// <param name="configure">Changes or adds services: options, an <see cref="IDocumentAccess"/>, logging.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">The port is in use, the folder cannot be written to, or another server has it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static async Task<CollaborationHost> StartAsync(
        string host = "localhost", int port = 8765, string dataFolder = "data", Action<IServiceCollection>? configure = null, CancellationToken cancellationToken = default)
    {
        var folder = Path.GetFullPath(dataFolder);
        var services = new ServiceCollection();
        configure?.Invoke(services);
        services.TryAddSingleton<IDocumentAccess, OpenDocumentAccess>();
        services.AddCollaboration().AddCollaborationProtocol();
        services.PostConfigure<StorageOptions>(options => options.DataFolder = folder);
        Directory.CreateDirectory(folder);
        var running = new CollaborationHost(services.BuildServiceProvider(), await DataFolderHold.TakeAsync(folder, cancellationToken));
        try
        {
            await running._server.StartAsync(host, port, cancellationToken);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a document, empty (1200 x 800) or from a drawing; durable on return.</summary>
    public Task<Guid> CreateDocumentAsync(Document? initial = null, CancellationToken cancellationToken = default) => Engine.CreateDocumentAsync(initial, cancellationToken);

    /// <summary>The document of an id, made now where there is none: for a program whose document is the same at every start.</summary>
    /// <param name="documentId">The id; any but the empty one.</param>
    /// <param name="initial">What it begins with. Default: an empty drawing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was made.</returns>
    public Task<bool> EnsureDocumentAsync(Guid documentId, Document? initial = null, CancellationToken cancellationToken = default) => Engine.EnsureDocumentAsync(documentId, initial, cancellationToken);

    /// <summary>A token that lets a user in.</summary>
    /// <param name="userId">Who, 1 to 256 characters.</param>
    /// <param name="documentId">The only document it opens. Default: every one.</param>
    /// <param name="role">The most it allows. Default: everything.</param>
    /// <param name="expiresIn">How long it is good: one hour unless said, at most a year.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes that change the keys.</param>
    public async Task<string> IssueTokenAsync(string userId, Guid? documentId = null, DocumentRole? role = null, TimeSpan? expiresIn = null, CancellationToken cancellationToken = default) =>
        (await _services.GetRequiredService<TokenIssuer>().IssueAsync(new(userId, userId, documentId, role, ExpiresIn: expiresIn), cancellationToken)).Token;

    /// <summary>One operation by a user who has not joined; completes when it is durable or refused, and is seen by all who are in.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="userId">Its author.</param>
    /// <param name="operationType">The wire name, such as <c>create</c>.</param>
    /// <param name="elementId">The element; for a <c>create</c> the new one's id, or <see langword="null"/> for one to be made.</param>
    /// <param name="data">The operation's data: a <see cref="JsonElement"/>, or an object whose property names are used as they stand.</param>
    /// <param name="cancellationToken">Ends the wait, not the operation.</param>
    public Task<SubmitOutcome> SendOperationAsync(Guid documentId, string userId, string operationType, string? elementId, object? data = null, CancellationToken cancellationToken = default) =>
        Engine.SendOperationAsync(documentId, userId, new(null, operationType, elementId, Client.ClientMessages.Data(data)), cancellationToken: cancellationToken);

    /// <summary>Settles a conflict by a user who has not joined; completes when it is durable or refused.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="conflictId">The conflict.</param>
    /// <param name="strategy"><c>last_write_wins</c>, <c>merge</c>, <c>reject</c>, <c>user_choice</c>, <c>automatic</c> or <c>manual</c>.</param>
    /// <param name="userId">Who decides.</param>
    /// <param name="chosenOperationId">With <c>user_choice</c>: the operation that is to count.</param>
    /// <param name="cancellationToken">Ends the wait for the document, not the decision.</param>
    public Task<ResolveOutcome> ResolveConflictAsync(Guid documentId, string conflictId, string strategy, string userId, string? chosenOperationId = null, CancellationToken cancellationToken = default) =>
        Engine.ResolveConflictAsync(documentId, userId, new(conflictId, strategy, chosenOperationId), cancellationToken: cancellationToken);

    /// <summary>Everybody who is connected, each once, with the documents they are in.</summary>
    public IReadOnlyList<ActiveUser> GetActiveUsers() => Engine.GetActiveUsers();

    /// <summary>The engine's figures now.</summary>
    public PerformanceStats GetPerformanceStats() => Engine.GetPerformanceStats();

    /// <summary>The drawing as SVG, with everything durable in it; <see langword="null"/> where there is no such document.</summary>
    public async Task<string?> ReadSvgAsync(Guid documentId, CancellationToken cancellationToken = default) =>
        await Engine.ReadDocumentAsync(documentId, cancellationToken: cancellationToken) is { } content ? SvgWriter.ToText(DocumentJson.Read(content.Json)) : null;

    /// <summary>Waits for Ctrl+C, for the end of the process as systems ask for it (SIGTERM), or for the token. The program ends it all by disposing the host.</summary>
    public async Task WaitForShutdownAsync(CancellationToken cancellationToken = default)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Ask(System.Runtime.InteropServices.PosixSignalContext context)
        {
            context.Cancel = true; // the program goes on, to end in order
            asked.TrySetResult();
        }
        using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, Ask);
        using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, Ask);
        await using var cancelled = cancellationToken.Register(() => asked.TrySetResult());
        await asked.Task;
    }

    /// <summary>Tells the clients to come back later, and stops. Waits for them as long as the token allows. A stopped host stays stopped.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
            return;
        if (_server.Port != 0)
            await _server.StopAsync(cancellationToken);
        await _services.DisposeAsync();
        await _hold.DisposeAsync(); // last: until then it writes
    }

    /// <inheritdoc cref="StopAsync"/>
    public async ValueTask DisposeAsync() => await StopAsync();
}
