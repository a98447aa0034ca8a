using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Svgx.Bench.Micro;

/// <summary>
/// The benchmarks' command line: <c>dotnet run -c Release --project bench/Micro -- --filter '*'</c>. Short jobs in this process unless <c>--job</c> asks for others (docs/decisions/0090). Figures are in docs/performance.md.
/// </summary>
internal static class MicroProgram
{
    private static void Main(string[] args)
    {
        var job = args.Contains("--job") || args.Contains("-j") ? null : Job.ShortRun.WithToolchain(new InProcessEmitToolchain(TimeSpan.FromMinutes(5), logOutput: true));
        BenchmarkSwitcher.FromAssembly(typeof(MicroProgram).Assembly).Run(args, job is null ? DefaultConfig.Instance : DefaultConfig.Instance.AddJob(job));
    }
}
