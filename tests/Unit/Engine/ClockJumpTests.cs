using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Storage;

namespace Svgx.Tests.Unit.Engine;

public sealed class ClockJumpTests : IAsyncLifetime
{
    private readonly SettableClock _clock = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("svgx-clock-").FullName;
    private ServiceProvider _services = null!;
    private Guid _document;

    private CollaborationEngine Engine => _services.GetRequiredService<CollaborationEngine>();

    public async ValueTask InitializeAsync()
    {
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(_clock)
            .AddSingleton<IDocumentAccess, OpenDocumentAccess>()
            .AddCollaboration()
            .Configure<StorageOptions>(options => options.DataFolder = _folder)
            .BuildServiceProvider();
        _document = await Engine.CreateDocumentAsync();
    }

    [Theory, Trait("Rule", "J20")]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task A_participation_lasts_as_long_as_its_token_had_left_whatever_the_clock_is_set_to(int hours)
    {
        var ann = await JoinAsync("ann", _clock.GetUtcNow().AddHours(1));
        await ann.DoAsync("create", "a");
        _clock.Offset = TimeSpan.FromHours(hours);
        _clock.Advance(TimeSpan.FromMinutes(59));
        await ann.SettleAsync();
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(CloseReason.TokenExpired, await ann.Closed);
    }

    [Fact, Trait("Rule", "J20")]
    public async Task A_token_made_after_the_clock_was_set_back_is_good_in_a_session_that_was_open_before()
    {
        var ann = await JoinAsync("ann");
        _clock.Offset = TimeSpan.FromHours(-10);
        var ben = await JoinAsync("ben", _clock.GetUtcNow().AddHours(1));
        _clock.Advance(TimeSpan.FromMinutes(59));
        await ben.SettleAsync();
        await ann.SettleAsync();
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(CloseReason.TokenExpired, await ben.Closed);
    }

    [Theory, Trait("Rule", "J20")]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task What_was_long_ago_does_not_become_concurrent_and_the_journals_times_do_not_go_back(int hours)
    {
        var ann = await JoinAsync("ann");
        var ben = await JoinAsync("ben");
        await ann.DoAsync("create", "a");
        await ben.DoAsync("move", "a", """{"x":5,"y":5}""");
        _clock.Advance(TimeSpan.FromMinutes(10));
        _clock.Offset = TimeSpan.FromHours(hours);
        await ann.DoAsync("move", "a", """{"x":9,"y":9}""");
        Assert.Equal(0, Engine.GetPerformanceStats().ConflictsDetected);
        Assert.DoesNotContain(await ann.SettleAsync(), news => news.GetType().Name.StartsWith("Conflict", StringComparison.Ordinal));
        var times = new List<DateTime>();
        await foreach (var entry in Engine.ReadOperationsAsync(_document))
            times.Add(entry.Timestamp);
        Assert.Equal(times.Order(), times);
        Assert.Equal(3, times.Count);
    }

    [Fact, Trait("Rule", "J20")]
    public void A_sessions_time_never_goes_back_and_follows_a_clock_set_forward_after_a_minute()
    {
        var steady = new SteadyTime(_clock);
        var start = _clock.GetUtcNow();
        _clock.Offset = TimeSpan.FromHours(-5);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(start.AddMinutes(5), steady.GetUtcNow());
        _clock.Offset = TimeSpan.FromHours(5);
        Assert.Equal(start.AddMinutes(5), steady.GetUtcNow());
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(start.AddMinutes(5).AddSeconds(59), steady.GetUtcNow());
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(_clock.GetUtcNow(), steady.GetUtcNow());
        _clock.Offset += TimeSpan.FromMilliseconds(300); // a clock that is kept right by small steps is followed
        Assert.Equal(_clock.GetUtcNow(), steady.GetUtcNow());
    }

    private async Task<TestPeer> JoinAsync(string user, DateTimeOffset? expires = null)
    {
        var peer = new TestPeer();
        peer.Joined = Assert.IsType<JoinOutcome.Accepted>(await Engine.JoinAsync(new(_document, "main", user, user, user + "-1", ExpiresAt: expires), peer)).Joined;
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
