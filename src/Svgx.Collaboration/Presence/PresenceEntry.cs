using System.Collections.Immutable;

namespace Svgx.Collaboration.Presence;

/// <summary>What somebody is doing. A user with several sessions is what the most active of them is: the order is editing, online, viewing, away.</summary>
public enum PresenceStatus
{
    /// <summary>Here, and may edit.</summary>
    Online,

    /// <summary>Changing the drawing, or did a moment ago.</summary>
    Editing,

    /// <summary>Looking: may not edit, or has not for a while.</summary>
    Viewing,

    /// <summary>Here, but not at it.</summary>
    Away,

    /// <summary>The connection was lost a moment ago.</summary>
    Offline,
}

/// <summary>How well somebody's connection answers.</summary>
public enum ConnectionQuality
{
    /// <summary>Not measured: plain clients do not tell, or it was too long ago.</summary>
    Unknown,

    /// <summary>Round trips below 150 ms.</summary>
    Good,

    /// <summary>Round trips of 150 ms and more.</summary>
    Fair,

    /// <summary>Round trips of 400 ms and more.</summary>
    Poor,
}

/// <summary>A place in the drawing, in its user units.</summary>
public readonly record struct CursorPosition(double X, double Y);

/// <summary>The part of the drawing that somebody sees, in its user units.</summary>
public readonly record struct ViewedArea(double X, double Y, double Width, double Height);

/// <summary>One user in a document, however many sessions they have in it.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Username">The shown name.</param>
/// <param name="Status">What they are doing.</param>
/// <param name="CurrentElement">The element they are at, of the session active last.</param>
/// <param name="LastActivity">When they last did something, UTC.</param>
/// <param name="Color">Theirs in this document, as <c>#rrggbb</c>; no other user here has it while colours last.</param>
/// <param name="Cursor">Where their pointer is, of the session active last.</param>
/// <param name="Selection">The elements selected in any of their sessions.</param>
/// <param name="IsTool">Only tools represent the user.</param>
/// <param name="Sessions">Their sessions; none while they are offline.</param>
public sealed record PresenceEntry(
    string UserId,
    string Username,
    PresenceStatus Status,
    string? CurrentElement,
    DateTimeOffset LastActivity,
    string Color,
    CursorPosition? Cursor,
    ImmutableArray<string> Selection,
    bool IsTool,
    ImmutableArray<PresenceSession> Sessions)
{
    /// <summary>The session active last.</summary>
    public string? ActiveSession { get; init; }

    /// <summary>The round trip to the server in milliseconds, smoothed; <see langword="null"/> where it is not known.</summary>
    public int? LatencyMs { get; init; }

    /// <summary>What that round trip means.</summary>
    public ConnectionQuality Connection { get; init; }

    /// <summary>The users who follow this one's view.</summary>
    public ImmutableArray<string> Followers { get; init; } = [];

    /// <summary>When each part of it changed last.</summary>
    internal PresenceStamps Stamps { get; init; }
}

/// <summary>One tab or program of a user.</summary>
/// <param name="SessionId">Names it.</param>
/// <param name="Cursor">Where its pointer is.</param>
/// <param name="CurrentElement">The element it is at.</param>
/// <param name="Selection">The elements selected in it.</param>
public sealed record PresenceSession(string SessionId, CursorPosition? Cursor, string? CurrentElement, ImmutableArray<string> Selection)
{
    /// <summary>What it sees of the drawing, where it tells.</summary>
    public ViewedArea? Viewport { get; init; }

    internal SessionStamps Stamps { get; init; }
}

/// <summary>The versions of the board at which the parts of an entry changed last: a client that has an older one needs them.</summary>
/// <param name="Whole">It came, or its sessions or its name did.</param>
/// <param name="State">Status, current element, active session.</param>
/// <param name="Connection">Round trip.</param>
/// <param name="Followers">Followers.</param>
internal readonly record struct PresenceStamps(long Whole, long State, long Connection, long Followers);

/// <summary>The same for a session.</summary>
internal readonly record struct SessionStamps(long Cursor, long Selection, long Viewport);
