namespace Svgx.Tests.E2E.Running;

/// <summary>The app of all tests that neither stop it nor look at what it prints. Each has people and drawings of its own in it; a start for each would take more time than the tests.</summary>
public sealed class SharedApp : IAsyncDisposable
{
    /// <summary>An app takes 30 posts of the account's forms a minute (rule W15). What so many people and those of one more test send stays below, however fast the machine is.</summary>
    private const int MostPeople = 22;

    private AppProcess? _app;

    /// <summary>Started for the first who asks, and anew when many have registered. The tests run one after the other.</summary>
    public async Task<AppProcess> StartAsync()
    {
        if (_app?.People >= MostPeople)
        {
            await _app.DisposeAsync();
            _app = null;
        }
        return _app ??= await AppProcess.StartAsync();
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;
}
