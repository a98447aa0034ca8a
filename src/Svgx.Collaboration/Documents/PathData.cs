using System.Globalization;
using System.Text;

namespace Svgx.Collaboration.Documents;

/// <summary>Path data as commands with their numbers (SVG 1.1, section 8.3).</summary>
internal sealed class PathData
{
    private readonly List<(char Command, double[] Numbers)> _segments = [];

    /// <summary>Reads path data; <see langword="null"/> where it cannot be read to its end.</summary>
    public static PathData? Read(string text)
    {
        var path = new PathData();
        var at = 0;
        var command = '\0';
        while (SkipSeparators(text, ref at))
        {
            if (char.IsAsciiLetter(text[at]))
            {
                command = text[at++];
                if (Count(command) < 0 || (path._segments.Count == 0 && char.ToLowerInvariant(command) != 'm'))
                    return null;
                if (Count(command) == 0)
                {
                    path._segments.Add((command, []));
                    continue;
                }
            }
            else if (command == '\0' || Count(command) == 0)
                return null;
            var numbers = new double[Count(command)];
            for (var i = 0; i < numbers.Length; i++)
            {
                if (!SkipSeparators(text, ref at) || !TryReadNumber(text, ref at, char.ToLowerInvariant(command) == 'a' && i is 3 or 4, out numbers[i]))
                    return null;
            }
            path._segments.Add((command, numbers));
            command = command switch { 'M' => 'L', 'm' => 'l', _ => command };
        }
        return path;
    }

    /// <summary>The path mapped along the axes; <see langword="null"/> where a turned arc would have to be bent.</summary>
    public string? Map(AxisMap map)
    {
        var text = new StringBuilder();
        for (var i = 0; i < _segments.Count; i++)
        {
            var (command, numbers) = _segments[i];
            var shift = char.IsAsciiLetterUpper(command) || i == 0; // a leading m is absolute
            double X(double x) => (x * map.ScaleX) + (shift ? map.ShiftX : 0);
            double Y(double y) => (y * map.ScaleY) + (shift ? map.ShiftY : 0);
            double[] mapped;
            switch (char.ToLowerInvariant(command))
            {
                case 'h': mapped = [X(numbers[0])]; break;
                case 'v': mapped = [Y(numbers[0])]; break;
                case 'a':
                    if (map.ScaleX != map.ScaleY && numbers[2] % 180 != 0)
                        return null;
                    mapped = [numbers[0] * map.ScaleX, numbers[1] * map.ScaleY, numbers[2], numbers[3], numbers[4], X(numbers[5]), Y(numbers[6])];
                    break;
                default: mapped = [.. numbers.Select((value, n) => n % 2 == 0 ? X(value) : Y(value))]; break;
            }
            text.Append(command).AppendJoin(' ', mapped.Select(SvgNumber.Write));
        }
        return text.ToString();
    }

    /// <summary>The exact box around the path; <see langword="null"/> where there is nothing to measure.</summary>
    public Box? Bounds() => PathBounds.Of(_segments);

    private static int Count(char command) => char.ToLowerInvariant(command) switch
    {
        'm' or 'l' or 't' => 2,
        'h' or 'v' => 1,
        'c' => 6,
        's' or 'q' => 4,
        'a' => 7,
        'z' => 0,
        _ => -1,
    };

    private static bool SkipSeparators(string text, ref int at)
    {
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == ','))
            at++;
        return at < text.Length;
    }

    private static bool TryReadNumber(string text, ref int at, bool isFlag, out double value)
    {
        value = 0;
        if (isFlag) // flags may stand without anything between them and what follows
        {
            if (text[at] is not ('0' or '1'))
                return false;
            value = text[at++] - '0';
            return true;
        }
        var start = at;
        if (text[at] is '+' or '-')
            at++;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
        }
        if (at < text.Length && text[at] is 'e' or 'E' && at + 1 < text.Length && (char.IsAsciiDigit(text[at + 1]) || (at + 2 < text.Length && text[at + 1] is '+' or '-' && char.IsAsciiDigit(text[at + 2]))))
        {
            at += 2;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
        }
        return double.TryParse(text.AsSpan(start, at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }
}
