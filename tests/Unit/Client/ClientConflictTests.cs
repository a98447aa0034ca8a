using System.Text.Json;
using Svgx.Collaboration.Client;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.Unit.Client;

/// <summary>Conflicts and locks through the client.</summary>
public sealed class ClientConflictTests
{
    [Fact, Trait("Rule", "N22")]
    public async Task A_conflict_is_told_to_all_who_are_in_and_to_newcomers_and_settled_by_one()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await using var bob = await host.CollaborateAsync("bob");
        await ClashAsync(ann, bob);
        foreach (var client in new[] { ann, bob })
            await client.UntilAsync(each => each.Conflicts.Count == 1);
        var conflict = Assert.Single(ann.Conflicts);
        Assert.Equal(("delete_conflict", ConflictSeverity.High, ConflictStatus.Open, "lamp", false), (conflict.Type, conflict.Severity, conflict.Status, conflict.ElementId, conflict.AutoResolvable));
        Assert.Equal(("ann", "red", true, "bob"), (conflict.First.UserId, conflict.First.Values["fill"], conflict.Second.IsDelete, conflict.Second.UserId));
        Assert.Equal("gold", conflict.Base["fill"]);
        Assert.True(ann.Has("lamp"));
        await using var late = await host.CollaborateAsync("cyd", DocumentRole.Viewer);
        await late.UntilAsync(client => client.Conflicts.Count == 1);

        Assert.Equal("unknown_strategy", (await Assert.ThrowsAsync<RequestRefusedException>(() => ann.ResolveConflictAsync(conflict.ConflictId, "coin"))).Code);
        Assert.Equal("read_only", (await Assert.ThrowsAsync<RequestRefusedException>(() => late.ResolveConflictAsync(conflict.ConflictId, "reject"))).Code);
        Assert.Null(await ann.ResolveConflictAsync(conflict.ConflictId, ConflictStrategies.Manual));
        var events = ann.ReadEventsAsync();
        var resolution = await bob.ResolveConflictAsync(conflict.ConflictId, ConflictStrategies.UserChoice, conflict.Second.OperationIds[0]);
        Assert.Equal((ConflictStrategies.UserChoice, "bob", conflict.Second.OperationIds[0]), (resolution!.Strategy, resolution.ResolvedBy, resolution.ChosenOperationId));
        var settled = await events.NextAsync<ClientEvent.ConflictSettled>();
        Assert.Equal((conflict.ConflictId, "lamp", resolution.OperationId), (settled.ConflictId, settled.ElementId, settled.Resolution.OperationId));
        await ann.UntilAsync(client => !client.Has("lamp") && client.Conflicts.Count == 0);
        Assert.Equal("conflict_settled", (await Assert.ThrowsAsync<RequestRefusedException>(() => ann.ResolveConflictAsync(conflict.ConflictId, "reject"))).Code);

        await bob.UndoAsync();
        await ann.UntilAsync(client => client.Conflicts.Count == 1 && client.Has("lamp"));
    }

    [Fact, Trait("Rule", "N22")]
    public async Task After_a_lost_line_conflicts_are_as_the_server_has_them_now()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        await using var ann = await host.CollaborateAsync(server: line.Server);
        await using var bob = await host.CollaborateAsync("bob");
        await ClashAsync(ann, bob);
        await ann.UntilAsync(client => client.Conflicts.Count == 1);
        await bob.UntilAsync(client => client.Conflicts.Count == 1);
        await bob.LockAsync(["lamp"]);
        await ann.UntilAsync(client => client.Locks.Count == 1);
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        await bob.ResolveConflictAsync(bob.Conflicts[0].ConflictId, "merge");
        await bob.UnlockAsync(["lamp"]);
        line.Up();
        await ann.UntilAsync(client => client.Status == ClientStatus.Live && client.Conflicts.Count == 0 && client.Locks.Count == 0);
    }

    [Fact, Trait("Rule", "N22")]
    public async Task A_lock_keeps_others_out_and_names_its_holder()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await using var bob = await host.CollaborateAsync("bob");
        await ann.Submit("create", "lamp", new { fill = "gold" }).AcceptedAsync();
        var held = Assert.Single(await ann.LockAsync(["lamp"]));
        Assert.Equal(("lamp", "ann", ann.Session.SessionId), (held.ElementId, held.UserId, held.SessionId));
        await bob.UntilAsync(client => client.Locks.Count == 1 && client.Has("lamp"));
        Assert.Equal("locked", (await bob.Submit("update", "lamp", new { fill = "red" }).RefusedAsync()).Code);
        Assert.Equal("gold", bob.Attribute("lamp", "fill"));
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => bob.LockAsync(["lamp"]));
        Assert.Equal(("locked", "ann"), (refused.Code, refused.LockedBy?.UserId));
        Assert.Empty(await ann.UnlockAsync(["lamp"]));
        await bob.UntilAsync(client => client.Locks.Count == 0);
        await bob.Submit("update", "lamp", new { fill = "red" }).AcceptedAsync();
    }

    [Fact, Trait("Rule", "N21")]
    public async Task What_cannot_be_asked_is_refused_as_offline()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        await using var ann = await host.CollaborateAsync(server: line.Server);
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        Assert.Equal("offline", (await Assert.ThrowsAsync<RequestRefusedException>(() => ann.LockAsync(["lamp"]))).Code);
    }

    /// <summary>Ann paints the lamp; Bob, who has not seen that, deletes it.</summary>
    private static async Task ClashAsync(CollaborationClient ann, CollaborationClient bob)
    {
        await ann.Submit("create", "lamp", new { fill = "gold" }).AcceptedAsync();
        await bob.UntilAsync(client => client.Revision == 1);
        await ann.Submit(new OperationRequest(null, "update", "lamp", JsonElement.Parse("""{"fill":"red"}"""), BaseRevision: 1)).AcceptedAsync();
        await bob.UntilAsync(client => client.Revision == 2);
        await bob.Submit(new OperationRequest(null, "delete", "lamp", default, BaseRevision: 1)).AcceptedAsync();
    }
}
