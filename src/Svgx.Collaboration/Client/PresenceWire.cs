using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Presence;
using static Svgx.Collaboration.Client.WireJson;

namespace Svgx.Collaboration.Client;

/// <summary>Reads presence: the whole list, and what is different from the last one.</summary>
internal static class PresenceWire
{
    public static ImmutableArray<PresenceEntry> All(JsonElement message) => [.. Items(message, "active_users").Select(Whole)];

    /// <summary>The list after changes: who left is out, a whole entry replaces the former one, others have only what is new, and so have their sessions.</summary>
    public static ImmutableArray<PresenceEntry> Amend(ImmutableArray<PresenceEntry> former, JsonElement message)
    {
        var left = Texts(message, "left");
        var entries = former.Where(entry => !left.Contains(entry.UserId)).ToList();
        foreach (var change in Items(message, "changed"))
        {
            var at = entries.FindIndex(entry => entry.UserId == Text(change, "user_id"));
            if (at < 0)
                entries.Add(Whole(change));
            else
                entries[at] = change.TryGetProperty("username"u8, out _) ? Whole(change) : Amend(entries[at], change);
        }
        return [.. entries];
    }

    private static PresenceEntry Whole(JsonElement json) => new(
        Text(json, "user_id") ?? "", Text(json, "username") ?? "", Named(json, "status", PresenceStatus.Online), Text(json, "current_element"), json.GetProperty("last_activity"u8).GetDateTimeOffset(),
        Text(json, "color") ?? "", Cursor(json), Texts(json, "selection"), Flag(json, "tool"),
        [.. Items(json, "sessions").Select(session => new PresenceSession(Text(session, "session_id") ?? "", Cursor(session), Text(session, "current_element"), Texts(session, "selection")) { Viewport = Area(session) })])
    {
        ActiveSession = Text(json, "active_session"),
        LatencyMs = (int?)OptionalNumber(json, "latency_ms"),
        Connection = Named(json, "connection", ConnectionQuality.Unknown),
        Followers = Texts(json, "followers"),
    };

    private static PresenceEntry Amend(PresenceEntry former, JsonElement change)
    {
        var news = Items(change, "sessions").ToDictionary(session => Text(session, "session_id") ?? "", StringComparer.Ordinal);
        var entry = former with
        {
            Sessions = [.. former.Sessions.Select(session => news.TryGetValue(session.SessionId, out var own) ? Amend(session, own) : session)],
            Status = Named(change, "status", former.Status),
            CurrentElement = Has(change, "current_element") ? Text(change, "current_element") : former.CurrentElement,
            LastActivity = Has(change, "last_activity") ? change.GetProperty("last_activity"u8).GetDateTimeOffset() : former.LastActivity,
            ActiveSession = Has(change, "active_session") ? Text(change, "active_session") : former.ActiveSession,
            LatencyMs = Has(change, "latency_ms") ? (int?)OptionalNumber(change, "latency_ms") : former.LatencyMs,
            Connection = Named(change, "connection", former.Connection),
            Followers = Has(change, "followers") ? Texts(change, "followers") : former.Followers,
        };
        // A user's own are those of the sessions, and are not repeated.
        return entry with
        {
            Cursor = entry.Sessions.FirstOrDefault(session => session.SessionId == entry.ActiveSession)?.Cursor,
            Selection = [.. entry.Sessions.SelectMany(session => session.Selection).Distinct(StringComparer.Ordinal)],
        };
    }

    private static PresenceSession Amend(PresenceSession former, JsonElement change) => former with
    {
        Cursor = Has(change, "cursor_position") ? Cursor(change) : former.Cursor,
        CurrentElement = Has(change, "current_element") ? Text(change, "current_element") : former.CurrentElement,
        Selection = Has(change, "selection") ? Texts(change, "selection") : former.Selection,
        Viewport = Has(change, "viewport") ? Area(change) : former.Viewport,
    };

    private static bool Has(JsonElement json, string name) => json.TryGetProperty(name, out _);

    private static CursorPosition? Cursor(JsonElement json) =>
        json.TryGetProperty("cursor_position"u8, out var at) && at.ValueKind == JsonValueKind.Object ? new(at.GetProperty("x"u8).GetDouble(), at.GetProperty("y"u8).GetDouble()) : null;

    private static ViewedArea? Area(JsonElement json) => json.TryGetProperty("viewport"u8, out var area) && area.ValueKind == JsonValueKind.Object
        ? new(area.GetProperty("x"u8).GetDouble(), area.GetProperty("y"u8).GetDouble(), area.GetProperty("width"u8).GetDouble(), area.GetProperty("height"u8).GetDouble())
        : null;
}
