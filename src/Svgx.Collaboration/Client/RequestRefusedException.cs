namespace Svgx.Collaboration.Client;

/// <summary>The server refused what was asked, or it could not be asked at all. Nothing was changed.</summary>
/// <param name="code">A code of the protocol, or <c>offline</c> and <c>queue_full</c> of the client's own.</param>
/// <param name="reason">The same in words.</param>
public sealed class RequestRefusedException(string code, string reason) : Exception($"{reason} ({code})")
{
    /// <summary>A code of the protocol, such as <c>locked</c> or <c>version_not_found</c>; <c>offline</c> where the client was not live, <c>queue_full</c> where too much waited to be sent.</summary>
    public string Code { get; } = code;

    /// <summary>The reason in words.</summary>
    public string Reason { get; } = reason;

    /// <summary>After which it may be tried again; <see langword="null"/> where waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Where the code is <c>locked</c>: the lock that is in the way.</summary>
    public Conflicts.ElementLock? LockedBy { get; init; }
}
