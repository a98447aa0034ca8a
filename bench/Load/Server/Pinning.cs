using System.Diagnostics;

namespace Svgx.Bench.Load.Server;

/// <summary>Server and generator each on a core of their own, so that neither's work is the other's latency.</summary>
internal static class Pinning
{
    public const int ServerCore = 0;
    public const int GeneratorCore = 1;

    private const string Tool = "/usr/bin/taskset";

    public static bool IsPossible => OperatingSystem.IsLinux() && Environment.ProcessorCount > 1 && File.Exists(Tool);

    /// <summary>The command that starts a program on the server's core.</summary>
    public static (string Program, string[] Arguments) OnServerCore(string program, string[] arguments) => (Tool, ["-c", $"{ServerCore}", program, .. arguments]);

    /// <summary>All threads of this process, and those they will start, go to the generator's core.</summary>
    public static async Task PinThisProcessAsync()
    {
        using var taskset = Process.Start(new ProcessStartInfo(Tool, ["-a", "-c", "-p", $"{GeneratorCore}", $"{Environment.ProcessId}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await taskset.WaitForExitAsync();
        if (taskset.ExitCode != 0)
            throw new InvalidOperationException("taskset could not pin the generator; use --unpinned.");
    }
}
