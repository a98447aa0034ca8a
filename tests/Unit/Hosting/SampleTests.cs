using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Svgx.Tests.Unit.Hosting;

/// <summary>The samples, as they are built, in processes of their own. The JavaScript one runs in the browser of the end-to-end tests.</summary>
public sealed class SampleTests
{
    [Fact, Trait("Rule", "L22")]
    public async Task The_host_of_ten_lines_serves_the_client_sample()
    {
        var folder = Directory.CreateTempSubdirectory("svgx-sample-").FullName;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var host = Start("HostServer", "0", folder);
        try
        {
            var address = await host.StandardOutput.ReadLineAsync(patience.Token);
            var token = await host.StandardOutput.ReadLineAsync(patience.Token);
            Assert.StartsWith("ws://localhost:", address, StringComparison.Ordinal);
            using var client = Start("DotNetClient", address!, token!);
            try
            {
                var said = new List<string>();
                while (!said.Exists(line => line.EndsWith("</svg>", StringComparison.Ordinal)) && await client.StandardOutput.ReadLineAsync(patience.Token) is { } line)
                    said.Add(line);
                Assert.Contains("create: durable as revision 2", said);
                Assert.Contains("move: durable as revision 3", said);
                Assert.Contains("undo: durable as revision 4", said);
                Assert.Contains("<circle", said[^1], StringComparison.Ordinal);
            }
            finally
            {
                client.Kill();
            }
        }
        finally
        {
            host.Kill();
            await host.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact, Trait("Rule", "L22")]
    public void The_host_is_a_program_of_about_ten_lines() =>
        Assert.InRange(File.ReadLines(Path.Combine(Samples(), "HostServer", "Program.cs")).Count(line => line.Trim().Length > 0 && !line.StartsWith("//", StringComparison.Ordinal)), 1, 12);

    private static Process Start(string sample, params string[] arguments)
    {
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        return Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(Samples(), sample, "bin", configuration, "net10.0", $"{sample}.dll"), .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false })!;
    }

    private static string Samples([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "samples"));
}
