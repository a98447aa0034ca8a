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
        left ??= "";
        if (right is null)
            return After(left);
        var at = 0;
        while (at < left.Length && left[at] == right[at])
            at++;
        if (at == left.Length)
            return left + Before(right[at..]);
        int low = Value(left[at]), middle = (low + Value(right[at])) >> 1;
        return middle > low ? left[..at] + Digits[middle] : left[..(at + 1)] + After(left[(at + 1)..]);
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

    /// <summary>
    /// A key below another and above none. One that begins with n times "0" counts down in its next n digits, from their middle on: a row that grows at its front keeps short keys like one that grows at
    /// its end, and so does one that always grows right behind the same sibling.
    /// </summary>
    private static string Before(string right)
    {
        var zeros = 0;
        while (zeros < right.Length && right[zeros] == '0')
            zeros++;
        if (zeros == 0)
            return Value(right[0]) > 1 ? Digits[Value(right[0]) >> 1].ToString() : right.Length > 1 ? "1" : "0V";
        var digits = right.PadRight(zeros * 2, '0')[..(zeros * 2)].ToCharArray();
        if (right.Length <= digits.Length)
        {
            var at = digits.Length - 1;
            while (digits[at] == '0' && at > zeros)
                digits[at--] = 'z';
            digits[at] = Digits[Math.Max(0, Value(digits[at]) - 1)];
        }
        return digits[zeros] == '0' ? new string('0', zeros + 1) + "V" : new string(digits).TrimEnd('0');
    }

    private static int Value(char digit)
    {
        var value = Digits.IndexOf(digit, StringComparison.Ordinal);
        return value >= 0 ? value : throw new ArgumentException($"'{digit}' is not a digit of a sort key.", nameof(digit));
    }
}
