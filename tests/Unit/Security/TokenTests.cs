using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;

namespace Svgx.Tests.Unit.Security;

public sealed class TokenTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("svgx-keys-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private KeyRing Keys(string? folder = null) => new(Options.Create(new StorageOptions { DataFolder = folder ?? _folder }), _time);

    private string KeyFile => Path.Combine(_folder, "keys", "tokens.json");

    [Fact, Trait("Rule", "K5")]
    public async Task A_token_says_what_it_was_made_with_until_it_expires()
    {
        var keys = Keys();
        var document = Guid.NewGuid();
        var issued = await new TokenIssuer(keys, _time).IssueAsync(new("ann", "Ann", document, DocumentRole.Editor, "s1", TimeSpan.FromMinutes(5)));
        var validator = new TokenValidator(keys, _time);
        var identity = new TokenIdentity("ann", (await keys.ListAsync())[0].KeyId, issued.TokenId, document, _time.GetUtcNow());
        Assert.Equal(new TokenClaims("ann", "Ann", document, DocumentRole.Editor, "s1", issued.ExpiresAt, identity), Assert.IsType<TokenResult.Valid>(validator.Validate(issued.Token)).Claims);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.IsType<TokenResult.Expired>(validator.Validate(issued.Token));
    }

    [Fact, Trait("Rule", "K5")]
    public async Task A_token_changed_in_any_place_is_invalid()
    {
        var keys = Keys();
        var token = (await new TokenIssuer(keys, _time).IssueAsync(new("ann"))).Token;
        var validator = new TokenValidator(keys, _time);
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var other in "A9.-")
            {
                var changed = string.Concat(token.AsSpan(0, i), [other], token.AsSpan(i + 1));
                // The last character of base64url carries bits that decode to nothing; only the bytes count.
                if (other != token[i] && i != token.Length - 1)
                    Assert.IsType<TokenResult.Invalid>(validator.Validate(changed));
            }
        }
    }

    [Theory, Trait("Rule", "K5")]
    [InlineData("")]
    [InlineData("svgx1")]
    [InlineData("svgx1...")]
    [InlineData("svgx1.a.b.c")]
    [InlineData("svgx1.a.b.c.d.e")]
    [InlineData("svgx2.a.b.c")]
    [InlineData("ünïcödé.a.b.c")]
    public void What_is_no_token_is_invalid(string text) => Assert.IsType<TokenResult.Invalid>(new TokenValidator(Keys(), _time).Validate(text));

    [Fact, Trait("Rule", "K5")]
    public async Task A_token_of_another_server_or_without_end_is_invalid()
    {
        var foreign = Directory.CreateDirectory(Path.Combine(_folder, "other")).FullName;
        var validator = new TokenValidator(Keys(), _time);
        Assert.IsType<TokenResult.Invalid>(validator.Validate((await new TokenIssuer(Keys(foreign), _time).IssueAsync(new("ann"))).Token));
        Assert.IsType<TokenResult.Invalid>(validator.Validate(new string('a', 1_000_000)));
    }

    [Fact, Trait("Rule", "K6")]
    public async Task A_key_made_meanwhile_by_another_process_is_found()
    {
        var validator = new TokenValidator(Keys(), _time);
        Assert.IsType<TokenResult.Valid>(validator.Validate((await new TokenIssuer(Keys(), _time).IssueAsync(new("ann"))).Token));
        File.Delete(KeyFile);
        var later = (await new TokenIssuer(Keys(), _time).IssueAsync(new("ann"))).Token;
        File.SetLastWriteTimeUtc(KeyFile, DateTime.UnixEpoch.AddYears(60)); // a clock too coarse to tell the two files apart is not under test
        Assert.IsType<TokenResult.Valid>(validator.Validate(later));
    }

    [Fact, Trait("Rule", "K7")]
    public async Task Processes_that_start_together_agree_on_one_key_that_only_the_owner_reads()
    {
        var issued = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => new TokenIssuer(Keys(), _time).IssueAsync(new("ann"))));
        var validator = new TokenValidator(Keys(), _time);
        Assert.All(issued, made => Assert.IsType<TokenResult.Valid>(validator.Validate(made.Token)));
        Assert.Equal(["tokens.json", "tokens.lock"], Directory.GetFiles(Path.Combine(_folder, "keys")).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact, Trait("Rule", "K8")]
    public async Task A_token_lives_an_hour_unless_asked_and_at_most_a_year()
    {
        var issuer = new TokenIssuer(Keys(), _time);
        Assert.Equal(_time.GetUtcNow().AddHours(1), (await issuer.IssueAsync(new("ann"))).ExpiresAt);
        Assert.Equal(_time.GetUtcNow().AddDays(365), (await issuer.IssueAsync(new("ann", ExpiresIn: TimeSpan.FromDays(365)))).ExpiresAt);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => issuer.IssueAsync(new("ann", ExpiresIn: TimeSpan.FromDays(366))));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => issuer.IssueAsync(new("ann", ExpiresIn: TimeSpan.Zero)));
    }

    [Fact, Trait("Rule", "K8")]
    public async Task A_name_in_a_token_has_at_most_256_characters()
    {
        var (issuer, validator) = (new TokenIssuer(Keys(), _time), new TokenValidator(Keys(), _time));
        var (fits, tooLong) = (new string('n', 256), new string('n', 257));
        Assert.IsType<TokenResult.Valid>(validator.Validate((await issuer.IssueAsync(new(fits, fits, SessionId: fits))).Token));
        await Assert.ThrowsAsync<ArgumentException>(() => issuer.IssueAsync(new(tooLong)));
        await Assert.ThrowsAsync<ArgumentException>(() => issuer.IssueAsync(new("ann", tooLong)));
        await Assert.ThrowsAsync<ArgumentException>(() => issuer.IssueAsync(new("ann", SessionId: tooLong)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
