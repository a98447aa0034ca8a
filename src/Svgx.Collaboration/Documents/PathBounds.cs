namespace Svgx.Collaboration.Documents;

/// <summary>
/// The exact box around a path: the ends of its segments, and of its curves and arcs the points in between where they turn back along an axis. The browser's
/// client computes the same in the same order (docs/geometry.md), so that both come to the same numbers.
/// </summary>
internal sealed class PathBounds
{
    private double _left = double.PositiveInfinity, _top = double.PositiveInfinity, _right = double.NegativeInfinity, _bottom = double.NegativeInfinity;
    private double _x, _y, _startX, _startY;
    private double _controlX, _controlY; // the last control point, which S and T take up

    public static Box? Of(IEnumerable<(char Command, double[] Numbers)> segments)
    {
        var bounds = new PathBounds();
        var previous = ' ';
        foreach (var (command, numbers) in segments)
        {
            var kind = char.ToLowerInvariant(command);
            bounds.Add(kind, command == kind, numbers, previous);
            previous = kind;
        }
        double width = bounds._right - bounds._left, height = bounds._bottom - bounds._top;
        return double.IsFinite(width) && double.IsFinite(height) ? new(bounds._left, bounds._top, width, height) : null;
    }

    private void Add(char kind, bool isRelative, double[] n, char previous)
    {
        double ox = isRelative ? _x : 0, oy = isRelative ? _y : 0;
        double x = _x, y = _y;
        switch (kind)
        {
            case 'z':
                (_x, _y) = (_startX, _startY);
                return;
            case 'h': x = n[0] + ox; break;
            case 'v': y = n[0] + oy; break;
            default: (x, y) = (n[^2] + ox, n[^1] + oy); break;
        }
        switch (kind)
        {
            case 'm':
                (_startX, _startY) = (x, y);
                break;
            case 'c':
                Cubic(n[0] + ox, n[1] + oy, n[2] + ox, n[3] + oy, x, y);
                break;
            case 's':
                var isSmooth = previous is 'c' or 's';
                Cubic(isSmooth ? (2 * _x) - _controlX : _x, isSmooth ? (2 * _y) - _controlY : _y, n[0] + ox, n[1] + oy, x, y);
                break;
            case 'q':
                Quadratic(n[0] + ox, n[1] + oy, x, y);
                break;
            case 't':
                var continues = previous is 'q' or 't';
                Quadratic(continues ? (2 * _x) - _controlX : _x, continues ? (2 * _y) - _controlY : _y, x, y);
                break;
            case 'a':
                Arc(Math.Abs(n[0]), Math.Abs(n[1]), n[2] * Math.PI / 180, n[3] != 0, n[4] != 0, x, y);
                break;
        }
        Take(x, y);
        (_x, _y) = (x, y);
    }

    private void Take(double x, double y)
    {
        TakeX(x);
        TakeY(y);
    }

    private void TakeX(double x) => (_left, _right) = (Math.Min(_left, x), Math.Max(_right, x));

    private void TakeY(double y) => (_top, _bottom) = (Math.Min(_top, y), Math.Max(_bottom, y));

    private void Cubic(double x1, double y1, double x2, double y2, double x, double y)
    {
        CubicTurns(_x, x1, x2, x, TakeX);
        CubicTurns(_y, y1, y2, y, TakeY);
        (_controlX, _controlY) = (x2, y2);
    }

    private void Quadratic(double x1, double y1, double x, double y)
    {
        QuadraticTurn(_x, x1, x, TakeX);
        QuadraticTurn(_y, y1, y, TakeY);
        (_controlX, _controlY) = (x1, y1);
    }

    /// <summary>Where the derivative, a third of which is <c>a t² + b t + c</c>, has a root within the curve.</summary>
    private static void CubicTurns(double p0, double p1, double p2, double p3, Action<double> take)
    {
        double a = p3 - (3 * p2) + (3 * p1) - p0, b = 2 * (p2 - (2 * p1) + p0), c = p1 - p0;
        var discriminant = (b * b) - (4 * a * c);
        if (!(discriminant >= 0))
            return;
        // This form of the roots loses no digits where a is next to nothing; without any root it gives what is not between 0 and 1.
        var q = -(b + (b < 0 ? -Math.Sqrt(discriminant) : Math.Sqrt(discriminant))) / 2;
        TakeAt(q / a);
        TakeAt(c / q);

        void TakeAt(double t)
        {
            if (!(t > 0 && t < 1))
                return;
            var s = 1 - t;
            take((s * s * s * p0) + (3 * s * s * t * p1) + (3 * s * t * t * p2) + (t * t * t * p3));
        }
    }

    private static void QuadraticTurn(double p0, double p1, double p2, Action<double> take)
    {
        var t = (p0 - p1) / (p0 - (2 * p1) + p2);
        if (!(t > 0 && t < 1))
            return;
        var s = 1 - t;
        take((s * s * p0) + (2 * s * t * p1) + (t * t * p2));
    }

    /// <summary>From ends to centre as in SVG 1.1, F.6.5 and F.6.6; then those of the ellipse's four outermost points that lie on the arc's side of its chord.</summary>
    private void Arc(double rx, double ry, double turn, bool isLarge, bool isSweep, double x, double y)
    {
        if (rx == 0 || ry == 0 || (x == _x && y == _y))
            return; // a line, or nothing at all
        double cos = rx == ry ? 1 : Math.Cos(turn), sin = rx == ry ? 0 : Math.Sin(turn); // a circle is the same however it is turned
        double halfX = (_x - x) / 2, halfY = (_y - y) / 2;
        // Half the chord, in a space where the ellipse is a circle of radius 1.
        double u = ((cos * halfX) + (sin * halfY)) / rx, v = ((cos * halfY) - (sin * halfX)) / ry;
        var square = (u * u) + (v * v);
        if (!double.IsFinite(square))
            return; // radii as good as 0
        if (square > 1) // radii that do not reach are scaled until they do
        {
            var scale = Math.Sqrt(square);
            rx *= scale;
            ry *= scale;
        }
        // Half an ellipse has its centre on the chord: the root would make much of the last digit there, in which two machines may differ.
        var away = square < 1 - 1e-14 ? Math.Sqrt((1 - square) / square) : 0;
        if (isLarge == isSweep)
            away = -away;
        double alongX = away * rx * v, alongY = -away * ry * u;
        double centreX = (cos * alongX) - (sin * alongY) + ((_x + x) / 2), centreY = (sin * alongX) + (cos * alongY) + ((_y + y) / 2);
        double reachX = Math.Sqrt((rx * cos * rx * cos) + (ry * sin * ry * sin)), reachY = Math.Sqrt((rx * sin * rx * sin) + (ry * cos * ry * cos));
        var slant = ((rx * rx) - (ry * ry)) * cos * sin;
        if (IsOnArc(centreX - reachX, centreY - (slant / reachX)))
            TakeX(centreX - reachX);
        if (IsOnArc(centreX + reachX, centreY + (slant / reachX)))
            TakeX(centreX + reachX);
        if (IsOnArc(centreX - (slant / reachY), centreY - reachY))
            TakeY(centreY - reachY);
        if (IsOnArc(centreX + (slant / reachY), centreY + reachY))
            TakeY(centreY + reachY);

        bool IsOnArc(double px, double py)
        {
            var side = ((x - _x) * (py - _y)) - ((y - _y) * (px - _x));
            return isSweep ? side < 0 : side > 0;
        }
    }
}
