namespace Svgx.Bench.Load.Traffic;

/// <summary>A set of operations of a run, a bit each. One writer.</summary>
internal sealed class OperationSet(int capacity)
{
    private readonly ulong[] _bits = new ulong[(capacity + 63) / 64];
    private int _count;

    /// <summary>How many are in it; may be read by other threads.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary><see langword="false"/> where it was in it already.</summary>
    public bool Add(int operation)
    {
        ref var word = ref _bits[operation >> 6];
        var bit = 1UL << (operation & 63);
        if ((word & bit) != 0)
            return false;
        word |= bit;
        _count++;
        return true;
    }
}
