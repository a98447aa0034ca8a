using System.Numerics;

namespace Svgx.Collaboration.Diagnostics;

/// <summary>
/// How long things took during the last minute: counts in buckets an eighth of their size wide, so that a percentile is at most 12.5 % too high. Ten-second slices in a ring make the window slide.
/// Of fixed size; recording is a few atomic additions and allocates nothing. A record that meets the turn of a slice may be lost. Thread-safe.
/// </summary>
internal sealed class LatencyWindow(TimeProvider time)
{
    private const int SubBits = 3;
    private const int Buckets = (40 - SubBits + 1) << SubBits; // microseconds up to 2^40, that is twelve days
    private const int Slices = 6;
    private const int SliceSeconds = 10;

    private readonly Slice[] _slices = [.. Enumerable.Range(0, Slices).Select(_ => new Slice())];
    private readonly long _sliceLength = SliceSeconds * time.TimestampFrequency;

    public static TimeSpan Length { get; } = TimeSpan.FromSeconds(Slices * SliceSeconds);

    /// <summary>Notes a duration that ended just now.</summary>
    public void Record(TimeSpan duration)
    {
        var microseconds = Math.Max(0, duration.Ticks / TimeSpan.TicksPerMicrosecond);
        var slice = Current();
        Interlocked.Increment(ref slice.Counts[Index(microseconds)]);
        Interlocked.Add(ref slice.Sum, microseconds);
        for (long max = Volatile.Read(ref slice.Max), seen; microseconds > max; max = seen)
        {
            seen = Interlocked.CompareExchange(ref slice.Max, microseconds, max);
            if (seen == max)
                break; // nobody noted a longer one meanwhile
        }
    }

    public LatencySummary Summarise()
    {
        var counts = new long[Buckets];
        long sum = 0, max = 0;
        var newest = time.GetTimestamp() / _sliceLength;
        foreach (var slice in _slices)
        {
            if (Volatile.Read(ref slice.Turn) <= newest - Slices)
                continue;
            for (var i = 0; i < Buckets; i++)
                counts[i] += Volatile.Read(ref slice.Counts[i]);
            sum += Volatile.Read(ref slice.Sum);
            max = Math.Max(max, Volatile.Read(ref slice.Max));
        }
        var total = counts.Sum();
        return total == 0 ? new(0, 0, 0, 0, 0, 0) : new(total, sum / 1_000.0 / total, Percentile(counts, total, 0.50, max), Percentile(counts, total, 0.95, max), Percentile(counts, total, 0.99, max), max / 1_000.0);
    }

    private Slice Current()
    {
        var turn = time.GetTimestamp() / _sliceLength;
        var slice = _slices[turn % Slices];
        var former = Volatile.Read(ref slice.Turn);
        if (former != turn && Interlocked.CompareExchange(ref slice.Turn, turn, former) == former)
            slice.Clear();
        return slice;
    }

    private static double Percentile(long[] counts, long total, double share, long max)
    {
        var wanted = (long)Math.Ceiling(total * share);
        long seen = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            seen += counts[i];
            if (seen >= wanted)
                return Math.Min(Upper(i), max) / 1_000.0;
        }
        return max / 1_000.0;
    }

    /// <summary>Below 2^3 each microsecond has its bucket; above, each power of two has eight.</summary>
    private static int Index(long value)
    {
        if (value < 1 << SubBits)
            return (int)value;
        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return Math.Min(Buckets - 1, ((shift + 1) << SubBits) + (int)((value >> shift) - (1 << SubBits)));
    }

    private static long Upper(int index)
    {
        if (index < 1 << SubBits)
            return index;
        var shift = (index >> SubBits) - 1;
        return ((((long)index & ((1 << SubBits) - 1)) + (1 << SubBits) + 1) << shift) - 1;
    }

    private sealed class Slice
    {
        public readonly long[] Counts = new long[Buckets];
        public long Turn = -1;
        public long Sum;
        public long Max;

        public void Clear()
        {
            Array.Clear(Counts);
            Volatile.Write(ref Sum, 0);
            Volatile.Write(ref Max, 0);
        }
    }
}

/// <summary>Durations of the last minute, in milliseconds. Percentiles are at most 12.5 % too high.</summary>
/// <param name="Count">How many.</param>
/// <param name="MeanMs">Their mean.</param>
/// <param name="P50Ms">Half took no longer.</param>
/// <param name="P95Ms">95 of 100 took no longer.</param>
/// <param name="P99Ms">99 of 100 took no longer.</param>
/// <param name="MaxMs">The longest.</param>
public sealed record LatencySummary(long Count, double MeanMs, double P50Ms, double P95Ms, double P99Ms, double MaxMs);
