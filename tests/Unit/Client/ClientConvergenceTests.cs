using System.Text;
using Svgx.Collaboration.Client;
using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.Unit.Client;

/// <summary>Several clients on lines that break, with a server that stops in between: in the end all have one drawing, and each operation has counted as answered.</summary>
public sealed class ClientConvergenceTests
{
    [Theory, Trait("Rule", "N5")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20_261_125)]
    public async Task Clients_converge_whatever_happens_to_their_lines(int seed)
    {
        var random = new Random(seed);
        await using var host = await ProtocolHost.StartAsync(configureEngine: options => options.ResyncLimit = 40);
        var lines = new List<Line>();
        var clients = new List<CollaborationClient>();
        var submissions = new List<Submission>();
        for (var i = 0; i < 4; i++)
        {
            lines.Add(new(host.Port));
            clients.Add(await host.CollaborateAsync($"user{i % 3}", server: lines[i].Server)); // two of them are one user
        }
        for (var step = 0; step < 300; step++)
        {
            var at = random.Next(clients.Count);
            switch (random.Next(14))
            {
                case 0:
                    lines[at].Cut();
                    break;
                case 1:
                    lines[at].Down();
                    break;
                case 2 or 3:
                    lines[at].Up();
                    break;
                case 4 when clients[at].Status == ClientStatus.Live && random.Next(3) == 0:
                    _ = clients[at].UndoAsync().ContinueWith(undo => undo.Exception, TaskScheduler.Default); // lost with its line now and then, which is an answer too
                    break;
                case 5 when random.Next(20) == 0:
                    await host.ContinueAsync(await host.PauseAsync());
                    break;
                case 6:
                    submissions.AddRange(clients[at].SubmitMany([Operation(clients[at], random), Operation(clients[at], random)], atomic: random.Next(2) == 0));
                    break;
                case 7:
                    await Task.Yield();
                    break;
                default:
                    submissions.Add(clients[at].Submit(Operation(clients[at], random)));
                    break;
            }
        }
        lines.ForEach(line => line.Up());
        var outcomes = await Task.WhenAll(submissions.Select(submission => submission.Outcome)).WaitAsync(TimeSpan.FromSeconds(60));

        var journal = await host.Engine.ReadOperationsAsync(host.DocumentId).ToListAsync();
        foreach (var (submission, outcome) in submissions.Zip(outcomes))
        {
            var stored = journal.Where(entry => entry.OperationId == submission.OperationId).ToArray();
            if (outcome is SubmitOutcome.Accepted accepted)
                Assert.Equal(accepted.Acknowledgement.Revision, Assert.Single(stored).Revision);
            else
                Assert.Empty(stored);
        }
        var drawing = (await host.Engine.ReadDocumentAsync(host.DocumentId))!;
        foreach (var client in clients)
        {
            await client.UntilAsync(live => live.Revision == drawing.Revision && live.PendingCount == 0);
            Assert.Equal(Encoding.UTF8.GetString(drawing.Json.Span), client.Json());
            await client.DisposeAsync();
        }
        foreach (var line in lines)
            await line.DisposeAsync();
    }

    private static OperationRequest Operation(CollaborationClient client, Random random)
    {
        var known = client.Read(drawing => drawing.ElementIds.Order(StringComparer.Ordinal).ToArray());
        var any = known[random.Next(known.Length)];
        string Parent() => random.Next(3) > 0 ? "root" : any;
        var (type, element, data) = random.Next(10) switch
        {
            0 or 1 => ("create", null, $$"""{"type":"g","parent_id":"{{Parent()}}"}"""),
            2 or 3 or 4 => ("create", null, $$"""{"x":{{random.Next(500)}},"parent_id":"{{Parent()}}"}"""),
            5 => ("create", $"same{random.Next(5)}", """{"type":"circle"}"""), // an id that others use too
            6 => ("update", any, $$"""{"fill":"#{{random.Next(100, 999)}}","stroke":null}"""),
            7 => ("move", any, $$"""{"dx":{{random.Next(-9, 9)}},"dy":1}"""),
            8 => ("layer_change", any, $$"""{"parent_id":"{{Parent()}}"}"""),
            _ => ("delete", (string?)any, "{}"),
        };
        return new(null, type, element, System.Text.Json.JsonElement.Parse(data));
    }
}
