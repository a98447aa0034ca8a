using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;

namespace Svgx.Tests.Unit.Security;

public sealed class KeyRotationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("svgx-keys-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private string KeyFile => Path.Combine(_folder, "keys", "tokens.json");

    private KeyRing Keys() => new(Options.Create(new StorageOptions { DataFolder = _folder }), _time);

    [Fact, Trait("Rule", "K9")]
    public async Task After_a_rotation_the_new_key_signs_and_tokens_of_the_old_one_stay_good_until_they_expire()
    {
        var keys = Keys();
        var (issuer, validator) = (new TokenIssuer(keys, _time), new TokenValidator(keys, _time));
        var old = (await issuer.IssueAsync(new("ann", ExpiresIn: TimeSpan.FromDays(10)))).Token;
        var made = await keys.RotateAsync();
        Assert.Contains($".{made}.", (await issuer.IssueAsync(new("ann"))).Token, StringComparison.Ordinal);
        Assert.Equal([true, false], (await keys.ListAsync()).Select(key => key.Signs));
        _time.Advance(TimeSpan.FromDays(10) - TimeSpan.FromSeconds(1));
        Assert.IsType<TokenResult.Valid>(validator.Validate(old));
        _time.Advance(TimeSpan.FromDays(2));
        await keys.RotateAsync();
        Assert.True(Assert.Single((await keys.ListAsync())).Signs); // the others have nothing left to verify and went
    }

    [Fact, Trait("Rule", "K9")]
    public async Task A_key_is_noted_once_a_day_and_not_once_a_token()
    {
        var issuer = new TokenIssuer(Keys(), _time);
        await issuer.IssueAsync(new("ann"));
        var content = File.ReadAllText(KeyFile);
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await issuer.IssueAsync(new("ann"));
        }
        Assert.Equal(content, File.ReadAllText(KeyFile));
        _time.Advance(TimeSpan.FromHours(10));
        await issuer.IssueAsync(new("ann"));
        Assert.NotEqual(content, File.ReadAllText(KeyFile));
    }

    [Fact, Trait("Rule", "K9")]
    public async Task A_key_made_while_the_clock_is_set_back_signs_all_the_same()
    {
        var keys = Keys();
        await keys.ListAsync();
        _time.AdjustTime(_time.GetUtcNow().AddDays(-3));
        var made = await keys.RotateAsync();
        Assert.Equal(made, (await keys.ListAsync()).Single(key => key.Signs).KeyId);
    }

    [Fact, Trait("Rule", "K10")]
    public async Task A_removed_key_voids_its_tokens_at_once_in_all_processes_and_the_signing_key_cannot_be_removed()
    {
        var (here, there) = (Keys(), Keys());
        var token = (await new TokenIssuer(here, _time).IssueAsync(new("ann"))).Token;
        var former = (await here.ListAsync())[0].KeyId;
        Assert.IsType<TokenResult.Valid>(new TokenValidator(there, _time).Validate(token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => here.RemoveAsync(former));
        await here.RotateAsync();
        var gone = new List<string>();
        there.Removed += gone.Add;
        Assert.True(await here.RemoveAsync(former));
        Assert.False(await here.RemoveAsync(former));
        File.SetLastWriteTimeUtc(KeyFile, DateTime.UnixEpoch.AddYears(60)); // a clock too coarse to tell the two files apart is not under test
        there.Refresh();
        Assert.Equal([former], gone);
        Assert.IsType<TokenResult.Invalid>(new TokenValidator(here, _time).Validate(token));
        Assert.IsType<TokenResult.Invalid>(new TokenValidator(there, _time).Validate(token));
    }

    [Fact, Trait("Rule", "K11")]
    public async Task A_key_file_and_a_token_made_before_there_were_ids_are_good()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
        File.WriteAllText(KeyFile, $$"""{"keys":[{"kid":"old","secret":"{{Convert.ToBase64String(secret)}}","created":"2025-12-01T00:00:00+00:00"}]}""");
        var payload = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"u":"ann","e":{{_time.GetUtcNow().AddHours(1).ToUnixTimeSeconds()}}}"""));
        var signed = "svgx1.old." + payload;
        var token = $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}";
        var keys = Keys();
        var claims = Assert.IsType<TokenResult.Valid>(new TokenValidator(keys, _time).Validate(token)).Claims;
        Assert.Equal(new TokenIdentity("ann", "old", null, null, DateTimeOffset.MinValue), claims.Identity);
        await keys.RotateAsync();
        Assert.IsType<TokenResult.Valid>(new TokenValidator(keys, _time).Validate(token));
        Assert.Equal(_time.GetUtcNow() + TokenIssuer.MaxLifetime, (await keys.ListAsync()).Single(key => key.KeyId == "old").SignedUntil);
    }

    [Fact, Trait("Rule", "K9")]
    public async Task A_key_file_that_breaks_while_the_server_runs_leaves_the_known_keys_good()
    {
        var keys = Keys();
        var token = (await new TokenIssuer(keys, _time).IssueAsync(new("ann"))).Token;
        File.WriteAllText(KeyFile, "{ broken");
        File.SetLastWriteTimeUtc(KeyFile, DateTime.UnixEpoch.AddYears(60));
        var validator = new TokenValidator(keys, _time);
        Assert.IsType<TokenResult.Invalid>(validator.Validate("svgx1.unknown.e30." + new string('A', 43)));
        Assert.IsType<TokenResult.Valid>(validator.Validate(token));
    }

    [Theory, Trait("Rule", "K20")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"keys":[""")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[null]}""")]
    [InlineData("""{"keys":[{"kid":"a","created":"2026-01-01T00:00:00Z"}]}""")]
    [InlineData("""{"keys":[{"secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","created":"2026-01-01T00:00:00Z"}]}""")]
    [InlineData("""{"keys":[{"kid":"a","secret":"AAAA","created":"2026-01-01T00:00:00Z"}]}""")]
    [InlineData("""{"keys":[{"kid":"a","secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},{"kid":"a","secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}]}""")]
    public async Task A_damaged_key_file_is_told_as_such_and_lets_nobody_in(string content)
    {
        var keys = Keys();
        var token = (await new TokenIssuer(keys, _time).IssueAsync(new("ann"))).Token;
        File.WriteAllText(KeyFile, content);
        File.SetLastWriteTimeUtc(KeyFile, DateTime.UnixEpoch.AddYears(60));
        var unknown = "svgx1.unknown.e30." + new string('A', 43);
        Assert.IsType<TokenResult.Invalid>(new TokenValidator(keys, _time).Validate(unknown));
        Assert.IsType<TokenResult.Valid>(new TokenValidator(keys, _time).Validate(token));
        foreach (var attempt in new Func<Task>[] { async () => await Keys().ListAsync(), async () => await Keys().RotateAsync(), async () => await new TokenIssuer(Keys(), _time).IssueAsync(new("ann")) })
            Assert.Contains(KeyFile, (await Assert.ThrowsAsync<InvalidDataException>(attempt)).Message, StringComparison.Ordinal);
        Assert.IsType<TokenResult.Invalid>(new TokenValidator(Keys(), _time).Validate(token));
        Assert.Equal(content, File.ReadAllText(KeyFile));
    }

    [Fact, Trait("Rule", "K7")]
    public async Task A_key_file_that_was_put_back_open_to_others_is_its_owners_alone_again()
    {
        if (OperatingSystem.IsWindows())
            return;
        await Keys().ListAsync();
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await Keys().ListAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact, Trait("Rule", "K9")]
    public async Task Processes_that_rotate_at_once_lose_no_key()
    {
        await Keys().ListAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Keys().RotateAsync()));
        Assert.Equal(9, (await Keys().ListAsync()).Count);
        var known = await Keys().ListAsync();
        Assert.All(made, id => Assert.Contains(known, key => key.KeyId == id));
    }

    [Fact, Trait("Rule", "K19")]
    public async Task Who_changes_the_keys_waits_for_other_processes_without_a_thread_and_can_give_up()
    {
        var keys = Keys();
        var (issuer, validator) = (new TokenIssuer(keys, _time), new TokenValidator(keys, _time));
        var token = (await issuer.IssueAsync(new("ann", ExpiresIn: TimeSpan.FromDays(2)))).Token;
        using var impatient = new CancellationTokenSource();
        Task<string> waiting;
        Task<string> givenUp;
        await using (new FileStream(Path.Combine(_folder, "keys", "tokens.lock"), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.None }))
        {
            (waiting, givenUp) = (keys.RotateAsync(TestContext.Current.CancellationToken), keys.RotateAsync(impatient.Token));
            Assert.IsType<TokenResult.Valid>(validator.Validate(token)); // what needs no change waits for nobody
            Assert.True(issuer.IssueAsync(new("ann")).IsCompletedSuccessfully);
            await impatient.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
            Assert.False(waiting.IsCompleted);
        }
        var made = await waiting;
        Assert.Equal(made, (await keys.ListAsync()).Single(key => key.Signs).KeyId);
        Assert.Equal(2, (await keys.ListAsync()).Count); // who gave up has changed nothing
    }

    [Fact, Trait("Rule", "K19")]
    public async Task Who_is_waiting_for_another_process_gives_up_when_asked()
    {
        var keys = Keys();
        await keys.ListAsync();
        using var impatient = new CancellationTokenSource();
        await using var held = new FileStream(Path.Combine(_folder, "keys", "tokens.lock"), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.None });
        var removing = keys.RemoveAsync("unknown", impatient.Token);
        Assert.False(removing.IsCompleted);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => removing);
    }

    [Fact, Trait("Rule", "K7")]
    public void Where_no_key_was_made_yet_no_token_is_good_and_asking_makes_none()
    {
        Assert.IsType<TokenResult.Invalid>(new TokenValidator(Keys(), _time).Validate("svgx1.unknown.e30." + new string('A', 43)));
        Assert.False(Directory.Exists(Path.GetDirectoryName(KeyFile)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
