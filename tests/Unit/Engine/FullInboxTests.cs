using System.Text.Json;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using static Svgx.Tests.Unit.Engine.TestEngine;

namespace Svgx.Tests.Unit.Engine;

public sealed class FullInboxTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact, Trait("Rule", "J22")]
    public async Task What_time_ends_ends_also_where_the_inbox_was_full_when_it_was_due()
    {
        await using var host = new TestEngine(options => options.Inbox = 16);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document, "ann", new(document, "main", "ann", "ann", "ann-1", ExpiresAt: host.Time.GetUtcNow().AddMinutes(1)));
        var (ben, cleo) = (await host.JoinAsync(document, "ben"), await host.JoinAsync(document, "cleo"));
        await cleo.DoAsync("create", "a");
        await cleo.Participant.LockAsync(["a"]);
        await ben.NextAsync<SessionEvent.LocksChanged>(news => news.Locks.Length == 1);
        cleo.Participant.Preview(new("g", ["a"], JsonElement.Parse("{}")));
        await ben.NextAsync<SessionEvent.PreviewShared>(news => news.Preview.ElementIds.Count == 1);

        var flood = await FillAsync(host, ben);
        host.Time.Advance(TimeSpan.FromMinutes(2)); // the only ticks of this test
        host.Store.Release();

        Assert.Equal(CloseReason.TokenExpired, await ann.Closed);
        await ben.NextAsync<SessionEvent.LocksChanged>(news => news.Locks.Length == 0);
        await Task.WhenAll(flood).WaitAsync(Patience);
    }

    [Fact, Trait("Rule", "J22")]
    public async Task Gestures_end_also_where_the_inbox_was_full_when_that_was_due()
    {
        await using var host = new TestEngine(options => options.Inbox = 16);
        var document = await host.Engine.CreateDocumentAsync();
        var (ben, cleo) = (await host.JoinAsync(document, "ben"), await host.JoinAsync(document, "cleo"));
        await cleo.DoAsync("create", "a");
        cleo.Participant.Preview(new("g", ["a"], JsonElement.Parse("{}")));
        await ben.NextAsync<SessionEvent.PreviewShared>(news => news.Preview.ElementIds.Count == 1);
        var flood = await FillAsync(host, ben);
        host.Time.Advance(TimeSpan.FromMinutes(2));
        host.Store.Release();
        await ben.NextAsync<SessionEvent.PreviewShared>(news => news.Preview.ElementIds.Count == 0);
        await Task.WhenAll(flood).WaitAsync(Patience);
    }
    [Fact, Trait("Rule", "J22")]
    public async Task News_of_other_branches_come_also_where_the_inbox_was_full_and_of_very_many_the_newest()
    {
        await using var host = new TestEngine(options => options.Inbox = 16);
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, ben) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "ben"));
        var flood = await FillAsync(host, ben);
        for (var i = 0; i < 2_000; i++)
            host.Engine.Announce(document, "side", new SessionEvent.BranchCreated(new() { DocumentId = document, Name = $"b{i}", CreatedBy = "ann", CreatedByName = "ann", CreatedAt = host.Time.GetUtcNow().UtcDateTime }));
        host.Store.Release();
        Assert.Equal("b976", (await ann.NextAsync<SessionEvent.BranchCreated>()).Branch.Name);
        await ann.NextAsync<SessionEvent.BranchCreated>(news => news.Branch.Name == "b1999");
        await Task.WhenAll(flood).WaitAsync(Patience);
    }

    [Theory, Trait("Rule", "J29")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_large_messages_few_wait_in_the_inbox_and_who_sends_more_goes_on_when_there_is_room_or_at_the_end(bool sessionFails)
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, ben) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "ben"));
        host.Store.Hold();
        await ben.Participant.SubmitAsync(Operation("create", "first"));
        await host.Store.Reached.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Task[] flood = [.. Enumerable.Range(0, 50).Select(i => ann.Participant.SubmitAsync(Operation("create", $"e{i}") with { MessageBytes = 100_000 }).AsTask())];
        Assert.Equal(32, flood.Count(waiting => waiting.IsCompleted));
        using var givenUp = new CancellationTokenSource();
        var last = ann.Participant.SubmitAsync(Operation("create", "never") with { MessageBytes = 100_000 }, cancellationToken: givenUp.Token).AsTask();
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last);
        await ben.Participant.SubmitAsync(Operation("create", "small")).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        (host.Store.FailAppends, host.Store.FailLoads) = (sessionFails ? 1 : 0, sessionFails);
        host.Store.Release();
        await Task.WhenAll(flood).WaitAsync(Patience, TestContext.Current.CancellationToken);
        if (sessionFails)
        {
            Assert.Equal(CloseReason.SessionFailed, await ann.Closed);
            return;
        }
        await ann.SettleAsync();
        var made = await host.Engine.ReadOperationsAsync(document).Select(entry => entry.ElementId).ToListAsync(TestContext.Current.CancellationToken);
        string[] sent = ["first", "small", .. Enumerable.Range(0, 50).Select(i => $"e{i}")];
        Assert.Equal(sent.Order(), made.Order());
    }

    /// <summary>Holds the disk and sends until no more goes into the inbox.</summary>
    private static async Task<Task[]> FillAsync(TestEngine host, TestPeer peer)
    {
        host.Store.Hold();
        await peer.Participant.SubmitAsync(Operation("create", "first"));
        await host.Store.Reached.Task.WaitAsync(Patience);
        Task[] flood = [.. Enumerable.Range(0, 50).Select(_ => peer.Participant.SubmitAsync(Operation("create", null)).AsTask())];
        Assert.Contains(flood, waiting => !waiting.IsCompleted);
        return flood;
    }
}
