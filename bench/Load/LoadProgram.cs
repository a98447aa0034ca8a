using System.CommandLine;
using Svgx.Bench.Load.Trials;

namespace Svgx.Bench.Load;

/// <summary>The load generator's command line. Figures made with it are in docs/performance.md, each with its command.</summary>
internal static class LoadProgram
{
    private static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("Puts load on a Svgx server and measures what its clients see. Starts the app itself, or connects to one that runs.")
        {
            Steady.Command(),
            Saturation.Command(),
            Idle.Command(),
            Crash.Command(),
        };
        return await root.Parse(args).InvokeAsync();
    }
}
