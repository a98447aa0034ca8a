using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Engine;

namespace Svgx.Tests.Unit.Conflicts;

public sealed class ConflictResolutionTests
{
    [Theory, Trait("Rule", "F10")]
    [InlineData("last_write_wins", null, "blue")]
    [InlineData("merge", null, "blue")]
    [InlineData("reject", null, "white")]
    [InlineData("user_choice", "ann-1", "red")]
    [InlineData("user_choice", "ben-1", "blue")]
    [InlineData("automatic", null, "blue")]
    public async Task A_strategy_changes_the_drawing_as_its_name_says_by_one_operation(string strategy, string? chosen, string fill)
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.ClashAsync();
        await scene.Ann.DoAsync("update", "a", """{"fill":"black"}""", seen: scene.Start + 2); // changed again since: the strategy still says what it says
        await scene.Ben.SettleAsync();
        var settled = await ConflictScene.ResolveAsync(scene.Ann, conflict, strategy, chosen);
        Assert.Equal(fill, await scene.FillAsync());
        Assert.Equal((ConflictStatus.Settled, "ann"), (settled.Status, settled.Resolution!.ResolvedBy));
        var operation = (await scene.Host.Engine.ReadOperationsAsync(scene.Document).ToListAsync())[^1];
        Assert.Equal(($"resolution:{conflict.ConflictId}", "update", "ann", settled.Resolution.OperationId), (operation.Origin, operation.Type, operation.UserId, operation.OperationId));
        var seen = await scene.Ben.SettleAsync();
        var told = seen.FindIndex(e => e is SessionEvent.ConflictSettled { Conflict.Resolution.ResolvedBy: "ann" });
        Assert.True(seen.FindIndex(e => e is SessionEvent.OperationsCommitted committed && committed.Operations[0].Entry.OperationId == operation.OperationId) is >= 0 and var shown && shown < told);
    }

    [Fact, Trait("Rule", "F10")]
    public async Task Values_can_be_chosen_one_by_one()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ann.DoAsync("update", "a", """{"fill":"red","stroke":"red"}""", "ann-1", seen: scene.Start);
        await scene.Ben.DoAsync("update", "a", """{"fill":"blue","stroke":"blue"}""", "ben-1", seen: scene.Start);
        await ConflictScene.ResolveAsync(scene.Ann, await scene.FoundAsync(), "user_choice", choices: new Dictionary<string, string> { ["fill"] = "ann-1", ["stroke"] = "ben-1" });
        var element = await scene.ElementAsync();
        Assert.Equal(("red", "blue"), (element!["fill"], element["stroke"]));
    }

    [Fact, Trait("Rule", "F11")]
    public async Task Merge_joins_styles_by_declaration_and_classes_by_token()
    {
        await using var scene = await ConflictScene.OpenAsync(options => options.ConflictPolicy = new() { Concurrent = new() { Strategy = "merge" } });
        await scene.Ann.DoAsync("update", "a", """{"class":"one two","style":"opacity:0.5;color:red"}""", seen: scene.Start);
        await scene.Ben.DoAsync("update", "a", """{"class":"two three","style":"opacity:1;color:red;stroke:blue"}""", seen: scene.Start);
        var element = await scene.ElementAsync();
        Assert.Equal(["one", "three", "two"], element!["class"]!.Split(' ').Order());
        Assert.Equal("opacity:0.5;color:red;stroke:blue", element["style"]);
        var policy = (await scene.Host.Engine.ReadOperationsAsync(scene.Document).ToListAsync())[^1];
        Assert.Equal(("policy", true), (policy.UserId, policy.Origin!.StartsWith("resolution:", StringComparison.Ordinal)));
    }

    [Theory, Trait("Rule", "F11")]
    [InlineData("fill", "a", "a", "b", "b")]
    [InlineData("fill", "a", "b", "a", "b")]
    [InlineData("fill", "a", "b", "c", "c")]
    [InlineData("fill", "a", null, "a", null)]
    [InlineData("class", "x", "x y", "", "y")]
    [InlineData("style", "a:1", "a:1;b:url(\"x;y\")", "a:2", "a:2;b:url(\"x;y\")")]
    [InlineData("style", "a:1;b:2", "a:1", "a:3;b:2", "a:3")]
    [InlineData("style", "a:1", "a:\\", "a:2", "a:2")]
    [InlineData("style", "a:1", "a:2", "a", "a")]
    public void A_side_that_equals_the_state_before_gives_way(string name, string? before, string? earlier, string? last, string? expected) =>
        Assert.Equal(expected, ThreeWayValue.Merge(null, name, before, earlier, last));

    [Fact, Trait("Rule", "F12")]
    public async Task What_the_policy_settled_a_person_can_settle_otherwise_once()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.ClashAsync();
        var announced = (await scene.Ann.NextAsync<SessionEvent.ConflictSettled>()).Conflict;
        Assert.Equal((true, "last_write_wins", null), (announced.Resolution!.IsByPolicy, announced.Resolution.Strategy, announced.Resolution.OperationId));
        Assert.Equal(scene.Start + 2, (await scene.Host.Engine.ReadDocumentAsync(scene.Document))!.Revision); // the last write stands: nothing to do
        await ConflictScene.ResolveAsync(scene.Ann, conflict, "reject");
        Assert.Equal("conflict_settled", await ConflictScene.RefusedAsync(scene.Ben, conflict.ConflictId, "last_write_wins"));
        await scene.RestartAsync();
        Assert.Equal("conflict_settled", await ConflictScene.RefusedAsync(scene.Ben, conflict.ConflictId, "last_write_wins"));
        Assert.Equal("white", await scene.FillAsync());
    }

    [Fact, Trait("Rule", "F13")]
    public async Task Decisions_that_cannot_be_are_refused_with_a_code()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.ClashAsync();
        scene.Host.Access.Set(scene.Document, "vera", DocumentRole.Viewer);
        var vera = await scene.Host.JoinAsync(scene.Document, "vera");
        Assert.Equal("read_only", await ConflictScene.RefusedAsync(vera, conflict.ConflictId, "merge"));
        Assert.Equal("unknown_conflict", await ConflictScene.RefusedAsync(scene.Ann, "conflict_none", "merge"));
        Assert.Equal("unknown_strategy", await ConflictScene.RefusedAsync(scene.Ann, conflict.ConflictId, "coin"));
        Assert.Equal("invalid_data", await ConflictScene.RefusedAsync(scene.Ann, conflict.ConflictId, "user_choice"));
        Assert.Equal("invalid_data", await ConflictScene.RefusedAsync(scene.Ann, conflict.ConflictId, "user_choice", "nobodys"));
        Assert.Equal("invalid_data", await ConflictScene.RefusedAsync(scene.Ann, conflict.ConflictId, "user_choice", choices: new Dictionary<string, string> { ["x"] = "ann-1" }));
        Assert.Equal("blue", await scene.FillAsync());
    }

    [Fact, Trait("Rule", "F14")]
    public async Task Undo_takes_a_decision_back_and_redo_brings_it_back()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await ConflictScene.ResolveAsync(scene.Ann, await scene.ClashAsync(), "reject");
        await scene.Ann.Participant.UndoAsync();
        var open = (await scene.Ann.NextAsync<SessionEvent.ConflictsChanged>(e => e.Conflicts[0].TakenBack is not null)).Conflicts[0];
        Assert.Equal((ConflictStatus.Open, "blue"), (open.Status, await scene.FillAsync()));
        await scene.Ann.Participant.RedoAsync();
        await scene.Ann.NextAsync<SessionEvent.ConflictSettled>();
        Assert.Equal("white", await scene.FillAsync());
        await scene.Ann.Participant.UndoAsync();
        await scene.Ann.SettleAsync();
        Assert.Equal("red", (await ConflictScene.ResolveAsync(scene.Ben, conflict, "user_choice", "ann-1")).First.Values["fill"]);
        Assert.Equal("red", await scene.FillAsync());
    }

    [Fact, Trait("Rule", "F15")]
    public async Task A_held_conflict_is_decided_by_its_time_out_also_when_the_document_opens_later()
    {
        await using var scene = await ConflictScene.OpenAsync(options => options.ConflictPolicy = new() { Concurrent = new() { Strategy = "manual", TimeOut = TimeSpan.FromHours(1), TimeOutStrategy = "reject" } });
        var conflict = await scene.ClashAsync();
        Assert.Equal((ConflictStatus.Open, scene.Host.Time.GetUtcNow().UtcDateTime.AddHours(1)), (conflict.Status, conflict.DecideBy));
        Assert.Equal("blue", await scene.FillAsync());
        scene.Host.Time.Advance(TimeSpan.FromMinutes(59));
        await scene.RestartAsync();
        Assert.Equal("blue", await scene.FillAsync());
        Assert.Equal(conflict.ConflictId, (await scene.Ann.NextAsync<SessionEvent.ConflictsOpen>()).Conflicts[0].ConflictId);
        scene.Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("policy", (await scene.Ann.NextAsync<SessionEvent.ConflictSettled>()).Conflict.Resolution!.ResolvedBy);
        Assert.Equal("white", await scene.FillAsync());
        Assert.Empty(await scene.Host.Engine.GetConflictsAsync(scene.Document));
    }

    [Fact, Trait("Rule", "F15")]
    public async Task To_hold_a_conflict_opens_it_again_without_a_time_out()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.ClashAsync();
        await scene.Ann.Participant.ResolveConflictAsync(new(conflict.ConflictId, "manual"), "r");
        Assert.Equal((ConflictStatus.Open, null), (await scene.Ann.NextAsync<SessionEvent.ConflictsChanged>(e => e.RequestId == "r")).Conflicts[0] is var held ? (held.Status, held.DecideBy) : default);
        scene.Host.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal("white", await ConflictScene.ResolveAsync(scene.Ben, conflict, "reject") is not null ? await scene.FillAsync() : null);
    }

    [Fact, Trait("Rule", "F16")]
    public async Task A_documents_own_policy_counts_at_once_and_survives_a_restart()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Host.Engine.SetConflictPolicyAsync(scene.Document, new() { Concurrent = new() { Strategy = "reject" } });
        await scene.ClashAsync();
        Assert.Equal("white", await scene.FillAsync());
        await scene.RestartAsync();
        Assert.Equal("reject", (await scene.Host.Engine.GetConflictPolicyAsync(scene.Document)).Concurrent.Strategy);
        await Assert.ThrowsAsync<ArgumentException>(() => scene.Host.Engine.SetConflictPolicyAsync(scene.Document, new() { Deletion = new() { Strategy = "reject" } }));
    }

    [Fact, Trait("Rule", "F17")]
    public async Task A_conflict_can_be_settled_without_joining()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.ClashAsync();
        Assert.Equal("reject", Assert.IsType<ResolveOutcome.Accepted>(await scene.Host.Engine.ResolveConflictAsync(scene.Document, "ann", new(conflict.ConflictId, "reject"))).Conflict.Resolution!.Strategy);
        Assert.Equal("conflict_settled", Assert.IsType<ResolveOutcome.Refused>(await scene.Host.Engine.ResolveConflictAsync(scene.Document, "ann", new(conflict.ConflictId, "merge"))).Code);
        Assert.Equal("unknown_conflict", Assert.IsType<ResolveOutcome.Refused>(await scene.Host.Engine.ResolveConflictAsync(scene.Document, "ann", new("x", "merge"))).Code);
    }

    [Fact, Trait("Rule", "F18")]
    public async Task A_decision_that_cannot_be_stored_is_refused_and_the_conflict_stays()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.ClashAsync();
        scene.Host.Store.FailAppends = 1;
        Assert.Equal("storage_failed", await ConflictScene.RefusedAsync(scene.Ann, conflict.ConflictId, "reject"));
        Assert.Equal("blue", await scene.FillAsync());
        await ConflictScene.ResolveAsync(scene.Ann, conflict, "reject");
        Assert.Equal("white", await scene.FillAsync());
    }
}
