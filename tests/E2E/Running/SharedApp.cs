namespace Svgx.Tests.E2E.Running;

/// <summary>The app of all tests that neither stop it nor look at what it prints. Each has people and drawings of its own in it; a start for each would take more time than the tests.</summary>
public sealed class SharedApp : IAsyncDisposable
{
    private AppProcess? _app;

    /// <summary>Started for the first who asks. The tests run one after the other.</summary>
    public async Task<AppProcess> StartAsync() => _app ??= await AppProcess.StartAsync();

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;
}
