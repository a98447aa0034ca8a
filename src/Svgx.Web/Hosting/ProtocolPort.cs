using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Protocol;

namespace Svgx.Web.Hosting;

/// <summary>A port that the app is to listen on is taken.</summary>
internal sealed class PortInUseException(string address, string setting, Exception inner)
    : StartException($"{address} is in use by another program. End that program, or choose another port with the setting {setting}.", inner)
{
    public static bool IsCause(Exception? error) => error switch
    {
        null => false,
        AddressInUseException => true,
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => true,
        _ => IsCause(error.InnerException),
    };
}

/// <summary>Runs the protocol's own port beside the app.</summary>
internal sealed class ProtocolPort(CollaborationServer server, IOptions<ProtocolOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (host, port) = (options.Value.Host, options.Value.Port);
        if (port == 0)
            return;
        try
        {
            await server.StartAsync(host, port, cancellationToken);
        }
        catch (IOException error) when (PortInUseException.IsCause(error))
        {
            throw new PortInUseException($"Port {port} (ws://{host}:{port}/)", "Svgx:Protocol:Port", error);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        server.Port == 0 ? Task.CompletedTask : server.StopAsync(cancellationToken);
}
