using System.Text.Json;

namespace Svgx.Collaboration.Presence;

/// <summary>A value that may be absent, which is not the same as being null.</summary>
public readonly record struct Reported<T>(T Value)
{
    /// <summary>Whether the value was given.</summary>
    public bool IsPresent { get; } = true;
}

/// <summary>What a participant says about itself: what is absent stays as it was, null clears.</summary>
/// <param name="CurrentElement">The element it is at.</param>
/// <param name="Cursor">Where its pointer is.</param>
/// <param name="Status">What its user is doing; it counts until something else shows what they do.</param>
/// <param name="Viewport">What it sees of the drawing.</param>
/// <param name="Following">The user whose view it follows.</param>
/// <param name="RoundTripMs">A round trip that it measured, in milliseconds. Alone it is no activity.</param>
public sealed record ActivityReport(
    Reported<string?> CurrentElement = default,
    Reported<CursorPosition?> Cursor = default,
    PresenceStatus? Status = null,
    Reported<ViewedArea?> Viewport = default,
    Reported<string?> Following = default,
    double? RoundTripMs = null)
{
    /// <summary>Whether it shows that somebody is there.</summary>
    internal bool IsActivity => CurrentElement.IsPresent || Cursor.IsPresent || Viewport.IsPresent || Following.IsPresent || Status is not null;
}

/// <summary>A gesture under way, as its author sends it. No elements: the gesture is over.</summary>
public sealed record PreviewRequest(string GestureId, IReadOnlyList<string> ElementIds, JsonElement? Data);

/// <summary>A gesture under way, as the others see it. No elements: it is over.</summary>
public sealed record Preview(string GestureId, string UserId, string SessionId, string Color, IReadOnlyList<string> ElementIds, JsonElement? Data);
