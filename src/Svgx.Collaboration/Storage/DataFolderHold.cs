namespace Svgx.Collaboration.Storage;

/// <summary>
/// Keeps a data folder for one server: two would each take the drawings in their memory for the whole truth, refuse each other's edits and miss each other's changes of rights. The operating system gives it
/// back when the process ends, however it ends. Commands that work beside a server do not take it.
/// </summary>
public sealed class DataFolderHold : IAsyncDisposable
{
    /// <summary>A server that is started right after the old one was told to end finds it still closing its files.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly FileStream _file;

    private DataFolderHold(FileStream file) => _file = file;

    /// <summary>Takes the folder until the answer is disposed of.</summary>
    /// <param name="folder">The folder, which must be there; the file <c>server.lock</c> is made in it and stays.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">Another server has it, or the file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be opened.</exception>
    public static async Task<DataFolderHold> TakeAsync(string folder, CancellationToken cancellationToken = default)
    {
        try
        {
            return new(await FileHold.TakeAsync(Path.Combine(folder, "server.lock"), Patience, cancellationToken));
        }
        catch (IOException error) when (FileHold.IsHeld(error))
        {
            throw new IOException($"The data folder {folder} is in use by another Svgx server. End that one first, or give this one another folder.", error);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
