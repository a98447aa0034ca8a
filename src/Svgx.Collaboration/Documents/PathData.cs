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

    /// <summary>
    /// The box around the path. Of curves it takes the control points and of arcs the full turn around both ends: never too small, exact for lines.
    /// </summary>
    public Box? Bounds()
    {
        Box? box = null;
        double x = 0, y = 0, startX = 0, startY = 0;
        void Take(double px, double py) => box = box?.And(new(px, py, 0, 0)) ?? new Box(px, py, 0, 0);
        foreach (var (command, numbers) in _segments)
        {
            var relative = char.IsAsciiLetterLower(command);
            double ox = relative ? x : 0, oy = relative ? y : 0;
            switch (char.ToLowerInvariant(command))
            {
                case 'z': (x, y) = (startX, startY); continue;
                case 'h': x = numbers[0] + ox; break;
                case 'v': y = numbers[0] + oy; break;
                case 'a':
                    double endX = numbers[5] + ox, endY = numbers[6] + oy;
                    (double middleX, double middleY) = ((x + endX) / 2, (y + endY) / 2);
                    // An arc lies within one radius of its centre, and its centre within one radius of the chord's middle.
                    var reach = Math.Max(Math.Abs(numbers[0]), Math.Abs(numbers[1]));
                    var half = Math.Max(reach, Math.Sqrt(Math.Pow(endX - x, 2) + Math.Pow(endY - y, 2)) / 2);
                    Take(middleX - half, middleY - half);
                    Take(middleX + half, middleY + half);
                    (x, y) = (endX, endY);
                    break;
                default:
                    for (var i = 0; i + 1 < numbers.Length; i += 2)
                        Take(numbers[i] + ox, numbers[i + 1] + oy);
                    (x, y) = (numbers[^2] + ox, numbers[^1] + oy);
                    if (char.ToLowerInvariant(command) == 'm')
                        (startX, startY) = (x, y);
                    break;
            }
            Take(x, y);
        }
        return box;
    }

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
