using System.Runtime.InteropServices;

namespace Svgx.Collaboration.Security;

/// <summary>
/// A sliding window per key, such as an address. Keeps at most <paramref name="maxKeys"/> keys: what is idle makes room, and where nothing is, newcomers share one window, so that a flood of keys neither fills the memory nor
/// gets a fresh allowance each. (System.Threading.RateLimiting knows no TimeProvider and no such bound: docs/decisions/0051.) Thread-safe.
/// </summary>
public sealed class KeyedRateLimiter(int limit, TimeSpan window, TimeProvider time, int maxKeys = 10_000)
{
    private readonly Dictionary<string, SlidingWindow> _windows = new(StringComparer.Ordinal);
    private readonly long _length = SlidingWindow.Length(window, time);
    private readonly Lock _lock = new();
    private SlidingWindow _newcomers;
    private long _sweptAt = long.MinValue;

    /// <summary>Counts one for a key, or says how long to wait.</summary>
    public bool TryTake(string key, out TimeSpan retryAfter)
    {
        lock (_lock)
        {
            if (_windows.Count >= maxKeys && !_windows.ContainsKey(key) && !Sweep_NeedsLock())
                return _newcomers.TryTake(limit, _length, time, out retryAfter);
            return CollectionsMarshal.GetValueRefOrAddDefault(_windows, key, out _).TryTake(limit, _length, time, out retryAfter);
        }
    }

    /// <summary>Makes room; at most once a window, or a flood would pay for a walk each.</summary>
    private bool Sweep_NeedsLock()
    {
        var turn = time.GetTimestamp() / _length;
        if (turn != _sweptAt)
        {
            _sweptAt = turn;
            foreach (var key in _windows.Keys)
            {
                if (_windows[key].IsIdle(_length, time))
                    _windows.Remove(key);
            }
        }
        return _windows.Count < maxKeys;
    }
}
