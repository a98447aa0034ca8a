using Svgx.Bench.Load.Traffic;

namespace Svgx.Bench.Load.Reports;

/// <summary>Prints what a run measured.</summary>
internal static class LoadReport
{
    public static void Print(LoadResult result)
    {
        var (plan, seconds) = (result.Plan, result.Measured.TotalSeconds);
        Console.WriteLine($"plan        {plan.Clients} clients ({(plan.Plain ? "plain" : "as the browser")}), {plan.Documents} documents of {plan.Elements} elements, {plan.Rate} operations/s, {plan.Length.TotalSeconds:0} s after {plan.Warmup.TotalSeconds:0} s");
        Console.WriteLine($"propagation {Latencies(result.Propagation)}");
        Console.WriteLine($"ack         {Latencies(result.Acknowledgement)}");
        Console.WriteLine($"sent late   {Latencies(result.Lateness)}");
        Console.WriteLine($"deliveries  {result.Arrived} of {result.Expected}: {result.Lost} lost, {result.Duplicates} twice, {result.Refused} errors");
        Console.WriteLine($"received    {result.Frames / seconds:0} frames/s, {result.Bytes / seconds / 1e6:0.0} MB/s, {(double)result.Bytes / Math.Max(1, result.Frames):0} bytes a frame");
        if (result.Server is { } server)
        {
            var operations = plan.Operations - plan.WarmupOperations;
            Console.WriteLine($"server      {server.ProcessorTime.TotalSeconds / seconds:0.00} cores ({server.ProcessorTime.TotalSeconds:0.0} s), {server.ProcessorTime.TotalMicroseconds / operations:0} us and {server.Allocated / 1024.0 / operations:0.0} KB allocated an operation, {server.Collections} collections that stopped it for {server.Paused.TotalMilliseconds:0} ms");
        }
        if (result is { Before: { } before, After: { } after })
        {
            Console.WriteLine($"memory      {after.WorkingSet / 1e6:0} MB working set, {(after.WorkingSet - before.WorkingSet) / 1e6:0} MB more than before the clients came");
            Console.WriteLine($"heap        {after.Heap / 1e6:0.0} MB alive, {(after.Heap - before.Heap) / 1e6:0.0} MB more than before the clients came");
        }
        Console.WriteLine($"generator   {result.GeneratorTime.TotalSeconds / seconds:0.00} cores");
        if (result.Trouble is { } trouble)
            Console.WriteLine($"trouble     {trouble}");
    }

    public static string Latencies(LatencyHistogram latencies) =>
        $"mean {Ms(latencies.Mean)}, p50 {Ms(latencies.Percentile(0.5))}, p95 {Ms(latencies.Percentile(0.95))}, p99 {Ms(latencies.Percentile(0.99))}, max {Ms(latencies.Max)} ms";

    public static string Ms(TimeSpan time) => $"{time.TotalMilliseconds:0.00}";
}
