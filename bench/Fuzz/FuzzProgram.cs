using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Bench.Fuzz;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;
using Svgx.Tests.Unit.Protocol;

// dotnet run -c Release --project bench/Fuzz -- [FRAMES] [SEED]
// Millions of bad frames: through the reader, and a tenth of them through a real server as nobody, as a viewer and as an editor. Ends with 1 and the seed where something fails.
var frames = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2_000_000;
var seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : Environment.TickCount & 0xFFFF;
Console.WriteLine($"{frames} frames, seed {seed}");

var clock = Stopwatch.StartNew();
var mutator = new FrameMutator(seed);
var understood = 0;
for (var i = 0; i < frames; i++)
{
    var frame = mutator.Next();
    try
    {
        if (ProtocolReader.TryRead(frame, out _, out _))
            understood++;
    }
    catch (Exception error)
    {
        Console.Error.WriteLine($"Frame {i} of seed {seed} made the reader throw: {Convert.ToHexString(frame)}\n{error}");
        return 1;
    }
}
Console.WriteLine($"reader: {frames / clock.Elapsed.TotalSeconds:0} frames/s, {100.0 * understood / frames:0} % understood");

var folder = Directory.CreateTempSubdirectory("svgx-fuzz-").FullName;
await using var services = new ServiceCollection()
    .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Svgx:DataFolder"] = folder }).Build())
    .AddSingleton<IDocumentAccess, OpenDocumentAccess>()
    .AddCollaboration()
    .AddCollaborationProtocol(options => (options.MaxRefusals, options.MaxFailedJoins, options.MaxHints, options.MaxRequests, options.JoinsPerMinute, options.RefusedTokensPerMinute) =
        (1_000_000, 1_000, 10_000_000, 10_000_000, 10_000_000, 10_000_000))
    .BuildServiceProvider();
try
{
    return await new ServerFuzz(services, seed).RunAsync(frames / 10) ? 0 : 1;
}
finally
{
    await services.GetRequiredService<CollaborationServer>().StopAsync();
    Directory.Delete(folder, recursive: true);
}
