using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.Unit.Security;

public sealed class RevocationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("svgx-revoke-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Another one is another process on the same data folder.</summary>
    private ServiceProvider Process() => new ServiceCollection()
        .AddSingleton<TimeProvider>(_time)
        .AddSingleton<IDocumentAccess, OpenDocumentAccess>()
        .AddCollaboration()
        .Configure<StorageOptions>(options => options.DataFolder = _folder)
        .BuildServiceProvider();

    private static async Task<TokenResult> CheckAsync(IServiceProvider process, IssuedToken token) => await process.GetRequiredService<TokenValidator>().ValidateAsync(token.Token.AsMemory());

    [Fact, Trait("Rule", "K12")]
    public async Task A_revoked_token_is_refused_also_after_a_restart_and_others_stay_good()
    {
        IssuedToken gone, other;
        await using (var process = Process())
        {
            var registry = process.GetRequiredService<TokenRegistry>();
            gone = await registry.IssueAsync(new("ann"));
            other = await registry.IssueAsync(new("ann"));
            await process.GetRequiredService<TokenRevocations>().RevokeAsync(tokenId: gone.TokenId);
            Assert.IsType<TokenResult.Revoked>(await CheckAsync(process, gone));
        }
        await using var again = Process();
        Assert.IsType<TokenResult.Revoked>(await CheckAsync(again, gone));
        Assert.IsType<TokenResult.Valid>(await CheckAsync(again, other));
    }

    [Fact, Trait("Rule", "K12")]
    public async Task A_users_or_a_documents_tokens_are_revoked_up_to_now_and_new_ones_are_good()
    {
        await using var process = Process();
        var (registry, revocations) = (process.GetRequiredService<TokenRegistry>(), process.GetRequiredService<TokenRevocations>());
        var (plan, map) = (Guid.NewGuid(), Guid.NewGuid());
        var whole = await registry.IssueAsync(new("ann"));
        var onPlan = await registry.IssueAsync(new("ann", DocumentId: plan));
        var onMap = await registry.IssueAsync(new("ann", DocumentId: map));
        var bensOnPlan = await registry.IssueAsync(new("ben", DocumentId: plan));

        await revocations.RevokeAsync(userId: "ann", documentId: plan);
        Assert.IsType<TokenResult.Revoked>(await CheckAsync(process, onPlan));
        Assert.IsType<TokenResult.Valid>(await CheckAsync(process, onMap));
        Assert.IsType<TokenResult.Valid>(await CheckAsync(process, bensOnPlan));

        await revocations.RevokeAsync(documentId: plan);
        Assert.IsType<TokenResult.Revoked>(await CheckAsync(process, bensOnPlan));
        Assert.IsType<TokenResult.Valid>(await CheckAsync(process, whole));

        await revocations.RevokeAsync(userId: "ann");
        Assert.IsType<TokenResult.Revoked>(await CheckAsync(process, whole));
        Assert.IsType<TokenResult.Revoked>(await CheckAsync(process, onMap));
        Assert.IsType<TokenResult.Valid>(await CheckAsync(process, await registry.IssueAsync(new("ann", DocumentId: plan))));
        await Assert.ThrowsAsync<ArgumentException>(() => revocations.RevokeAsync());
    }

    [Fact, Trait("Rule", "K13")]
    public async Task With_the_clock_set_back_a_revocation_covers_what_was_made_before_it_and_nothing_made_after()
    {
        await using var process = Process();
        var (registry, revocations) = (process.GetRequiredService<TokenRegistry>(), process.GetRequiredService<TokenRevocations>());
        var before = await registry.IssueAsync(new("ann", ExpiresIn: TimeSpan.FromDays(30)));
        _time.AdjustTime(_time.GetUtcNow().AddHours(-5));
        await revocations.RevokeAsync(userId: "ann");
        var after = await registry.IssueAsync(new("ann"));
        Assert.IsType<TokenResult.Revoked>(await CheckAsync(process, before));
        Assert.IsType<TokenResult.Valid>(await CheckAsync(process, after));
    }

    [Fact, Trait("Rule", "K13")]
    public async Task Of_two_revocations_with_the_clock_set_back_between_them_both_hold_and_new_tokens_are_good()
    {
        await using var process = Process();
        var (registry, revocations) = (process.GetRequiredService<TokenRegistry>(), process.GetRequiredService<TokenRevocations>());
        var first = await registry.IssueAsync(new("ann", ExpiresIn: TimeSpan.FromDays(30)));
        await revocations.RevokeAsync(userId: "ann");
        _time.AdjustTime(_time.GetUtcNow().AddHours(-5));
        var second = await registry.IssueAsync(new("ann", ExpiresIn: TimeSpan.FromDays(30)));
        Assert.IsType<TokenResult.Valid>(await CheckAsync(process, second));
        await revocations.RevokeAsync(userId: "ann");
        Assert.IsType<TokenResult.Revoked>(await CheckAsync(process, first));
        Assert.IsType<TokenResult.Revoked>(await CheckAsync(process, second));
        Assert.IsType<TokenResult.Valid>(await CheckAsync(process, await registry.IssueAsync(new("ann"))));
    }

    [Fact, Trait("Rule", "K14")]
    public async Task What_another_process_revokes_or_a_key_it_removes_counts_within_a_second()
    {
        await using var server = Process();
        await using var commandLine = Process();
        var token = await server.GetRequiredService<TokenRegistry>().IssueAsync(new("ann"));
        var keyed = await server.GetRequiredService<TokenRegistry>().IssueAsync(new("ann"));
        Assert.IsType<TokenResult.Valid>(await CheckAsync(server, token));
        await commandLine.GetRequiredService<TokenRevocations>().RevokeAsync(tokenId: token.TokenId);
        await SeenAsync<TokenResult.Revoked>(server, token);

        var keys = commandLine.GetRequiredService<KeyRing>();
        var former = (await keys.ListAsync())[0].KeyId;
        await keys.RotateAsync();
        await keys.RemoveAsync(former);
        await SeenAsync<TokenResult.Invalid>(server, keyed);
    }

    [Fact, Trait("Rule", "K15")]
    public async Task The_registry_lists_a_users_tokens_with_their_last_use_and_never_the_token()
    {
        await using var process = Process();
        var registry = process.GetRequiredService<TokenRegistry>();
        var document = Guid.NewGuid();
        var token = await registry.IssueAsync(new("ann", DocumentId: document, Role: DocumentRole.Viewer, SessionId: "s"));
        await registry.IssueAsync(new("ben"));
        _time.Advance(TimeSpan.FromMinutes(1));
        var used = _time.GetUtcNow();
        var claims = Assert.IsType<TokenResult.Valid>(await CheckAsync(process, token)).Claims;
        registry.NoteUse(claims.Identity);
        await registry.DisposeAsync(); // writes what it noted
        await process.GetRequiredService<TokenRevocations>().RevokeAsync(tokenId: token.TokenId);
        var entry = Assert.Single(await registry.ListAsync("ann"));
        Assert.Equal(new TokenEntry(token.TokenId, "ann", document, DocumentRole.Viewer, "s", token.IssuedAt, token.ExpiresAt, used, used), entry);
    }

    [Fact, Trait("Rule", "K16")]
    public async Task A_revocation_closes_the_tokens_connections_at_once_and_a_new_join_is_refused()
    {
        await using var host = await ProtocolHost.StartAsync();
        var issued = await host.Service<TokenRegistry>().IssueAsync(new("ann", DocumentId: host.DocumentId));
        await using var ann = await host.ConnectAsync();
        await ann.SendAsync(new { type = "join", token = issued.Token });
        await ann.NextAsync("current_state");
        await using var ben = await host.JoinAsync("ben");

        await host.Service<TokenRevocations>().RevokeAsync(tokenId: issued.TokenId);
        Assert.Equal(4401, await ann.ClosedAsync());
        Assert.Equal("The token was taken back.", ann.CloseReason);
        await using var again = await host.ConnectAsync();
        await again.SendAsync(new { type = "join", token = issued.Token });
        Assert.Equal("token_revoked", await again.ErrorCodeAsync());
        await ben.SendAsync(new { type = "ping" });
        await ben.NextAsync("pong");

        var keys = host.Service<KeyRing>();
        var former = (await keys.ListAsync())[0].KeyId;
        await keys.RotateAsync();
        await keys.RemoveAsync(former);
        Assert.Equal(4401, await ben.ClosedAsync());
    }

    /// <summary>The look at the database runs beside the clock that the test moves: asked until it has been there.</summary>
    private async Task SeenAsync<T>(IServiceProvider process, IssuedToken token)
        where T : TokenResult
    {
        for (var second = 0; second < 100 && await CheckAsync(process, token) is not T; second++)
        {
            _time.Advance(TokenRevocations.LookEvery);
            await Task.Yield();
        }
        Assert.IsType<T>(await CheckAsync(process, token));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
