using System.Buffers.Text;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Security;

/// <summary>
/// The keys that sign tokens: <c>keys/tokens.json</c> in the data folder, readable by its owner alone, made at first use. The newest key signs, all of them verify; a former key goes
/// once the last token that it signed has expired. Processes share the file: a key this one has not seen makes it look again. Thread-safe.
/// </summary>
public sealed class KeyRing(IOptions<StorageOptions> options, TimeProvider time) : IDisposable
{
    internal const int SecretBytes = 32;

    /// <summary>What a key is noted to have signed is rounded up to this, so that the file is written once a day and not once a token.</summary>
    private static readonly TimeSpan NoteStep = TimeSpan.FromDays(1);

    private readonly KeyFile _file = new(options.Value.DataFolder);
    private readonly SemaphoreSlim _changing = new(1, 1); // who changes the file from this process; others of it wait here, and only then for other processes
    private readonly Lock _gate = new(); // for taking over what the file holds: never while waiting
    private volatile Keys? _keys;

    /// <summary>Raised with a key's id after it went before its tokens had expired: they are void from now on. May come on any thread.</summary>
    internal event Action<string>? Removed;

    /// <summary>The keys that are good now, the signing one first. Their secrets never leave this class.</summary>
    /// <param name="cancellationToken">Ends the waiting for the first key, where another process is making it.</param>
    public async Task<IReadOnlyList<KeyInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        var keys = await LoadAsync(cancellationToken);
        return [.. keys.Stored.OrderByDescending(key => key.Id == keys.Newest.Id).ThenByDescending(key => key.Created)
            .Select(key => new KeyInfo(key.Id, key.Created, key.Id == keys.Newest.Id, key.SignedUntil))];
    }

    /// <summary>Makes a new key, which signs from now on; former keys verify until the last token they signed has expired. Other processes follow within a second, or with the first token.</summary>
    /// <param name="cancellationToken">Ends the waiting for other processes that change the keys.</param>
    /// <returns>The new key's id.</returns>
    /// <exception cref="IOException">Other processes have been at it for ten seconds, or the key file cannot be written.</exception>
    public async Task<string> RotateAsync(CancellationToken cancellationToken = default)
    {
        var made = "";
        await ChangeAsync(stored =>
        {
            var kept = Current(stored).Where(key => !IsSpent(key)).Select(key => key with { SignedUntil = key.SignedUntil ?? time.GetUtcNow() + TokenIssuer.MaxLifetime }).ToList();
            var key = Make(kept);
            made = key.Id;
            return new([.. kept, key]);
        }, cancellationToken);
        return made;
    }

    /// <summary>Removes a former key at once, as when it has become known: every token that it signed is void, and their connections are closed.</summary>
    /// <param name="keyId">The key's id.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes that change the keys.</param>
    /// <returns>Whether there was such a key.</returns>
    /// <exception cref="InvalidOperationException">It is the key that signs: rotate first.</exception>
    /// <exception cref="IOException">Other processes have been at it for ten seconds, or the key file cannot be written.</exception>
    public async Task<bool> RemoveAsync(string keyId, CancellationToken cancellationToken = default)
    {
        var found = false;
        await ChangeAsync(stored =>
        {
            var keys = Current(stored);
            found = keys.Any(key => key.Id == keyId);
            if (found && Newest(keys).Id == keyId)
                throw new InvalidOperationException("That key signs new tokens. Rotate first, then remove it.");
            return found ? new([.. keys.Where(key => key.Id != keyId)]) : null;
        }, cancellationToken);
        return found;
    }

    /// <summary>The key to sign with, once it is noted durably that it signs something that lasts until then.</summary>
    internal async ValueTask<SigningKey> ForSigningAsync(DateTimeOffset expires, CancellationToken cancellationToken)
    {
        while (true)
        {
            var keys = await LoadAsync(cancellationToken);
            if (keys.SignedUntil >= expires)
                return keys.Newest;
            await ChangeAsync(stored =>
            {
                var all = Current(stored);
                var newest = Newest(all);
                return newest.SignedUntil >= expires ? null : new([.. all.Select(key => key.Id == newest.Id ? key with { SignedUntil = expires + NoteStep } : key)]);
            }, cancellationToken);
        }
    }

    internal bool TryFind(ReadOnlySpan<char> keyId, [NotNullWhen(true)] out SigningKey? key)
    {
        key = null;
        try
        {
            if (Known() is not { } known)
                return false; // no key has been made yet
            if (known.ById.TryGetValue(keyId, out key))
                return true;
            Refresh(); // an unknown id costs one look at the file's date, so that made-up tokens cannot keep the disk busy
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return false; // a file that cannot be read has no further keys; those known stay good, and the look of every second logs it
        }
        return Known()!.ById.TryGetValue(keyId, out key);
    }

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();

    /// <summary>Takes over what another process has changed; cheap where none has.</summary>
    internal void Refresh()
    {
        string[] gone;
        lock (_gate)
        {
            if (_keys is not { } known || _file.WrittenAt == known.WrittenAt || !_file.Exists)
                return;
            gone = Replace(Read());
        }
        Announce(gone);
    }

    private async Task ChangeAsync(Func<StoredKeys?, StoredKeys?> change, CancellationToken cancellationToken)
    {
        string[] gone;
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await _file.UpdateAsync(change, cancellationToken);
            lock (_gate)
                gone = Replace(Read());
        }
        finally
        {
            _changing.Release();
        }
        Announce(gone);
    }

    private async ValueTask<Keys> LoadAsync(CancellationToken cancellationToken)
    {
        if (Known() is { } known)
            return known;
        await ChangeAsync(stored => stored is null ? new([Make([])]) : null, cancellationToken); // the first process wins; the others read its key
        return _keys!;
    }

    /// <summary>The keys as this process knows them, read at the first use; <see langword="null"/> where none has been made yet.</summary>
    private Keys? Known()
    {
        if (_keys is { } known)
            return known;
        lock (_gate)
        {
            if (_keys is null && _file.Exists)
                Replace(Read());
            return _keys;
        }
    }

    private Keys Read()
    {
        var writtenAt = _file.WrittenAt;
        var stored = _file.Read().Keys;
        var newest = Newest(stored);
        var keys = stored.Where(key => key.Id == newest.Id || !IsSpent(key)).Select(key => new SigningKey(key.Id, key.Secret)).ToArray();
        return new(keys.ToFrozenDictionary(key => key.Id, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>(), keys.Single(key => key.Id == newest.Id), newest.SignedUntil, stored, writtenAt);
    }

    /// <summary>Answers with the keys that went although tokens of theirs may be in use.</summary>
    private string[] Replace(Keys next)
    {
        var gone = _keys is { } former ? former.Stored.Where(key => !IsSpent(key) && next.Stored.All(other => other.Id != key.Id)).Select(key => key.Id).ToArray() : [];
        _keys = next;
        return gone;
    }

    private void Announce(string[] gone)
    {
        foreach (var key in gone)
            Removed?.Invoke(key);
    }

    private IReadOnlyList<StoredKey> Current(StoredKeys? stored) => stored?.Keys ?? [Make([])];

    private static StoredKey Newest(IReadOnlyList<StoredKey> keys) => keys[keys.Index().MaxBy(item => (item.Item.Created, item.Index)).Index];

    /// <summary>A file written before keys were noted says nothing of what they signed: then it is anything that a token may be.</summary>
    private bool IsSpent(StoredKey key) => (key.SignedUntil ?? DateTimeOffset.MaxValue) < time.GetUtcNow();

    private StoredKey Make(IReadOnlyList<StoredKey> former)
    {
        Span<byte> id = stackalloc byte[6];
        RandomNumberGenerator.Fill(id);
        var now = time.GetUtcNow();
        // Whatever the clock says, a key that is made later is newer.
        var created = former.Select(key => key.Created.AddTicks(1)).Append(now).Max();
        return new(Base64Url.EncodeToString(id), RandomNumberGenerator.GetBytes(SecretBytes), created, now);
    }

    private sealed record Keys(
        FrozenDictionary<string, SigningKey>.AlternateLookup<ReadOnlySpan<char>> ById, SigningKey Newest, DateTimeOffset? SignedUntil, IReadOnlyList<StoredKey> Stored, DateTime WrittenAt);
}

/// <summary>A key that verifies tokens, without its secret.</summary>
/// <param name="KeyId">Its id, which the tokens it signed carry.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="Signs">Whether it signs new tokens: one key does.</param>
/// <param name="SignedUntil">No token that it signed lasts longer, UTC; <see langword="null"/> where that was not noted.</param>
public sealed record KeyInfo(string KeyId, DateTimeOffset CreatedAt, bool Signs, DateTimeOffset? SignedUntil);

internal sealed class SigningKey(string id, byte[] secret)
{
    public string Id { get; } = id;

    public int Sign(ReadOnlySpan<byte> text, Span<byte> mac) => HMACSHA256.HashData(secret, text, mac);
}
