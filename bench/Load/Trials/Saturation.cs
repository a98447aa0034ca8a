using System.CommandLine;
using Svgx.Bench.Load.Reports;
using Svgx.Bench.Load.Traffic;

namespace Svgx.Bench.Load.Trials;

/// <summary>Raises the rate step by step until it is too much.</summary>
internal static class Saturation
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    public static Command Command()
    {
        var options = new LoadOptions();
        options.Seconds.DefaultValueFactory = _ => 10;
        options.Warmup.DefaultValueFactory = _ => 5;
        var from = new Option<int>("--from") { DefaultValueFactory = _ => 1_000, Description = "The first rate, in operations a second." };
        var step = new Option<int>("--step") { DefaultValueFactory = _ => 1_000, Description = "How much more each time." };
        var command = new Command("saturation", $"Raises the rate until the 99th percentile of propagation is above {Limit.TotalMilliseconds:0} ms or a delivery is missing.") { from, step };
        options.AddTrafficTo(command);
        options.AddServerTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var plan = options.PlanOf(parsed, parsed.GetValue(from));
            await using var target = await options.TargetOfAsync(parsed, plan.Clients, cancellationToken);
            Machine.Print(target.App?.DataFolder);
            Console.WriteLine($"plan        {plan.Clients} clients, {plan.Documents} documents of {plan.Elements} elements, {plan.Length.TotalSeconds:0} s after {plan.Warmup.TotalSeconds:0} s each");
            Console.WriteLine();
            Console.WriteLine("operations/s   p50 ms   p99 ms  ack p99  lost  twice  errors  server cores  generator cores");
            var held = 0;
            while (true)
            {
                var result = await LoadRun.RunAsync(target, plan, cancellationToken);
                Console.WriteLine(
                    $"{plan.Rate,12} {result.Propagation.Percentile(0.5).TotalMilliseconds,8:0.00} {result.Propagation.Percentile(0.99).TotalMilliseconds,8:0.00} {result.Acknowledgement.Percentile(0.99).TotalMilliseconds,8:0.00} {result.Lost,5} {result.Duplicates,6} {result.Refused,7} {Cores(result, result.Server?.ProcessorTime),13:0.00} {Cores(result, result.GeneratorTime),16:0.00}");
                if (result.Propagation.Percentile(0.99) > Limit || !result.IsComplete)
                {
                    if (result.Trouble is { } trouble)
                        Console.WriteLine(trouble);
                    break;
                }
                held = plan.Rate;
                plan = plan with { Rate = plan.Rate + parsed.GetValue(step) };
            }
            Console.WriteLine();
            Console.WriteLine($"held        {held} operations/s");
            return held > 0 ? 0 : 1;
        });
        return command;
    }

    private static double Cores(LoadResult result, TimeSpan? used) => (used ?? TimeSpan.Zero) / result.Measured;
}
