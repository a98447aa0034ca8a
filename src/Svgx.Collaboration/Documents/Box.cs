namespace Svgx.Collaboration.Documents;

/// <summary>An upright rectangle in user units.</summary>
internal readonly record struct Box(double X, double Y, double Width, double Height)
{
    public static Box Around(double x1, double y1, double x2, double y2) => new(Math.Min(x1, x2), Math.Min(y1, y2), Math.Abs(x2 - x1), Math.Abs(y2 - y1));

    public Box And(Box other)
    {
        double x = Math.Min(X, other.X), y = Math.Min(Y, other.Y);
        return new(x, y, Math.Max(X + Width, other.X + other.Width) - x, Math.Max(Y + Height, other.Y + other.Height) - y);
    }

    public Box Through(Affine matrix)
    {
        var (x1, y1) = matrix.Apply(X, Y);
        var (x2, y2) = matrix.Apply(X + Width, Y);
        var (x3, y3) = matrix.Apply(X, Y + Height);
        var (x4, y4) = matrix.Apply(X + Width, Y + Height);
        return Around(x1, y1, x2, y2).And(Around(x3, y3, x4, y4));
    }
}

/// <summary>A matrix of SVG: <c>x' = a x + c y + e</c>, <c>y' = b x + d y + f</c>.</summary>
internal readonly record struct Affine(double A, double B, double C, double D, double E, double F)
{
    public static readonly Affine Identity = new(1, 0, 0, 1, 0, 0);

    public (double X, double Y) Apply(double x, double y) => ((A * x) + (C * y) + E, (B * x) + (D * y) + F);

    public Affine Times(Affine m) => new(
        (A * m.A) + (C * m.B), (B * m.A) + (D * m.B), (A * m.C) + (C * m.D), (B * m.C) + (D * m.D), (A * m.E) + (C * m.F) + E, (B * m.E) + (D * m.F) + F);
}
