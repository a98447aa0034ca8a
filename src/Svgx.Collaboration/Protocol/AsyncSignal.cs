using System.Threading.Tasks.Sources;

namespace Svgx.Collaboration.Protocol;

/// <summary>Wakes one waiter, on the thread pool; set while nobody waits, it is remembered. Any thread may set it, one waits. Allocates nothing, as each connection waits once a frame.</summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Set = 1;
    private const int Waiting = 2;

    // Inline continuations would run every connection's sending on the session's loop.
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private int _state;

    public void Raise()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
            _core.SetResult(true);
        else if (Interlocked.CompareExchange(ref _state, Set, Idle) == Waiting)
            Raise(); // the waiter came between the two
    }

    public ValueTask WaitAsync()
    {
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
            return new(this, _core.Version);
        Volatile.Write(ref _state, Idle); // it was set, and only the waiter takes that back
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _core.OnCompleted(continuation, state, token, flags);
}
