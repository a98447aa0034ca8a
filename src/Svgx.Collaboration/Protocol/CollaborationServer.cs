using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Svgx.Collaboration.Protocol;

/// <summary>
/// The stand-alone server of the protocol: a bare listener with nothing but the WebSocket at <c>/</c> and its description at <c>/asyncapi.json</c>. Tokens alone get in; no cookie is ever read here, since browsers send an app's
/// cookies to every port of its host (docs/decisions/0003).
/// </summary>
public sealed class CollaborationServer(CollaborationEndpoint endpoint, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _app;
    private bool _disposed;

    /// <summary>The port it listens on; 0 while it does not.</summary>
    public int Port { get; private set; }

    /// <summary>Starts to listen.</summary>
    /// <param name="host">A name or address to bind to, such as <c>localhost</c> or <c>0.0.0.0</c>.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">The port is in use.</exception>
    public async Task StartAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        if (_app is not null)
            throw new InvalidOperationException("The server has been started already.");
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        // Spares two hops between threads a message. What little blocks here, such as the look-up of a join, blocks a thread of the pool either way.
        builder.WebHost.UseSockets(options => options.UnsafePreferInlineScheduling = true);
        // Kestrel takes a free port for an address, not for a name.
        builder.WebHost.UseUrls($"http://{(port == 0 && host == "localhost" ? "127.0.0.1" : host)}:{port}");
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(context =>
        {
            if (context.Request.Path == "/")
                return endpoint.ServeAsync(context, user: null, _stopping.Token);
            if (context.Request.Path == AsyncApiDocument.Path)
                return AsyncApiDocument.ServeAsync(context);
            context.Response.StatusCode = Microsoft.AspNetCore.Http.StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        await _app.StartAsync(cancellationToken);
        Port = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
    }

    /// <summary>Tells the clients to come back later, and stops to listen. Waits for them as long as the token allows. Does nothing once disposed.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_disposed)
            return;
        await _stopping.CancelAsync();
        if (_app is not null)
            await _app.StopAsync(cancellationToken);
        Port = 0;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stopping.CancelAsync();
        if (_app is not null)
            await _app.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>Signals of the process belong to the host that this server lives in.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
