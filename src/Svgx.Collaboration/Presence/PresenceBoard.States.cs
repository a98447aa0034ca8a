using System.Collections.Immutable;

namespace Svgx.Collaboration.Presence;

/// <content>What follows from what is known of a user's sessions.</content>
internal sealed partial class PresenceBoard
{
    /// <summary>A measurement older than this says nothing any more; clients measure about every 15 s.</summary>
    private static readonly TimeSpan MeasurementLife = TimeSpan.FromSeconds(60);

    private void Restate(PresenceUser user)
    {
        var status = StatusOf(user);
        if (status == user.Status)
            return;
        if (user.Tabs.Count > 0)
        {
            // Editing shows by its operations; coming back after a lost connection is no news.
            if (status == PresenceStatus.Away)
                _news.Add(new(PresenceNewsKind.WentAway, user.UserId, user.Username, time.GetUtcNow()));
            else if (user.Status == PresenceStatus.Away)
                _news.Add(new(PresenceNewsKind.CameBack, user.UserId, user.Username, time.GetUtcNow()));
        }
        user.Status = status;
        user.Stamps = user.Stamps with { State = Next };
        Changed(user);
    }

    private PresenceStatus StatusOf(PresenceUser user)
    {
        if (user.Tabs.Count == 0)
            return PresenceStatus.Offline;
        var now = time.GetTimestamp();
        var most = PresenceStatus.Away;
        foreach (var tab in user.Tabs)
        {
            var status = StatusOf(tab, now);
            if (Liveliness(status) > Liveliness(most))
                most = status;
        }
        return most;
    }

    private PresenceStatus StatusOf(PresenceTab tab, long now)
    {
        if (tab.IsAway || time.GetElapsedTime(tab.ActiveAt, now) >= options.AwayAfter)
            return PresenceStatus.Away;
        if (tab.MayEdit && tab.EditedAt is { } edited && time.GetElapsedTime(edited, now) < options.EditingFor)
            return PresenceStatus.Editing;
        return tab.IsViewing || !tab.MayEdit || time.GetElapsedTime(tab.OnlineAt, now) >= options.ViewingAfter ? PresenceStatus.Viewing : PresenceStatus.Online;
    }

    private static int Liveliness(PresenceStatus status) => status switch
    {
        PresenceStatus.Editing => 4,
        PresenceStatus.Online => 3,
        PresenceStatus.Viewing => 2,
        PresenceStatus.Away => 1,
        _ => 0,
    };

    /// <summary>The round trip of the session active last, else of any that knows one. Small swings are no news.</summary>
    private void Remeasure(PresenceUser user, long now)
    {
        double? roundTrip = null;
        foreach (var tab in user.Tabs)
        {
            if (tab.RoundTrip is null)
                continue;
            if (time.GetElapsedTime(tab.MeasuredAt, now) >= MeasurementLife)
                tab.Forget();
            else if (roundTrip is null || ReferenceEquals(tab, user.Active))
                roundTrip = tab.RoundTrip;
        }
        var quality = roundTrip switch { null => ConnectionQuality.Unknown, < 150 => ConnectionQuality.Good, < 400 => ConnectionQuality.Fair, _ => ConnectionQuality.Poor };
        int? latency = roundTrip is { } exact ? (int)Math.Round(exact) : null;
        if (quality == user.Connection && (latency == user.LatencyMs || Math.Abs(latency!.Value - user.LatencyMs!.Value) <= Math.Max(5, user.LatencyMs.Value / 5)))
            return;
        (user.Connection, user.LatencyMs) = (quality, latency);
        user.Stamps = user.Stamps with { Connection = Next };
        Changed(user);
    }

    private void CountFollowers()
    {
        _followingChanged = false;
        var followers = _users.Values
            .SelectMany(user => user.Tabs.Select(tab => (Follower: user.UserId, Followed: tab.Following)))
            .Where(pair => pair.Followed is not null && pair.Followed != pair.Follower)
            .Distinct()
            .ToLookup(pair => pair.Followed!, pair => pair.Follower, StringComparer.Ordinal);
        foreach (var user in _users.Values)
        {
            ImmutableArray<string> now = [.. followers[user.UserId]];
            if (now.AsSpan().SequenceEqual(user.Followers.AsSpan()))
                continue;
            user.Followers = now;
            user.Stamps = user.Stamps with { Followers = Next };
            user.Shown = null;
        }
    }

    /// <summary>Who did not change keeps their entry: a hundred people cost what those of them cost that move.</summary>
    private static PresenceEntry Show(PresenceUser user)
    {
        if (user.Shown is { } shown)
            return shown;
        var active = user.Active ?? user.Tabs.FirstOrDefault();
        user.ShownElement = active?.CurrentElement;
        return user.Shown = new(
            user.UserId,
            user.Username,
            user.Status,
            active?.CurrentElement,
            user.LastActivity,
            user.Color,
            active?.Cursor,
            user.Tabs.Count == 1 ? user.Tabs[0].Selection : [.. user.Tabs.SelectMany(tab => tab.Selection).Distinct(StringComparer.Ordinal).Take(MaxSelection)],
            user.IsTool,
            [.. user.Tabs.Select(tab => new PresenceSession(tab.SessionId, tab.Cursor, tab.CurrentElement, tab.Selection) { Viewport = tab.Viewport, Stamps = tab.Stamps })])
        {
            ActiveSession = active?.SessionId,
            LatencyMs = user.LatencyMs,
            Connection = user.Connection,
            Followers = user.Followers,
            Stamps = user.Stamps,
        };
    }
}

/// <summary>What happened to somebody's presence.</summary>
internal enum PresenceNewsKind
{
    Joined,
    Left,
    WentAway,
    CameBack,
}

/// <summary>Something about somebody's presence that the activity log keeps.</summary>
internal readonly record struct PresenceNews(PresenceNewsKind Kind, string UserId, string Username, DateTimeOffset At);
