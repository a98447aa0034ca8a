using System.Collections.Immutable;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Engine;

/// <summary>Somebody, already authenticated, asks to come in.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Branch">The branch; <c>main</c> unless asked for another.</param>
/// <param name="UserId">Who they are.</param>
/// <param name="Username">The shown name; default: the account's.</param>
/// <param name="SessionId">Names this client across reconnects.</param>
/// <param name="MaxRole">The most the token allows; <see langword="null"/>: what the user may do.</param>
/// <param name="LastRevision">The last revision the client has: it gets what it missed.</param>
/// <param name="IsTool">A program, not a person at a screen.</param>
/// <param name="WantsDocument">The client can take a whole drawing.</param>
/// <param name="ExpiresAt">When the token runs out: the participant is closed then.</param>
/// <param name="Token">The token it came with: the participant is closed when it is taken back.</param>
public sealed record JoinRequest(
    Guid DocumentId,
    string Branch,
    string UserId,
    string? Username,
    string SessionId,
    DocumentRole? MaxRole = null,
    long? LastRevision = null,
    bool IsTool = false,
    bool WantsDocument = false,
    DateTimeOffset? ExpiresAt = null,
    TokenIdentity? Token = null);

/// <summary>The answer to a <see cref="JoinRequest"/>.</summary>
public abstract record JoinOutcome
{
    private JoinOutcome()
    {
    }

    /// <summary>They are in.</summary>
    public sealed record Accepted(Joined Joined) : JoinOutcome;

    /// <summary>They are not, with a protocol code.</summary>
    public sealed record Refused(string Code, string Reason) : JoinOutcome;
}

/// <summary>What a newcomer learns. Events that follow start right after <paramref name="Revision"/>, without gap or overlap.</summary>
public sealed record Joined(
    IParticipant Participant,
    Guid DocumentId,
    string DocumentName,
    string Branch,
    long Revision,
    string Username,
    DocumentRole Role,
    string Color,
    int ActiveUsers,
    int VersionHistory,
    Resync Resync)
{
    /// <summary>The sequence of the last thing that happened to comments; news of them starts right after it.</summary>
    public long LastComment { get; init; }
}

/// <summary>What brings a client up to date.</summary>
public abstract record Resync
{
    private Resync()
    {
    }

    /// <summary>It has everything, or asked for nothing.</summary>
    public sealed record None : Resync
    {
        /// <summary>The only instance.</summary>
        public static None Instance { get; } = new();
    }

    /// <summary>The operations it missed, in revision order.</summary>
    public sealed record Operations(ImmutableArray<CommittedOperation> Missed) : Resync;

    /// <summary>The whole drawing.</summary>
    public sealed record Document(DocumentContent Content) : Resync;
}
