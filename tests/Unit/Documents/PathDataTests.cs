using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Documents;

/// <summary>Paths as people's tools write them, moved and resized.</summary>
public sealed class PathDataTests
{
    [Theory, Trait("Rule", "O2")]
    [InlineData("M0 0L10 10", "M5 -5L15 5")]
    [InlineData("m0 0 l10 10 h5 v-5 z", null)]
    [InlineData("M1,2 3,4-5-6", null)]
    [InlineData("M0 0C1 1 2 2 3 3S4 4 5 5Q6 6 7 7T8 8", null)]
    [InlineData("m0 0c1 1 2 2 3 3s4 4 5 5q6 6 7 7t8 8", null)]
    [InlineData("M0 0A5 5 0 01 10 0a5 5 30 1 0 1 1", null)]
    [InlineData("M.5.5.6.6", null)]
    [InlineData("M1e2 1E-1H3V4", null)]
    [InlineData("m1 1zm2 2z", null)]
    public void A_path_that_is_moved_and_moved_back_is_where_it_was(string data, string? moved)
    {
        var document = Of(data);
        var there = Act(document, OperationType.Move, """{"dx":5,"dy":-5}""");
        if (moved is not null)
            Assert.Equal(moved, there);
        Assert.NotEqual(data, there);
        var box = Box(document);
        Act(document, OperationType.Move, """{"dx":-5,"dy":5}""");
        Assert.Equal(box.X - 5, Box(document).X, 9);
        Assert.Equal(box.Y + 5, Box(document).Y, 9);
        Assert.Equal(Numbers(Of(data)), Numbers(document));
    }

    [Theory, Trait("Rule", "O3")]
    [InlineData("M0 0H10V10z")]
    [InlineData("m0 0 h10 v10 z")]
    [InlineData("M0 0C0 10 10 10 10 10")]
    [InlineData("m0 0l10 10")]
    public void A_path_that_is_resized_evenly_fills_its_new_box(string data)
    {
        var document = Of(data);
        Act(document, OperationType.Resize, """{"from":{"x":0,"y":0,"width":10,"height":10},"x":100,"y":200,"width":20,"height":20}""");
        var box = Box(document);
        Assert.Equal((100, 200, 20, 20), (box.X, box.Y, box.Width, box.Height));
    }

    [Theory, Trait("Rule", "O11")]
    [InlineData("M0 0C0 40 100 40 100 0", 0, 0, 100, 30)]
    [InlineData("M0 0C0 40 100 40 100 0S200 -40 200 0", 0, -30, 200, 60)]
    [InlineData("m5 5c0 40 100 40 100 0s100 -40 100 0", 5, -25, 200, 60)]
    [InlineData("M0 0Q25 50 50 0T100 0", 0, -25, 100, 50)]
    [InlineData("M0 0L10 10T40 -20", 0, -20, 40, 30)]
    [InlineData("M10 0A20 20 0 0 1 30 20", 10, 0, 20, 20)]
    [InlineData("M10 0A20 20 45 1 0 30 20", -10, 0, 40, 40)]
    [InlineData("M0 0A3 3 0 0 1 0 10", 0, 0, 5, 10)]
    [InlineData("M0 0A5 20 90 0 0 40 0", 0, 0, 40, 5)]
    [InlineData("M0 0A0 20 0 1 1 40 30", 0, 0, 40, 30)]
    [InlineData("m10 10h10v10zl-5 -5", 5, 5, 15, 15)]
    public void A_path_is_measured_by_what_it_draws(string data, double x, double y, double width, double height)
    {
        var box = Box(Of(data));
        Assert.Equal(x, box.X, 9);
        Assert.Equal(y, box.Y, 9);
        Assert.Equal(width, box.Width, 9);
        Assert.Equal(height, box.Height, 9);
    }

    [Theory, Trait("Rule", "O11")]
    [InlineData("")]
    [InlineData("M-1e308 0L1e308 0")]
    [InlineData("M0 0C1e308 1e308 -1e308 -1e308 1e308 0L-1e308 0")]
    public void A_path_that_nothing_can_measure_has_no_box(string data) => Assert.Null(PathData.Read(data)!.Bounds());

    [Theory, Trait("Rule", "O7")]
    [InlineData("M0 0L")]
    [InlineData("L0 0")]
    [InlineData("M0 0X1 1")]
    [InlineData("M0 0A5 5 0 2 1 10 0")]
    public void A_path_that_is_broken_is_not_made_worse(string data)
    {
        var document = Of(data);
        OperationInterpreter.Interpret(document, OperationType.Move, "p", System.Text.Json.JsonElement.Parse("""{"dx":5}"""), DocumentLimits.Default, () => "n");
        Assert.True(document.TryGetElement("p", out var path));
        Assert.Equal(data, path["d"]);
    }

    private static Document Of(string data)
    {
        var document = Document.CreateEmpty();
        document.Apply([new InsertNode("root", new ElementContent("V", "p", "path", SvgElement.SvgNamespace, [new("d", data)], []))]);
        return document;
    }

    private static string Act(Document document, OperationType type, string data)
    {
        document.Apply(Assert.IsType<Interpretation.Accepted>(OperationInterpreter.Interpret(document, type, "p", System.Text.Json.JsonElement.Parse(data), DocumentLimits.Default, () => "n")).Changes);
        return document.TryGetElement("p", out var path) ? path["d"]! : "";
    }

    private static Box Box(Document document) => document.TryGetElement("p", out var path) && ElementGeometry.OwnBox(document, path) is { } box ? box : throw new InvalidOperationException("The path has no box.");

    private static string Numbers(Document document)
    {
        Act(document, OperationType.Move, """{"dx":0}""");
        return document.TryGetElement("p", out var path) ? path["d"]! : "";
    }
}
