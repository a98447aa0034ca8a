using System.Globalization;
using BenchmarkDotNet.Attributes;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;

namespace Svgx.Bench.Micro;

/// <summary>Finding what an operation clashes with, in small and large drawings with short and long histories: the figures of one row are to be the same in all four.</summary>
[MemoryDiagnoser]
public class ConflictBenchmarks
{
    private static readonly DateTime Time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly DocumentChange[] _move = [new SetAttributes("e1", [new("x", "500"), new("y", "400")])];
    private readonly DocumentChange[] _deletion = [new RemoveElement("e0")];
    private Document _document = null!;
    private TouchMap _touches = null!;
    private Horizon _all;
    private Horizon _nothing;

    [Params(1_000, 10_000)]
    public int Elements { get; set; }

    /// <summary>Operations before.</summary>
    [Params(100, 100_000)]
    public int History { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        _document = Drawings.Of(Elements);
        _touches = new(0);
        for (var revision = 1; revision <= History; revision++)
        {
            var by = new TouchSource(revision, $"user-{revision % 10}", "Ben", $"o{revision}", "move", Time);
            DocumentChange[] moved = [new SetAttributes(revision == History ? "e1" : Drawings.Rectangle(revision, Elements), [new("x", revision.ToString(CultureInfo.InvariantCulture)), new("y", "3")])];
            _touches.Add(by, moved, _document.Apply(moved), _document);
        }
        _all = new("ada", History, Time);
        _nothing = new("ada", 0, Time);
    }

    /// <summary>The usual case: others have touched the element, and the author has seen it.</summary>
    [Benchmark]
    public int WithoutClash() => ConflictDetector.Find(_document, _touches, _all, "move", _move).Count;

    [Benchmark]
    public int WithClash() => ConflictDetector.Find(_document, _touches, _nothing, "move", _move).Count;

    /// <summary>A group of a hundred elements is deleted; all in it is looked at.</summary>
    [Benchmark]
    public int DeletionOfAGroup() => ConflictDetector.Find(_document, _touches, _all, "delete", _deletion).Count;
}
