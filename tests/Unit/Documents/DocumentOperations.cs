using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Documents;

namespace Svgx.Tests.Unit.Documents;

/// <summary>Operations on a document without a session, as tests write them down.</summary>
internal static class DocumentOperations
{
    public static Document WithGroup()
    {
        var document = Document.CreateEmpty();
        document.Apply(Accepted(document, OperationType.Create, "g", """{"type":"g","children":[{"type":"rect","element_id":"a"}]}"""));
        return document;
    }

    public static Interpretation Interpret(Document document, OperationType type, string id, string data)
    {
        using var json = JsonDocument.Parse(data);
        return OperationInterpreter.Interpret(document, type, id, json.RootElement, DocumentLimits.Default, () => "made");
    }

    public static ImmutableArray<DocumentChange> Accepted(Document document, OperationType type, string id, string data) =>
        Assert.IsType<Interpretation.Accepted>(Interpret(document, type, id, data)).Changes;

    public static OperationType Wire(string name) => OperationTypes.TryParse(name, out var type) ? type : throw new ArgumentException("Not an operation.", nameof(name));
}
