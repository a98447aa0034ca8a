using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Protocol;

/// <summary>Accepts WebSockets for the protocol. One for a process: it counts connections over all ports.</summary>
public sealed class CollaborationEndpoint
{
    private readonly ConnectionServices _services;
    private int _connections;

    internal CollaborationEndpoint(CollaborationEngine engine, TokenValidator tokens, TokenRegistry registry, AuditTrail audit, IOptions<ProtocolOptions> options, CollaborationMetrics metrics, TimeProvider time, ILogger<CollaborationEndpoint> logger) =>
        _services = new(engine, tokens, registry, audit, new(options.Value, time), options.Value, metrics, time, logger);

    /// <summary>Connections that are open now.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Serves one request to its end. What is not a WebSocket is answered 426.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Whom the host has signed in; <see langword="null"/> where only a token counts.</param>
    /// <param name="stopping">The server stops.</param>
    public async Task ServeAsync(HttpContext context, ConnectionUser? user, CancellationToken stopping)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "websocket";
            await context.Response.WriteAsync("This is the Svgx protocol: connect with a WebSocket.\n", context.RequestAborted);
            return;
        }
        var address = AddressKey.Of(context.Connection.RemoteIpAddress);
        if (!_services.Limits.Addresses.TryEnter(address))
        {
            TurnAway(context, "address_connections");
            return;
        }
        _services.Metrics.ConnectionsChanged(1);
        try
        {
            if (Interlocked.Increment(ref _connections) > _services.Options.MaxConnections)
            {
                TurnAway(context, "connections");
                return;
            }
            var accept = new WebSocketAcceptContext
            {
                KeepAliveInterval = _services.Options.KeepAlive,
                KeepAliveTimeout = _services.Options.KeepAlive,
                DangerousEnableCompression = _services.Options.Compression, // what is compressed, and why that gives nothing away: OutboundLoop
                DisableServerContextTakeover = true, // no compressor is kept between messages, and none sees two
            };
            using var socket = await context.WebSockets.AcceptWebSocketAsync(accept);
            await ClientConnection.ServeAsync(socket, user, address, _services, stopping);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
            _services.Metrics.ConnectionsChanged(-1);
            _services.Limits.Addresses.Leave(address);
        }
    }

    /// <summary>Notes that a page of a foreign origin tried.</summary>
    internal void RefuseOrigin(HttpContext context)
    {
        var address = AddressKey.Of(context.Connection.RemoteIpAddress);
        if (_services.Limits.Notes.TryTake($"origin {address}", out _))
            _services.Audit.Record(new(AuditKind.OriginRefused) { Address = address, Detail = context.Request.Headers.Origin.ToString() });
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
    }

    private void TurnAway(HttpContext context, string limit)
    {
        _services.Metrics.RateLimited(limit);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "10";
    }

    /// <summary>Whether a browser page of this origin may connect: the app's own pages, and those of the configured origins. A request without <c>Origin</c> is not a browser's.</summary>
    internal bool AllowsOrigin(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        return origin.Length == 0
            || origin.Equals($"{context.Request.Scheme}://{context.Request.Host}", StringComparison.OrdinalIgnoreCase)
            || _services.Options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }
}

/// <summary>Puts the protocol into an app.</summary>
public static class CollaborationEndpointExtensions
{
    /// <summary>
    /// Maps the protocol to a path of the app: for signed-in pages of the app's own origin, and for tokens. Needs <c>UseWebSockets</c>. A page of a foreign origin is answered 403.
    /// </summary>
    /// <param name="routes">The app.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="signedIn">Whom the app has signed in; <see langword="null"/> for nobody.</param>
    public static IEndpointConventionBuilder MapCollaboration(this IEndpointRouteBuilder routes, string pattern, Func<HttpContext, ConnectionUser?> signedIn)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<CollaborationEndpoint>();
        var lifetime = routes.ServiceProvider.GetRequiredService<Microsoft.Extensions.Hosting.IHostApplicationLifetime>();
        return routes.Map(pattern, context =>
        {
            if (!endpoint.AllowsOrigin(context))
            {
                endpoint.RefuseOrigin(context);
                return Task.CompletedTask;
            }
            // The cookie counts for pages alone: a request without Origin did not come from one.
            var user = context.Request.Headers.Origin.Count > 0 ? signedIn(context) : null;
            return endpoint.ServeAsync(context, user, lifetime.ApplicationStopping);
        });
    }
}
