using System.Collections.Concurrent;
using System.Text.Json;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;

namespace Svgx.Collaboration.Protocol;

/// <summary>The messages that tell of presence, encoded once and shared by all who receive them: the whole list, and what changed since an earlier one.</summary>
internal sealed class PresenceJson
{
    private readonly PresenceView _view;
    private readonly DateTimeOffset _at;
    private readonly ConcurrentDictionary<long, byte[]> _since = [];
    private byte[]? _whole;

    private PresenceJson(PresenceView view, DateTimeOffset at) => (_view, _at) = (view, at);

    /// <summary>The encoded news. Two connections may encode them at the same time: either serves, and one of the two stays.</summary>
    public static PresenceJson Of(SessionEvent.PresenceChanged news, DateTimeOffset now)
    {
        if (news.Messages is PresenceJson encoded)
            return encoded;
        encoded = new(news.View, now);
        news.Messages = encoded;
        return encoded;
    }

    /// <summary><c>presence_update</c>: everybody.</summary>
    public byte[] Whole => _whole ??= Encode("presence_update", json =>
    {
        json.WriteStartArray("active_users"u8);
        foreach (var user in _view.Users)
            WriteWhole(json, user);
        json.WriteEndArray();
    });

    /// <summary><c>presence_changes</c>: what is different from an earlier version. Most receivers have the same one; those that were slow have few others.</summary>
    public byte[] Since(long version) => _since.GetOrAdd(version, _ => Encode("presence_changes", json =>
    {
        json.WriteStartArray("changed"u8);
        foreach (var user in _view.Users)
        {
            if (user.Stamps.Whole > version)
                WriteWhole(json, user);
            else if (ChangedSince(user, version))
                WriteChanges(json, user, version);
        }
        json.WriteEndArray();
        json.WriteStartArray("left"u8);
        foreach (var (userId, leftAt) in _view.Left)
        {
            if (leftAt > version && !_view.Users.Any(user => user.UserId == userId))
                json.WriteStringValue(userId);
        }
        json.WriteEndArray();
    }));

    private static bool ChangedSince(PresenceEntry user, long version) =>
        user.Stamps.State > version || user.Stamps.Connection > version || user.Stamps.Followers > version || user.Sessions.Any(session => ChangedSince(session, version));

    private static bool ChangedSince(PresenceSession session, long version) => session.Stamps.Cursor > version || session.Stamps.Selection > version || session.Stamps.Viewport > version;

    private static void WriteWhole(Utf8JsonWriter json, PresenceEntry user)
    {
        json.WriteStartObject();
        json.WriteString("user_id"u8, user.UserId);
        json.WriteString("username"u8, user.Username);
        WriteState(json, user);
        json.WriteString("color"u8, user.Color);
        if (user.Cursor is not null)
            WriteCursor(json, user.Cursor);
        WriteTexts(json, "selection"u8, user.Selection);
        json.WriteBoolean("tool"u8, user.IsTool);
        WriteConnection(json, user);
        WriteTexts(json, "followers"u8, user.Followers);
        json.WriteStartArray("sessions"u8);
        foreach (var session in user.Sessions)
        {
            json.WriteStartObject();
            json.WriteString("session_id"u8, session.SessionId);
            if (session.Cursor is not null)
                WriteCursor(json, session.Cursor);
            if (session.CurrentElement is not null)
                json.WriteString("current_element"u8, session.CurrentElement);
            WriteTexts(json, "selection"u8, session.Selection);
            if (session.Viewport is not null)
                WriteViewport(json, session.Viewport);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteChanges(Utf8JsonWriter json, PresenceEntry user, long version)
    {
        json.WriteStartObject();
        json.WriteString("user_id"u8, user.UserId);
        if (user.Stamps.State > version)
            WriteState(json, user);
        if (user.Stamps.Connection > version)
            WriteConnection(json, user);
        if (user.Stamps.Followers > version)
            WriteTexts(json, "followers"u8, user.Followers);
        if (user.Sessions.Any(session => ChangedSince(session, version)))
        {
            json.WriteStartArray("sessions"u8);
            foreach (var session in user.Sessions)
            {
                if (ChangedSince(session, version))
                    WriteChanges(json, session, version);
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteChanges(Utf8JsonWriter json, PresenceSession session, long version)
    {
        json.WriteStartObject();
        json.WriteString("session_id"u8, session.SessionId);
        if (session.Stamps.Cursor > version)
            WriteCursor(json, session.Cursor);
        if (session.Stamps.Selection > version)
        {
            json.WriteString("current_element"u8, session.CurrentElement);
            WriteTexts(json, "selection"u8, session.Selection);
        }
        if (session.Stamps.Viewport > version)
            WriteViewport(json, session.Viewport);
        json.WriteEndObject();
    }

    private static void WriteState(Utf8JsonWriter json, PresenceEntry user)
    {
        json.WriteString("status"u8, StatusName(user.Status));
        json.WriteString("current_element"u8, user.CurrentElement);
        json.WriteString("last_activity"u8, user.LastActivity.UtcDateTime);
        json.WriteString("active_session"u8, user.ActiveSession);
    }

    private static void WriteConnection(Utf8JsonWriter json, PresenceEntry user)
    {
        if (user.LatencyMs is { } latency)
            json.WriteNumber("latency_ms"u8, latency);
        else
            json.WriteNull("latency_ms"u8);
        json.WriteString("connection"u8, ConnectionName(user.Connection));
    }

    private static void WriteCursor(Utf8JsonWriter json, CursorPosition? cursor)
    {
        json.WritePropertyName("cursor_position"u8);
        if (cursor is not { } at)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteNumber("x"u8, at.X);
        json.WriteNumber("y"u8, at.Y);
        json.WriteEndObject();
    }

    private static void WriteViewport(Utf8JsonWriter json, ViewedArea? viewport)
    {
        json.WritePropertyName("viewport"u8);
        if (viewport is not { } area)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteNumber("x"u8, area.X);
        json.WriteNumber("y"u8, area.Y);
        json.WriteNumber("width"u8, area.Width);
        json.WriteNumber("height"u8, area.Height);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, System.Collections.Immutable.ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    public static string StatusName(PresenceStatus status) => status switch
    {
        PresenceStatus.Editing => "editing",
        PresenceStatus.Viewing => "viewing",
        PresenceStatus.Away => "away",
        PresenceStatus.Offline => "offline",
        _ => "online",
    };

    public static string ConnectionName(ConnectionQuality quality) => quality switch
    {
        ConnectionQuality.Good => "good",
        ConnectionQuality.Fair => "fair",
        ConnectionQuality.Poor => "poor",
        _ => "unknown",
    };

    private byte[] Encode(string type, Action<Utf8JsonWriter> fields)
    {
        using var frame = new PooledBuffer();
        ServerMessages.Write(frame, type, _at, fields);
        return frame.Written.ToArray();
    }
}
