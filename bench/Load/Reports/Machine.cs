using System.Globalization;
using System.Runtime.InteropServices;
using Svgx.Bench.Load.Server;

namespace Svgx.Bench.Load.Reports;

/// <summary>Where a figure was made: without it a figure says little.</summary>
internal static class Machine
{
    public static void Print(string? dataFolder)
    {
        Console.WriteLine($"command     dotnet run -c {SourceTree.Configuration} --project bench/Load -- {string.Join(' ', Environment.GetCommandLineArgs().Skip(1))}");
        Console.WriteLine($"source      {SourceTree.Describe()}, {DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC");
        Console.WriteLine($"machine     {Processor()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
        if (dataFolder is not null)
            Console.WriteLine($"data        {FileSystem(dataFolder)}");
        if (Read("/proc/loadavg") is { } load)
            Console.WriteLine($"load        {string.Join(' ', load.Split(' ').Take(3))} (1, 5, 15 minutes) before the run");
    }

    private static string Processor()
    {
        var lines = Read("/proc/cpuinfo")?.Split('\n') ?? [];
        var model = lines.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
        var cores = lines.Count(line => line.StartsWith("processor", StringComparison.Ordinal));
        return $"{model}, {(cores > 0 ? cores : Environment.ProcessorCount)} cores";
    }

    /// <summary>The file system that a folder is on, and its device.</summary>
    private static string FileSystem(string folder)
    {
        var mounts = (Read("/proc/mounts") ?? "").Split('\n').Select(line => line.Split(' ')).Where(mount => mount.Length > 2 && IsBelow(folder, mount[1]));
        return mounts.MaxBy(mount => mount[1].Length) is { } found ? $"{found[2]} on {found[0]}" : new DriveInfo(folder).DriveFormat;
    }

    private static bool IsBelow(string folder, string mount) => mount == "/" || folder == mount || folder.StartsWith(mount + "/", StringComparison.Ordinal);

    private static string? Read(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : null;
}
