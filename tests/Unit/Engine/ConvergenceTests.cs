using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using static Svgx.Tests.Unit.Engine.TestEngine;

namespace Svgx.Tests.Unit.Engine;

/// <summary>Clients that draw at random, lose connections and send again: in the end everybody must have the same drawing. A seed that ever fails is added to the list.</summary>
public sealed class ConvergenceTests
{
    [Theory, Trait("Rule", "J18")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(20260101)]
    public async Task All_copies_the_journal_and_the_export_are_equal(int seed)
    {
        try
        {
            await RunAsync(new Random(seed));
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Convergence failed with seed {seed}.", error);
        }
    }

    private static async Task RunAsync(Random random)
    {
        // What has been seen of others is told with each operation, or not: deletions and changes meet, are held and are decided.
        var rule = new ConflictRule { Strategy = ConflictStrategies.Manual };
        var policy = random.Next(2) == 0 ? new ConflictPolicy() : new() { Concurrent = rule, Transformation = rule, Modification = rule };
        await using var host = new TestEngine(options => (options.SnapshotEvery, options.ResyncLimit, options.ConflictPolicy) = (60, 25, policy));
        var document = await host.Engine.CreateDocumentAsync();
        var clients = Enumerable.Range(0, 5).Select(i => new Client(host, document, $"user{i % 4}", $"s{i}", new Random(random.Next()))).ToArray();
        foreach (var client in clients)
            await client.ConnectAsync();
        for (var step = 0; step < 400; step++)
        {
            if (step is 150 or 300)
            {
                await host.RestartAsync();
                foreach (var client in clients)
                    await client.ConnectAsync();
            }
            if (random.Next(40) == 0)
                host.Store.FailAppends = 1;
            await clients[random.Next(clients.Length)].ActAsync();
        }
        host.Store.FailAppends = 0;
        foreach (var client in clients)
            await client.FinishAsync();

        var export = await host.Engine.ReadDocumentAsync(document);
        var journal = await host.Engine.ReadOperationsAsync(document).ToListAsync();
        Assert.Equal(Enumerable.Range(1, journal.Count).Select(i => (long)i), journal.Select(entry => entry.Revision));
        var replay = Document.CreateEmpty();
        foreach (var entry in journal)
            replay.Apply(ChangeJson.Read(entry.Changes));
        Assert.Equal(Encoding.UTF8.GetString(export!.Json.Span), Encoding.UTF8.GetString(DocumentJson.Write(replay)));
        foreach (var client in clients)
        {
            client.CatchUp();
            Assert.Equal(export.Revision, client.Revision);
            Assert.Equal(Encoding.UTF8.GetString(export.Json.Span), Encoding.UTF8.GetString(DocumentJson.Write(client.Confirmed)));
            Assert.All(client.Acknowledged, pair => Assert.Equal(pair.Value, journal.Single(entry => entry.OperationId == pair.Key).Revision));
        }
        foreach (var entry in Enumerable.Reverse(journal))
            replay.Apply(ChangeJson.Read(entry.Inverse));
        Assert.Equal(Encoding.UTF8.GetString(DocumentJson.Write(Document.CreateEmpty())), Encoding.UTF8.GetString(DocumentJson.Write(replay)));
    }

    /// <summary>Holds the drawing as confirmed and its own operations that are not; sends those again, in any order, after a loss.</summary>
    private sealed class Client(TestEngine host, Guid document, string user, string session, Random random)
    {
        private readonly Dictionary<string, OperationRequest> _pending = [];
        private readonly HashSet<string> _open = [];
        private Connection _connection = new();
        private IParticipant? _participant;
        private int _next;

        public Document Confirmed { get; private set; } = Document.CreateEmpty();
        public long Revision { get; private set; }
        public Dictionary<string, long> Acknowledged { get; } = [];

        public async Task ConnectAsync()
        {
            if (_participant is not null)
                await _participant.DisposeAsync();
            CatchUp();
            _connection = new(); // what the old one still gets is lost, as on a broken line
            var outcome = await host.Engine.JoinAsync(new(document, "main", user, user, session, LastRevision: Revision, WantsDocument: true), _connection);
            var joined = Assert.IsType<JoinOutcome.Accepted>(outcome).Joined;
            _participant = joined.Participant;
            Take(joined.Resync);
            Assert.Equal(joined.Revision, Revision);
            foreach (var operation in _pending.Values.OrderBy(_ => random.Next()).ToArray())
                await _participant.SubmitAsync(operation);
        }

        public async Task ActAsync()
        {
            switch (random.Next(20))
            {
                case 0:
                    await ConnectAsync();
                    break;
                case 1 or 2:
                    await _participant!.UndoAsync();
                    break;
                case 3:
                    await _participant!.RedoAsync();
                    break;
                case 4:
                    CatchUp();
                    break;
                case 5 when _pending.Count > 0:
                    await _participant!.SubmitAsync(_pending.Values.ElementAt(random.Next(_pending.Count))); // a retry that was not needed
                    break;
                case 7 when _open.Count > 0:
                    await _participant!.ResolveConflictAsync(new(_open.ElementAt(random.Next(_open.Count)), ConflictStrategies.Unattended[random.Next(3)]));
                    break;
                case 6:
                    await _participant!.SubmitManyAsync([Remember(RandomOperation()), Remember(RandomOperation())], atomic: true);
                    break;
                default:
                    await _participant!.SubmitAsync(Remember(RandomOperation()));
                    break;
            }
        }

        public async Task FinishAsync()
        {
            // Twice: a refusal for storage leaves operations to be sent again.
            for (var round = 0; round < 2; round++)
            {
                await ConnectAsync();
                await host.Engine.ReadDocumentAsync(document); // answered after all that was sent before it
                CatchUp();
            }
            Assert.Empty(_pending);
        }

        public void CatchUp()
        {
            while (_connection.Events.Reader.TryRead(out var next))
            {
                switch (next)
                {
                    case SessionEvent.OperationsCommitted committed:
                        Take(committed.Operations);
                        break;
                    case SessionEvent.Acknowledged acknowledged:
                        foreach (var ack in acknowledged.Operations)
                        {
                            _pending.Remove(ack.OperationId);
                            Assert.True(Acknowledged.TryAdd(ack.OperationId, ack.Revision) || Acknowledged[ack.OperationId] == ack.Revision);
                        }
                        break;
                    case SessionEvent.ConflictsOpen open:
                        _open.UnionWith(open.Conflicts.Select(conflict => conflict.ConflictId));
                        break;
                    case SessionEvent.ConflictsChanged changed:
                        _open.UnionWith(changed.Conflicts.Select(conflict => conflict.ConflictId)); // settled by the policy or not: it can be decided otherwise
                        break;
                    case SessionEvent.ConflictSettled settled when random.Next(2) == 0:
                        _open.Remove(settled.Conflict.ConflictId);
                        break;
                    case SessionEvent.Refused { Code: not "storage_failed", OperationId: { } refused }:
                        _pending.Remove(refused);
                        break;
                }
            }
        }

        private void Take(Resync resync)
        {
            switch (resync)
            {
                case Resync.Operations operations:
                    Take(operations.Missed);
                    break;
                case Resync.Document whole:
                    (Confirmed, Revision) = (DocumentJson.Read(whole.Content.Json), whole.Content.Revision);
                    break;
            }
        }

        private void Take(ImmutableArray<CommittedOperation> operations)
        {
            foreach (var operation in operations)
            {
                Assert.Equal(Revision + 1, operation.Entry.Revision);
                Confirmed.Apply(ChangeJson.Read(operation.Entry.Changes));
                Revision = operation.Entry.Revision;
            }
        }

        private OperationRequest Remember(OperationRequest operation) => _pending[operation.OperationId!] = operation;

        private OperationRequest RandomOperation()
        {
            var id = $"{session}-{_next++}";
            var known = Confirmed.ElementIds.Where(element => element != Confirmed.Root.Id).ToArray();
            string Any() => known.Length == 0 ? "none" : known[random.Next(known.Length)];
            string Place() => random.Next(3) switch { 0 => $$""","before":"{{Any()}}" """, 1 => $$""","index":{{random.Next(5)}}""", _ => "" };
            return Make() with { BaseRevision = random.Next(4) == 0 ? null : Revision };

            OperationRequest Make() => random.Next(14) switch
            {
                0 or 1 => Operation("create", $"{session}e{_next}", $$"""{"type":"g","parent_id":"{{(random.Next(2) == 0 ? Confirmed.Root.Id : Any())}}"{{Place()}}}""", id),
                2 or 3 => Operation("create", $"{session}e{_next}", $$"""{"x":{{random.Next(500)}},"y":{{random.Next(500)}}{{Place()}}}""", id, group: random.Next(3) == 0 ? "g" : null),
                4 or 5 => Operation("update", Any(), $$"""{"fill":"#{{random.Next(100, 999)}}","stroke":{{(random.Next(2) == 0 ? "null" : "\"red\"")}}}""", id),
                6 => Operation("move", Any(), $$"""{"dx":{{random.Next(-9, 9)}},"dy":1}""", id),
                7 => Operation("resize", Any(), $$"""{"width":{{random.Next(1, 99)}}}""", id),
                8 => Operation("layer_change", Any(), $$"""{"parent_id":"{{(random.Next(3) == 0 ? Confirmed.Root.Id : Any())}}"{{Place()}}}""", id),
                9 => Operation("assembly_update", Any(), $$"""{"name":"{{random.Next(9)}}","state":{{(random.Next(2) == 0 ? "null" : "[1]")}}}""", id),
                10 => random.Next(2) == 0 ? Operation("constraint_add", Any(), $$"""{"type":"{{random.Next(3)}}"}""", id) : Operation("constraint_remove", Any(), $$"""{"type":"{{random.Next(3)}}"}""", id),
                11 => Operation("create", $"{session}e{_next}", $$"""{"type":"text","x":1,"children":[{"text":"a"},{"type":"tspan","text":"b"}]}""", id),
                12 => Operation("update", Any(), $$"""{"text":"{{random.Next(9)}}"}""", id),
                _ => Operation("delete", Any(), "{}", id, group: random.Next(3) == 0 ? "d" : null),
            };
        }
    }

    private sealed class Connection : ISessionSubscriber
    {
        public Channel<SessionEvent> Events { get; } = Channel.CreateUnbounded<SessionEvent>();

        public bool TryPublish(SessionEvent sessionEvent) => Events.Writer.TryWrite(sessionEvent);

        public void Close(CloseReason reason) => Events.Writer.TryComplete();
    }
}
