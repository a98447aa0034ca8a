using System.Collections.Immutable;

namespace Svgx.Collaboration.Presence;

/// <summary>A user on the board, with what was last shown of them.</summary>
internal sealed class PresenceUser(string userId, string color)
{
    public string UserId { get; } = userId;

    public string Color { get; } = color;

    public string Username { get; set; } = "";

    public PresenceStatus Status { get; set; } = PresenceStatus.Online;

    public DateTimeOffset LastActivity { get; set; }

    public PresenceTab? Active { get; set; }

    public List<PresenceTab> Tabs { get; } = [];

    public bool IsTool { get; set; }

    /// <summary>Timestamp of the moment its last connection was lost; counts while there are no tabs.</summary>
    public long LostAt { get; set; }

    public DateTimeOffset LostAtUtc { get; set; }

    public ImmutableArray<string> Followers { get; set; } = [];

    public PresenceStamps Stamps { get; set; }

    /// <summary>As last shown; <see langword="null"/> after a change.</summary>
    public PresenceEntry? Shown { get; set; }

    /// <summary>The current element as last shown.</summary>
    public string? ShownElement { get; set; }

    public int? LatencyMs { get; set; }

    public ConnectionQuality Connection { get; set; }
}

/// <summary>One session of a user on the board.</summary>
internal sealed class PresenceTab(object seat, string sessionId, string username, bool isTool)
{
    private double? _roundTrip;

    public object Seat { get; } = seat;

    public string SessionId { get; } = sessionId;

    /// <summary>The name that it joined with; a tool's own.</summary>
    public string Username { get; } = username;

    public bool IsTool { get; } = isTool;

    public bool MayEdit { get; set; }

    public string? CurrentElement { get; set; }

    public CursorPosition? Cursor { get; set; }

    public ImmutableArray<string> Selection { get; set; } = [];

    public ViewedArea? Viewport { get; set; }

    public string? Following { get; set; }

    /// <summary>It says that nobody is at it; any activity says otherwise.</summary>
    public bool IsAway { get; set; }

    /// <summary>It says that its user is looking.</summary>
    public bool IsViewing { get; set; }

    /// <summary>Timestamp of its last activity.</summary>
    public long ActiveAt { get; set; }

    /// <summary>Timestamp of its last edit.</summary>
    public long? EditedAt { get; set; }

    /// <summary>Timestamp from which on it was neither editing nor told to be viewing.</summary>
    public long OnlineAt { get; set; }

    public long MeasuredAt { get; private set; }

    public SessionStamps Stamps { get; set; }

    /// <summary>Smoothed: one late packet is not a bad connection, several are.</summary>
    public double? RoundTrip => _roundTrip;

    public void Measure(double milliseconds, long now)
    {
        _roundTrip = _roundTrip is { } former ? former + 0.25 * (milliseconds - former) : milliseconds;
        MeasuredAt = now;
    }

    public void Forget() => _roundTrip = null;
}
