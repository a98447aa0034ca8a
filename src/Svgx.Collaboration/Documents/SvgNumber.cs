using System.Globalization;

namespace Svgx.Collaboration.Documents;

/// <summary>Numbers of SVG attributes, read and written the same way on every machine (docs/geometry.md).</summary>
internal static class SvgNumber
{
    /// <summary>No coordinate of a real drawing comes near; beyond it pictures and sums lose their precision.</summary>
    public const double Largest = 1e9;

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

    /// <summary>At most six decimals, no exponent, no negative zero.</summary>
    public static string Write(double value)
    {
        var rounded = Math.Floor((value * 1e6) + 0.5) / 1e6; // as JavaScript's Math.round does
        return rounded == 0 ? "0" : rounded.ToString("0.######", CultureInfo.InvariantCulture);
    }

    public static bool IsSane(double value) => double.IsFinite(value) && Math.Abs(value) <= Largest;
}
