using System.CommandLine;
using Svgx.Bench.Load.Reports;
using Svgx.Bench.Load.Traffic;

namespace Svgx.Bench.Load.Trials;

/// <summary>One load, measured for a while.</summary>
internal static class Steady
{
    public static Command Command()
    {
        var options = new LoadOptions();
        var repeat = new Option<int>("--repeat") { DefaultValueFactory = _ => 1, Description = "Runs it so often, each time with new documents on the same server." };
        var command = new Command("steady", "Measures propagation, acknowledgement, deliveries and what the server uses at one load.") { options.Rate, repeat };
        options.AddTrafficTo(command);
        options.AddServerTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(options, parsed, options.PlanOf(parsed, parsed.GetValue(options.Rate)), parsed.GetValue(repeat), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(LoadOptions options, ParseResult parsed, TrafficPlan plan, int repeat, CancellationToken cancellationToken)
    {
        await using var target = await options.TargetOfAsync(parsed, plan.Clients, cancellationToken);
        Machine.Print(target.App?.DataFolder);
        var isComplete = true;
        for (var i = 0; i < repeat; i++)
        {
            Console.WriteLine();
            var result = await LoadRun.RunAsync(target, plan, cancellationToken);
            LoadReport.Print(result);
            isComplete &= result.IsComplete;
        }
        return isComplete ? 0 : 1;
    }
}
