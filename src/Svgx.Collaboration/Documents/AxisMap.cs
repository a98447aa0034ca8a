namespace Svgx.Collaboration.Documents;

/// <summary>A scaling and a shift along the axes: what a move or a resize does to every point of an element.</summary>
internal readonly record struct AxisMap(double ScaleX, double ScaleY, double ShiftX, double ShiftY)
{
    public bool IsMove => ScaleX == 1 && ScaleY == 1;

    public bool IsIdentity => IsMove && ShiftX == 0 && ShiftY == 0;

    public static AxisMap Move(double dx, double dy) => new(1, 1, dx, dy);

    /// <summary>The map from one box onto another. A side of no length is not scaled: that of a level line that a transform turns upright is some 1e-15 long.</summary>
    public static AxisMap Between(Box from, Box to)
    {
        double sx = from.Width < SvgNumber.Smallest ? 1 : to.Width / from.Width, sy = from.Height < SvgNumber.Smallest ? 1 : to.Height / from.Height;
        return new(sx, sy, to.X - (from.X * sx), to.Y - (from.Y * sy));
    }

    public double X(double x) => (x * ScaleX) + ShiftX;

    public double Y(double y) => (y * ScaleY) + ShiftY;

    /// <summary>This map as a prefix of a <c>transform</c>. A leading <c>translate</c> takes a further move into itself.</summary>
    public string BeforeTransform(string? transform)
    {
        var own = (transform ?? "").Trim();
        if (IsMove && TransformList.TryTakeTranslate(own, out var x, out var y, out var rest))
            return Join($"translate({SvgNumber.Write(x + ShiftX)} {SvgNumber.Write(y + ShiftY)})", rest);
        return Join(IsMove
            ? $"translate({SvgNumber.Write(ShiftX)} {SvgNumber.Write(ShiftY)})"
            : $"matrix({SvgNumber.Write(ScaleX)} 0 0 {SvgNumber.Write(ScaleY)} {SvgNumber.Write(ShiftX)} {SvgNumber.Write(ShiftY)})", own);
    }

    private static string Join(string prefix, string rest) => rest.Length == 0 ? prefix : $"{prefix} {rest}";
}
