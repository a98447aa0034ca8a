using System.Numerics;

namespace Svgx.Bench.Load.Traffic;

/// <summary>Latencies in buckets of at most 1.6 % width. One writer; merged when the run is over.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int SubBuckets = 1 << SubBits;

    private readonly long[] _counts = new long[SubBuckets * 40];
    private double _sum;

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : TimeSpan.FromMicroseconds(_sum / Count);

    public void Record(TimeSpan latency)
    {
        var microseconds = Math.Max(0, (long)latency.TotalMicroseconds);
        _counts[IndexOf(microseconds)]++;
        _sum += microseconds;
        Count++;
        if (latency > Max)
            Max = latency;
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        _sum += other._sum;
        Count += other.Count;
        if (other.Max > Max)
            Max = other.Max;
    }

    /// <summary>The latency that a share (0 to 1) of all do not exceed.</summary>
    public TimeSpan Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= wanted && seen > 0)
                return TimeSpan.FromMicroseconds(Math.Min(UpperBound(i), Max.TotalMicroseconds));
        }
        return Max;
    }

    private static int IndexOf(long value)
    {
        if (value < SubBuckets * 2)
            return (int)value;
        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return (shift << SubBits) + (int)(value >> shift);
    }

    private static long UpperBound(int index)
    {
        if (index < SubBuckets * 2)
            return index;
        var shift = (index >> SubBits) - 1;
        return ((long)(index - (shift << SubBits) + 1) << shift) - 1;
    }
}
