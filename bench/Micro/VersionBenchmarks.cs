using System.Globalization;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;

namespace Svgx.Bench.Micro;

/// <summary>Making a version of a drawing of a thousand elements in which a few have changed, stored durably by SQLite in the folder for temporary files; after a short and a long history.</summary>
[MemoryDiagnoser, WarmupCount(10), IterationCount(60), InvocationCount(1)]
public class VersionBenchmarks
{
    private const int Elements = 1_000;
    private const int Changed = 5;
    private readonly Guid _document = Guid.CreateVersion7();
    private string _folder = "";
    private ServiceProvider _services = null!;
    private CollaborationEngine _engine = null!;
    private int _moves;

    /// <summary>Operations before the first version.</summary>
    [Params(100, 20_000)]
    public int History { get; set; }

    [GlobalSetup]
    public async Task Draw()
    {
        _folder = Directory.CreateTempSubdirectory("svgx-bench-").FullName;
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Svgx:DataFolder"] = _folder }).Build())
            .AddSingleton<IDocumentAccess, OpenDocumentAccess>()
            .AddCollaboration(options => options.CheckpointEvery = 100_000)
            .BuildServiceProvider();
        _engine = _services.GetRequiredService<CollaborationEngine>();
        await _engine.EnsureDocumentAsync(_document, Drawings.Of(Elements));
        await MoveAsync(History);
    }

    [GlobalCleanup]
    public async Task Clear()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [IterationSetup]
    public void Change() => MoveAsync(Changed).GetAwaiter().GetResult();

    [Benchmark]
    public async Task<DocumentVersion> SaveVersion() =>
        ((VersionResult<DocumentVersion>.Done)await _engine.Versions.SaveAsync(_document, new("ada", DocumentRole.Owner, "Ada", "ada-1"))).Value;

    private async Task MoveAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            // Spread over the drawing, as a few people's work is.
            var number = (_moves++ * 211).ToString(CultureInfo.InvariantCulture);
            var outcome = await _engine.SendOperationAsync(_document, "ada", new(null, "move", Drawings.Rectangle(_moves * 211, Elements), JsonElement.Parse($$"""{"x":{{number}},"y":1}""")));
            if (outcome is not SubmitOutcome.Accepted)
                throw new InvalidOperationException("The drawing could not be changed.");
        }
    }
}
