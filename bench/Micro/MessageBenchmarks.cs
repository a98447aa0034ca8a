using System.Text;
using BenchmarkDotNet.Attributes;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;
using Svgx.Collaboration.Storage;

namespace Svgx.Bench.Micro;

/// <summary>Messages: reading and checking what comes in, encoding what goes out.</summary>
[MemoryDiagnoser]
public class MessageBenchmarks : IDisposable
{
    private const string Operation = """{"operation_id":"0198c2a6-6a7e-7d0c","operation_type":"move","element_id":"e1","data":{"dx":12.5,"dy":-3},"base_revision":41}""";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] One = Encoding.UTF8.GetBytes("""{"type":"operation",""" + Operation[1..]);
    private static readonly byte[] Hundred = Encoding.UTF8.GetBytes($$"""{"type":"operations","operations":[{{string.Join(',', Enumerable.Repeat(Operation, 100))}}]}""");
    private static readonly byte[] Cursor = """{"type":"activity","cursor_position":{"x":120.5,"y":33}}"""u8.ToArray();
    private static readonly byte[] Bad = """{"type":"operation","operation_type":5}"""u8.ToArray();

    private static readonly JournalEntry Entry = new()
    {
        DocumentId = new("0198c2a6-6a7e-7d0c-8000-000000000001"),
        Branch = "main",
        Revision = 42,
        OperationId = "0198c2a6-6a7e-7d0c",
        UserId = "ada",
        Username = "Ada",
        SessionId = "ada-1",
        Type = "move",
        ElementId = "e1",
        Data = """{"dx":12.5,"dy":-3}"""u8.ToArray(),
        Changes = ChangeJson.Write([new SetAttributes("e1", [new("x", "112.5"), new("y", "97")])]),
        Inverse = ChangeJson.Write([new SetAttributes("e1", [new("y", "100"), new("x", "100")])]),
        Timestamp = Now.UtcDateTime,
        BaseRevision = 41,
    };

    private readonly PooledBuffer _frame = new();
    private readonly CommittedOperation _encoded = new(Entry);

    [Benchmark]
    public bool ReadOperation() => ProtocolReader.TryRead(One, out _, out _);

    [Benchmark(OperationsPerInvoke = 100)]
    public bool ReadHundredOperationsInOneFrame() => ProtocolReader.TryRead(Hundred, out _, out _);

    [Benchmark]
    public bool ReadCursor() => ProtocolReader.TryRead(Cursor, out _, out _);

    [Benchmark]
    public bool RefuseBadOperation() => ProtocolReader.TryRead(Bad, out _, out _);

    /// <summary>For its first receiver: encoded, and written into a frame.</summary>
    [Benchmark]
    public int SendOperation() => Send(new(Entry));

    /// <summary>For each further one: the encoded bytes are copied.</summary>
    [Benchmark]
    public int SendOperationAgain() => Send(_encoded);

    [GlobalCleanup]
    public void Dispose()
    {
        _frame.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Send(CommittedOperation operation)
    {
        _frame.Clear();
        ServerMessages.BeginOperations(_frame, Now);
        ServerMessages.Append(_frame, OperationJson.Of(operation).Bytes(changes: true));
        ServerMessages.EndOperations(_frame);
        return _frame.Length;
    }
}
