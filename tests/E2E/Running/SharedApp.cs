namespace Svgx.Tests.E2E.Running;

/// <summary>The app of all tests that neither stop it nor look at what it prints. Each has people and drawings of its own in it; a start for each would take more time than the tests. Tests that run side by side share it.</summary>
public sealed class SharedApp : IAsyncDisposable
{
    /// <summary>An app takes 30 posts of the account's forms a minute (rule W15). What so many people and those of the tests that have just begun send stays below, however fast the machine is.</summary>
    private const int MostPeople = 18;

    private readonly List<Task<AppProcess>> _apps = [];
    private readonly Lock _lock = new();

    /// <summary>Started for the first who asks. When many have registered, those who ask get a new one; who has the former keeps it.</summary>
    public Task<AppProcess> StartAsync()
    {
        lock (_lock)
        {
            if (_apps.Count == 0 || (_apps[^1].IsCompletedSuccessfully && _apps[^1].Result.People >= MostPeople))
                _apps.Add(AppProcess.StartAsync());
            return _apps[^1];
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps.Where(app => app.IsCompletedSuccessfully))
            await (await app).DisposeAsync();
    }
}
