using Svgx.Collaboration.Client;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.Unit.Client;

/// <summary>Going over to another branch without another client.</summary>
public sealed class ClientSwitchTests
{
    [Fact, Trait("Rule", "N26")]
    public async Task A_switch_waits_for_what_is_not_durable_and_then_everything_is_the_other_branchs()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        await using var ann = await host.CollaborateAsync(server: line.Server);
        await using var bob = await host.CollaborateAsync("bob");
        await ann.Submit("create", "lamp", new { fill = "gold" }).AcceptedAsync();
        await ann.CreateBranchAsync("side");
        await ann.CommentAsync(new CommentPlace(1, 2), "in main");
        await bob.UntilAsync(client => client.Presence.Count == 2);
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        var unsent = ann.Submit("update", "lamp", new { fill = "red" });
        var switching = ann.SwitchBranchAsync("side");
        await Assert.ThrowsAsync<InvalidOperationException>(() => ann.SwitchBranchAsync("side"));
        var late = ann.Submit("update", "lamp", new { stroke = "black" });
        Assert.False(switching.IsCompleted);
        var joined = ann.ReadEventsAsync();
        line.Up();

        Assert.Equal("side", (await switching.WaitAsync(ClientSetup.Patience)).Branch);
        Assert.Equal((2, 3), ((await unsent.AcceptedAsync()).Revision, (await late.AcceptedAsync()).Revision));
        Assert.Equal("side", (await joined.NextAsync<ClientEvent.Joined>(news => news.Session.Branch == "side")).Session.Branch);
        Assert.Equal(("gold", 0, ClientStatus.Live), (ann.Attribute("lamp", "fill"), ann.PendingCount, ann.Status));
        await bob.UntilAsync(client => client.Attribute("lamp", "stroke") == "black" && client.Presence.Count == 1); // left, not lost
        Assert.Equal("red", bob.Attribute("lamp", "fill"));

        await ann.Submit("update", "lamp", new { fill = "blue" }).AcceptedAsync();
        await ann.UntilAsync(client => client.Revision == 1 && client.Presence.Count == 1);
        Assert.Equal("red", bob.Attribute("lamp", "fill"));
        Assert.IsType<SubmitOutcome.Accepted>(await ann.UndoAsync());
        Assert.Equal("nothing_to_undo", Assert.IsType<SubmitOutcome.Refused>(await ann.UndoAsync()).Code);

        await ann.SwitchBranchAsync("main").WaitAsync(ClientSetup.Patience);
        Assert.Equal((bob.Json(), 3), (ann.Json(), ann.Revision));
    }

    [Fact, Trait("Rule", "N26")]
    public async Task Comments_conflicts_and_people_are_those_of_the_branch()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await ann.Submit("create", "lamp").AcceptedAsync();
        await ann.CreateBranchAsync("side");
        var thread = await ann.CommentAsync(new CommentPlace(1, 2), "in main");
        await ann.LockAsync(["lamp"]);
        await ann.UntilAsync(client => client.Comments.Count == 1 && client.Locks.Count == 1);
        await ann.SwitchBranchAsync("side").WaitAsync(ClientSetup.Patience);
        Assert.Equal((0, 0), (ann.Comments.Count, ann.Locks.Count));
        await ann.CommentAsync(new CommentPlace(3, 4), "in side");
        await ann.SwitchBranchAsync("main").WaitAsync(ClientSetup.Patience);
        await ann.UntilAsync(client => client.Comments.Count == 1);
        Assert.Equal(thread.ThreadId, ann.Comments[0].ThreadId);
    }

    [Fact, Trait("Rule", "N26")]
    public async Task Who_cannot_enter_a_branch_is_back_where_they_were()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await ann.Submit("create", "lamp").AcceptedAsync();
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => ann.SwitchBranchAsync("nowhere").WaitAsync(ClientSetup.Patience));
        Assert.Equal(("branch_not_found", ClientStatus.Live, "main", 1L), (refused.Code, ann.Status, ann.Session.Branch, ann.Revision));
        Assert.Null(ann.Refusal);
        Assert.Equal(2, (await ann.Submit("update", "lamp", new { fill = "red" }).AcceptedAsync()).Revision);
        Assert.Equal("main", (await ann.SwitchBranchAsync("main")).Branch);
    }

    [Fact, Trait("Rule", "N26")]
    public async Task On_the_way_nothing_is_taken_and_a_lost_line_does_not_end_it()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        await using var ann = await host.CollaborateAsync(server: line.Server);
        await ann.CreateBranchAsync("side");
        var leaves = ann.ReadEventsAsync();
        var switching = ann.SwitchBranchAsync("side");
        line.Down();
        Assert.Equal(ClientStatus.Connecting, (await leaves.NextAsync<ClientEvent.StatusChanged>()).Status);
        Assert.Equal("switching", (await ann.Submit("create", "lamp").RefusedAsync()).Code);
        line.Up();
        Assert.Equal("side", (await switching.WaitAsync(ClientSetup.Patience)).Branch);
        Assert.False(ann.Has("lamp"));
    }

    [Fact, Trait("Rule", "N26")]
    public async Task Who_gives_up_before_leaving_stays()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        await using var ann = await host.CollaborateAsync(server: line.Server);
        await ann.CreateBranchAsync("side");
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        using var impatient = new CancellationTokenSource();
        var switching = ann.SwitchBranchAsync("side", impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => switching);
        line.Up();
        await ann.Submit("create", "lamp").AcceptedAsync();
        Assert.Equal("main", ann.Session.Branch);
    }

    [Fact, Trait("Rule", "N26")]
    public async Task Whoever_waits_for_a_switch_learns_that_the_client_has_ended()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        var ann = await host.CollaborateAsync(server: line.Server);
        await ann.CreateBranchAsync("side");
        await ann.SwitchBranchAsync("side").WaitAsync(ClientSetup.Patience);
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        var switching = ann.SwitchBranchAsync("main");
        await using (var bob = await host.CollaborateAsync("bob"))
            await bob.DeleteBranchAsync("side");
        line.Up();
        Assert.Equal("branch_not_found", (await Assert.ThrowsAsync<JoinRefusedException>(() => switching.WaitAsync(ClientSetup.Patience))).Refusal.Code);
        await Assert.ThrowsAsync<JoinRefusedException>(() => ann.SwitchBranchAsync("main"));
        await ann.DisposeAsync();

        var eve = await host.CollaborateAsync("eve", server: line.Server);
        line.Down();
        await eve.UntilAsync(client => client.Status == ClientStatus.Offline);
        switching = eve.SwitchBranchAsync("side");
        await eve.DisposeAsync();
        Assert.Equal("client_closed", (await Assert.ThrowsAsync<RequestRefusedException>(() => switching.WaitAsync(ClientSetup.Patience))).Code);
        Assert.Equal("client_closed", (await Assert.ThrowsAsync<RequestRefusedException>(() => eve.SwitchBranchAsync("main"))).Code);
    }
}
