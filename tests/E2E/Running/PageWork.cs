using Microsoft.Playwright;

namespace Svgx.Tests.E2E.Running;

/// <summary>How long the main thread of a page worked, in its own time: what else the machine did meanwhile is not in it.</summary>
public sealed class PageWork : IAsyncDisposable
{
    private readonly ICDPSession _session;
    private readonly double _before;

    private PageWork(ICDPSession session, double before) => (_session, _before) = (session, before);

    public static async Task<PageWork> BeginAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("Performance.enable", new() { ["timeDomain"] = "threadTicks" });
        return new(session, await ReadAsync(session));
    }

    public async Task<TimeSpan> EndAsync() => TimeSpan.FromSeconds(await ReadAsync(_session) - _before);

    public async ValueTask DisposeAsync() => await _session.DetachAsync();

    private static async Task<double> ReadAsync(ICDPSession session)
    {
        var answer = (await session.SendAsync("Performance.getMetrics"))!.Value;
        return answer.GetProperty("metrics").EnumerateArray().Single(metric => metric.GetProperty("name").GetString() == "TaskDuration").GetProperty("value").GetDouble();
    }
}
