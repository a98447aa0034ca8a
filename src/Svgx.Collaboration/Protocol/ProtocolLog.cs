using Microsoft.Extensions.Logging;

namespace Svgx.Collaboration.Protocol;

internal static partial class ProtocolLog
{
    [LoggerMessage(1, LogLevel.Error, "A connection failed and was closed.")]
    public static partial void ConnectionFailed(this ILogger logger, Exception error);

    [LoggerMessage(2, LogLevel.Error, "An activity log could not be read.")]
    public static partial void ActivityLogUnreadable(this ILogger logger, Exception error);
}
