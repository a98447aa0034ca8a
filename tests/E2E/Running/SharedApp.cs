namespace Svgx.Tests.E2E.Running;

/// <summary>The app of all tests that neither stop it nor look at what it prints. Each has people and drawings of its own in it; a start for each would take more time than the tests. Tests that run side by side share it.</summary>
public sealed class SharedApp : IAsyncDisposable
{
    private readonly Lazy<Task<AppProcess>> _app = new(AppProcess.StartAsync);

    /// <summary>Started for the first who asks.</summary>
    public Task<AppProcess> StartAsync() => _app.Value;

    public async ValueTask DisposeAsync()
    {
        if (_app.IsValueCreated)
            await (await _app.Value).DisposeAsync();
    }
}
