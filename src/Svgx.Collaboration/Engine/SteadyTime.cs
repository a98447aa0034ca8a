namespace Svgx.Collaboration.Engine;

/// <summary>
/// A session's time of day, which nobody can set while it is open. Leases and the concurrency window compare times of day with each other, some of them in the journal: a clock set back by hours would make all that happened since look
/// concurrent, and locks endless. So it never goes back; what it is set forward by counts after a minute, when what hung on the former time has ended by itself. A session that opens anew takes the clock as it is. Thread-safe.
/// </summary>
internal sealed class SteadyTime(TimeProvider clock) : TimeProvider
{
    private static readonly TimeSpan Jump = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _at = clock.GetUtcNow();
    private long _since = clock.GetTimestamp();
    private long? _aheadSince;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            var stamp = clock.GetTimestamp();
            var steady = _at + clock.GetElapsedTime(_since, stamp);
            var told = clock.GetUtcNow();
            if (told - steady < Jump)
            {
                _aheadSince = null;
                if (told <= steady)
                    return steady;
            }
            else
            {
                _aheadSince ??= stamp;
                if (clock.GetElapsedTime(_aheadSince.Value, stamp) < Patience)
                    return steady;
                _aheadSince = null;
            }
            (_at, _since) = (told, stamp);
            return told;
        }
    }

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);
}
