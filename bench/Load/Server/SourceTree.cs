using System.Diagnostics;

namespace Svgx.Bench.Load.Server;

/// <summary>The repository that this program was built from, and the app in it.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    public static string AppFolder => Path.Combine(Root, "src", "Svgx.Web");

    /// <summary>The app's assembly, in the configuration that this program was built in; building this program builds it too.</summary>
    public static string AppAssembly { get; } = Path.Combine(AppFolder, "bin", Configuration, "net10.0", "Svgx.Web.dll");

    public static string Configuration =>
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>The state of the source, as git names it.</summary>
    public static string Describe()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", Root, "describe", "--always", "--dirty", "--tags"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var name = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? name : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown"; // there is no git here
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SvgxBlazor.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The load generator runs inside the repository: dotnet run -c Release --project bench/Load.");
        return folder.FullName;
    }
}
