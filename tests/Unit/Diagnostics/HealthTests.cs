using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Storage;
using Svgx.Tests.Unit.Engine;

namespace Svgx.Tests.Unit.Diagnostics;

public sealed class HealthTests
{
    private static readonly HealthCheckContext Context = new();

    [Fact, Trait("Rule", "M7")]
    public async Task Ready_while_a_write_can_be_committed_and_asked_anew_at_most_every_two_seconds()
    {
        await using var host = new TestEngine();
        var check = Check(host);
        var ready = await check.CheckHealthAsync(Context);
        Assert.Equal((HealthStatus.Healthy, 0), (ready.Status, ready.Data["journal_queue"]));
        Assert.True((long)ready.Data["free_bytes"] > 0);
        await host.Service<CollaborationDatabase>().WriteAsync((connection, transaction) => connection.Execute(transaction, "PRAGMA query_only = 1"), CancellationToken.None);
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(Context)).Status);
        host.Time.Advance(TimeSpan.FromSeconds(2));
        var failed = await check.CheckHealthAsync(Context);
        Assert.Equal((HealthStatus.Unhealthy, "The database cannot be written."), (failed.Status, failed.Description));
    }

    [Fact, Trait("Rule", "M7")]
    public async Task Not_ready_while_the_database_does_not_answer()
    {
        await using var host = new TestEngine();
        var check = Check(host);
        Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(Context)).Status);
        host.Time.Advance(TimeSpan.FromSeconds(2));
        using var release = new ManualResetEventSlim();
        var busy = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = host.Service<CollaborationDatabase>().WriteAsync((_, _) =>
        {
            busy.TrySetResult();
            release.Wait(TimeSpan.FromSeconds(20));
        }, CancellationToken.None);
        await busy.Task;
        var asked = check.CheckHealthAsync(Context);
        while (!asked.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1)); // its patience may begin a moment after this one
            await Task.Yield();
        }
        Assert.Equal((HealthStatus.Unhealthy, "The database has not answered in five seconds."), ((await asked).Status, (await asked).Description));
        release.Set();
        await held;
    }

    [Fact, Trait("Rule", "M7")]
    public async Task Not_ready_while_the_disk_has_no_space()
    {
        await using var host = new TestEngine();
        host.Service<IOptions<StorageOptions>>().Value.MinFreeBytes = long.MaxValue;
        Assert.Equal("The disk of the data folder is nearly full.", (await Check(host).CheckHealthAsync(Context)).Description);
    }

    private static CollaborationHealthCheck Check(TestEngine host) => new(host.Service<IServiceProvider>());
}
