using System.Diagnostics;
using Svgx.Bench.Load.Server;

namespace Svgx.Bench.Load.Traffic;

/// <summary>What a run measured. Latencies and usage are those of the measured part, deliveries those of the whole run.</summary>
internal sealed record LoadResult(
    TrafficPlan Plan, LatencyHistogram Propagation, LatencyHistogram Acknowledgement, LatencyHistogram Lateness, long Expected, long Arrived, int Duplicates, int Refused, long Frames, long Bytes,
    TimeSpan Measured, ServerUsage? Server, TimeSpan GeneratorTime, ServerMemory? Before, ServerMemory? After, string? Trouble)
{
    public long Lost => Expected - Arrived;

    public bool IsComplete => Lost == 0 && Duplicates == 0 && Refused == 0;
}

/// <summary>Joins the clients, sends the plan's operations when they are due, waits for the last delivery.</summary>
internal static class LoadRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<LoadResult> RunAsync(Target target, TrafficPlan plan, CancellationToken cancellationToken)
    {
        var memory = await MemoryAsync(target);
        var documents = await target.CreateDocumentsAsync(plan.Documents, plan.Elements, cancellationToken);
        var flights = new Flights(plan);
        await using var crowd = new Crowd(flights, target, documents);
        await crowd.JoinAsync(plan.Clients, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken); // the presence of the joins settles
        return await MeasureAsync(target, flights, crowd.Clients, memory, cancellationToken);
    }

    private static async Task<LoadResult> MeasureAsync(Target target, Flights flights, IReadOnlyList<LoadClient> clients, ServerMemory? memory, CancellationToken cancellationToken)
    {
        var plan = flights.Plan;
        await using var meter = target.App is { } app ? new ServerMeter(app.Process) : null;
        flights.Schedule(Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10));
        var pacing = Pacer.RunAsync(flights, operation => clients[plan.AuthorOf(operation)].Send(operation), cancellationToken);
        await Task.Delay(plan.Warmup, cancellationToken);

        var (started, generator, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, meter?.Read());
        var (frames, bytes) = (clients.Sum(client => client.Frames), clients.Sum(client => client.Bytes));
        var lateness = await pacing;
        var measured = Stopwatch.GetElapsedTime(started);
        var usage = meter?.Read(since: before);
        generator = Environment.CpuUsage.TotalTime - generator;
        (frames, bytes) = (clients.Sum(client => client.Frames) - frames, clients.Sum(client => client.Bytes) - bytes);

        var expected = Enumerable.Range(0, plan.Operations).Sum(operation => (long)plan.ClientsIn(plan.DocumentOf(plan.AuthorOf(operation))));
        await WaitForTheLastAsync(clients, expected, cancellationToken);
        LatencyHistogram propagation = new(), acknowledgement = new();
        foreach (var client in clients)
        {
            propagation.Add(client.Propagation);
            acknowledgement.Add(client.Acknowledgement);
        }
        return new(plan, propagation, acknowledgement, lateness, expected, clients.Sum(client => (long)client.Arrived), clients.Sum(client => client.Duplicates), clients.Sum(client => client.Refused), frames, bytes,
            measured, usage, generator, memory, await MemoryAsync(target), clients.Select(client => client.Trouble).FirstOrDefault(trouble => trouble is not null));
    }

    private static async Task WaitForTheLastAsync(IReadOnlyList<LoadClient> clients, long expected, CancellationToken cancellationToken)
    {
        var (arrived, changed) = (-1L, Stopwatch.GetTimestamp());
        while (arrived < expected && Stopwatch.GetElapsedTime(changed) < Patience)
        {
            await Task.Delay(20, cancellationToken);
            if (clients.Sum(client => (long)client.Arrived) is var now && now != arrived)
                (arrived, changed) = (now, Stopwatch.GetTimestamp());
        }
    }

    private static async Task<ServerMemory?> MemoryAsync(Target target) => target.App is { } app ? await ServerMeter.MemoryAsync(app.Process) : null;
}
