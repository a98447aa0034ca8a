using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Documents;

/// <summary>What of sheets, values and pictures may stand; the canvas is asked the same (DrawingModuleTests).</summary>
public sealed class CssVectorTests
{
    public static TheoryData<string> Names => [.. Vectors().Select(vector => vector.GetProperty("name").GetString()!)];

    [Theory, MemberData(nameof(Names)), Trait("Rule", "D2"), Trait("Rule", "D3")]
    public void What_loads_from_outside_goes_and_the_rest_stays_as_written_down(string name)
    {
        var vector = Vectors().Single(vector => vector.GetProperty("name").GetString() == name);
        var sanitizer = new SvgSanitizer();
        if (vector.TryGetProperty("sheet", out var sheet))
        {
            ImmutableArray<NodeContent> kept = sanitizer.CleanSheet([new CharacterContent("V", CharacterKind.Text, sheet.GetString()!)], "style");
            Assert.Equal(vector.GetProperty("kept").GetString(), Assert.IsType<CharacterContent>(Assert.Single(kept)).Value);
        }
        else
        {
            var (element, attribute, value) = vector.TryGetProperty("value", out var paint) ? ("rect", "fill", paint) : ("image", "href", vector.GetProperty("picture"));
            var kept = sanitizer.Clean(SvgElement.SvgNamespace, element, attribute, value.GetString()!, "");
            Assert.Equal(vector.GetProperty("safe").GetBoolean() ? value.GetString() : null, kept);
        }
    }

    private static JsonElement[] Vectors() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "css", "vectors.json"))).RootElement.EnumerateArray()];
}
