using System.Globalization;

namespace Svgx.Tests.E2E.History;

/// <summary>Operations as people make them, of every kind, some of which will not fit: the same from the same seed.</summary>
public sealed class RandomHistory(int seed)
{
    private static readonly string[] Colours = ["#dbeafe", "#fecaca", "#bbf7d0", "#fde68a", "#ddd6fe", "none"];
    private static readonly string[] Kinds = ["rect", "rect", "ellipse", "g", "text", "path"];

    private readonly Random _random = new(seed);
    private readonly List<string> _elements = [];
    private readonly List<string> _groups = [];
    private int _made;

    public List<object> Next(int count, string name, long? seen = null) => [.. Enumerable.Range(0, count).Select(_ => Next(name, seen))];

    private object Next(string name, long? seen)
    {
        var what = _random.Next(100);
        if (_elements.Count < 4 || what < 28)
            return Create(name, seen);
        var id = Any(_elements);
        return what switch
        {
            < 45 => Operation("move", id, seen, new { dx = _random.Next(-60, 60), dy = _random.Next(-60, 60) }),
            < 55 => Operation("resize", id, seen, new { x = _random.Next(500), y = _random.Next(400), width = _random.Next(10, 120), height = _random.Next(10, 90) }),
            < 68 => Operation("update", id, seen, new Dictionary<string, object?> { ["fill"] = Any(Colours), ["stroke"] = _random.Next(3) == 0 ? null : "#334155", ["data-note"] = $"{name} & <{_made}>" }),
            < 73 => Operation("update", id, seen, new { text = $"Words “{_made++}” of {name}" }),
            < 83 => Operation("delete", id, seen, new { }),
            < 93 when _groups.Count > 0 => Operation("layer_change", id, seen, new { parent_id = Any(_groups) }),
            _ => Operation("layer_change", id, seen, new { index = _random.Next(3) }),
        };
    }

    private object Create(string name, long? seen)
    {
        var kind = Any(Kinds);
        var id = string.Create(CultureInfo.InvariantCulture, $"{name}{_made++}");
        var data = new Dictionary<string, object?> { ["type"] = kind, ["x"] = _random.Next(700), ["y"] = _random.Next(500), ["fill"] = Any(Colours) };
        if (kind == "path")
            (data["d"], data["stroke"]) = ("M0 0 L30 10 C40 20 50 60 10 40 Z", "#0f172a");
        if (kind == "g")
            data["children"] = new[] { new { type = "rect", element_id = $"{id}-a", x = 5, y = 5 }, new { type = "rect", element_id = $"{id}-b", x = 50, y = 20 } };
        if (_groups.Count > 0 && _random.Next(4) == 0)
            data["parent_id"] = Any(_groups);
        _elements.Add(id);
        if (kind == "g")
            _groups.Add(id);
        return Operation("create", id, seen, data);
    }

    private static object Operation(string type, string id, long? seen, object data) =>
        seen is null ? new { operation_type = type, element_id = id, data } : new { operation_type = type, element_id = id, data, base_revision = seen };

    private T Any<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
