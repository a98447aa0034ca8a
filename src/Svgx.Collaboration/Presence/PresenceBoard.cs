using System.Collections.Immutable;

namespace Svgx.Collaboration.Presence;

/// <summary>Who is in a document and what they are doing: one entry a user, however many sessions. Used by its session alone.</summary>
internal sealed partial class PresenceBoard(PresenceOptions options, TimeProvider time)
{
    /// <summary>A selection beyond this is shown in part: presence goes to everybody.</summary>
    public const int MaxSelection = 500;

    /// <summary>As for <see cref="MaxSelection"/>: the characters of all its ids together.</summary>
    public const int MaxSelectionLength = 32_768;

    /// <summary>Who left is remembered this far back, for those who are told changes only.</summary>
    public const int MaxLeft = 256;

    private readonly Dictionary<string, PresenceUser> _users = new(StringComparer.Ordinal);
    private List<PresenceNews> _news = [];
    private ImmutableArray<(string UserId, long Version)> _left = [];
    private long _floor;
    private long _version;
    private bool _followingChanged;

    /// <summary>Users who are connected.</summary>
    public int UserCount => _users.Values.Count(user => user.Tabs.Count > 0);

    public bool HasChanged { get; private set; }

    private long Next => _version + 1;

    /// <summary>Seats a session and tells the user's colour here. A session that comes back takes the place of its former self.</summary>
    public string Join(object seat, string userId, string username, string sessionId, bool isTool, bool mayEdit)
    {
        var now = time.GetTimestamp();
        if (!_users.TryGetValue(userId, out var user))
        {
            _users.Add(userId, user = new(userId, PresencePalette.Pick(userId, _users.Values.Select(other => other.Color))));
            _news.Add(new(PresenceNewsKind.Joined, userId, username, time.GetUtcNow()));
        }
        user.Tabs.RemoveAll(tab => tab.SessionId == sessionId);
        user.Tabs.Add(new(seat, sessionId, username, isTool) { MayEdit = mayEdit, ActiveAt = now, OnlineAt = now });
        user.LastActivity = time.GetUtcNow();
        TabsChanged(user);
        return user.Color;
    }

    /// <summary>Lets a session go; the user with its last one, at once or, where the connection was lost, after a grace.</summary>
    public void Leave(object seat, string userId, bool lost)
    {
        if (!_users.TryGetValue(userId, out var user) || user.Tabs.RemoveAll(tab => ReferenceEquals(tab.Seat, seat)) == 0)
            return;
        if (user.Tabs.Count > 0)
        {
            TabsChanged(user);
            return;
        }
        (user.LostAt, user.LostAtUtc) = (time.GetTimestamp(), time.GetUtcNow());
        if (lost && options.OfflineGrace > TimeSpan.Zero)
            TabsChanged(user);
        else
            Remove(user);
    }

    /// <summary>Nobody is here any more.</summary>
    public void Clear()
    {
        foreach (var user in _users.Values.ToArray())
        {
            if (user.Tabs.Count > 0)
                user.LostAtUtc = time.GetUtcNow();
            Remove(user);
        }
    }

    public void SetRights(object seat, string userId, bool mayEdit)
    {
        if (Find(seat, userId) is not var (user, tab))
            return;
        tab.MayEdit = mayEdit;
        Restate(user);
    }

    public void Report(object seat, string userId, ActivityReport report)
    {
        if (Find(seat, userId) is not var (user, tab))
            return;
        var now = time.GetTimestamp();
        if (report.RoundTripMs is { } roundTrip)
        {
            tab.Measure(roundTrip, now);
            Remeasure(user, now);
        }
        if (!report.IsActivity)
            return;
        if (report.CurrentElement.IsPresent && tab.CurrentElement != report.CurrentElement.Value)
        {
            tab.CurrentElement = report.CurrentElement.Value;
            tab.Stamps = tab.Stamps with { Selection = Next };
        }
        if (report.Cursor.IsPresent)
        {
            tab.Cursor = report.Cursor.Value;
            tab.Stamps = tab.Stamps with { Cursor = Next };
        }
        if (report.Viewport.IsPresent)
        {
            tab.Viewport = report.Viewport.Value;
            tab.Stamps = tab.Stamps with { Viewport = Next };
        }
        if (report.Following.IsPresent && tab.Following != report.Following.Value)
        {
            tab.Following = report.Following.Value;
            _followingChanged = true;
        }
        tab.IsAway = false;
        switch (report.Status)
        {
            case PresenceStatus.Editing: (tab.EditedAt, tab.IsViewing) = (now, false); break;
            case PresenceStatus.Viewing: (tab.EditedAt, tab.IsViewing) = (null, true); break;
            case PresenceStatus.Online: (tab.EditedAt, tab.IsViewing, tab.OnlineAt) = (null, false, now); break;
            case PresenceStatus.Away: tab.IsAway = true; break;
            default: break;
        }
        Touch(user, tab);
    }

    public void Select(object seat, string userId, IEnumerable<string> elementIds, bool replace)
    {
        if (Find(seat, userId) is not var (user, tab))
            return;
        tab.Selection = replace ? Shown(elementIds) : tab.Selection.RemoveAll(elementIds.ToHashSet(StringComparer.Ordinal).Contains);
        if (replace)
            tab.CurrentElement = tab.Selection.FirstOrDefault();
        tab.Stamps = tab.Stamps with { Selection = Next };
        tab.IsAway = false;
        Touch(user, tab);
    }

    /// <summary>The user changed the drawing, or shows a change in the making.</summary>
    public void Edited(object seat, string userId, string elementId)
    {
        if (Find(seat, userId) is not var (user, tab))
            return;
        var now = time.GetTimestamp();
        (tab.EditedAt, tab.OnlineAt, tab.ActiveAt, tab.IsAway, tab.IsViewing) = (now, now, now, false, false);
        if (user.Status == PresenceStatus.Editing && tab.CurrentElement == elementId && ReferenceEquals(user.Active, tab))
        {
            user.LastActivity = time.GetUtcNow(); // a stream of edits of one element is no news to anybody
            return;
        }
        tab.CurrentElement = elementId;
        tab.Stamps = tab.Stamps with { Selection = Next };
        Touch(user, tab);
    }

    /// <summary>What time alone changes: who was editing is no longer, who does nothing is away, who was lost is gone.</summary>
    public void Advance()
    {
        var now = time.GetTimestamp();
        List<PresenceUser>? gone = null;
        foreach (var user in _users.Values)
        {
            if (user.Tabs.Count == 0)
            {
                if (time.GetElapsedTime(user.LostAt, now) >= options.OfflineGrace)
                    (gone ??= []).Add(user);
                continue;
            }
            Restate(user);
            Remeasure(user, now);
        }
        foreach (var user in gone ?? [])
            Remove(user);
    }

    /// <summary>The whole board; whoever takes it has seen the changes so far.</summary>
    public PresenceView Take()
    {
        HasChanged = false;
        if (_followingChanged)
            CountFollowers();
        _version++;
        return new(_version, [.. _users.Values.Select(Show)], _left, _floor);
    }

    /// <summary>Who came, went, or changed state in a way that is worth remembering, since this was last asked.</summary>
    public IReadOnlyList<PresenceNews> TakeNews()
    {
        if (_news.Count == 0)
            return [];
        var news = _news;
        _news = [];
        return news;
    }

    private static ImmutableArray<string> Shown(IEnumerable<string> elementIds)
    {
        var room = MaxSelectionLength;
        return [.. elementIds.Distinct(StringComparer.Ordinal).Take(MaxSelection).TakeWhile(id => (room -= id.Length) >= 0)];
    }

    private (PresenceUser User, PresenceTab Tab)? Find(object seat, string userId) =>
        _users.TryGetValue(userId, out var user) && user.Tabs.Find(tab => ReferenceEquals(tab.Seat, seat)) is { } found ? (user, found) : null;

    private void Remove(PresenceUser user)
    {
        _users.Remove(user.UserId);
        _left = _left.Add((user.UserId, Next));
        if (_left.Length > MaxLeft)
        {
            _floor = _left[^(MaxLeft / 2)].Version;
            _left = [.. _left.Where(left => left.Version > _floor)];
        }
        _news.Add(new(PresenceNewsKind.Left, user.UserId, user.Username, user.LostAtUtc));
        _followingChanged = true;
        HasChanged = true;
    }

    private void TabsChanged(PresenceUser user)
    {
        if (user.Active is { } active && !user.Tabs.Contains(active))
            user.Active = null;
        if (user.Tabs.Count > 0)
        {
            user.IsTool = user.Tabs.TrueForAll(tab => tab.IsTool);
            // A tool that somebody lets in has a name of its own, which is not theirs.
            user.Username = (user.Tabs.FindLast(tab => !tab.IsTool) ?? user.Tabs[^1]).Username;
        }
        user.Stamps = user.Stamps with { Whole = Next };
        _followingChanged = true;
        Restate(user);
        Remeasure(user, time.GetTimestamp());
        Changed(user);
    }

    private void Touch(PresenceUser user, PresenceTab tab)
    {
        tab.ActiveAt = time.GetTimestamp();
        user.LastActivity = time.GetUtcNow();
        if (!ReferenceEquals(user.Active, tab))
        {
            user.Active = tab;
            user.Stamps = user.Stamps with { State = Next };
        }
        if (user.ShownElement != tab.CurrentElement)
            user.Stamps = user.Stamps with { State = Next };
        Restate(user);
        Changed(user);
    }

    private void Changed(PresenceUser user)
    {
        user.Shown = null;
        HasChanged = true;
    }
}
