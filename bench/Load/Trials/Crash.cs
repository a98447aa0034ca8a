using System.CommandLine;
using Svgx.Bench.Load.Reports;
using Svgx.Bench.Load.Server;
using Svgx.Bench.Load.Traffic;

namespace Svgx.Bench.Load.Trials;

/// <summary>Kills the server at random moments while clients stream, and looks for what was acknowledged.</summary>
internal static class Crash
{
    public static Command Command()
    {
        var options = new LoadOptions();
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 50, Description = "How often the server is killed." };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => Random.Shared.Next(), Description = "Of the moments; printed, so that a failure can be tried again." };
        var writers = new Option<int>("--clients") { DefaultValueFactory = _ => 8, Description = "Clients that stream." };
        var command = new Command("crash", "Kills the server with SIGKILL while clients stream, starts it again, and checks that nothing acknowledged is lost and nothing applied twice.") { rounds, seed, writers, options.App, options.Settings, options.Unpinned };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var target = await options.TargetOfAsync(parsed, parsed.GetValue(writers), cancellationToken);
            Machine.Print(target.App!.DataFolder);
            Console.WriteLine($"seed        {parsed.GetValue(seed)}");
            Console.WriteLine();
            var trial = new CrashTrial(target, parsed.GetValue(writers), new(parsed.GetValue(seed)));
            for (var round = 1; round <= parsed.GetValue(rounds); round++)
                Console.WriteLine($"round {round,3}   {await trial.RunAsync(round, cancellationToken)}");
            Console.WriteLine($"documents   {await trial.CheckAllAsync(cancellationToken)} checked again after the last start");
            Console.WriteLine(trial.Faults.Count == 0 ? "verdict     nothing lost, nothing twice" : $"verdict     {trial.Faults.Count} FAULTS: {string.Join("; ", trial.Faults.Take(10))}");
            return trial.Faults.Count == 0 ? 0 : 1;
        });
        return command;
    }

    /// <summary>The rounds, each in a document of its own.</summary>
    private sealed class CrashTrial(Target target, int writers, Random random)
    {
        private readonly List<(Guid Document, HashSet<string> Sent)> _done = [];

        public List<string> Faults { get; } = [];

        public async Task<string> RunAsync(int round, CancellationToken cancellationToken)
        {
            var document = (await target.CreateDocumentsAsync(1, elements: 1, cancellationToken))[0];
            var streams = Enumerable.Range(0, writers).Select(i => new StreamingWriter(target.Socket, target.Tokens[i], document, $"r{round}-c{i}-")).ToList();
            var streaming = streams.Select(stream => stream.StreamAsync(cancellationToken)).ToList();
            await Task.WhenAll(streams.Select(stream => stream.FirstAcknowledged));
            var moment = TimeSpan.FromMilliseconds(random.NextDouble() * 400);
            await Task.Delay(moment, cancellationToken);
            await target.App!.KillAsync();
            await Task.WhenAll(streaming);
            await target.App.StartAsync(cancellationToken);

            var sent = streams.SelectMany(stream => stream.Sent).ToHashSet(StringComparer.Ordinal);
            var acknowledged = streams.SelectMany(stream => stream.Acknowledged).ToHashSet(StringComparer.Ordinal);
            var stored = await CheckAsync(document, sent, acknowledged, cancellationToken);
            // What nobody acknowledged is sent again with its id, and then everything is there, once.
            foreach (var stream in streams)
                await stream.ResendAsync(cancellationToken);
            await CheckAsync(document, sent, sent, cancellationToken);
            _done.Add((document, sent));
            return $"killed after {moment.TotalMilliseconds,4:0} ms: {sent.Count,5} sent, {acknowledged.Count,5} acknowledged, {stored,5} stored, {Faults.Count} faults";
        }

        public async Task<int> CheckAllAsync(CancellationToken cancellationToken)
        {
            foreach (var (document, sent) in _done)
                await CheckAsync(document, sent, sent, cancellationToken);
            return _done.Count;
        }

        private async Task<int> CheckAsync(Guid document, HashSet<string> sent, HashSet<string> required, CancellationToken cancellationToken)
        {
            var journal = await target.ReadJournalAsync(document, cancellationToken);
            var ids = journal.Select(entry => entry.OperationId).ToHashSet(StringComparer.Ordinal);
            Expect(ids.Count == journal.Count, "an operation stands twice in the journal");
            Expect(required.IsSubsetOf(ids), $"{required.Except(ids, StringComparer.Ordinal).Count()} acknowledged operations are missing");
            Expect(ids.IsSubsetOf(sent), "the journal has an operation that nobody sent");
            Expect(journal.Select((entry, i) => entry.Revision == i + 1).All(fits => fits), "the revisions have a gap");
            var drawn = (await target.ReadSvgAsync(document, cancellationToken)).Split("<rect ").Length - 1;
            Expect(drawn == journal.Count + 1, $"{drawn - 1} elements for {journal.Count} operations");
            return journal.Count;
        }

        private void Expect(bool holds, string otherwise)
        {
            if (!holds)
                Faults.Add(otherwise);
        }
    }
}
