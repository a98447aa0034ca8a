using System.CommandLine;
using Svgx.Bench.Load.Reports;
using Svgx.Bench.Load.Server;
using Svgx.Bench.Load.Traffic;

namespace Svgx.Bench.Load.Trials;

/// <summary>Many connections that have joined and do nothing: what each of them costs.</summary>
internal static class Idle
{
    public static Command Command()
    {
        var options = new LoadOptions();
        options.Clients.DefaultValueFactory = _ => 1_000;
        options.Documents.DefaultValueFactory = _ => 10;
        var command = new Command("idle", "Measures the server's memory for each connection that has joined and is idle.");
        options.AddTrafficTo(command);
        options.AddServerTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var plan = options.PlanOf(parsed, rate: 1) with { Warmup = TimeSpan.Zero };
            await using var target = await options.TargetOfAsync(parsed, plan.Clients, cancellationToken);
            if (target.App is not { } app)
            {
                Console.Error.WriteLine("The memory of a server that runs elsewhere cannot be read; leave --url out.");
                return 1;
            }
            Machine.Print(app.DataFolder);
            await RunAsync(target, app, plan, cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task RunAsync(Target target, AppProcess app, TrafficPlan plan, CancellationToken cancellationToken)
    {
        var documents = await target.CreateDocumentsAsync(plan.Documents, plan.Elements, cancellationToken);
        var flights = new Flights(plan);
        await using var pioneers = new Crowd(flights, target, documents);
        await pioneers.JoinAsync(plan.Documents, cancellationToken); // what the documents themselves take is not the connections'
        var (heapBefore, residentBefore) = (await ServerMeter.CollectAsync(app.Process), Resident(app));
        await pioneers.JoinAsync(plan.Clients, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
        var residentBusy = Resident(app);
        var (heap, resident) = (await ServerMeter.CollectAsync(app.Process), Resident(app));
        app.Process.Refresh();
        var processor = app.Process.TotalProcessorTime;
        await Task.Delay(plan.Length, cancellationToken);
        app.Process.Refresh();
        processor = app.Process.TotalProcessorTime - processor;
        var more = plan.Clients - plan.Documents;
        Console.WriteLine();
        Console.WriteLine($"connections {plan.Clients} in {plan.Documents} documents, {pioneers.Gone} lost");
        Console.WriteLine($"heap        {(heap - heapBefore) / 1024.0 / more:0.0} KB a connection after a full collection ({heapBefore / 1e6:0.0} -> {heap / 1e6:0.0} MB)");
        Console.WriteLine($"working set {(resident - residentBefore) / 1024.0 / more:0.0} KB a connection after that collection ({residentBefore / 1e6:0} -> {resident / 1e6:0} MB; {residentBusy / 1e6:0} MB before it)");
        Console.WriteLine($"processor   {processor.TotalMilliseconds / plan.Length.TotalSeconds:0.0} ms a second while idle");
    }

    private static long Resident(AppProcess app)
    {
        app.Process.Refresh();
        return app.Process.WorkingSet64;
    }
}
