using System.Text.Json;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Storage;
using Svgx.Collaboration.Versions;
using static Svgx.Tests.Unit.Engine.TestEngine;

namespace Svgx.Tests.Unit.Engine;

/// <summary>What a session holds, reads and looks up is bounded, with an answer at each bound.</summary>
public sealed class SessionBoundsTests
{
    [Fact, Trait("Rule", "J11")]
    public async Task A_very_long_group_is_taken_back_in_parts_the_newest_first()
    {
        await using var host = new TestEngine(options => options.SnapshotEvery = 1_000_000);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        foreach (var part in Enumerable.Range(0, 21_000).Select(n => Operation("create", $"e{n}", group: "stream")).Chunk(3_000))
        {
            await ann.Participant.SubmitManyAsync([.. part], atomic: false);
            await ann.NextAsync<SessionEvent.Acknowledged>();
        }
        foreach (var (redo, left) in new[] { (false, 20_000), (false, 0), (true, 20_000), (true, 21_000) })
        {
            if (redo)
                await ann.Participant.RedoAsync();
            else
                await ann.Participant.UndoAsync();
            await ann.NextAsync<SessionEvent.Acknowledged>();
            Assert.Equal(1 + left, (await host.ReadAsync(document)).ElementCount);
        }
    }

    [Fact, Trait("Rule", "J11")]
    public void What_a_step_holds_is_bounded_and_one_operation_is_always_a_step()
    {
        var history = new UndoHistory(depth: 200, maxBytes: 100);
        foreach (var (id, bytes) in new[] { ("a", 60), ("b", 40), ("c", 1), ("large", 1_000), ("d", 1) })
            history.Add(new UndoableOperation(1, id, "group", UndoOf: null, RedoOf: null, bytes));
        var steps = new List<string>();
        for (; history.TryPeek(redo: false, out var step); history.Drop(redo: false))
            steps.Add(string.Join(' ', step.Places.Select(place => place.OperationId)));
        Assert.Equal(["d", "large", "c", "a b"], steps);
    }

    [Fact, Trait("Rule", "D14")]
    public async Task What_would_make_a_drawing_too_long_is_refused_whatever_it_comes_by()
    {
        await using var host = new TestEngine(options => options.MaxCharacters = 5_000);
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "a", Long(3_000));
        Assert.Equal("too_large", (await bob.TryAsync("create", "b", Long(3_000))).Code);
        Assert.Equal("too_large", (await bob.TryAsync("update", "a", Long(6_000))).Code);
        await bob.DoAsync("update", "a", Long(4_000));
        await bob.DoAsync("update", "a", Long(3_000));
        await ann.DoAsync("delete", "a", seen: 3);
        await bob.DoAsync("create", "b", Long(3_000));

        await ann.Participant.UndoAsync();
        Assert.Equal("too_large", (await ann.NextAsync<SessionEvent.Refused>()).Code);
        var restored = await host.Engine.Versions.RestoreAsync(document, new("ann"), new ContentPoint.Revision("main", 1), elementIds: ["a"]);
        Assert.Equal("too_large", Assert.IsType<VersionResult<VersionChange>.Refused>(restored).Code);
        Assert.False((await host.ReadAsync(document)).TryGetElement("a", out _));

        await bob.DoAsync("delete", "b");
        await ann.Participant.UndoAsync();
        await ann.NextAsync<SessionEvent.Acknowledged>();
        Assert.True((await host.ReadAsync(document)).TryGetElement("a", out _));

        static string Long(int length) => $$"""{"class":"{{new string('c', length)}}"}""";
    }

    [Fact, Trait("Rule", "J12")]
    public async Task Who_missed_too_many_bytes_gets_the_whole_drawing()
    {
        await using var host = new TestEngine(options => options.ResyncBytes = 1_000);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        for (var i = 0; i < 3; i++)
            await ann.DoAsync("create", $"e{i}", $$"""{"class":"{{new string('c', 300)}}"}""");
        async Task<Resync> Join(long? last) => (await host.JoinAsync(document, "bob", new(document, "main", "bob", null, "s", LastRevision: last, WantsDocument: true))).Joined.Resync;
        Assert.Equal(3, Assert.Single(Assert.IsType<Resync.Operations>(await Join(2)).Missed).Entry.Revision);
        Assert.Equal(3, Assert.IsType<Resync.Document>(await Join(1)).Content.Revision);
    }

    [Fact, Trait("Rule", "J9")]
    public async Task Large_operations_make_a_snapshot_due_too()
    {
        await using var host = new TestEngine(options => (options.SnapshotEvery, options.SnapshotEveryBytes) = (1_000_000, 10_000));
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        var taken = 0L;
        for (var i = 0; taken == 0 && i < 2_000; i++) // it is written beside the loop
        {
            await ann.DoAsync("update", "a", $$"""{"class":"{{new string((char)('a' + (i % 26)), 1_000)}}"}""");
            taken = (await host.Service<IVersionStore>().ReadSnapshotRevisionsAsync(document, "main", default)).FirstOrDefault(revision => revision > 0);
        }
        Assert.InRange(taken, 3, 10);
    }

    [Fact, Trait("Rule", "J27")]
    public async Task Operations_larger_than_a_page_are_read_one_by_one_and_all()
    {
        await using var host = new TestEngine(options => options.SnapshotEveryBytes = 1 << 30);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        foreach (var letter in "bcd")
            await ann.DoAsync("update", "a", $$"""{"class":"{{new string(letter, 9 << 20)}}"}"""); // sent and done: 18 MiB each
        Assert.Equal([1L, 2L], (await host.Store.ReadAsync(document, "main", 0, 1_000, default)).Select(entry => entry.Revision));
        Assert.Equal([3L], (await host.Store.ReadAsync(document, "main", 2, 1_000, default)).Select(entry => entry.Revision));
        Assert.Equal([4L], (await host.Store.ReadBackAsync(document, "main", 4, userId: null, 1_000, default)).Select(entry => entry.Revision));
        Assert.Equal([1L, 2L, 3L, 4L], await host.Engine.ReadOperationsAsync(document).Select(entry => entry.Revision).ToListAsync());
        Assert.Equal([2L, 3L], await host.Engine.ReadOperationsAsync(document, afterRevision: 1, limit: 2).Select(entry => entry.Revision).ToListAsync());
        var past = await host.Engine.Versions.ReadAsync(document, new("ann"), new ContentPoint.Revision("main", 3));
        Assert.True(Assert.IsType<VersionResult<PointContent>.Done>(past).Value.Document.TryGetElement("a", out var element));
        Assert.Equal('c', element["class"]![0]);
        await ann.Participant.UndoAsync();
        await ann.NextAsync<SessionEvent.Acknowledged>();
        Assert.True((await host.ReadAsync(document)).TryGetElement("a", out element));
        Assert.Equal('c', element["class"]![0]);
    }

    [Fact, Trait("Rule", "J24")]
    public async Task What_is_decided_together_is_bounded_by_its_size()
    {
        await using var host = new TestEngine(options => options.MaxTurnBytes = 4_096);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        host.Store.Hold();
        await ann.Participant.SubmitAsync(Operation("create", "slow"));
        await host.Store.Reached.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var text = new string('x', 3_000); // told twice, as data and as changes
        for (var i = 0; i < 4; i++)
            await ann.Participant.SubmitAsync(Operation("create", $"large-{i}", $$"""{"type":"text","text":"{{text}}"}"""));
        for (var i = 0; i < 4; i++)
            await ann.Participant.SubmitAsync(Operation("create", $"small-{i}"));
        host.Store.Release();
        var turns = (await ann.SettleAsync()).OfType<SessionEvent.OperationsCommitted>().Select(turn => turn.Operations.Length);
        Assert.Equal([1, 1, 1, 1, 1, 4], turns);
    }

    [Fact, Trait("Rule", "R20")]
    public async Task Selecting_is_bounded_like_operations()
    {
        await using var host = new TestEngine(options => options.RateLimit = 2);
        var ann = await host.JoinAsync(await host.Engine.CreateDocumentAsync());
        await ann.Participant.SubmitManyAsync([.. Enumerable.Range(0, 3).Select(_ => Operation("select", "a"))], atomic: false);
        var refused = await ann.NextAsync<SessionEvent.Refused>();
        Assert.Equal("rate_limited", refused.Code);
        Assert.NotNull(refused.RetryAfter);
    }

    [Fact, Trait("Rule", "P26")]
    public async Task A_gesture_of_more_than_128_KiB_is_not_shown_and_its_lock_goes_on()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, bob) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "bob"));
        await ann.DoAsync("create", "a");
        await ann.Participant.LockAsync(["a"]);
        var taken = (await bob.NextAsync<SessionEvent.LocksChanged>()).Locks[0].ExpiresAt;
        ann.Participant.Preview(Stroke(1_000));
        Assert.Equal("a", (await bob.NextAsync<SessionEvent.PreviewShared>()).Preview.ElementIds[0]);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        ann.Participant.Preview(Stroke(128 << 10));
        await ann.SettleAsync();
        Assert.DoesNotContain(await bob.SettleAsync(), e => e is SessionEvent.PreviewShared);
        var cleo = await host.JoinAsync(document, "cleo");
        var seen = await cleo.SettleAsync();
        Assert.InRange(Assert.Single(seen.OfType<SessionEvent.PreviewShared>()).DataBytes, 1_000, 2_000);
        Assert.Equal(taken.AddSeconds(5), Assert.Single(seen.OfType<SessionEvent.LocksChanged>()).Locks[0].ExpiresAt);

        static PreviewRequest Stroke(int length) => new("g", ["a"], JsonSerializer.SerializeToElement(new { d = new string('0', length) }));
    }

    [Theory, Trait("Rule", "J28")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task For_who_may_not_edit_nothing_is_looked_up(bool atomic)
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        host.Access.Set(document, "eve", DocumentRole.Viewer);
        var (ann, eve) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "eve"));
        await ann.DoAsync("create", "a", id: "o");
        host.Store.FailReads = true; // whatever is looked up ends the session
        await eve.Participant.SubmitManyAsync([Operation("create", "a", id: "o", seen: 0)], atomic);
        Assert.Equal(atomic ? "batch_failed" : "read_only", (await eve.NextAsync<SessionEvent.Refused>()).Code);
        await eve.Participant.UndoAsync("u");
        Assert.Equal("read_only", (await eve.NextAsync<SessionEvent.Refused>(e => e.RequestId == "u")).Code);
        await eve.Participant.SubmitAsync(Operation("select", "a"));
        await ann.DoAsync("create", "b");
    }

    [Fact, Trait("Rule", "J28")]
    public async Task Repetitions_are_looked_up_as_often_as_operations_may_be_sent_and_later_again()
    {
        await using var host = new TestEngine(options => options.RateLimit = 3);
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        string[] ids = ["a", "b", "c"];
        await ann.Participant.SubmitManyAsync([.. ids.Select(id => Operation("create", id, id: id))], atomic: false);
        await ann.SettleAsync();
        OperationRequest[] twice = [.. ids.Concat(ids).Select(id => Operation("create", id, id: id))];
        await ann.Participant.SubmitManyAsync([.. twice], atomic: false);
        Assert.Equal([1L, 2L, 3L, 1L, 2L, 3L], (await ann.NextAsync<SessionEvent.Acknowledged>()).Operations.Select(ack => ack.Revision));

        host.Store.FailReads = true;
        await ann.Participant.SubmitManyAsync([.. twice], atomic: false);
        for (var i = 0; i < twice.Length; i++)
        {
            var refused = await ann.NextAsync<SessionEvent.Refused>();
            Assert.Equal(("rate_limited", twice[i].OperationId), (refused.Code, refused.OperationId));
            Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10));
        }

        host.Store.FailReads = false;
        host.Time.Advance(TimeSpan.FromSeconds(20));
        await ann.Participant.SubmitAsync(twice[1]);
        Assert.Equal(2, (await ann.NextAsync<SessionEvent.Acknowledged>()).Operations[0].Revision);
    }
}
