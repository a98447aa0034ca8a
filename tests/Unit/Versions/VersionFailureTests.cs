using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Engine;
using static Svgx.Tests.Unit.Engine.TestEngine;
using static Svgx.Tests.Unit.Versions.VersionTesting;

namespace Svgx.Tests.Unit.Versions;

/// <summary>Versions and merges that cannot be, or cannot be stored.</summary>
public sealed class VersionFailureTests
{
    private const string Save = nameof(IVersionStore.SaveAsync);

    [Fact, Trait("Rule", "V17")]
    public async Task A_version_that_cannot_be_stored_is_refused_and_the_next_one_is_whole()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        host.Versions.Fail(Save, new IOException("The disk is full"));
        Assert.Equal("storage_failed", await host.Engine.Versions.SaveAsync(document, Ann).Refused());
        await ann.DoAsync("create", "b");
        var version = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        Assert.Equal(3, (await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Version(version.VersionId)).Done()).Document.ElementCount);
        Assert.Equal(2, ann.Joined.Revision + (await host.LiveAsync(document)).Revision); // nobody was sent away
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
    }

    [Theory, Trait("Rule", "V19")]
    [InlineData("viewer", "read_only")]
    [InlineData("nobody", "document_not_found")]
    [InlineData("token", "token_revoked")]
    public async Task A_role_a_share_or_a_token_that_is_taken_away_while_contents_are_read_counts(string taken, string code)
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        var version = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        await ann.DoAsync("create", "b");
        var issued = await host.Service<TokenIssuer>().IssueAsync(new("bob"));
        var bob = Bob with { Token = Assert.IsType<TokenResult.Valid>(await host.Service<TokenValidator>().ValidateAsync(issued.Token.AsMemory(), CancellationToken.None)).Claims.Identity };
        host.Versions.Before(nameof(IVersionStore.ReadContentAsync), async () =>
        {
            if (taken == "token")
                await host.Service<TokenRevocations>().RevokeAsync(issued.TokenId);
            else
                host.Access.Set(document, "bob", taken == "viewer" ? DocumentRole.Viewer : null);
        });

        Assert.Equal(code, await host.Engine.Versions.RevertAsync(document, bob, version.VersionId).Refused());

        Assert.Equal(2, (await host.LiveAsync(document)).Revision);
        await ann.DoAsync("create", "c"); // nobody was sent away
    }

    [Fact, Trait("Rule", "V17")]
    public async Task Pieces_that_were_swept_away_since_are_stored_again()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a");
        await host.Engine.Versions.SaveAsync(document, Ann).Done();
        await ann.DoAsync("create", "b");
        host.Versions.Fail(Save, new ContentDamagedException("x", "A chunk is gone."));
        var version = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        Assert.Equal(3, (await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Version(version.VersionId)).Done()).Document.ElementCount);
    }

    [Fact, Trait("Rule", "V17")]
    public async Task A_checkpoint_that_cannot_be_stored_is_made_again_and_nobody_who_draws_notices()
    {
        await using var host = new TestEngine(options => (options.CheckpointEvery, options.CheckpointSpacing) = (2, TimeSpan.Zero));
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        host.Versions.Fail(Save, new IOException("The disk is full"));
        await ann.DoAsync("create", "a");
        await ann.DoAsync("create", "b");
        DocumentVersion? version = null;
        for (var i = 0; version is null; i++)
        {
            await ann.DoAsync("create", $"e{i}"); // as long as the failed one is under way there is no other
            version = (await host.Engine.Versions.ListAsync(document, Ann).Done()).Versions.FirstOrDefault();
            Assert.True(i < 1_000, "There is no further checkpoint.");
        }
        Assert.True(version.Revision > 2);
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
        Assert.DoesNotContain(await ann.SettleAsync(), told => told is SessionEvent.Refused);
    }

    [Fact, Trait("Rule", "L2")]
    public async Task What_somebody_else_has_locked_is_not_taken_back_by_a_revert()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var bob = await host.JoinAsync(document, "bob");
        await bob.DoAsync("create", "a");
        var old = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        await bob.DoAsync("update", "a", """{"fill":"red"}""");
        await bob.Participant.LockAsync(["a"]);
        await bob.NextAsync<SessionEvent.LocksChanged>();
        Assert.Equal("locked", await host.Engine.Versions.RevertAsync(document, Ann, old.VersionId).Refused());
        Assert.Equal(2, (await host.LiveAsync(document)).Revision);
        await host.Engine.Versions.RevertAsync(document, Bob, old.VersionId).Done();
    }

    [Fact, Trait("Rule", "S1")]
    public async Task Versions_of_one_user_are_bounded_by_a_rate()
    {
        await using var host = new TestEngine(options => options.RateLimit = 2);
        var document = await host.Engine.CreateDocumentAsync();
        await host.Engine.Versions.SaveAsync(document, Ann).Done();
        await host.Engine.Versions.SaveAsync(document, Ann).Done();
        Assert.Equal("rate_limited", await host.Engine.Versions.SaveAsync(document, Ann).Refused());
        await host.Engine.Versions.SaveAsync(document, Bob).Done();
    }

    [Fact, Trait("Rule", "B8")]
    public async Task A_merge_that_would_nest_too_deep_is_refused_and_changes_nothing()
    {
        await using var host = new TestEngine();
        var initial = Document.CreateEmpty();
        foreach (var chain in new[] { "a", "b", "c" })
            initial.Apply([.. Enumerable.Range(0, 100).Select(i => new InsertNode(i == 0 ? "root" : $"{chain}{i - 1}", new ElementContent(i == 0 ? SortKey.Sequence(3)[chain[0] - 'a'] : "V", $"{chain}{i}", "g", SvgElement.SvgNamespace, [], [])))]);
        var document = await host.Engine.CreateDocumentAsync(initial);
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Done();
        var (main, side) = (await host.JoinAsync(document, "ann"), await host.JoinBranchAsync(document, "side", "bob"));
        await main.DoAsync("layer_change", "b0", """{"parent_id":"a99"}""");
        await side.DoAsync("layer_change", "c0", """{"parent_id":"b99"}""");
        Assert.Equal("too_deep", await host.Engine.Versions.MergeAsync(document, Ann, "side").Refused());
        Assert.Equal(1, (await host.LiveAsync(document)).Revision);
    }

    [Fact, Trait("Rule", "B8")]
    public async Task A_merge_that_another_one_overtook_starts_again_from_there()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Done();
        await host.Engine.SendOperationAsync(document, "bob", Operation("create", "first"), "side");
        host.Versions.Before(nameof(IVersionStore.LoadAsOfAsync), async () =>
        {
            await host.Engine.Versions.MergeAsync(document, Bob, "side").Done();
            await host.Engine.SendOperationAsync(document, "bob", Operation("create", "second"), "side");
        });
        await host.Engine.Versions.MergeAsync(document, Ann, "side").Done();
        var live = await host.LiveAsync(document);
        Assert.Equal((2L, 3), (live.Revision, live.Document.ElementCount));
        Assert.Equal([("bob", "first"), ("ann", "second")], await host.Engine.ReadOperationsAsync(document).Select(entry => (entry.UserId, entry.ElementId)).ToListAsync());
    }
}
