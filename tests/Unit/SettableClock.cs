using Microsoft.Extensions.Time.Testing;

namespace Svgx.Tests.Unit;

/// <summary>A clock that somebody can set, as a real one: the time of day jumps, while timestamps and timers go on as before. (FakeTimeProvider moves both together.)</summary>
public sealed class SettableClock : TimeProvider
{
    private readonly FakeTimeProvider _steady = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>How far the time of day has been set forward, or back.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => _steady.TimestampFrequency;

    public void Advance(TimeSpan by) => _steady.Advance(by);

    public override DateTimeOffset GetUtcNow() => _steady.GetUtcNow() + Offset;

    public override long GetTimestamp() => _steady.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _steady.CreateTimer(callback, state, dueTime, period);
}
