using Microsoft.Extensions.Logging;

namespace Svgx.Collaboration.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(1, LogLevel.Error, "The session of {DocumentId} ({Branch}) failed; its participants were sent away to rejoin.")]
    public static partial void SessionFailed(this ILogger logger, Guid documentId, string branch, Exception error);

    [LoggerMessage(2, LogLevel.Error, "{Operations} operations of {DocumentId} ({Branch}) could not be made durable and were refused.")]
    public static partial void AppendFailed(this ILogger logger, Guid documentId, string branch, int operations, Exception error);

    [LoggerMessage(3, LogLevel.Warning, "A snapshot of {DocumentId} ({Branch}) at {Revision} could not be kept; the journal has everything.")]
    public static partial void SnapshotFailed(this ILogger logger, Guid documentId, string branch, long revision, Exception error);

    [LoggerMessage(4, LogLevel.Error, "An operation {Type} on {DocumentId} could not be interpreted; it was refused.")]
    public static partial void InterpretationFailed(this ILogger logger, string type, Guid documentId, Exception error);

    [LoggerMessage(5, LogLevel.Debug, "Opened {DocumentId} ({Branch}) at {Revision}; {Replayed} operations replayed.")]
    public static partial void SessionOpened(this ILogger logger, Guid documentId, string branch, long revision, long replayed);

    [LoggerMessage(6, LogLevel.Debug, "Closed {DocumentId} ({Branch}) at {Revision}.")]
    public static partial void SessionClosed(this ILogger logger, Guid documentId, string branch, long revision);

    [LoggerMessage(8, LogLevel.Error, "Something failed as {DocumentId} ({Branch}) was closed; the journal has everything.")]
    public static partial void SessionNotKept(this ILogger logger, Guid documentId, string branch, Exception error);

    [LoggerMessage(7, LogLevel.Error, "The rights of {DocumentId} could not be read; those concerned were sent away.")]
    public static partial void AccessFailed(this ILogger logger, Guid documentId, Exception error);

    [LoggerMessage(80, LogLevel.Error, "Whether a mentioned user may see {DocumentId} could not be read; the mention was refused.")]
    public static partial void MentionNotChecked(this ILogger logger, Guid documentId, Exception error);

    [LoggerMessage(81, LogLevel.Error, "What a user has read of the comments of {DocumentId} could not be looked up.")]
    public static partial void ReadMarksFailed(this ILogger logger, Guid documentId, Exception error);

    [LoggerMessage(9, LogLevel.Error, "A handler of an event of {DocumentId} failed; the session goes on.")]
    public static partial void FollowerFailed(this ILogger logger, Guid documentId, Exception error);

    [LoggerMessage(30, LogLevel.Error, "A version of {DocumentId} ({Branch}) could not be stored.")]
    public static partial void VersionFailed(this ILogger logger, Guid documentId, string branch, Exception error);

    [LoggerMessage(31, LogLevel.Error, "The snapshot of {DocumentId} ({Branch}) at {Revision} is damaged; an older one and the journal were used instead.")]
    public static partial void SnapshotDamaged(this ILogger logger, Guid documentId, string branch, long revision);

    [LoggerMessage(33, LogLevel.Error, "What a user would take back in {DocumentId} ({Branch}) could not be read from the journal.")]
    public static partial void StepUnreadable(this ILogger logger, Guid documentId, string branch, Exception error);

    [LoggerMessage(32, LogLevel.Error, "{DocumentId} ({Branch}) is damaged and was not opened.")]
    public static partial void BranchDamaged(this ILogger logger, Guid documentId, string branch, Exception error);
}
