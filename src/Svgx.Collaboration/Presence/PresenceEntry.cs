using System.Collections.Immutable;

namespace Svgx.Collaboration.Presence;

/// <summary>What somebody is doing.</summary>
public enum PresenceStatus
{
    /// <summary>Here.</summary>
    Online,

    /// <summary>Changing the drawing.</summary>
    Editing,

    /// <summary>Looking.</summary>
    Viewing,

    /// <summary>Here, but not at it.</summary>
    Away,

    /// <summary>Gone.</summary>
    Offline,
}

/// <summary>A place in the drawing, in its user units.</summary>
public readonly record struct CursorPosition(double X, double Y);

/// <summary>One user in a document, however many sessions they have in it.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Username">The shown name.</param>
/// <param name="Status">What they are doing.</param>
/// <param name="CurrentElement">The element they are at.</param>
/// <param name="LastActivity">When they last did something, UTC.</param>
/// <param name="Color">Theirs in this document, as <c>#rrggbb</c>; no other user here has it while colours last.</param>
/// <param name="Cursor">Where their pointer is, of the session active last.</param>
/// <param name="Selection">The elements selected in any of their sessions.</param>
/// <param name="IsTool">Only tools represent the user.</param>
/// <param name="Sessions">Their sessions.</param>
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
    ImmutableArray<PresenceSession> Sessions);

/// <summary>One tab or program of a user.</summary>
public sealed record PresenceSession(string SessionId, CursorPosition? Cursor, string? CurrentElement, ImmutableArray<string> Selection);
