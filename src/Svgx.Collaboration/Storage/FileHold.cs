namespace Svgx.Collaboration.Storage;

/// <summary>A file that one process at a time holds, and that the operating system gives back when the process ends, however it ends.</summary>
internal static class FileHold
{
    /// <summary>Between two tries. No system tells a process when another lets a file go, so there is nothing to wait for but time; no thread waits meanwhile.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Holds a file until the answer is disposed of. The file is made where it is missing and stays: deleting it would let two processes hold two files of one name.</summary>
    /// <param name="path">The file; its folder must be there.</param>
    /// <param name="patience">How long others may hold it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">Others held it all that time, or it cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It could not be opened all that time.</exception>
    public static async Task<FileStream> TakeAsync(string path, TimeSpan patience, CancellationToken cancellationToken)
    {
        var since = Environment.TickCount64; // the others' clocks are real, whatever a test makes of ours
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return new(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None });
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException && Environment.TickCount64 - since < patience.TotalMilliseconds && Directory.Exists(Path.GetDirectoryName(path)))
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }
}
