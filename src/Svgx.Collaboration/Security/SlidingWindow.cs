namespace Svgx.Collaboration.Security;

/// <summary>
/// A sliding window in two counters: the count of the current window plus the share of the former one that still overlaps. Counted on the monotonic clock, which nobody can set. The owner keeps threads apart.
/// </summary>
internal struct SlidingWindow
{
    private long _index;
    private int _current;
    private int _former;

    /// <summary>Counts one, or says how long to wait.</summary>
    /// <param name="limit">How many fit into a window.</param>
    /// <param name="length">The window's length in timestamp units.</param>
    /// <param name="time">The clock.</param>
    /// <param name="retryAfter">How long to wait where it does not fit.</param>
    public bool TryTake(int limit, long length, TimeProvider time, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        var now = time.GetTimestamp();
        var index = now / length;
        if (_index != index)
            (_index, _current, _former) = (index, 0, _index == index - 1 ? _current : 0);
        var into = now % length;
        var used = _current + (_former * (double)(length - into) / length);
        if (used + 1 > limit)
        {
            // The former window's share shrinks evenly; where the current one is full, only the next one helps.
            var wait = _former == 0 ? length - into : Math.Min(length - into, (long)((used + 1 - limit) / _former * length) + 1);
            retryAfter = TimeSpan.FromSeconds(Math.Max(0.001, wait / (double)time.TimestampFrequency));
            return false;
        }
        _current++;
        return true;
    }

    /// <summary>Whether nothing that it counted matters any more.</summary>
    public readonly bool IsIdle(long length, TimeProvider time) => time.GetTimestamp() / length > _index + 1;

    public static long Length(TimeSpan window, TimeProvider time) => Math.Max(1, (long)(window.TotalSeconds * time.TimestampFrequency));
}
