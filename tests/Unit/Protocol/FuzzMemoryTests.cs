using Svgx.Collaboration.Engine;

namespace Svgx.Tests.Unit.Protocol;

/// <summary>Alone, since memory is the process's.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}

[Collection(AloneCollection.Name)]
public sealed class FuzzMemoryTests
{
    [Fact, Trait("Rule", "P18")]
    public async Task Bad_frames_leave_no_memory_behind()
    {
        await using var host = await FuzzTraffic.StartAsync();
        await FuzzTraffic.SendAsync(host, 1_000, DocumentRole.Viewer, 21);
        await FuzzTraffic.SendAsync(host, 1_000, null, 22);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await FuzzTraffic.SendAsync(host, 3_000, DocumentRole.Viewer, 23);
        await FuzzTraffic.SendAsync(host, 3_000, null, 24);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 3 << 20); // a kilobyte kept for each frame would be six million
    }
}
