using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;

namespace Svgx.Tests.Unit.Security;

public sealed class AuditTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("svgx-audit-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private ServiceProvider Start(Action<AuditOptions>? configure = null) => new ServiceCollection()
        .AddSingleton<TimeProvider>(_time)
        .AddSingleton<IDocumentAccess, OpenDocumentAccess>()
        .AddCollaboration()
        .Configure<StorageOptions>(options => options.DataFolder = _folder)
        .Configure<AuditOptions>(options => configure?.Invoke(options))
        .BuildServiceProvider();

    [Fact, Trait("Rule", "S8")]
    public async Task Events_are_durable_and_found_by_kind_user_and_document_page_by_page()
    {
        var document = Guid.NewGuid();
        await using (var services = Start())
        {
            var trail = services.GetRequiredService<AuditTrail>();
            trail.Record(new(AuditKind.SignedIn) { UserId = "ann", Address = "10.0.0.1" });
            _time.Advance(TimeSpan.FromMinutes(1));
            trail.Record(new(AuditKind.Shared) { ActorId = "ann", UserId = "ben", DocumentId = document, Detail = "editor" });
            trail.Record(new(AuditKind.SignInFailed) { Detail = new string('x', 10_000) });
        }
        await using var again = Start();
        var audit = again.GetRequiredService<AuditTrail>();
        var all = await audit.QueryAsync(new());
        Assert.Equal([AuditKind.SignInFailed, AuditKind.Shared, AuditKind.SignedIn], all.Select(entry => entry.Kind));
        Assert.Equal(200, all[0].Detail!.Length);
        Assert.Equal(new AuditEvent(AuditKind.Shared) { Sequence = 2, Timestamp = _time.GetUtcNow(), ActorId = "ann", UserId = "ben", DocumentId = document, Detail = "editor" }, all[1]);
        Assert.Equal([2L, 1], (await audit.QueryAsync(new(UserId: "ann"))).Select(entry => entry.Sequence));
        Assert.Equal([2L], (await audit.QueryAsync(new(DocumentId: document))).Select(entry => entry.Sequence));
        Assert.Equal([1L], (await audit.QueryAsync(new(Kind: AuditKind.SignedIn))).Select(entry => entry.Sequence));
        Assert.Equal([2L], (await audit.QueryAsync(new(Before: 3, Limit: 1))).Select(entry => entry.Sequence));
    }

    [Fact, Trait("Rule", "S9")]
    public async Task Entries_go_after_their_time_and_beyond_the_bound_the_oldest_first()
    {
        await using (var services = Start())
            services.GetRequiredService<AuditTrail>().Record(new(AuditKind.SignedIn) { UserId = "old" });
        _time.Advance(TimeSpan.FromDays(181));
        await using (var services = Start())
        {
            services.GetRequiredService<AuditTrail>().Record(new(AuditKind.SignedIn) { UserId = "new" });
            await services.GetRequiredService<AuditTrail>().DisposeAsync();
            Assert.Equal(["new"], (await services.GetRequiredService<AuditTrail>().QueryAsync(new())).Select(entry => entry.UserId));
        }
        await using (var services = Start(options => options.MaxEntries = 1_000))
        {
            for (var i = 0; i < 3_000; i++)
                services.GetRequiredService<AuditTrail>().Record(new(AuditKind.SignedIn) { UserId = $"{i}" });
            await services.GetRequiredService<AuditTrail>().DisposeAsync();
            var kept = await services.GetRequiredService<AuditTrail>().QueryAsync(new(Limit: 1));
            Assert.Equal("2999", kept[0].UserId);
            Assert.Empty(await services.GetRequiredService<AuditTrail>().QueryAsync(new(Before: kept[0].Sequence - 2_000)));
        }
    }

    [Fact, Trait("Rule", "S10")]
    public async Task What_cannot_be_written_stops_nobody_and_the_trail_says_how_much_is_missing()
    {
        await using var services = Start();
        var trail = services.GetRequiredService<AuditTrail>();
        var database = services.GetRequiredService<CollaborationDatabase>();
        await database.PrepareAsync(CancellationToken.None);
        using var entered = new SemaphoreSlim(0);
        using var gate = new ManualResetEventSlim();
        var held = database.WriteAsync((_, _) =>
        {
            entered.Release();
            gate.Wait();
        }, CancellationToken.None);
        await entered.WaitAsync();
        for (var i = 0; i < AuditTrail.Queue + 1_000; i++) // never waits, although nothing can be written
            trail.Record(new(AuditKind.TokenRefused));
        gate.Set();
        await held;
        await trail.DisposeAsync();
        var missing = Assert.Single(await trail.QueryAsync(new(Kind: AuditKind.EventsMissing)));
        Assert.InRange(int.Parse(missing.Detail!), 700, 1_000); // one batch was already taken
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
