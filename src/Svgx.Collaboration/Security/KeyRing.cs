using System.Buffers.Text;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Security;

/// <summary>
/// The keys that sign tokens: <c>keys/tokens.json</c> in the data folder, readable by its owner alone, made at first use. The newest key signs, all of them verify.
/// Processes share the file: a key this one has not seen makes it look again.
/// </summary>
public sealed class KeyRing(IOptions<StorageOptions> options, TimeProvider time)
{
    private const int SecretBytes = 32;
    private readonly string _path = Path.Combine(options.Value.DataFolder, "keys", "tokens.json");
    private readonly Lock _gate = new();
    private volatile Keys? _keys;

    internal SigningKey Current => Load().Newest;

    internal bool TryFind(ReadOnlySpan<char> keyId, [NotNullWhen(true)] out SigningKey? key)
    {
        if (Load().ById.TryGetValue(keyId, out key))
            return true;
        lock (_gate)
        {
            // An unknown id costs one look at the file's date, so that made-up tokens cannot keep the disk busy.
            if (_keys is { } known && File.GetLastWriteTimeUtc(_path) == known.WrittenAt)
                return false;
            return (_keys = Read()).ById.TryGetValue(keyId, out key);
        }
    }

    private Keys Load()
    {
        if (_keys is { } known)
            return known;
        lock (_gate)
        {
            if (_keys is { } meanwhile)
                return meanwhile;
            if (!File.Exists(_path))
                Create();
            return _keys = Read();
        }
    }

    private Keys Read()
    {
        var writtenAt = File.GetLastWriteTimeUtc(_path);
        var stored = JsonSerializer.Deserialize(File.ReadAllBytes(_path), SecurityJsonContext.Default.StoredKeys);
        if (stored is not { Keys.Count: > 0 } || stored.Keys.Any(key => key.Secret.Length < SecretBytes))
            throw new InvalidDataException($"The key file {_path} holds no usable key. Restore it from a backup, or remove it: all tokens issued so far then become invalid.");
        var keys = stored.Keys.Select(key => new SigningKey(key.Id, key.Secret)).ToArray();
        var newest = keys[stored.Keys.Index().MaxBy(item => item.Item.Created).Index];
        return new(keys.ToFrozenDictionary(key => key.Id, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>(), newest, writtenAt);
    }

    /// <summary>The first process to link its finished file into place wins; the others read that one.</summary>
    private void Create()
    {
        var folder = Path.GetDirectoryName(_path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Span<byte> id = stackalloc byte[6];
        RandomNumberGenerator.Fill(id);
        var stored = new StoredKeys([new(Base64Url.EncodeToString(id), RandomNumberGenerator.GetBytes(SecretBytes), time.GetUtcNow())]);
        var draft = $"{_path}.{Guid.NewGuid():N}";
        var write = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            write.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(draft, write))
        {
            JsonSerializer.Serialize(file, stored, SecurityJsonContext.Default.StoredKeys);
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(draft, _path, overwrite: false);
        }
        catch (IOException) when (File.Exists(_path))
        {
            File.Delete(draft); // another process was first
        }
    }

    private sealed record Keys(FrozenDictionary<string, SigningKey>.AlternateLookup<ReadOnlySpan<char>> ById, SigningKey Newest, DateTime WrittenAt);
}

internal sealed class SigningKey(string id, byte[] secret)
{
    public string Id { get; } = id;

    public int Sign(ReadOnlySpan<byte> text, Span<byte> mac) => HMACSHA256.HashData(secret, text, mac);
}
