using Svgx.Collaboration.Client;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.Unit.Client;

public sealed class CollaborationClientTests
{
    [Fact, Trait("Rule", "N1")]
    public async Task An_edit_is_shown_at_once_and_reaches_others_once_it_is_durable()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await using var bob = await host.CollaborateAsync("bob");

        var create = ann.Submit("create", "lamp", new { type = "circle", x = 10, y = 20 });
        Assert.Equal("60", ann.Attribute("lamp", "cx"));
        Assert.Equal(1, (await create.AcceptedAsync()).Revision);

        await bob.UntilAsync(client => client.Attribute("lamp", "cx") == "60");
        Assert.Equal(ann.Json(), bob.Json());
        Assert.Contains("<circle", bob.ToSvg(), StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "N1")]
    public async Task An_element_made_without_an_id_is_the_same_one_here_and_there()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await using var bob = await host.CollaborateAsync("bob");

        var create = ann.Submit("create", null, new { type = "g", children = new[] { new { type = "rect" }, new { type = "circle" } } });
        Assert.True(ann.Has(create.ElementId));
        Assert.Equal(create.ElementId, (await create.AcceptedAsync()).ElementId);

        await ann.UntilAsync(client => client.Revision == 1);
        await bob.UntilAsync(client => client.Revision == 1);
        Assert.Equal(bob.Json(), ann.Json());
    }

    [Fact, Trait("Rule", "N2")]
    public async Task A_refused_operation_is_taken_away_again_with_the_reason_and_what_follows_it_stays()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await using var bob = await host.CollaborateAsync("bob");
        await ann.Submit("create", "a").AcceptedAsync();
        await bob.UntilAsync(client => client.Revision == 1);
        var events = bob.ReadEventsAsync();

        // Both make the same element: the second to arrive is refused, and shows the first one's from then on.
        var (first, second) = (ann.Submit("create", "twice", new { fill = "red" }), bob.Submit("create", "twice", new { fill = "blue" }));
        var kept = bob.Submit("update", "a", new { fill = "green" });
        await kept.AcceptedAsync();
        var outcomes = await Task.WhenAll(first.Outcome, second.Outcome);

        var refused = Assert.IsType<SubmitOutcome.Refused>(Assert.Single(outcomes, outcome => outcome is SubmitOutcome.Refused));
        Assert.Equal("duplicate_element_id", refused.Code);
        await ann.UntilAsync(client => client.Revision == 3);
        await bob.UntilAsync(client => client.Revision == 3);
        Assert.Equal(ann.Json(), bob.Json());
        Assert.Equal("green", bob.Attribute("a", "fill"));
        if (outcomes[1] == refused)
            Assert.Equal(second.OperationId, (await events.NextAsync<ClientEvent.OperationRefused>()).OperationId);
    }

    [Fact, Trait("Rule", "N2")]
    public async Task A_viewers_edit_is_refused_and_not_shown()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var eve = await host.CollaborateAsync("eve", DocumentRole.Viewer);
        Assert.Equal("read_only", (await eve.Submit("create", "a").RefusedAsync()).Code);
        Assert.False(eve.Has("a"));
    }

    [Fact, Trait("Rule", "N2")]
    public async Task An_atomic_batch_is_accepted_or_refused_as_a_whole()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();

        var bad = ann.SubmitMany([new(null, "create", "a", default), new(null, "update", "nobody", System.Text.Json.JsonElement.Parse("""{"fill":"red"}"""))], atomic: true);
        Assert.True(ann.Has("a"));
        Assert.All(await Task.WhenAll(bad.Select(submission => submission.RefusedAsync())), refused => Assert.Equal("batch_failed", refused.Code));
        Assert.False(ann.Has("a"));

        var good = ann.SubmitMany([new(null, "create", "a", default), new(null, "create", "b", default)], atomic: true);
        await Task.WhenAll(good.Select(submission => submission.AcceptedAsync()));
        await ann.UntilAsync(client => client.Revision == 2);
        Assert.IsType<SubmitOutcome.Accepted>(await ann.UndoAsync());
        await ann.UntilAsync(client => client.Revision == 3);
        Assert.False(ann.Has("a") || ann.Has("b"));
        Assert.IsType<SubmitOutcome.Accepted>(await ann.RedoAsync());
        Assert.Equal("nothing_to_redo", Assert.IsType<SubmitOutcome.Refused>(await ann.RedoAsync()).Code);
    }

    [Fact, Trait("Rule", "N9")]
    public async Task A_connection_that_fails_as_the_client_is_disposed_is_no_fault_of_its_own()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        var options = host.Options(server: line.Server);
        var (first, asked) = (true, new TaskCompletionSource());
        options.Token = async cancellationToken =>
        {
            if (!first)
            {
                asked.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new InvalidOperationException("The token server went away.");
            }
            first = false;
            return host.Token("ann");
        };
        var ann = await CollaborationClient.ConnectAsync(options);
        line.Cut();
        await asked.Task.WaitAsync(ClientSetup.Patience);
        var waiting = ann.Submit("create", "lamp");
        await ann.DisposeAsync();
        Assert.Equal((ClientStatus.Closed, "client_closed"), (ann.Status, (await waiting.RefusedAsync()).Code));
        Assert.Null(ann.Refusal);
    }

    [Fact, Trait("Rule", "N3")]
    public async Task After_a_lost_line_the_client_is_back_by_itself_and_has_what_it_missed()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        await using var ann = await host.CollaborateAsync(server: line.Server);
        await using var bob = await host.CollaborateAsync("bob");
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        await bob.Submit("create", "b").AcceptedAsync();
        var waiting = ann.Submit("create", "a");
        Assert.True(ann.Has("a"));
        Assert.Equal(1, ann.PendingCount);
        line.Up();

        await waiting.AcceptedAsync();
        await ann.UntilAsync(client => client.Revision == 2);
        await bob.UntilAsync(client => client.Revision == 2);
        Assert.Equal(bob.Json(), ann.Json());
        Assert.Equal(0, ann.PendingCount);
    }

    [Fact, Trait("Rule", "N3")]
    public async Task A_server_that_starts_again_finds_its_clients_back_with_all_they_did_meanwhile_once()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await ann.Submit("create", "before", new { x = 0 }).AcceptedAsync();
        var port = await host.PauseAsync();
        var meanwhile = Enumerable.Range(0, 50).Select(_ => ann.Submit("move", "before", new { dx = 1 })).ToArray();
        await host.ContinueAsync(port);

        foreach (var move in meanwhile)
            await move.AcceptedAsync();
        await ann.UntilAsync(client => client.Revision == 51);
        Assert.Equal("50", ann.Attribute("before", "x"));
        Assert.Equal(51, (await host.Engine.ReadDocumentAsync(host.DocumentId))!.Revision);
    }

    [Fact, Trait("Rule", "N3")]
    public async Task A_client_that_missed_too_much_gets_the_whole_drawing_and_keeps_its_own_edits_on_top()
    {
        await using var host = await ProtocolHost.StartAsync(configureEngine: options => options.ResyncLimit = 3);
        await using var line = new Line(host.Port);
        await using var ann = await host.CollaborateAsync(server: line.Server);
        await using var bob = await host.CollaborateAsync("bob");
        await bob.Submit("create", "shared", new { x = 0 }).AcceptedAsync();
        await ann.UntilAsync(client => client.Revision == 1);
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        var mine = ann.Submit("move", "shared", new { dx = 5 });
        for (var i = 0; i < 6; i++)
            await bob.Submit("create", $"b{i}").AcceptedAsync();
        var events = ann.ReadEventsAsync();
        line.Up();

        Assert.Equal(7, (await events.NextAsync<ClientEvent.DocumentReplaced>()).Revision);
        await mine.AcceptedAsync();
        await ann.UntilAsync(client => client.Revision == 8);
        Assert.Equal("5", ann.Attribute("shared", "x"));
    }

    [Fact, Trait("Rule", "N4")]
    public async Task What_waits_is_bounded_and_one_more_is_refused_and_not_shown()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        var options = host.Options(server: line.Server);
        options.MaxPendingOperations = 3;
        await using var ann = await CollaborationClient.ConnectAsync(options);
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        var kept = Enumerable.Range(0, 3).Select(i => ann.Submit("create", $"a{i}")).ToArray();

        Assert.Equal("queue_full", (await ann.Submit("create", "over").RefusedAsync()).Code);
        Assert.False(ann.Has("over"));
        line.Up();
        foreach (var create in kept)
            await create.AcceptedAsync();
        await ann.Submit("create", "after").AcceptedAsync();
    }

    [Fact, Trait("Rule", "N4")]
    public async Task An_operation_over_the_servers_limit_is_refused_here_and_a_large_batch_goes_out_in_several_messages()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.MaxMessageBytes = 4_096);
        await using var ann = await host.CollaborateAsync();

        Assert.Equal("too_large", (await ann.Submit("create", "a", new { title = new string('x', 4_000) }).RefusedAsync()).Code);
        var many = ann.SubmitMany([.. Enumerable.Range(0, 100).Select(i => new OperationRequest(null, "create", $"a{i}", default))], atomic: false);
        foreach (var create in many)
            await create.AcceptedAsync();
        Assert.Equal(100, (await host.Engine.ReadDocumentAsync(host.DocumentId))!.Revision);
    }

    [Fact, Trait("Rule", "N4")]
    public async Task A_client_that_is_too_fast_waits_as_told_and_loses_nothing()
    {
        await using var host = await ProtocolHost.StartAsync(configureEngine: options => (options.RateLimit, options.RateWindow) = (20, TimeSpan.FromMilliseconds(200)));
        await using var ann = await host.CollaborateAsync();
        var creates = Enumerable.Range(0, 50).Select(i => ann.Submit("create", $"a{i}")).ToArray();
        var revisions = await Task.WhenAll(creates.Select(create => create.AcceptedAsync()));
        Assert.Equal(50, revisions.Select(ack => ack.Revision).Distinct().Count());
    }

    [Fact, Trait("Rule", "N6")]
    public async Task A_client_that_is_not_let_in_says_why()
    {
        await using var host = await ProtocolHost.StartAsync();
        var refused = await Assert.ThrowsAsync<JoinRefusedException>(() => CollaborationClient.ConnectAsync(host.Options().WithToken("svgx1.no.token")));
        Assert.Equal("token_invalid", refused.Refusal.Code);
    }

    [Fact, Trait("Rule", "N6")]
    public async Task A_client_whose_document_goes_ends_and_answers_what_waits()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await host.Engine.DeleteDocumentAsync(host.DocumentId);

        await ann.UntilAsync(client => client.Status == ClientStatus.Refused);
        Assert.Equal("document_not_found", ann.Refusal!.Code);
        Assert.Equal("document_not_found", (await ann.Submit("create", "a").RefusedAsync()).Code);
    }

    [Fact, Trait("Rule", "N6")]
    public async Task Each_connection_asks_for_a_token_and_one_that_cannot_be_had_is_asked_for_again()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        var options = host.Options(server: line.Server);
        var asked = 0;
        options.Token = _ => Interlocked.Increment(ref asked) == 1 ? throw new HttpRequestException("not now") : ValueTask.FromResult(host.Token());
        await using var ann = await CollaborationClient.ConnectAsync(options);
        Assert.Equal(2, asked);
        line.Cut();
        await ann.UntilAsync(_ => asked == 3);
        await ann.Submit("create", "a").AcceptedAsync();
    }

    [Fact, Trait("Rule", "N9")]
    public async Task Disposing_waits_for_no_token_that_does_not_come()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        var options = host.Options(server: line.Server);
        var (good, asked) = (options.Token!, 0);
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<string>();
        options.Token = cancellationToken =>
        {
            if (Interlocked.Increment(ref asked) == 1)
                return good(cancellationToken);
            waits.TrySetResult();
            return new(never.Task);
        };
        var ann = await CollaborationClient.ConnectAsync(options);
        line.Cut();
        await waits.Task.WaitAsync(ClientSetup.Patience);
        await ann.DisposeAsync().AsTask().WaitAsync(ClientSetup.Patience);
        Assert.Equal(ClientStatus.Closed, ann.Status);
    }

    [Fact, Trait("Rule", "N7")]
    public async Task A_reader_that_falls_behind_is_told_how_much_it_missed()
    {
        await using var host = await ProtocolHost.StartAsync();
        var options = host.Options();
        options.MaxWaitingEvents = 4;
        await using var ann = await CollaborationClient.ConnectAsync(options);
        var events = ann.ReadEventsAsync();
        for (var i = 0; i < 10; i++)
            await ann.Submit("create", $"a{i}").AcceptedAsync();

        Assert.True((await events.NextAsync<ClientEvent.EventsMissed>()).Count >= 6);
    }

    [Fact, Trait("Rule", "N8")]
    public async Task Others_see_who_is_here_what_they_select_and_their_gestures_while_they_last()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await using var bob = await host.CollaborateAsync("bob");
        await ann.Submit("create", "a").AcceptedAsync();
        await bob.UntilAsync(client => client.Has("a"));

        ann.Report(new(new("a"), new(new CursorPosition(3, 4)), PresenceStatus.Editing));
        ann.Select("a");
        await bob.UntilAsync(client => client.Presence.Any(user => user is { UserId: "ann", Status: PresenceStatus.Editing, Cursor: { X: 3, Y: 4 }, CurrentElement: "a", Selection: ["a"] }));
        ann.ShowPreview("drag", ["a"], new { dx = 5 });
        await bob.UntilAsync(client => client.Previews is [{ GestureId: "drag", UserId: "ann" }]);
        await ann.Submit(new OperationRequest(null, "move", "a", System.Text.Json.JsonElement.Parse("""{"dx":5}"""), GestureId: "drag")).AcceptedAsync();
        await bob.UntilAsync(client => client.Previews is []);
        Assert.Equal("5", bob.Attribute("a", "x"));
    }

    [Fact, Trait("Rule", "N9")]
    public async Task Anything_in_the_protocol_can_be_asked_and_is_answered_also_when_it_is_refused()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        Assert.Equal("pong", (await ann.RequestAsync("ping", [])).GetProperty("type").GetString());
        Assert.Equal("unknown_type", (await ann.RequestAsync("dance", [])).GetProperty("code").GetString());
    }

    [Fact, Trait("Rule", "N9")]
    public async Task Disposing_ends_everything_that_waits()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var line = new Line(host.Port);
        var ann = await host.CollaborateAsync(server: line.Server);
        var events = ann.ReadEventsAsync();
        line.Down();
        await ann.UntilAsync(client => client.Status == ClientStatus.Offline);
        var waiting = ann.Submit("create", "a");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ann.FlushAsync(new CancellationToken(canceled: true)));

        await ann.DisposeAsync();
        await ann.DisposeAsync();
        Assert.Equal("client_closed", (await waiting.RefusedAsync()).Code);
        Assert.Equal(ClientStatus.Closed, Assert.IsType<ClientEvent.StatusChanged>(await events.LastAsync()).Status);
        Assert.Equal("client_closed", (await ann.Submit("create", "b").RefusedAsync()).Code);
    }
}
