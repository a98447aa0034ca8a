using System.Text.Json;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Documents;

public sealed class GeometryVectorTests
{
    public static TheoryData<string> Names => [.. Vectors().Select(vector => vector.GetProperty("name").GetString()!)];

    [Theory, MemberData(nameof(Names)), Trait("Rule", "O2"), Trait("Rule", "O3"), Trait("Rule", "O11"), Trait("Rule", "O15")]
    public void Elements_move_and_grow_as_written_down(string name)
    {
        var vector = Vectors().Single(vector => vector.GetProperty("name").GetString() == name);
        var document = Document.CreateEmpty();
        var node = NodeJson.ReadElement(vector.GetProperty("node"));
        document.Apply([new InsertNode("root", node)]);
        var type = DocumentOperations.Wire(vector.GetProperty("operation_type").GetString()!);
        var changes = DocumentOperations.Accepted(document, type, vector.TryGetProperty("element_id", out var id) ? id.GetString()! : node.ElementId, vector.GetProperty("data").GetRawText());
        using var actual = JsonDocument.Parse(ChangeJson.Write(changes));
        Assert.True(JsonElement.DeepEquals(vector.GetProperty("changes"), actual.RootElement), actual.RootElement.GetRawText());
    }

    private static JsonElement[] Vectors() =>
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "geometry", "vectors.json"))).RootElement.EnumerateArray()];
}
