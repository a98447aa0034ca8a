using System.Collections.Immutable;

namespace Svgx.Collaboration.Presence;

/// <summary>A user who is connected, and where. The place they were active at last comes first.</summary>
public sealed record ActiveUser(ImmutableArray<ActiveIn> Places)
{
    /// <summary>Who.</summary>
    public string UserId => Places[0].Entry.UserId;

    /// <summary>The shown name.</summary>
    public string Username => Places[0].Entry.Username;

    /// <summary>What they are doing where they were active last.</summary>
    public PresenceStatus Status => Places[0].Entry.Status;

    /// <summary>When they last did something, UTC.</summary>
    public DateTimeOffset LastActivity => Places[0].Entry.LastActivity;
}

/// <summary>A user's presence in a document branch.</summary>
public sealed record ActiveIn(Guid DocumentId, string Branch, PresenceEntry Entry);
