using Microsoft.Extensions.Logging;

namespace Svgx.Collaboration.Security;

internal static partial class SecurityLog
{
    [LoggerMessage(1, LogLevel.Error, "Revocations of other processes could not be read; the next try is in a second.")]
    public static partial void RevocationsUnread(this ILogger logger, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "When tokens were last used could not be noted.")]
    public static partial void UseUnnoted(this ILogger logger, Exception error);

    [LoggerMessage(3, LogLevel.Error, "{Events} audit events could not be written; they follow in this log.")]
    public static partial void AuditUnwritten(this ILogger logger, int events, Exception error);

    [LoggerMessage(4, LogLevel.Warning, "Audit event {Kind}: actor {ActorId}, user {UserId}, address {Address}, {Detail}.")]
    public static partial void AuditEvent(this ILogger logger, string kind, string? actorId, string? userId, string? address, string? detail);
}
