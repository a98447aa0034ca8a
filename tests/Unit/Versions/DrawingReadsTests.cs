using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Engine;
using static Svgx.Tests.Unit.Versions.VersionTesting;

namespace Svgx.Tests.Unit.Versions;

public sealed class DrawingReadsTests
{
    [Fact, Trait("Rule", "V20")]
    public async Task Whole_drawings_are_read_in_turn_and_when_too_many_wait_one_more_is_refused()
    {
        await using var host = new TestEngine(options => options.ReadsAtOnce = 1);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        var version = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        var (reached, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Versions.Before(nameof(IVersionStore.ReadContentAsync), () =>
        {
            reached.SetResult();
            return gate.Task;
        });
        var point = new ContentPoint.Version(version.VersionId);
        var first = host.Engine.Versions.ReadAsync(document, Ann, point);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var waiting = Enumerable.Range(0, DrawingReads.MaxWaiting).Select(_ => host.Engine.Versions.ReadAsync(document, Ann, point)).ToList();

        Task<string>[] beyond =
        [
            host.Engine.Versions.ReadAsync(document, Ann, point).Refused(), host.Engine.Versions.DiffAsync(document, Ann, point, point).Refused(), host.Engine.Versions.RevertAsync(document, Ann, version.VersionId).Refused(),
            host.Engine.Versions.RestoreAsync(document, Ann, point).Refused(), host.Engine.Versions.ElementHistoryAsync(document, Ann, "a").Refused(), host.Engine.Versions.VerifyAsync(document, Ann).Refused(),
        ];
        Assert.All(await Task.WhenAll(beyond).WaitAsync(TimeSpan.FromSeconds(20)), code => Assert.Equal("rate_limited", code));
        await ann.DoAsync("create", "drawn"); // who draws does not wait for who reads
        Assert.DoesNotContain(waiting, read => read.IsCompleted);

        gate.SetResult();
        await first.Done();
        foreach (var read in waiting)
            await read.Done();
        Assert.Equal(2, (await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Live("main")).Done()).Document.ElementCount);
    }
}
