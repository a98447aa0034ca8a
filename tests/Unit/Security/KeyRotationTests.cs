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
    public void After_a_rotation_the_new_key_signs_and_tokens_of_the_old_one_stay_good_until_they_expire()
    {
        var keys = Keys();
        var (issuer, validator) = (new TokenIssuer(keys, _time), new TokenValidator(keys, _time));
        var old = issuer.Issue(new("ann", ExpiresIn: TimeSpan.FromDays(10))).Token;
        var made = keys.Rotate();
        Assert.Contains($".{made}.", issuer.Issue(new("ann")).Token, StringComparison.Ordinal);
        Assert.Equal([true, false], keys.List().Select(key => key.Signs));
        _time.Advance(TimeSpan.FromDays(10) - TimeSpan.FromSeconds(1));
        Assert.IsType<TokenResult.Valid>(validator.Validate(old));
        _time.Advance(TimeSpan.FromDays(2));
        keys.Rotate();
        Assert.True(Assert.Single(keys.List()).Signs); // the others have nothing left to verify and went
    }

    [Fact, Trait("Rule", "K9")]
    public void A_key_is_noted_once_a_day_and_not_once_a_token()
    {
        var issuer = new TokenIssuer(Keys(), _time);
        issuer.Issue(new("ann"));
        var content = File.ReadAllText(KeyFile);
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            issuer.Issue(new("ann"));
        }
        Assert.Equal(content, File.ReadAllText(KeyFile));
        _time.Advance(TimeSpan.FromHours(10));
        issuer.Issue(new("ann"));
        Assert.NotEqual(content, File.ReadAllText(KeyFile));
    }

    [Fact, Trait("Rule", "K9")]
    public void A_key_made_while_the_clock_is_set_back_signs_all_the_same()
    {
        var keys = Keys();
        keys.List();
        _time.AdjustTime(_time.GetUtcNow().AddDays(-3));
        var made = keys.Rotate();
        Assert.Equal(made, keys.List().Single(key => key.Signs).KeyId);
    }

    [Fact, Trait("Rule", "K10")]
    public void A_removed_key_voids_its_tokens_at_once_in_all_processes_and_the_signing_key_cannot_be_removed()
    {
        var (here, there) = (Keys(), Keys());
        var token = new TokenIssuer(here, _time).Issue(new("ann")).Token;
        var former = here.List()[0].KeyId;
        Assert.IsType<TokenResult.Valid>(new TokenValidator(there, _time).Validate(token));
        Assert.Throws<InvalidOperationException>(() => here.Remove(former));
        here.Rotate();
        var gone = new List<string>();
        there.Removed += gone.Add;
        Assert.True(here.Remove(former));
        Assert.False(here.Remove(former));
        File.SetLastWriteTimeUtc(KeyFile, DateTime.UnixEpoch.AddYears(60)); // a clock too coarse to tell the two files apart is not under test
        there.Refresh();
        Assert.Equal([former], gone);
        Assert.IsType<TokenResult.Invalid>(new TokenValidator(here, _time).Validate(token));
        Assert.IsType<TokenResult.Invalid>(new TokenValidator(there, _time).Validate(token));
    }

    [Fact, Trait("Rule", "K11")]
    public void A_key_file_and_a_token_made_before_there_were_ids_are_good()
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
        keys.Rotate();
        Assert.IsType<TokenResult.Valid>(new TokenValidator(keys, _time).Validate(token));
        Assert.Equal(_time.GetUtcNow() + TokenIssuer.MaxLifetime, keys.List().Single(key => key.KeyId == "old").SignedUntil);
    }

    [Fact, Trait("Rule", "K9")]
    public void A_key_file_that_breaks_while_the_server_runs_leaves_the_known_keys_good()
    {
        var keys = Keys();
        var token = new TokenIssuer(keys, _time).Issue(new("ann")).Token;
        File.WriteAllText(KeyFile, "{ broken");
        File.SetLastWriteTimeUtc(KeyFile, DateTime.UnixEpoch.AddYears(60));
        var validator = new TokenValidator(keys, _time);
        Assert.IsType<TokenResult.Invalid>(validator.Validate("svgx1.unknown.e30." + new string('A', 43)));
        Assert.IsType<TokenResult.Valid>(validator.Validate(token));
    }

    [Fact, Trait("Rule", "K9")]
    public async Task Processes_that_rotate_at_once_lose_no_key()
    {
        Keys().List();
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Keys().Rotate())));
        Assert.Equal(9, Keys().List().Count);
        Assert.All(made, id => Assert.Contains(Keys().List(), key => key.KeyId == id));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
