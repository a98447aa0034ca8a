using System.Text;
using CsCheck;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Storage;
using Svgx.Tests.Unit.Engine;
using static Svgx.Tests.Unit.Engine.TestEngine;

namespace Svgx.Tests.Unit.Conflicts;

/// <summary>Random people at work: what is found equals a search through the whole journal, and whatever happens, copies, replay and inverse agree.</summary>
public sealed class ConflictPropertyTests
{
    private static readonly string[] Elements = ["a", "b", "g"];
    private static readonly string[] Strategies = ["last_write_wins", "merge", "reject", "manual", "automatic"];

    private static readonly Gen<Step> Steps =
        from who in Gen.Int[0, 2]
        from kind in Gen.Int[0, 13]
        from element in Gen.Int[0, 2]
        from number in Gen.Int[0, 3]
        from behind in Gen.Int[0, 6]
        select new Step(who, kind, element, number, behind);

    [Fact, Trait("Rule", "F26")]
    public Task What_is_found_equals_a_search_through_the_journal_and_all_copies_agree() => Steps.List[5, 60].SampleAsync(RunAsync, iter: 40, threads: 1);

    /// <summary>Found by chance: <c>reject</c> of a change that had brought an element back took it away and then set values on it, which ended the session.</summary>
    [Fact, Trait("Rule", "F22")]
    public Task A_decision_sets_nothing_on_what_it_takes_away() => Steps.List[5, 60].SampleAsync(RunAsync, seed: "7SQwieGfCr_4", iter: 1, threads: 1);

    private static async Task RunAsync(List<Step> steps)
    {
        await using var host = new TestEngine(options => options.ConflictPolicy = new() { Modification = new() { Strategy = "merge" }, Transformation = new() { Strategy = "manual" } });
        var document = await host.Engine.CreateDocumentAsync();
        var peers = new List<TestPeer>();
        foreach (var user in new[] { "ann", "ben", "cleo" })
            peers.Add(await host.JoinAsync(document, user));
        await peers[0].DoAsync("create", "g", """{"type":"g"}""");
        await peers[0].DoAsync("create", "a", """{"parent_id":"g","fill":"c0"}""");
        await peers[0].DoAsync("create", "b", """{"parent_id":"g","fill":"c0"}""");
        host.Time.Advance(TimeSpan.FromMinutes(1));
        var copy = Document.CreateEmpty();
        foreach (var step in steps)
        {
            await Settled(peers);
            var journal = await host.Engine.ReadOperationsAsync(document).ToListAsync();
            await ActAsync(host, document, peers[step.Who], step, journal);
            await Settled(peers);
            var after = await host.Engine.ReadOperationsAsync(document).ToListAsync();
            if (step.Kind is >= 3 and <= 8 && after.Count > journal.Count)
                Assert.Equal(Reference(journal, after[journal.Count]), (await host.Engine.GetConflictsAsync(document, includeSettled: true)).SelectMany(conflict => conflict.First.OperationIds.Union(conflict.Second.OperationIds)).Contains(after[journal.Count].OperationId));
            host.Time.Advance(TimeSpan.FromSeconds(2));
        }
        var all = await host.Engine.ReadOperationsAsync(document).ToListAsync();
        foreach (var entry in all)
            copy.Apply(ChangeJson.Read(entry.Changes));
        var export = await host.Engine.ReadDocumentAsync(document);
        Assert.Equal(Encoding.UTF8.GetString(export!.Json.Span), Encoding.UTF8.GetString(DocumentJson.Write(copy)));
        await host.RestartAsync();
        var open = await host.Engine.GetConflictsAsync(document);
        var back = await host.JoinAsync(document, "ann");
        Assert.Equal(open.Count, (await back.SettleAsync()).OfType<SessionEvent.ConflictsOpen>().Sum(e => e.Conflicts.Length));
        foreach (var entry in Enumerable.Reverse(all))
            copy.Apply(ChangeJson.Read(entry.Inverse));
        Assert.Equal(1, copy.ElementCount);
    }

    private static async Task ActAsync(TestEngine host, Guid document, TestPeer peer, Step step, List<JournalEntry> journal)
    {
        var element = Elements[step.Element];
        var seen = Math.Max(3, journal.Count - step.Behind);
        switch (step.Kind)
        {
            case 0:
                await peer.Participant.UndoAsync();
                break;
            case 1:
                await peer.Participant.RedoAsync();
                break;
            case 2:
                await peer.Participant.LockAsync([element]);
                break;
            case 3 or 4 or 5:
                await peer.Participant.SubmitAsync(Operation("update", element, $$"""{"fill":"c{{step.Number}}"}""", seen: seen));
                break;
            case 6 or 7:
                await peer.Participant.SubmitAsync(Operation("update", element, $$"""{"class":"c{{step.Number}}","stroke":null}""", seen: seen));
                break;
            case 8:
                await peer.Participant.SubmitAsync(Operation("update", element, $$"""{"x":{{step.Number}},"y":1}""", seen: seen));
                break;
            case 9:
                await peer.Participant.SubmitAsync(Operation("move", element, $$"""{"dx":{{step.Number}}}""", seen: seen));
                break;
            case 10:
                await peer.Participant.SubmitAsync(Operation("delete", element, seen: seen));
                break;
            case 11:
                await peer.Participant.SubmitManyAsync([Operation("update", "a", """{"fill":"c9"}""", seen: seen), Operation("delete", element, seen: seen)], atomic: true);
                break;
            case 12:
                await peer.Participant.UnlockAsync([element]);
                break;
            default:
                var conflicts = await host.Engine.GetConflictsAsync(document, includeSettled: true);
                if (conflicts.Count > 0)
                    await peer.Participant.ResolveConflictAsync(new(conflicts[step.Number % conflicts.Count].ConflictId, Strategies[(step.Number + step.Behind) % Strategies.Length]));
                break;
        }
    }

    /// <summary>Slowly: whether an update meets a value that somebody else has set after what its author had seen, and means another.</summary>
    private static bool Reference(List<JournalEntry> journal, JournalEntry own)
    {
        var changes = ChangeJson.Read(own.Changes);
        if (changes.Any(change => change is InsertNode))
            return true; // it brought something back
        foreach (var set in changes.OfType<SetAttributes>())
        {
            foreach (var (name, value) in set.Attributes)
            {
                (JournalEntry Entry, string? Value)? newest = null;
                foreach (var entry in journal)
                {
                    foreach (var (earlierName, earlier) in ChangeJson.Read(entry.Changes).OfType<SetAttributes>().Where(other => other.ElementId == set.ElementId).SelectMany(other => other.Attributes))
                    {
                        if (earlierName != name)
                            continue;
                        if (entry.UserId == ConflictResolution.Policy)
                            newest = newest is var (touched, _) && IsLastTouch(journal, touched, set.ElementId, name, entry.Revision) ? (touched, earlier) : newest; // nobody's, but the value is another
                        else if (entry.UserId != own.UserId)
                            newest = (entry, earlier);
                    }
                }
                if (newest is var (other, theirs) && other.Revision > own.BaseRevision && theirs != value)
                    return true;
            }
        }
        return false;
    }

    private static bool IsLastTouch(List<JournalEntry> journal, JournalEntry touch, string elementId, string name, long before) => !journal.Any(entry =>
        entry.Revision > touch.Revision && entry.Revision < before && entry.UserId != ConflictResolution.Policy
        && ChangeJson.Read(entry.Changes).OfType<SetAttributes>().Any(set => set.ElementId == elementId && set.Attributes.Any(attribute => attribute.Key == name)));

    private static async Task Settled(List<TestPeer> peers)
    {
        foreach (var peer in peers)
            await peer.SettleAsync();
    }

    private sealed record Step(int Who, int Kind, int Element, int Number, int Behind);
}
