using System.Diagnostics;

namespace Svgx.Bench.Load.Traffic;

/// <summary>
/// Every operation of a run and when it was due. Latency counts from there: where the generator or the server falls behind, what had to wait counts as late, and nothing is left out
/// because a sender was busy (no coordinated omission).
/// </summary>
internal sealed class Flights(TrafficPlan plan)
{
    private readonly long[] _due = new long[plan.Operations];

    public TrafficPlan Plan { get; } = plan;

    /// <summary>What the ids of this run begin with.</summary>
    public string Prefix { get; } = $"load-{Guid.NewGuid().ToString("N")[..8]}-";

    public void Schedule(long start)
    {
        for (var i = 0; i < _due.Length; i++)
            _due[i] = start + (long)(i * (double)Stopwatch.Frequency / Plan.Rate);
    }

    public long DueAt(int operation) => _due[operation];

    public bool IsMeasured(int operation) => operation >= Plan.WarmupOperations;

    public TimeSpan Since(int operation, long now) => Stopwatch.GetElapsedTime(_due[operation], now);
}
