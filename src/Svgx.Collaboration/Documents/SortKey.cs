namespace Svgx.Collaboration.Documents;

/// <summary>
/// Keys that order siblings: between any two there is room for another, so an insertion never renumbers its neighbours.
/// A key is a fraction written in base 62 (0-9, A-Z, a-z) without its leading "0." and never ends in "0"; keys compare by code unit.
/// </summary>
public static class SortKey
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int Base = 62;
    private static readonly System.Buffers.SearchValues<char> DigitSet = System.Buffers.SearchValues.Create(Digits);

    /// <summary>A key between two others; <see langword="null"/> stands for an open end.</summary>
    /// <exception cref="ArgumentException">The left key is not below the right one, or a key has a foreign character.</exception>
    public static string Between(string? left, string? right)
    {
        if (left is not null && right is not null && string.CompareOrdinal(left, right) >= 0)
            throw new ArgumentException("The left key must be below the right one.", nameof(left));
        if (right is null)
            return After(left ?? "");

        var key = new List<char>(right.Length + 1);
        var bounded = true;
        for (var i = 0; ; i++)
        {
            var low = left is not null && i < left.Length ? Value(left[i]) : 0;
            var high = !bounded ? Base : i < right.Length ? Value(right[i]) : 0;
            if (bounded && low == high)
            {
                key.Add(Digits[low]);
                continue;
            }
            var middle = bounded ? (low + high) >> 1 : low + 1;
            if (middle > low && middle < high)
            {
                key.Add(Digits[middle]);
                return new string([.. key]);
            }
            key.Add(Digits[low]);
            bounded = false; // everything that begins with this prefix is below the right neighbour
        }
    }

    /// <summary>Keys for a row of new siblings, in ascending order and all of one length.</summary>
    public static string[] Sequence(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var width = 1;
        for (long room = Base - 1; room < count; room *= Base)
            width++;
        var keys = new string[count];
        for (var i = 0; i < count; i++)
        {
            long value = i + (i / (Base - 1)) + 1; // leaves out the multiples of 62, which would end in "0"
            keys[i] = string.Create(width, value, static (span, rest) =>
            {
                for (var at = span.Length - 1; at >= 0; at--, rest /= Base)
                    span[at] = Digits[(int)(rest % Base)];
            });
        }
        return keys;
    }

    /// <summary>Whether a text is a key: 1 to 4,096 digits, the last of them not "0".</summary>
    public static bool IsValid(string key) =>
        key.Length is > 0 and <= 4_096 && key[^1] != '0' && !key.AsSpan().ContainsAnyExcept(DigitSet);

    /// <summary>
    /// The next key at the open end. A key that begins with n times "z" counts on in its next n + 1 digits, so that a million
    /// appended siblings still have keys of some ten characters.
    /// </summary>
    private static string After(string left)
    {
        var full = 0;
        while (full < left.Length && left[full] == 'z')
            full++;
        var digits = new char[(full * 2) + 1];
        for (var i = 0; i < digits.Length; i++)
            digits[i] = i < left.Length ? left[i] : '0';
        do
        {
            var at = digits.Length - 1;
            while (digits[at] == 'z')
                digits[at--] = '0';
            digits[at] = Digits[Value(digits[at]) + 1];
        }
        while (digits[^1] == '0');
        return new string(digits);
    }

    private static int Value(char digit)
    {
        var value = Digits.IndexOf(digit, StringComparison.Ordinal);
        return value >= 0 ? value : throw new ArgumentException($"'{digit}' is not a digit of a sort key.", nameof(digit));
    }
}
