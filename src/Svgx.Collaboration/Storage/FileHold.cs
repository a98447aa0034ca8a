namespace Svgx.Collaboration.Storage;

/// <summary>A file that one process at a time holds, and that the operating system gives back when the process ends, however it ends.</summary>
internal static class FileHold
{
    /// <summary>Between two tries. No system tells a process when another lets a file go, so there is nothing to wait for but time; no thread waits meanwhile.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>A file that may not be opened mostly stays so. Windows says it for a moment also of one that another process is just letting go of.</summary>
    private static readonly TimeSpan DeniedPatience = TimeSpan.FromSeconds(1);

    /// <summary>Holds a file until the answer is disposed of. The file is made where it is missing and stays: deleting it would let two processes hold two files of one name.</summary>
    /// <param name="path">The file; its folder must be there.</param>
    /// <param name="patience">How long others may hold it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">Others held it all that time, or it cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
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
            catch (Exception error) when (Environment.TickCount64 - since < Wait(error, patience).TotalMilliseconds)
            {
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    /// <summary>Whether another process holds the file: of all that can be wrong with it the one thing that time mends.</summary>
    public static bool IsHeld(IOException error)
    {
        var code = error.HResult & 0xFFFF;
        return OperatingSystem.IsWindows() ? code is 32 or 33 : code == (OperatingSystem.IsLinux() ? 11 : 35); // sharing and lock violation; EAGAIN
    }

    private static TimeSpan Wait(Exception error, TimeSpan patience) => error switch
    {
        UnauthorizedAccessException => patience < DeniedPatience ? patience : DeniedPatience,
        IOException held when IsHeld(held) => patience,
        _ => TimeSpan.Zero,
    };
}
