using System.Text.Json;

namespace Svgx.Collaboration.Presence;

/// <summary>A value that may be absent, which is not the same as being null.</summary>
public readonly record struct Reported<T>(T Value)
{
    /// <summary>Whether the value was given.</summary>
    public bool IsPresent { get; } = true;
}

/// <summary>What a participant says about itself: what is absent stays as it was, null clears.</summary>
public sealed record ActivityReport(Reported<string?> CurrentElement = default, Reported<CursorPosition?> Cursor = default, PresenceStatus? Status = null);

/// <summary>A gesture under way, as its author sends it. No elements: the gesture is over.</summary>
public sealed record PreviewRequest(string GestureId, IReadOnlyList<string> ElementIds, JsonElement? Data);

/// <summary>A gesture under way, as the others see it. No elements: it is over.</summary>
public sealed record Preview(string GestureId, string UserId, string SessionId, string Color, IReadOnlyList<string> ElementIds, JsonElement? Data);
