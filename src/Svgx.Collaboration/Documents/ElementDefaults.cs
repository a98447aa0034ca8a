using System.Collections.Immutable;

namespace Svgx.Collaboration.Documents;

/// <summary>What a new element gets that its author left out, so that it can be seen; and <c>x</c>, <c>y</c> of kinds that have none of their own.</summary>
internal static class ElementDefaults
{
    public static ImmutableArray<SvgAttribute> Complete(string kind, ImmutableArray<SvgAttribute> attributes) => kind switch
    {
        "rect" => Default(Default(attributes, "width", "100"), "height", "100"),
        "circle" => Centre(Default(attributes, "r", "50"), "r", "r"),
        "ellipse" => Centre(Default(Default(attributes, "rx", "60"), "ry", "40"), "rx", "ry"),
        "line" => Line(attributes),
        "path" => Require(Shifted(attributes, "d", value => PathData.Read(value)?.Bounds(), (value, map) => PathData.Read(value)?.Map(map)), kind, "d"),
        "polyline" or "polygon" => Require(Shifted(attributes, "points", value => Path(value)?.Bounds(), (value, map) => Points(value, map)), kind, "points"),
        "g" => Group(attributes),
        _ => attributes,
    };

    private static ImmutableArray<SvgAttribute> Centre(ImmutableArray<SvgAttribute> attributes, string rx, string ry)
    {
        if (!TakePlace(ref attributes, out var x, out var y))
            return attributes;
        double Half(string name) => SvgNumber.TryRead(Value(attributes, name), out var half) ? half : 0;
        return Default(Default(attributes, "cx", SvgNumber.Write(x + Half(rx))), "cy", SvgNumber.Write(y + Half(ry)));
    }

    private static ImmutableArray<SvgAttribute> Line(ImmutableArray<SvgAttribute> attributes)
    {
        TakePlace(ref attributes, out var x, out var y);
        double Read(string name, double fallback) => SvgNumber.TryRead(Value(attributes, name), out var value) && Value(attributes, name) is not null ? value : fallback;
        var (x1, y1) = (Read("x1", x), Read("y1", y));
        attributes = Default(Default(attributes, "x1", SvgNumber.Write(x1)), "y1", SvgNumber.Write(y1));
        attributes = Default(Default(attributes, "x2", SvgNumber.Write(x1 + 100)), "y2", SvgNumber.Write(y1));
        return Default(attributes, "stroke", "black"); // without a stroke a line cannot be seen
    }

    private static ImmutableArray<SvgAttribute> Shifted(ImmutableArray<SvgAttribute> attributes, string name, Func<string, Box?> measure, Func<string, AxisMap, string?> map)
    {
        if (!TakePlace(ref attributes, out var x, out var y) || Value(attributes, name) is not { } value || measure(value) is not { } box)
            return attributes;
        return map(value, AxisMap.Move(x - box.X, y - box.Y)) is { } moved ? Set(attributes, name, moved) : attributes;
    }

    private static ImmutableArray<SvgAttribute> Group(ImmutableArray<SvgAttribute> attributes) =>
        TakePlace(ref attributes, out var x, out var y) ? Set(attributes, "transform", AxisMap.Move(x, y).BeforeTransform(Value(attributes, "transform"))) : attributes;

    private static PathData? Path(string points) => PathData.Read("M" + points.Trim());

    private static string? Points(string points, AxisMap map)
    {
        var numbers = points.Split([' ', ',', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        var mapped = new List<string>(numbers.Length / 2);
        for (var i = 0; i + 1 < numbers.Length; i += 2)
        {
            if (!SvgNumber.TryRead(numbers[i], out var x) || !SvgNumber.TryRead(numbers[i + 1], out var y))
                return null;
            mapped.Add($"{SvgNumber.Write(map.X(x))},{SvgNumber.Write(map.Y(y))}");
        }
        return string.Join(' ', mapped);
    }

    private static ImmutableArray<SvgAttribute> Require(ImmutableArray<SvgAttribute> attributes, string kind, string name) =>
        string.IsNullOrWhiteSpace(Value(attributes, name)) ? throw new RefusalException("invalid_data", $"A {kind} needs \"{name}\".") : attributes;

    /// <summary>Takes <c>x</c> and <c>y</c> out where the kind has no such attributes; <see langword="false"/> where neither was there.</summary>
    private static bool TakePlace(ref ImmutableArray<SvgAttribute> attributes, out double x, out double y)
    {
        var (atX, atY) = (Value(attributes, "x"), Value(attributes, "y"));
        var readable = SvgNumber.TryRead(atX, out x) & SvgNumber.TryRead(atY, out y);
        attributes = attributes.RemoveAll(attribute => attribute.Name is "x" or "y");
        return readable && (atX is not null || atY is not null);
    }

    private static string? Value(ImmutableArray<SvgAttribute> attributes, string name) => attributes.FirstOrDefault(attribute => attribute.Name == name).Value;

    private static ImmutableArray<SvgAttribute> Default(ImmutableArray<SvgAttribute> attributes, string name, string value) =>
        Value(attributes, name) is null ? attributes.Add(new(name, value)) : attributes;

    private static ImmutableArray<SvgAttribute> Set(ImmutableArray<SvgAttribute> attributes, string name, string value)
    {
        for (var i = 0; i < attributes.Length; i++)
        {
            if (attributes[i].Name == name)
                return attributes.SetItem(i, new(name, value));
        }
        return attributes.Add(new(name, value));
    }
}
