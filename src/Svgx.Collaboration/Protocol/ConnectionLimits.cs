using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Protocol;

/// <summary>What one user and one address may have and do over all their connections. Thread-safe.</summary>
internal sealed class ConnectionLimits(ProtocolOptions options, TimeProvider time)
{
    private const int MaxIdleUsers = 1_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, User> _users = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Open connections of an address.</summary>
    public CountByKey Addresses { get; } = new(options.MaxConnectionsPerAddress);

    /// <summary>Joins of an address.</summary>
    public KeyedRateLimiter Joins { get; } = new(options.JoinsPerMinute, Minute, time);

    /// <summary>Joins of an address whose token was refused.</summary>
    public KeyedRateLimiter RefusedTokens { get; } = new(options.RefusedTokensPerMinute, Minute, time);

    /// <summary>One entry in the audit trail a minute for each who goes beyond a limit: abuse is noted, and does not flood the notes.</summary>
    public KeyedRateLimiter Notes { get; } = new(1, Minute, time);

    /// <summary>Another connection of a user; <see langword="null"/> where there are too many.</summary>
    public MessageRates? TryEnter(string userId)
    {
        lock (_lock)
        {
            if (!_users.TryGetValue(userId, out var user))
            {
                if (_users.Count >= MaxIdleUsers)
                    Sweep_NeedsLock();
                _users.Add(userId, user = new(new(options, time)));
            }
            if (user.Connections >= options.MaxConnectionsPerUser)
                return null;
            user.Connections++;
            return user.Rates;
        }
    }

    /// <summary>The counts stay for as long as they matter: coming back gives no new allowance.</summary>
    public void Leave(string userId)
    {
        lock (_lock)
        {
            var user = _users[userId];
            if (--user.Connections == 0 && (user.Rates.IsIdle() || _users.Count > MaxIdleUsers))
                _users.Remove(userId);
        }
    }

    private void Sweep_NeedsLock()
    {
        foreach (var (userId, user) in _users)
        {
            if (user.Connections == 0 && user.Rates.IsIdle())
                _users.Remove(userId);
        }
    }

    private sealed class User(MessageRates rates)
    {
        public MessageRates Rates { get; } = rates;

        public int Connections { get; set; }
    }
}
