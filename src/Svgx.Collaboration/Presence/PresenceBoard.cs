using System.Collections.Immutable;

namespace Svgx.Collaboration.Presence;

/// <summary>Who is in a document and what they are doing: one entry a user, however many sessions. Used by its session alone.</summary>
internal sealed class PresenceBoard(TimeProvider time)
{
    /// <summary>A selection beyond this is shown in part: presence goes to everybody.</summary>
    public const int MaxSelection = 500;

    private readonly Dictionary<string, User> _users = new(StringComparer.Ordinal);

    public int UserCount => _users.Count;

    public bool HasChanged { get; private set; }

    /// <summary>Seats a session and tells the user's colour here.</summary>
    public string Join(object seat, string userId, string username, string sessionId, bool isTool)
    {
        if (!_users.TryGetValue(userId, out var user))
            _users.Add(userId, user = new(userId, PresencePalette.Pick(userId, _users.Values.Select(other => other.Color))));
        user.Username = username;
        user.Seats.Add(new(seat, sessionId, isTool));
        Touch(user);
        return user.Color;
    }

    public void Leave(object seat, string userId)
    {
        if (!_users.TryGetValue(userId, out var user))
            return;
        user.Seats.RemoveAll(candidate => ReferenceEquals(candidate.Key, seat));
        if (user.Seats.Count == 0)
            _users.Remove(userId);
        HasChanged = true;
    }

    public void Report(object seat, string userId, ActivityReport report)
    {
        if (Find(seat, userId) is not var (user, tab))
            return;
        if (report.CurrentElement.IsPresent)
            tab.CurrentElement = report.CurrentElement.Value;
        if (report.Cursor.IsPresent)
            tab.Cursor = report.Cursor.Value;
        if (report.Status is { } status)
            user.Status = status;
        user.Active = tab;
        Touch(user);
    }

    public void Select(object seat, string userId, IEnumerable<string> elementIds, bool replace)
    {
        if (Find(seat, userId) is not var (user, tab))
            return;
        tab.Selection = replace ? [.. elementIds.Distinct(StringComparer.Ordinal).Take(MaxSelection)] : tab.Selection.RemoveRange(elementIds);
        if (replace)
            tab.CurrentElement = tab.Selection.FirstOrDefault();
        user.Active = tab;
        Touch(user);
    }

    /// <summary>The user changed the drawing.</summary>
    public void Edited(object seat, string userId, string elementId)
    {
        if (Find(seat, userId) is not var (user, tab))
            return;
        if (user.Status == PresenceStatus.Editing && tab.CurrentElement == elementId && ReferenceEquals(user.Active, tab))
        {
            user.LastActivity = time.GetUtcNow(); // a stream of edits of one element is no news to anybody
            return;
        }
        user.Status = PresenceStatus.Editing;
        tab.CurrentElement = elementId;
        user.Active = tab;
        Touch(user);
    }

    /// <summary>The whole board; whoever takes it has seen the changes so far.</summary>
    public ImmutableArray<PresenceEntry> Take()
    {
        HasChanged = false;
        return [.. _users.Values.Select(user => new PresenceEntry(
            user.UserId,
            user.Username,
            user.Status,
            (user.Active ?? user.Seats[0]).CurrentElement,
            user.LastActivity,
            user.Color,
            (user.Active ?? user.Seats[0]).Cursor,
            [.. user.Seats.SelectMany(tab => tab.Selection).Distinct(StringComparer.Ordinal).Take(MaxSelection)],
            user.Seats.TrueForAll(tab => tab.IsTool),
            [.. user.Seats.Select(tab => new PresenceSession(tab.SessionId, tab.Cursor, tab.CurrentElement, tab.Selection))]))];
    }

    private (User User, Tab Tab)? Find(object seat, string userId) =>
        _users.TryGetValue(userId, out var user) && user.Seats.Find(candidate => ReferenceEquals(candidate.Key, seat)) is { } tab ? (user, tab) : null;

    private void Touch(User user)
    {
        user.LastActivity = time.GetUtcNow();
        if (user.Active is { } active && !user.Seats.Contains(active))
            user.Active = null;
        HasChanged = true;
    }

    private sealed class User(string userId, string color)
    {
        public string UserId { get; } = userId;
        public string Color { get; } = color;
        public string Username { get; set; } = "";
        public PresenceStatus Status { get; set; } = PresenceStatus.Online;
        public DateTimeOffset LastActivity { get; set; }
        public Tab? Active { get; set; }
        public List<Tab> Seats { get; } = [];
    }

    private sealed class Tab(object key, string sessionId, bool isTool)
    {
        public object Key { get; } = key;
        public string SessionId { get; } = sessionId;
        public bool IsTool { get; } = isTool;
        public string? CurrentElement { get; set; }
        public CursorPosition? Cursor { get; set; }
        public ImmutableArray<string> Selection { get; set; } = [];
    }
}
