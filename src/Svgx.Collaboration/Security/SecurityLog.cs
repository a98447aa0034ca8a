using Microsoft.Extensions.Logging;

namespace Svgx.Collaboration.Security;

internal static partial class SecurityLog
{
    [LoggerMessage(1, LogLevel.Error, "Revocations of other processes could not be read; the next try is in a second.")]
    public static partial void RevocationsUnread(this ILogger logger, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "When tokens were last used could not be noted.")]
    public static partial void UseUnnoted(this ILogger logger, Exception error);
}
