namespace Svgx.Collaboration.Diagnostics;

/// <summary>How often something happened a second, over the last ten whole seconds. Of fixed size, without locks or allocation. Thread-safe.</summary>
internal sealed class RateWindow(TimeProvider time)
{
    private const int Seconds = 10;
    private const int Slots = Seconds + 2; // the second under way, and one that may be turning

    private readonly long[] _turns = [.. Enumerable.Repeat(-1L, Slots)];
    private readonly long[] _counts = new long[Slots];
    private readonly long _startedAt = time.GetTimestamp();

    public void Add(long count)
    {
        var turn = time.GetTimestamp() / time.TimestampFrequency;
        var slot = (int)(turn % Slots);
        var former = Volatile.Read(ref _turns[slot]);
        if (former != turn && Interlocked.CompareExchange(ref _turns[slot], turn, former) == former)
            Volatile.Write(ref _counts[slot], 0);
        Interlocked.Add(ref _counts[slot], count);
    }

    public double PerSecond()
    {
        var now = time.GetTimestamp() / time.TimestampFrequency;
        long sum = 0;
        for (var slot = 0; slot < Slots; slot++)
        {
            if (Volatile.Read(ref _turns[slot]) is var turn && turn < now && turn >= now - Seconds)
                sum += Volatile.Read(ref _counts[slot]);
        }
        return sum / Math.Clamp(time.GetElapsedTime(_startedAt).TotalSeconds, 1, Seconds);
    }
}
