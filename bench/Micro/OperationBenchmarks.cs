using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Svgx.Collaboration.Documents;

namespace Svgx.Bench.Micro;

/// <summary>What an operation costs between the wire and the journal: understanding it, and applying it to the tree.</summary>
[MemoryDiagnoser]
public class OperationBenchmarks
{
    private static readonly JsonElement Move = JsonElement.Parse("""{"dx":1,"dy":-1}""");
    private static readonly JsonElement MoveBack = JsonElement.Parse("""{"dx":-1,"dy":1}""");
    private static readonly JsonElement Fill = JsonElement.Parse("""{"fill":"#aabbcc","stroke":"none"}""");
    private static readonly JsonElement New = JsonElement.Parse("""{"type":"rect","x":10,"y":20,"width":30,"height":40,"fill":"red"}""");
    private Document _document = null!;

    [Params(1_000, 10_000)]
    public int Elements { get; set; }

    [GlobalSetup]
    public void Draw() => _document = Drawings.Of(Elements);

    /// <summary>Two moves, there and back.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public int MoveElement() => Do(OperationType.Move, "e1", Move) + Do(OperationType.Move, "e1", MoveBack);

    [Benchmark]
    public int UpdateElement() => Do(OperationType.Update, "e2", Fill);

    /// <summary>An element comes and goes.</summary>
    [Benchmark(OperationsPerInvoke = 2)]
    public int CreateAndDeleteElement() => Do(OperationType.Create, "new", New) + Do(OperationType.Delete, "new", default);

    private int Do(OperationType type, string elementId, JsonElement data)
    {
        var interpretation = (Interpretation.Accepted)OperationInterpreter.Interpret(_document, type, elementId, data, DocumentLimits.Default, () => elementId);
        return _document.Apply(interpretation.Changes).Length;
    }
}
