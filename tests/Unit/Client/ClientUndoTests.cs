using Svgx.Collaboration.Client;
using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.Unit.Client;

/// <summary>Undo and redo away from the server.</summary>
public sealed class ClientUndoTests
{
    [Fact, Trait("Rule", "N25")]
    public async Task What_is_undone_before_it_was_sent_is_never_sent()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        await using var ann = await host.CollaborateAsync(server: line.Server);
        await ann.Submit("create", "before").AcceptedAsync();
        await ann.UntilAsync(client => client.Revision == 1);
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        var kept = ann.Submit("create", "kept");
        var batch = ann.SubmitMany([new(null, "create", "a", default), new(null, "create", "b", default)], atomic: true);
        var group = new[] { "c", "d" }.Select(id => ann.Submit(new OperationRequest(null, "create", id, default, GroupId: "g"))).ToArray();

        Assert.Equal(0, Assert.IsType<SubmitOutcome.Accepted>(await ann.UndoAsync()).Acknowledgement.Revision);
        Assert.Equal((true, true, false, false), (ann.Has("a"), ann.Has("b"), ann.Has("c"), ann.Has("d")));
        Assert.IsType<SubmitOutcome.Accepted>(await ann.UndoAsync());
        Assert.Equal((true, false, false), (ann.Has("kept"), ann.Has("a"), ann.Has("b")));
        foreach (var undone in batch.Concat(group))
            Assert.Equal("undone", (await undone.RefusedAsync()).Code);
        Assert.Equal(1, ann.PendingCount);
        line.Up();
        await kept.AcceptedAsync();
        Assert.Equal(2, (await host.Engine.ReadDocumentAsync(host.DocumentId))!.Revision);
    }

    [Fact, Trait("Rule", "N25")]
    public async Task What_was_undone_here_is_redone_here_as_one_step_and_sent()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        await using var ann = await host.CollaborateAsync(server: line.Server);
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        ann.SubmitMany([new(null, "create", "a", default), new(null, "create", "b", default)], atomic: true);
        ann.Submit("create", "c");
        await ann.UndoAsync();
        await ann.UndoAsync();
        Assert.IsType<SubmitOutcome.Accepted>(await ann.RedoAsync());
        Assert.Equal((true, true, false), (ann.Has("a"), ann.Has("b"), ann.Has("c")));
        line.Up();
        await ann.UntilAsync(client => client.Revision == 2);
        Assert.IsType<SubmitOutcome.Accepted>(await ann.RedoAsync()); // the connection is back, and it is still only here
        await ann.UntilAsync(client => client.Revision == 3);
        Assert.Equal("nothing_to_redo", Assert.IsType<SubmitOutcome.Refused>(await ann.RedoAsync()).Code);
        await ann.UndoAsync();
        await ann.UndoAsync();
        await ann.UntilAsync(client => client.Revision == 5);
        Assert.False(ann.Has("a") || ann.Has("b") || ann.Has("c"));
    }

    [Fact, Trait("Rule", "N25")]
    public async Task A_new_step_forgets_what_was_undone_and_what_the_server_may_have_waits_for_it()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        await using var ann = await host.CollaborateAsync(server: line.Server);
        await ann.Submit("create", "sent").AcceptedAsync();
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        Assert.Equal("offline", Assert.IsType<SubmitOutcome.Refused>(await ann.UndoAsync()).Code);
        ann.Submit("create", "a");
        await ann.UndoAsync();
        ann.Submit("create", "b");
        Assert.Equal("offline", Assert.IsType<SubmitOutcome.Refused>(await ann.RedoAsync()).Code);
        Assert.Equal((true, false, true), (ann.Has("sent"), ann.Has("a"), ann.Has("b")));
    }

    [Fact, Trait("Rule", "N27")]
    public async Task An_undo_overtakes_nothing_that_was_submitted_before_it()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await ann.Submit("create", "before").AcceptedAsync();
        // The drawing is kept still meanwhile: nothing can be sent in between.
        var (last, undone) = ann.Read(_ => (ann.Submit("create", "last"), ann.UndoAsync()));
        await last.AcceptedAsync();
        Assert.IsType<SubmitOutcome.Accepted>(await undone.WaitAsync(ClientSetup.Patience));
        await ann.UntilAsync(client => client.Revision == 3);
        Assert.Equal((true, false), (ann.Has("before"), ann.Has("last")));
    }
}
