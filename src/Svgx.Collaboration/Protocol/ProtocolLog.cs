using Microsoft.Extensions.Logging;

namespace Svgx.Collaboration.Protocol;

internal static partial class ProtocolLog
{
    [LoggerMessage(1, LogLevel.Error, "A connection failed and was closed.")]
    public static partial void ConnectionFailed(this ILogger logger, Exception error);
}
