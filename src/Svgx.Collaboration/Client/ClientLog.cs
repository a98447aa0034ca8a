using Microsoft.Extensions.Logging;

namespace Svgx.Collaboration.Client;

internal static partial class ClientLog
{
    [LoggerMessage(1, LogLevel.Information, "The connection to {Server} was lost: {Reason}")]
    public static partial void ConnectionLost(this ILogger logger, Uri server, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The copy of the drawing differs from the server's and is fetched anew: {Reason}")]
    public static partial void CopyDiffers(this ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Error, "The client ended by a fault of its own.")]
    public static partial void ClientFailed(this ILogger logger, Exception error);
}
