using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.Time.Testing;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Protocol;
using Svgx.Collaboration.Security;

namespace Svgx.Tests.Unit.Protocol;

public sealed class LimitTests
{
    [Theory, Trait("Rule", "S1")]
    [InlineData("""{"type":"activity","status":"viewing"}""")]
    [InlineData("""{"type":"preview","gesture_id":"g","element_ids":[]}""")]
    [InlineData("""{"type":"ping"}""")]
    [InlineData("""{"type":"sync","last_revision":0}""")]
    [InlineData("""{"type":"comment_list"}""")]
    public async Task Messages_beyond_a_users_limit_are_refused_with_the_time_to_wait_and_others_go_on(string message)
    {
        await using var host = await ProtocolHost.StartAsync(options => (options.MaxHints, options.MaxRequests, options.MessageWindow) = (5, 5, TimeSpan.FromMinutes(30)));
        await using var ann = await host.JoinAsync();
        await using var secondTab = await host.JoinAsync();
        for (var i = 0; i < 3; i++)
            await ann.SendTextAsync(message);
        await ann.SendAsync(new { type = "operation", operation_id = "a", operation_type = "create" });
        await ann.OperationAsync("a"); // all of them have been read
        for (var i = 0; i < 3; i++)
            await secondTab.SendTextAsync(message);
        var refused = await secondTab.NextAsync("error");
        Assert.Equal("rate_limited", refused.GetProperty("code").GetString());
        Assert.InRange(refused.GetProperty("retry_after_ms").GetInt64(), 1, 3_600_000);
        await secondTab.SendAsync(new { type = "operation", operation_id = "b", operation_type = "create" });
        await secondTab.OperationAsync("b");
        await using var ben = await host.JoinAsync("ben");
        await ben.SendTextAsync(message);
        await ben.SendAsync(new { type = "operation", operation_id = "c", operation_type = "create" });
        await ben.OperationAsync("c");
        Assert.True(host.Engine.GetPerformanceStats().RateLimited >= 1);
    }

    [Fact, Trait("Rule", "S1")]
    public async Task Coming_back_gives_no_new_allowance()
    {
        await using var host = await ProtocolHost.StartAsync(options => (options.MaxRequests, options.MessageWindow) = (2, TimeSpan.FromMinutes(30)));
        await using (var first = await host.JoinAsync())
        {
            await first.SendAsync(new { type = "sync", last_revision = 0 });
            await first.SendAsync(new { type = "sync", last_revision = 0 });
            await first.SendAsync(new { type = "leave" });
            Assert.Equal(1000, await first.ClosedAsync());
        }
        await using var again = await host.JoinAsync();
        await again.SendAsync(new { type = "sync", last_revision = 0 });
        Assert.Equal("rate_limited", await again.ErrorCodeAsync());
    }

    [Fact, Trait("Rule", "S1")]
    public async Task A_flood_of_operations_is_noted_once_a_minute()
    {
        await using var host = await ProtocolHost.StartAsync();
        host.Service<Microsoft.Extensions.Options.IOptions<EngineOptions>>().Value.RateLimit = 2; // read when the session opens
        await using var ann = await host.JoinAsync();
        for (var i = 0; i < 6; i++)
            await ann.SendAsync(new { type = "operation", operation_type = "create" });
        for (var i = 0; i < 4; i++)
            Assert.Equal("rate_limited", await ann.ErrorCodeAsync());
        Assert.Equal(4, host.Engine.GetPerformanceStats().RateLimited);
        await host.Service<AuditTrail>().DisposeAsync(); // writes what waits
        var entry = Assert.Single(await host.Service<AuditTrail>().QueryAsync(new()));
        Assert.Equal(("rate_limited", "ann", "operations"), (entry.Kind, entry.UserId, entry.Detail));
    }

    [Fact, Trait("Rule", "S2")]
    public async Task Joins_of_an_address_are_bounded()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.JoinsPerMinute = 2);
        await using var first = await host.JoinAsync();
        await using var second = await host.JoinAsync("ben");
        await using var third = await host.ConnectAsync();
        await third.SendAsync(new { type = "join", token = host.Token("eve") });
        var refused = await third.NextAsync("error");
        Assert.Equal("rate_limited", refused.GetProperty("code").GetString());
        Assert.InRange(refused.GetProperty("retry_after_ms").GetInt64(), 1, 60_000);
    }

    [Fact, Trait("Rule", "S3")]
    public async Task Too_many_bad_tokens_of_an_address_close_the_connection_and_a_good_one_still_gets_in()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.RefusedTokensPerMinute = 2);
        await using (var guesser = await host.ConnectAsync())
        {
            await guesser.SendAsync(new { type = "join", token = "guess" });
            Assert.Equal("token_invalid", await guesser.ErrorCodeAsync());
            await guesser.SendAsync(new { type = "join", token = "guess" });
            Assert.Equal("token_invalid", await guesser.ErrorCodeAsync());
            await guesser.SendAsync(new { type = "join", token = "guess" });
            Assert.Equal("rate_limited", await guesser.ErrorCodeAsync());
            Assert.Equal(4429, await guesser.ClosedAsync());
        }
        await using var ann = await host.JoinAsync();
        var trail = await host.Service<AuditTrail>().QueryAsync(new());
        Assert.Equal(["rate_limited", "token_refused", "token_refused"], trail.Select(entry => entry.Kind));
        Assert.All(trail, entry => Assert.Equal("127.0.0.1", entry.Address));
        Assert.DoesNotContain(trail, entry => entry.Detail?.Contains("guess", StringComparison.Ordinal) == true);
    }

    [Fact, Trait("Rule", "S12")]
    public async Task The_audit_trail_says_whose_token_was_refused_or_taken_back_where_its_signature_does()
    {
        await using var host = await ProtocolHost.StartAsync();
        var ann = await host.Service<TokenRegistry>().IssueAsync(new("ann", DocumentId: host.DocumentId));
        var ben = host.Token("ben");
        var yesterday = new TokenIssuer(host.Service<KeyRing>(), new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(-1)));
        await host.Service<TokenRevocations>().RevokeAsync(tokenId: ann.TokenId, actorId: "admin");
        foreach (var (token, user, code) in new[] { (ann.Token, null, "token_revoked"), (ben, "cleo", "user_mismatch"), (ben + "x", null, "token_invalid"), ((await yesterday.IssueAsync(new("dan"))).Token, null, "token_expired") })
        {
            await using var guest = await host.ConnectAsync();
            await guest.SendAsync(new { type = "join", token, user_id = user });
            Assert.Equal(code, await guest.ErrorCodeAsync());
        }
        var trail = await host.Service<AuditTrail>().QueryAsync(new());
        Assert.Equal([("token_expired", "dan"), ("token_invalid", null), ("user_mismatch", "ben"), ("token_revoked", "ann")], trail.Where(entry => entry.Kind == AuditKind.TokenRefused).Select(entry => (entry.Detail, entry.UserId)));
        Assert.Equal((ann.TokenId, "ann", "admin"), Assert.Single(trail.Where(entry => entry.Kind == AuditKind.TokenRevoked).Select(entry => (entry.Detail, entry.UserId, entry.ActorId))));
    }

    [Fact, Trait("Rule", "S14")]
    public async Task Who_goes_on_sending_what_their_role_does_not_allow_is_sent_away_and_a_batch_counts_once()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.MaxRefusals = 5);
        await using var eve = await host.JoinAsync("eve", DocumentRole.Viewer);
        await eve.SendAsync(new { type = "operations", operations = Enumerable.Repeat(new { operation_type = "create" }, 20) });
        for (var i = 0; i < 20; i++)
            Assert.Equal("read_only", await eve.ErrorCodeAsync());
        for (var i = 0; i < 4; i++)
        {
            await eve.SendAsync(new { type = "operation", operation_type = "create" });
            Assert.Equal("read_only", await eve.ErrorCodeAsync());
        }
        await eve.SendAsync(new { type = "ping" });
        Assert.Equal(4429, await eve.ClosedAsync());
    }

    [Fact, Trait("Rule", "S14")]
    public async Task Who_hits_the_rate_limit_with_operations_is_not_sent_away_for_it()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.MaxRefusals = 5, options => options.RateLimit = 1);
        await using var ann = await host.JoinAsync();
        for (var i = 0; i < 10; i++)
            await ann.SendAsync(new { type = "operation", operation_type = "create" });
        for (var i = 0; i < 9; i++)
            Assert.Equal("rate_limited", await ann.ErrorCodeAsync());
        await ann.SendAsync(new { type = "ping" });
        await ann.NextAsync("pong");
    }

    [Fact, Trait("Rule", "P23")]
    public async Task What_comes_after_the_server_has_begun_to_close_is_not_carried_out()
    {
        await using var host = await ProtocolHost.StartAsync(options => options.MaxRefusals = 1);
        await using var ann = await host.JoinAsync();
        await using var ben = await host.JoinAsync("ben");
        await ann.SendTextAsync("{");
        await ann.SendAsync(new { type = "operation", operation_id = "late", operation_type = "create", element_id = "late", data = new { } });
        Assert.Equal(4429, await ann.ClosedAsync());

        await ben.SendAsync(new { type = "operation", operation_id = "next", operation_type = "create", element_id = "next", data = new { } });
        Assert.Equal(1, (await ben.OperationAsync("next")).GetProperty("revision").GetInt64());
    }

    [Fact, Trait("Rule", "S4")]
    public async Task Connections_are_bounded_in_all_by_address_and_by_user()
    {
        await using (var host = await ProtocolHost.StartAsync(options => options.MaxConnections = 1))
        {
            await using var first = await host.ConnectAsync();
            await Assert.ThrowsAsync<WebSocketException>(host.ConnectAsync);
        }
        await using (var host = await ProtocolHost.StartAsync(options => options.MaxConnectionsPerAddress = 1))
        {
            await using var first = await host.ConnectAsync();
            await Assert.ThrowsAsync<WebSocketException>(host.ConnectAsync);
        }
        await using (var host = await ProtocolHost.StartAsync(options => (options.MaxConnectionsPerUser, options.MaxFailedJoins) = (2, 1_000)))
        {
            await using var one = await host.JoinAsync();
            await using var two = await host.JoinAsync();
            await using var three = await host.ConnectAsync();
            await three.SendAsync(new { type = "join", token = host.Token() });
            Assert.Equal("too_many_connections", await three.ErrorCodeAsync());
            await using var ben = await host.JoinAsync("ben");
            await two.SendAsync(new { type = "leave" });
            await two.ClosedAsync();
            await two.DisposeAsync();
            string? code;
            do // the seat is free a moment after the close was seen; each question waits for its answer
            {
                await three.SendAsync(new { type = "join", token = host.Token() });
                code = (await three.NextAsync())!.Value is var answer && answer.GetProperty("type").GetString() == "error" ? answer.GetProperty("code").GetString() : null;
            }
            while (code == "too_many_connections");
            Assert.Null(code);
        }
    }

    [Fact, Trait("Rule", "S5")]
    public void A_flood_of_keys_shares_one_allowance_and_takes_no_memory()
    {
        var time = new FakeTimeProvider();
        var limiter = new KeyedRateLimiter(3, TimeSpan.FromMinutes(1), time, maxKeys: 10);
        for (var i = 0; i < 10; i++)
            Assert.True(limiter.TryTake($"known-{i}", out _));
        Assert.Equal(3, Enumerable.Range(0, 1_000).Count(i => limiter.TryTake($"new-{i}", out _)));
        Assert.True(limiter.TryTake("known-1", out _)); // those who were here first are not affected
        time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(10, Enumerable.Range(0, 10).Count(i => limiter.TryTake($"later-{i}", out _)));
    }

    [Fact, Trait("Rule", "S5")]
    public void The_time_to_wait_is_enough_and_a_clock_that_is_set_changes_nothing()
    {
        var time = new SettableClock();
        var limiter = new KeyedRateLimiter(4, TimeSpan.FromSeconds(10), time);
        for (var i = 0; i < 4; i++)
            Assert.True(limiter.TryTake("ann", out _));
        for (var round = 0; round < 20; round++)
        {
            Assert.False(limiter.TryTake("ann", out var wait));
            Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10));
            time.Offset = TimeSpan.FromHours(round % 2 == 0 ? -7 : 9);
            Assert.False(limiter.TryTake("ann", out _));
            var waited = 0;
            while (!limiter.TryTake("ann", out wait))
            {
                time.Advance(wait);
                Assert.True(++waited < 4);
            }
        }
    }

    [Theory, Trait("Rule", "S6")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData(null, "local")]
    public void An_address_counts_as_one_place(string? address, string key) => Assert.Equal(key, AddressKey.Of(address is null ? null : IPAddress.Parse(address)));

    [Fact, Trait("Rule", "S7")]
    public void Answers_that_nobody_reads_are_bounded()
    {
        var queue = new OutboundQueue(64 << 10);
        var taken = 0;
        while (queue.TryAdd(new Outbound.Pong(null, null)))
            Assert.True(++taken < 1_000);
    }

    public static TheoryData<string> LargeAnswers => ["removed parts", "missed operations", "document", "activity"];

    [Theory, MemberData(nameof(LargeAnswers)), Trait("Rule", "S7")]
    public void An_answer_of_any_size_may_wait_and_a_row_of_them_may_not(string kind)
    {
        var data = new byte[1 << 20];
        Outbound answer = kind switch
        {
            "removed parts" => new Outbound.Event(new SessionEvent.Acknowledged([.. Enumerable.Range(0, 1_000).Select(i => new Acknowledgement($"o{i}", i, "e", [.. Enumerable.Range(0, 100).Select(n => new RemovedPart("e", $"attribute on{n}", "why"))]))], null)),
            "missed operations" => new Outbound.Event(new SessionEvent.Resynced(1, new Resync.Operations([new(SampleEntry.Of(data))]), null)),
            "document" => new Outbound.Event(new SessionEvent.Resynced(1, new Resync.Document(new(1, data)), null)),
            _ => new Outbound.ActivityLog([.. Enumerable.Range(0, 200).Select(i => new ActivityEntry(i, Guid.Empty, "main", "ann", "Ann", "edit", new string('d', 200), 1, [.. Enumerable.Range(0, 10).Select(n => $"element-{n}")], DateTime.UnixEpoch, DateTime.UnixEpoch))], null),
        };
        var queue = new OutboundQueue(64 << 10);
        Assert.True(queue.TryAdd(answer));
        Assert.True(queue.TryAdd(answer));
        Assert.False(queue.TryAdd(answer));
        var sent = new List<Outbound>();
        Assert.True(queue.Take(ref sent));
        Assert.True(queue.TryAdd(answer)); // who reads goes on
    }
}
