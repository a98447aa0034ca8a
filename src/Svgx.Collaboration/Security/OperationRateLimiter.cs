using System.Runtime.InteropServices;

namespace Svgx.Collaboration.Security;

/// <summary>A sliding window per user and operation type. Allocates when a user first sends a type, never after. Used by its session alone.</summary>
internal sealed class OperationRateLimiter(int limit, TimeSpan window, TimeProvider time)
{
    private readonly Dictionary<(string UserId, string Type), SlidingWindow> _windows = [];
    private readonly long _length = SlidingWindow.Length(window, time);

    /// <summary>Counts one operation, or says how long to wait.</summary>
    public bool TryTake(string userId, string operationType, out TimeSpan retryAfter) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_windows, (userId, operationType), out _).TryTake(limit, _length, time, out retryAfter);

    /// <summary>Forgets a user who left.</summary>
    public void Forget(string userId)
    {
        foreach (var key in _windows.Keys)
        {
            if (key.UserId == userId && _windows[key].IsIdle(_length, time))
                _windows.Remove(key);
        }
    }
}
