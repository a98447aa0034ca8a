using System.Collections.Immutable;

namespace Svgx.Collaboration.Documents;

/// <summary>Where elements are and how they move and grow, kind by kind. The rules are written down in docs/geometry.md.</summary>
internal static class ElementGeometry
{
    private const int MaxUseDepth = 16;

    /// <summary>
    /// The attributes that map an element in its parent's coordinates: its own geometry where that says it exactly, its <c>transform</c> otherwise.
    /// </summary>
    public static ImmutableArray<KeyValuePair<string, string?>> Map(Document document, SvgElement element, AxisMap map)
    {
        if (!IsHeldByTransform(document, element) && MapOwn(element, map) is { } own)
            return own;
        return [new("transform", map.BeforeTransform(element["transform"]))];
    }

    /// <summary>
    /// The box around an element in its parent's coordinates, its <c>transform</c> included, strokes not. Text is estimated: six tenths of the font size a
    /// character. <see langword="null"/> where there is nothing to measure.
    /// </summary>
    public static Box? Bounds(Document document, SvgElement element) => new Measuring(document).Bounds(element, MaxUseDepth);

    /// <summary>The box around an element in its own coordinates, before its <c>transform</c>. Otherwise as <see cref="Bounds(Document, SvgElement)"/>.</summary>
    public static Box? OwnBox(Document document, SvgElement element) => element.IsSvg ? new Measuring(document).OwnBounds(element, MaxUseDepth) : null;

    /// <summary>The point that <c>x</c> and <c>y</c> of a move name: a text's anchor, the top left of any other element's box.</summary>
    public static (double X, double Y)? Position(Document document, SvgElement element)
    {
        if (element is { IsSvg: true, LocalName: "text" } && TryRead(element, out var anchor, "x", "y"))
        {
            return TransformList.TryRead(element["transform"], out var matrix) ? matrix.Apply(anchor[0], anchor[1]) : (anchor[0], anchor[1]);
        }
        return Bounds(document, element) is { } box ? (box.X, box.Y) : null;
    }

    /// <summary>
    /// Elements whose geometry attributes do not tell the whole: those with a transform, those whose paint or clip may be laid out in the
    /// element's own coordinates and has to move along, and those that an animation moves. What a class makes of an element is not looked up: where a sheet refers to anything, it may be that.
    /// </summary>
    private static bool IsHeldByTransform(Document document, SvgElement element)
    {
        if (!string.IsNullOrWhiteSpace(element["transform"]) || (element["class"] is not null && document.RefersInSheets))
            return true;
        foreach (var (name, value) in element.Attributes)
        {
            if (name is "fill" or "stroke" or "clip-path" or "mask" or "filter" or "style" && value.Contains("url(", StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return element.Elements.Any(child => child.IsSvg && child.LocalName is "animate" or "animateMotion" or "animateTransform" or "set");
    }

    /// <summary>Whether a style sheet refers to something of its drawing by <c>url(#</c>.</summary>
    internal static bool Refers(string sheet)
    {
        for (var at = Next(0); at >= 0; at = Next(at))
        {
            if (sheet.AsSpan(at).TrimStart() is ['#', ..] or ['"' or '\'', '#', ..])
                return true;
        }
        return false;

        int Next(int from) => sheet.IndexOf("url(", from, StringComparison.OrdinalIgnoreCase) is >= 0 and var found ? found + "url(".Length : -1;
    }

    private static ImmutableArray<KeyValuePair<string, string?>>? MapOwn(SvgElement element, AxisMap map)
    {
        if (!element.IsSvg)
            return null;
        switch (element.LocalName)
        {
            case "rect" or "image" or "svg" when TryRead(element, out var n, "x", "y", "width", "height") && (map.IsMove || (element["width"] is not null && element["height"] is not null)):
                return map.IsMove
                    ? Set(("x", map.X(n[0])), ("y", map.Y(n[1])))
                    : Set(("x", map.X(n[0])), ("y", map.Y(n[1])), ("width", n[2] * map.ScaleX), ("height", n[3] * map.ScaleY));
            case "use" when map.IsMove && TryRead(element, out var n, "x", "y"):
                return Set(("x", map.X(n[0])), ("y", map.Y(n[1])));
            case "circle" when map.ScaleX == map.ScaleY && TryRead(element, out var n, "cx", "cy", "r"):
                return map.IsMove ? Set(("cx", map.X(n[0])), ("cy", map.Y(n[1]))) : Set(("cx", map.X(n[0])), ("cy", map.Y(n[1])), ("r", n[2] * map.ScaleX));
            case "ellipse" when TryRead(element, out var n, "cx", "cy", "rx", "ry") && (map.IsMove || (element["rx"] is not null && element["ry"] is not null)):
                return map.IsMove
                    ? Set(("cx", map.X(n[0])), ("cy", map.Y(n[1])))
                    : Set(("cx", map.X(n[0])), ("cy", map.Y(n[1])), ("rx", n[2] * map.ScaleX), ("ry", n[3] * map.ScaleY));
            case "line" when TryRead(element, out var n, "x1", "y1", "x2", "y2"):
                return Set(("x1", map.X(n[0])), ("y1", map.Y(n[1])), ("x2", map.X(n[2])), ("y2", map.Y(n[3])));
            case "polyline" or "polygon" when ReadPoints(element) is { } points:
                return [new("points", string.Join(' ', points.Select(point => $"{SvgNumber.Write(map.X(point.X))},{SvgNumber.Write(map.Y(point.Y))}")))];
            case "path" when PathData.Read(element["d"] ?? "")?.Map(map) is { } d:
                return [new("d", d)];
            case "text" when map.IsMove && !element.Elements.Any() && TryRead(element, out var n, "x", "y"):
                return Set(("x", map.X(n[0])), ("y", map.Y(n[1])));
            default:
                return null;
        }
    }

    private static int TextLength(SvgElement element) => element.Children.Sum(child => child switch
    {
        SvgCharacters { Kind: CharacterKind.Text or CharacterKind.CData } text => text.Value.Trim().Length,
        SvgElement inner => TextLength(inner),
        _ => 0,
    });

    private static bool TryRead(SvgElement element, out double[] numbers, params ReadOnlySpan<string> names)
    {
        numbers = new double[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (!SvgNumber.TryRead(element[names[i]], out numbers[i]))
                return false;
        }
        return true;
    }

    private static List<(double X, double Y)>? ReadPoints(SvgElement element)
    {
        var parts = (element["points"] ?? "").Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var points = new List<(double, double)>(parts.Length / 2);
        for (var i = 0; i + 1 < parts.Length; i += 2)
        {
            if (!SvgNumber.TryRead(parts[i], out var x) || !SvgNumber.TryRead(parts[i + 1], out var y))
                return null;
            points.Add((x, y));
        }
        return parts.Length % 2 == 0 ? points : null;
    }

    private static ImmutableArray<KeyValuePair<string, string?>> Set(params ReadOnlySpan<(string Name, double Value)> values)
    {
        var attributes = ImmutableArray.CreateBuilder<KeyValuePair<string, string?>>(values.Length);
        foreach (var (name, value) in values)
            attributes.Add(new(name, SvgNumber.Write(value)));
        return attributes.MoveToImmutable();
    }

    /// <summary>
    /// One measuring. What is used is measured once, however often, and not in itself: groups that use each other tenfold, ten deep, are ten billion boxes, and a drawing of a kilobyte held up everybody in it
    /// for years as soon as somebody moved one of them.
    /// </summary>
    private sealed class Measuring(Document document)
    {
        private readonly Dictionary<SvgElement, Box?> _used = [];

        public Box? Bounds(SvgElement element, int depth)
        {
            if (depth == 0 || !element.IsSvg || element.LocalName is "defs" or "symbol" or "clipPath" or "mask" or "marker" or "pattern" or "style" or "title" or "desc" or "metadata")
                return null;
            if (depth == MaxUseDepth)
                return Place();
            if (_used.TryGetValue(element, out var known))
                return known;
            _used.Add(element, null);
            return _used[element] = Place();

            Box? Place()
            {
                var own = OwnBounds(element, depth);
                return own is { } box && TransformList.TryRead(element["transform"], out var matrix) ? box.Through(matrix) : own;
            }
        }

        public Box? OwnBounds(SvgElement element, int depth)
        {
            switch (element.LocalName)
            {
                case "rect" or "image" or "svg" when TryRead(element, out var n, "x", "y", "width", "height"):
                    return new Box(n[0], n[1], Math.Abs(n[2]), Math.Abs(n[3]));
                case "circle" when TryRead(element, out var n, "cx", "cy", "r"):
                    return Box.Around(n[0] - n[2], n[1] - n[2], n[0] + n[2], n[1] + n[2]);
                case "ellipse" when TryRead(element, out var n, "cx", "cy", "rx", "ry"):
                    return Box.Around(n[0] - n[2], n[1] - n[3], n[0] + n[2], n[1] + n[3]);
                case "line" when TryRead(element, out var n, "x1", "y1", "x2", "y2"):
                    return Box.Around(n[0], n[1], n[2], n[3]);
                case "polyline" or "polygon":
                    return ReadPoints(element) is { Count: > 0 } points
                        ? points.Select(point => new Box(point.X, point.Y, 0, 0)).Aggregate((all, next) => all.And(next))
                        : null;
                case "path":
                    return PathData.Read(element["d"] ?? "")?.Bounds();
                case "text" when TryRead(element, out var n, "x", "y"):
                    var size = SvgNumber.TryRead(element["font-size"], out var given) && given > 0 ? given : 16;
                    return new Box(n[0], n[1] - (size * 0.8), TextLength(element) * size * 0.6, size);
                case "use" when TryRead(element, out var n, "x", "y"):
                    var href = element["href"] ?? AttributeNames.Value(element, SvgVocabulary.XLink, "href") ?? "";
                    return href.StartsWith('#') && document.TryGetElement(href[1..], out var used) && Bounds(used, depth - 1) is { } target
                        ? target with { X = target.X + n[0], Y = target.Y + n[1] }
                        : null;
                case "g" or "a" or "switch":
                    Box? box = null;
                    foreach (var child in element.Elements)
                    {
                        // Depth bounds references; the tree itself is bounded where documents are read and changed.
                        if (Bounds(child, depth) is { } inner)
                            box = box?.And(inner) ?? inner;
                    }
                    return box;
                default:
                    return null;
            }
        }
    }
}
