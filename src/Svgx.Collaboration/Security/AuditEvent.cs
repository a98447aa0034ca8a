namespace Svgx.Collaboration.Security;

/// <summary>Something that matters to security. Holds no secret: no password, no token, no key. The address is personal data and goes with the entry after <see cref="AuditOptions.Retention"/>.</summary>
/// <param name="Kind">What happened: one of <see cref="AuditKind"/>.</param>
public sealed record AuditEvent(string Kind)
{
    /// <summary>Its place in the trail; 0 until it is written.</summary>
    public long Sequence { get; init; }

    /// <summary>When, UTC; set when it is recorded.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>Who did it; <see langword="null"/> where nobody is signed in, or on the command line.</summary>
    public string? ActorId { get; init; }

    /// <summary>Whom it is about.</summary>
    public string? UserId { get; init; }

    /// <summary>The document it is about.</summary>
    public Guid? DocumentId { get; init; }

    /// <summary>Where it came from, as <see cref="AddressKey"/> has it.</summary>
    public string? Address { get; init; }

    /// <summary>A code, a role, an id; at most 200 characters.</summary>
    public string? Detail { get; init; }
}

/// <summary>What the trail knows.</summary>
public static class AuditKind
{
    /// <summary>Somebody signed in.</summary>
    public const string SignedIn = "signed_in";

    /// <summary>A sign-in failed.</summary>
    public const string SignInFailed = "sign_in_failed";

    /// <summary>An account was locked after too many wrong passwords.</summary>
    public const string LockedOut = "locked_out";

    /// <summary>An account was made.</summary>
    public const string Registered = "registered";

    /// <summary>A password was changed.</summary>
    public const string PasswordChanged = "password_changed";

    /// <summary>A token was made; the detail is its id.</summary>
    public const string TokenIssued = "token_issued";

    /// <summary>Tokens were taken back; the detail is the id where it was one.</summary>
    public const string TokenRevoked = "token_revoked";

    /// <summary>A token was refused; the detail is the code.</summary>
    public const string TokenRefused = "token_refused";

    /// <summary>A global role was given or taken; the detail says which.</summary>
    public const string RoleChanged = "role_changed";

    /// <summary>A document was shared, or another role given; the detail is the role.</summary>
    public const string Shared = "shared";

    /// <summary>A share was taken back.</summary>
    public const string Unshared = "unshared";

    /// <summary>What a deleted branch held was let go for good; the detail is the branch's name.</summary>
    public const string BranchPurged = "branch_purged";

    /// <summary>A signing key was made; the detail is its id.</summary>
    public const string KeyRotated = "key_rotated";

    /// <summary>A signing key was removed; the detail is its id.</summary>
    public const string KeyRemoved = "key_removed";

    /// <summary>A page of a foreign origin tried to connect; the detail is the origin.</summary>
    public const string OriginRefused = "origin_refused";

    /// <summary>Somebody went beyond a limit; the detail says which. At most one entry a minute for each.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>Events came faster than they could be written; the detail says how many are missing.</summary>
    public const string EventsMissing = "events_missing";
}

/// <summary>Which entries to read.</summary>
/// <param name="Kind">Of one kind.</param>
/// <param name="UserId">By or about one user.</param>
/// <param name="DocumentId">About one document.</param>
/// <param name="Before">Older than the entry with this sequence: the next page.</param>
/// <param name="Limit">How many, 1 to 1,000. Default 100.</param>
public sealed record AuditQuery(string? Kind = null, string? UserId = null, Guid? DocumentId = null, long? Before = null, int Limit = 100);
