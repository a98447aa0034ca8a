using System.Globalization;

namespace Svgx.Collaboration.Documents;

/// <summary>Numbers of SVG attributes, read and written the same way on every machine (docs/geometry.md).</summary>
internal static class SvgNumber
{
    /// <summary>No coordinate of a real drawing comes near; beyond it pictures and sums lose their precision.</summary>
    public const double Largest = 1e9;

    /// <summary>What is written has six decimals: a length below is what rounding left of none.</summary>
    public const double Smallest = 1e-6;

    /// <summary>Reads a plain number of user units, with or without <c>px</c>. An absent or empty value is 0.</summary>
    public static bool TryRead(string? text, out double value)
    {
        var span = (text ?? "").AsSpan().Trim();
        if (span.EndsWith("px", StringComparison.OrdinalIgnoreCase))
            span = span[..^2];
        if (span.IsEmpty)
        {
            value = 0;
            return string.IsNullOrWhiteSpace(text);
        }
        return double.TryParse(span, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    /// <summary>At most six decimals, no exponent, no negative zero. Refuses the operation whose number no drawing can hold, so that none gets into one, be it in a path or a transform.</summary>
    /// <exception cref="RefusalException">The number is not finite or too large.</exception>
    public static string Write(double value)
    {
        if (!IsSane(value))
            throw new RefusalException("invalid_number", $"A number of the element would not be finite, or be larger than {Largest:0}.");
        var rounded = Math.Floor((value * 1e6) + 0.5) / 1e6; // as JavaScript's Math.round does
        return rounded == 0 ? "0" : rounded.ToString("0.######", CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a list of numbers, such as a path's, points or a transform, has one that no drawing can hold. Takes the text as it is: what a browser does not understand it leaves out.</summary>
    public static bool AreSane(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!char.IsAsciiDigit(text[at]))
            {
                at++;
                continue;
            }
            var start = at;
            at += Digits(text[at..]);
            if (at < text.Length && text[at] == '.')
                at += 1 + Digits(text[(at + 1)..]);
            if (at + 1 < text.Length && text[at] is 'e' or 'E')
            {
                var sign = text[at + 1] is '+' or '-' ? 1 : 0;
                if (Digits(text[(at + 1 + sign)..]) is var exponent and > 0)
                    at += 1 + sign + exponent;
            }
            if (!IsSane(double.Parse(text[start..at], NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture)))
                return false;
        }
        return true;
    }

    private static int Digits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length;

    public static bool IsSane(double value) => double.IsFinite(value) && Math.Abs(value) <= Largest;
}
