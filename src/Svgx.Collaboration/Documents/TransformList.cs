using System.Globalization;
using System.Text.RegularExpressions;

namespace Svgx.Collaboration.Documents;

/// <summary>Reads the <c>transform</c> attribute (SVG 1.1, section 7.6).</summary>
internal static partial class TransformList
{
    /// <summary>The matrix of a transform list; <see langword="false"/> where it cannot be read.</summary>
    public static bool TryRead(string? text, out Affine matrix)
    {
        matrix = Affine.Identity;
        var at = 0;
        text ??= "";
        foreach (var step in Step().EnumerateMatches(text))
        {
            if (!Separator().IsMatch(text.AsSpan(at, step.Index - at)) || !TryReadStep(text.Substring(step.Index, step.Length), out var next))
                return false;
            matrix = matrix.Times(next);
            at = step.Index + step.Length;
        }
        return Separator().IsMatch(text.AsSpan(at));
    }

    /// <summary>Splits a leading <c>translate</c> off a list.</summary>
    public static bool TryTakeTranslate(string text, out double x, out double y, out string rest)
    {
        var match = LeadingTranslate().Match(text);
        x = y = 0;
        rest = match.Success ? text[match.Length..].TrimStart(' ', ',', '\t', '\r', '\n') : text;
        return match.Success && SvgNumber.TryRead(match.Groups["x"].Value, out x) && SvgNumber.TryRead(match.Groups["y"].Value, out y);
    }

    private static bool TryReadStep(string text, out Affine matrix)
    {
        matrix = Affine.Identity;
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var numbers = new List<double>(6);
        foreach (var part in text[(open + 1)..^1].Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
                return false;
            numbers.Add(number);
        }
        double Radians() => numbers[0] * Math.PI / 180;
        switch (text[..open].Trim(), numbers.Count)
        {
            case ("matrix", 6): matrix = new(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]); return true;
            case ("translate", 1): matrix = new(1, 0, 0, 1, numbers[0], 0); return true;
            case ("translate", 2): matrix = new(1, 0, 0, 1, numbers[0], numbers[1]); return true;
            case ("scale", 1): matrix = new(numbers[0], 0, 0, numbers[0], 0, 0); return true;
            case ("scale", 2): matrix = new(numbers[0], 0, 0, numbers[1], 0, 0); return true;
            case ("skewX", 1): matrix = new(1, 0, Math.Tan(Radians()), 1, 0, 0); return true;
            case ("skewY", 1): matrix = new(1, Math.Tan(Radians()), 0, 1, 0, 0); return true;
            case ("rotate", 1 or 3):
                var turn = new Affine(Math.Cos(Radians()), Math.Sin(Radians()), -Math.Sin(Radians()), Math.Cos(Radians()), 0, 0);
                matrix = numbers.Count == 1 ? turn : new Affine(1, 0, 0, 1, numbers[1], numbers[2]).Times(turn).Times(new(1, 0, 0, 1, -numbers[1], -numbers[2]));
                return true;
            default: return false;
        }
    }

    [GeneratedRegex(@"[a-zA-Z]+\s*\([^()]*\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Step();

    [GeneratedRegex(@"^[\s,]*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^translate\s*\(\s*(?<x>[-+.\deE]+)(?:[\s,]+(?<y>[-+.\deE]+))?\s*\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LeadingTranslate();
}
