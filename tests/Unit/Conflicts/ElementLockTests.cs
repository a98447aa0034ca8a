using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Engine;
using static Svgx.Tests.Unit.Engine.TestEngine;

namespace Svgx.Tests.Unit.Conflicts;

public sealed class ElementLockTests
{
    [Theory, Trait("Rule", "L1")]
    [InlineData("update", "a", """{"fill":"red"}""")] // inside it
    [InlineData("move", "g", """{"dx":1}""")]
    [InlineData("delete", "a", "{}")]
    [InlineData("delete", "h", "{}")] // around it
    [InlineData("layer_change", "g", """{"parent_id":"root"}""")]
    [InlineData("layer_change", "z", """{"parent_id":"g"}""")] // into it
    [InlineData("create", "n", """{"parent_id":"g"}""")]
    public async Task Others_operations_on_a_locked_element_are_refused_with_its_holder(string type, string element, string data)
    {
        await using var scene = await SceneAsync();
        await LockAsync(scene.Ann, "g");
        var refused = await scene.Ben.TryAsync(type, element, data);
        Assert.Equal(("locked", "ann", "g"), (refused.Code, refused.LockedBy!.UserId, refused.LockedBy.ElementId));
        Assert.Contains("ann", refused.Reason, StringComparison.Ordinal);
        await scene.Ann.DoAsync("update", "a", """{"fill":"green"}""");
        await scene.Ben.DoAsync("update", "z", """{"fill":"green"}""");
        await scene.Ben.DoAsync("move", "h", """{"dx":1}"""); // what is around it may move, and takes it along
    }

    [Theory, Trait("Rule", "L7")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lock_is_told_after_its_element_is_and_not_where_that_could_not_be_stored(bool fails)
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var (ann, ben) = (await host.JoinAsync(document, "ann"), await host.JoinAsync(document, "ben"));
        host.Store.Hold();
        await ann.Participant.SubmitAsync(Operation("create", "first"));
        await host.Store.Reached.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await ann.Participant.SubmitAsync(Operation("create", "e9")); // both wait for the same turn
        await ann.Participant.LockAsync(["e9"], "l");
        host.Store.FailAppends = fails ? 2 : 0;
        host.Store.Release();
        if (fails)
            Assert.Equal("unknown_element", (await ann.NextAsync<SessionEvent.Refused>(e => e.RequestId == "l")).Code);
        await ann.SettleAsync();
        var told = (await ben.SettleAsync()).Where(e => e is SessionEvent.LocksChanged || e is SessionEvent.OperationsCommitted { Operations: [{ Entry.ElementId: "e9" }] });
        Type[] inOrder = fails ? [] : [typeof(SessionEvent.OperationsCommitted), typeof(SessionEvent.LocksChanged)];
        Assert.Equal(inOrder, told.Select(e => e.GetType()));
    }

    [Fact, Trait("Rule", "L2")]
    public async Task A_batch_an_undo_and_a_decision_respect_locks()
    {
        await using var scene = await SceneAsync();
        await scene.Ben.DoAsync("update", "a", """{"fill":"blue"}""");
        await LockAsync(scene.Ann, "a");
        await scene.Ben.Participant.SubmitManyAsync([Operation("create", "n"), Operation("delete", "a")], atomic: true);
        var refused = await scene.Ben.NextAsync<SessionEvent.Refused>();
        Assert.Equal(("batch_failed", "ann"), (refused.Code, refused.LockedBy!.UserId));
        Assert.Null(await scene.ElementAsync("n"));
        await scene.Ben.Participant.UndoAsync("u");
        Assert.Equal("locked", (await scene.Ben.NextAsync<SessionEvent.Refused>(e => e.RequestId == "u")).Code);
        Assert.Equal("blue", await scene.FillAsync());
        await UnlockAsync(scene.Ann, "a");
        await scene.Ben.Participant.UndoAsync();
        await scene.Ben.SettleAsync();
        Assert.Equal("white", await scene.FillAsync());
    }

    [Fact, Trait("Rule", "L2")]
    public async Task A_decision_on_a_locked_element_waits_for_its_holder()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.ClashAsync();
        await LockAsync(scene.Ann, "a");
        Assert.Equal("locked", await ConflictScene.RefusedAsync(scene.Ben, conflict.ConflictId, "reject"));
        await ConflictScene.ResolveAsync(scene.Ann, conflict, "reject");
    }

    [Fact, Trait("Rule", "L3")]
    public async Task A_lock_ends_with_its_lease_and_goes_on_while_its_holder_works()
    {
        await using var scene = await SceneAsync();
        await LockAsync(scene.Ann, "g");
        for (var i = 0; i < 3; i++)
        {
            scene.Host.Time.Advance(TimeSpan.FromSeconds(25));
            if (i == 0)
                await scene.Ann.DoAsync("update", "a", """{"fill":"green"}""");
            else if (i == 1)
                scene.Ann.Participant.Preview(new("gesture", ["a"], null));
            else
                scene.Ann.Participant.Report(new(CurrentElement: new("g")));
            await scene.Ann.SettleAsync();
            Assert.Equal("locked", (await scene.Ben.TryAsync("delete", "a")).Code);
        }
        await scene.Ben.SettleAsync();
        scene.Host.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Empty((await scene.Ben.NextAsync<SessionEvent.LocksChanged>(e => e.Locks.IsEmpty)).Locks);
        await scene.Ben.DoAsync("delete", "a");
    }

    [Fact, Trait("Rule", "L4")]
    public async Task A_lock_goes_when_the_session_that_holds_it_leaves_or_its_element_does()
    {
        await using var scene = await SceneAsync();
        await LockAsync(scene.Ann, "a", "z");
        await scene.Ann.DoAsync("delete", "z");
        scene.Host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("a", Assert.Single((await scene.Ben.NextAsync<SessionEvent.LocksChanged>(e => e.Locks.Length == 1)).Locks).ElementId);
        await scene.Ann.Participant.LeaveAsync();
        await scene.Ben.NextAsync<SessionEvent.LocksChanged>(e => e.Locks.IsEmpty);
        await scene.Ben.DoAsync("delete", "a");
    }

    [Fact, Trait("Rule", "L5")]
    public async Task All_and_newcomers_are_told_and_a_users_tabs_share_their_locks()
    {
        await using var scene = await SceneAsync();
        await LockAsync(scene.Ann, "a");
        Assert.Equal("ann", Assert.Single((await scene.Ben.NextAsync<SessionEvent.LocksChanged>()).Locks).Username);
        var tab = await scene.Host.JoinAsync(scene.Document, "ann", new(scene.Document, "main", "ann", null, "tab-2"));
        Assert.Equal("a", Assert.Single((await tab.NextAsync<SessionEvent.LocksChanged>()).Locks).ElementId);
        await tab.DoAsync("update", "a", """{"fill":"green"}""");
        await UnlockAsync(tab, "a");
        await scene.Ben.DoAsync("update", "a", """{"fill":"red"}""");
    }

    [Fact, Trait("Rule", "L6")]
    public async Task What_cannot_be_locked_is_refused_with_a_code()
    {
        await using var scene = await SceneAsync(options => options.MaxLocksPerUser = 1);
        scene.Host.Access.Set(scene.Document, "vera", DocumentRole.Viewer);
        Assert.Equal("read_only", await RefusedAsync(await scene.Host.JoinAsync(scene.Document, "vera"), "a"));
        Assert.Equal("unknown_element", await RefusedAsync(scene.Ann, "nowhere"));
        Assert.Equal("root_is_fixed", await RefusedAsync(scene.Ann, "root"));
        await LockAsync(scene.Ann, "a");
        await LockAsync(scene.Ann, "a");
        Assert.Equal("too_many_locks", await RefusedAsync(scene.Ann, "z"));
        Assert.Equal("locked", await RefusedAsync(scene.Ben, "a"));
        Assert.Equal("locked", await RefusedAsync(scene.Ben, "h"));
        await scene.Ben.Participant.UnlockAsync(["a"], "u");
        Assert.Equal("locked", (await scene.Ben.NextAsync<SessionEvent.Refused>(e => e.RequestId == "u")).Code);
    }

    /// <summary>"a" in "g" in "h", and "z" beside them; all of it a minute old.</summary>
    private static async Task<ConflictScene> SceneAsync(Action<EngineOptions>? configure = null)
    {
        var scene = await ConflictScene.OpenAsync(configure);
        await scene.Ann.DoAsync("create", "h", """{"type":"g"}""");
        await scene.Ann.DoAsync("layer_change", "g", """{"parent_id":"h"}""");
        await scene.Ann.DoAsync("create", "z");
        scene.Host.Time.Advance(TimeSpan.FromMinutes(1));
        await scene.Ann.SettleAsync();
        await scene.Ben.SettleAsync();
        return scene;
    }

    private static async Task LockAsync(TestPeer peer, params string[] elements)
    {
        await peer.Participant.LockAsync([.. elements], "l");
        await peer.NextAsync<SessionEvent.LocksChanged>(e => e.RequestId == "l");
    }

    private static async Task UnlockAsync(TestPeer peer, params string[] elements)
    {
        await peer.Participant.UnlockAsync([.. elements], "l");
        await peer.NextAsync<SessionEvent.LocksChanged>(e => e.RequestId == "l");
    }

    private static async Task<string> RefusedAsync(TestPeer peer, string element)
    {
        await peer.Participant.LockAsync([element], "l");
        return (await peer.NextAsync<SessionEvent.Refused>(e => e.RequestId == "l")).Code;
    }
}
