using System.Text.Json;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Security;

/// <summary>
/// <c>keys/tokens.json</c>: readable by its owner alone, replaced as a whole, so that a reader sees the old file or the new one. Processes share it: who changes it holds <c>keys/tokens.lock</c> meanwhile.
/// </summary>
internal sealed class KeyFile(string dataFolder)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    private readonly string _path = Path.Combine(dataFolder, "keys", "tokens.json");

    public bool Exists => File.Exists(_path);

    /// <summary>Changes whenever the file does, as far as the clock of the disk can tell.</summary>
    public DateTime WrittenAt => File.GetLastWriteTimeUtc(_path);

    /// <exception cref="InvalidDataException">It is damaged; the message says what to do.</exception>
    public StoredKeys Read()
    {
        Protect();
        StoredKeys? stored = null;
        JsonException? fault = null;
        try
        {
            stored = JsonSerializer.Deserialize(File.ReadAllBytes(_path), SecurityJsonContext.Default.StoredKeys);
        }
        catch (JsonException error)
        {
            fault = error;
        }
        if (stored is not { Keys.Count: > 0 } || stored.Keys.Any(key => key is not { Id.Length: > 0, Secret.Length: >= KeyRing.SecretBytes }) || stored.Keys.DistinctBy(key => key.Id).Count() < stored.Keys.Count)
            throw new InvalidDataException($"The key file {_path} is damaged. Restore it from a backup, or remove it: all tokens issued so far then become invalid.", fault);
        return stored;
    }

    /// <summary>A file that was put back by hand may be open to others.</summary>
    private void Protect()
    {
        if (OperatingSystem.IsWindows() || (File.GetUnixFileMode(_path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) == UnixFileMode.None)
            return;
        try
        {
            File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (UnauthorizedAccessException)
        {
            // It is somebody else's, who has opened it to this account on purpose.
        }
    }

    /// <summary>Reads, changes and replaces the file while no other process does.</summary>
    /// <param name="change">Gets what the file holds, <see langword="null"/> where there is none; answers what it is to hold, or <see langword="null"/> to leave it.</param>
    /// <param name="cancellationToken">Ends the waiting for other processes.</param>
    /// <exception cref="IOException">Others have held the lock for ten seconds, or the file cannot be written.</exception>
    public async Task UpdateAsync(Func<StoredKeys?, StoredKeys?> change, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(_path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var held = await FileHold.TakeAsync(Path.Combine(folder, "tokens.lock"), LockPatience, cancellationToken);
        if (change(Exists ? Read() : null) is { } next)
            Replace(next);
    }

    private void Replace(StoredKeys keys)
    {
        var draft = $"{_path}.{Guid.NewGuid():N}";
        var write = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            write.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var file = new FileStream(draft, write))
            {
                JsonSerializer.Serialize(file, keys, SecurityJsonContext.Default.StoredKeys);
                file.Flush(flushToDisk: true);
            }
            File.Move(draft, _path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}
