using System.Collections.Immutable;
using System.Globalization;
using Svgx.Collaboration.Documents;

namespace Svgx.Bench.Micro;

/// <summary>Drawings of a given size: groups of a hundred rectangles, <c>e0</c>, <c>e1</c> and so on.</summary>
internal static class Drawings
{
    public const int GroupSize = 100;

    public static Document Of(int elements)
    {
        var document = Document.CreateEmpty();
        document.Apply([.. Enumerable.Range(0, elements).Select(i => (DocumentChange)(i % (GroupSize + 1) == 0
            ? new InsertNode("root", new ElementContent(Key(i), Id(i), "g", SvgElement.SvgNamespace, [], []))
            : new InsertNode(Id(i - (i % (GroupSize + 1))), new ElementContent(Key(i), Id(i), "rect", SvgElement.SvgNamespace, Attributes(i), []))))]);
        return document;
    }

    /// <summary>The id of a rectangle, for any number.</summary>
    public static string Rectangle(int number, int elements)
    {
        var at = number % elements;
        return Id(at % (GroupSize + 1) == 0 ? (at + 1) % elements : at);
    }

    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"e{number}");

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"V{number:D6}V");

    private static ImmutableArray<SvgAttribute> Attributes(int number) =>
    [
        new("x", (number % 100 * 12).ToString(CultureInfo.InvariantCulture)), new("y", (number / 100 * 12).ToString(CultureInfo.InvariantCulture)),
        new("width", "10"), new("height", "10"), new("fill", "#336699"), new("stroke", "black"),
    ];
}
