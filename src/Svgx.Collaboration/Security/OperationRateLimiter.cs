namespace Svgx.Collaboration.Security;

/// <summary>
/// A sliding window per user and operation type: the count of the current window plus the share of the former one that still overlaps.
/// Allocates when a user first sends a type, never after. Used by its session alone.
/// </summary>
internal sealed class OperationRateLimiter(int limit, TimeSpan window, TimeProvider time)
{
    private readonly Dictionary<(string UserId, string Type), Window> _windows = [];
    private readonly long _length = Math.Max(1, (long)(window.TotalSeconds * time.TimestampFrequency));

    /// <summary>Counts one operation, or says how long to wait.</summary>
    public bool TryTake(string userId, string operationType, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        ref var state = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_windows, (userId, operationType), out _);
        var now = time.GetTimestamp();
        var index = now / _length;
        if (state.Index != index)
            state = new(index, 0, state.Index == index - 1 ? state.Current : 0);
        var into = now % _length;
        var used = state.Current + (state.Former * (double)(_length - into) / _length);
        if (used + 1 > limit)
        {
            // The former window's share shrinks evenly; where the current one is full, only the next one helps.
            var wait = state.Former == 0 ? _length - into : Math.Min(_length - into, (long)((used + 1 - limit) / state.Former * _length) + 1);
            retryAfter = TimeSpan.FromSeconds(Math.Max(0.001, wait / (double)time.TimestampFrequency));
            return false;
        }
        state = state with { Current = state.Current + 1 };
        return true;
    }

    /// <summary>Forgets a user who left.</summary>
    public void Forget(string userId)
    {
        foreach (var key in _windows.Keys)
        {
            if (key.UserId == userId && time.GetTimestamp() / _length > _windows[key].Index + 1)
                _windows.Remove(key);
        }
    }

    private readonly record struct Window(long Index, int Current, int Former);
}
