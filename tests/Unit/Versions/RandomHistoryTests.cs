using System.Collections.Immutable;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Engine;
using static Svgx.Tests.Unit.Engine.TestEngine;
using static Svgx.Tests.Unit.Versions.VersionTesting;

namespace Svgx.Tests.Unit.Versions;

/// <summary>People who draw in several branches, clash, lock, undo, settle, save, revert, restore, branch and merge at random, while commits fail and the server restarts. A seed that ever fails is added to the list.</summary>
public sealed class RandomHistoryTests
{
    [Theory, Trait("Rule", "I4")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public async Task Copies_follow_every_branch_and_every_checksum_holds(int seed)
    {
        try
        {
            await RunAsync(new Random(seed));
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Seed {seed} failed.", error);
        }
    }

    private static async Task RunAsync(Random random)
    {
        await using var host = new TestEngine(options => (options.SnapshotEvery, options.CheckpointEvery, options.CheckpointSpacing, options.KeptCheckpoints) = (25, 20, TimeSpan.Zero, 4));
        var document = await host.Engine.CreateDocumentAsync();
        var versions = host.Engine.Versions;
        var followers = new Dictionary<string, Follower> { ["main"] = await Follower.JoinAsync(host, document, "main") };
        var next = 0;
        for (var step = 0; step < 150; step++)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            if (step == 90)
            {
                await host.RestartAsync();
                versions = host.Engine.Versions;
                foreach (var name in followers.Keys.ToArray())
                    followers[name] = await Follower.JoinAsync(host, document, name);
            }
            if (random.Next(25) == 0)
                host.Store.FailAppends = 1;
            var branch = followers.Keys.ElementAt(random.Next(followers.Count));
            var follower = followers[branch];
            switch (random.Next(20))
            {
                case 0:
                    await versions.SaveAsync(document, Ann, branch, $"step {step}");
                    break;
                case 1 when (await versions.ListAsync(document, Ann).Done()).Versions is { Length: > 0 } list:
                    await versions.RevertAsync(document, Ann, list[random.Next(list.Length)].VersionId, branch);
                    break;
                case 2:
                    var revision = (await host.LiveAsync(document, branch)).Revision;
                    await versions.RestoreAsync(document, Ann, new ContentPoint.Revision(branch, random.NextInt64(revision + 1)), branch);
                    break;
                case 3 when followers.Count < 4:
                    var name = $"b{next++}";
                    if (await versions.CreateBranchAsync(document, Ann, name, new ContentPoint.Live(branch)) is VersionResult<Branch>.Done)
                        followers.Add(name, await Follower.JoinAsync(host, document, name));
                    break;
                case 4 or 5 or 6 when followers.Count > 1:
                    var source = followers.Keys.Where(other => other != branch).ElementAt(random.Next(followers.Count - 1));
                    var merged = await versions.MergeAsync(document, random.Next(2) == 0 ? Ann : Bob, source, branch, random.Next(2) == 0 ? [new(null, null, (MergeSide)random.Next(2))] : []);
                    Assert.True(merged is VersionResult<VersionChange>.Done or VersionResult<VersionChange>.Refused { Code: "nothing_to_merge" or "storage_failed" }, (merged as VersionResult<VersionChange>.Refused)?.Reason);
                    break;
                case 7:
                    await follower.Participant.UndoAsync();
                    break;
                case 8 when (await host.Engine.GetConflictsAsync(document, branch)) is { Count: > 0 } open:
                    await follower.Participant.ResolveConflictAsync(new(open[0].ConflictId, new[] { "last_write_wins", "merge", "reject" }[random.Next(3)]));
                    break;
                case 9:
                    // As a whole or not at all; often the second part does not fit.
                    var now = await host.LiveAsync(document, branch);
                    await follower.Participant.SubmitManyAsync([RandomOperation(random, now, $"{branch}-{step}a"), RandomOperation(random, now, $"{branch}-{step}b")], atomic: true);
                    break;
                case 10:
                    await follower.Participant.LockAsync([(await host.LiveAsync(document, branch)).Document.ElementIds.Order(StringComparer.Ordinal).Last()]);
                    break;
                case 11:
                    await follower.Participant.RedoAsync();
                    break;
                case 12 or 13 or 14:
                    // Somebody else, who has not seen the newest.
                    var content = await host.LiveAsync(document, branch);
                    await host.Engine.SendOperationAsync(document, "bob", RandomOperation(random, content, $"{branch}-{step}") with { BaseRevision = Math.Max(0, content.Revision - random.Next(8)) }, branch);
                    break;
                default:
                    await follower.Participant.SubmitAsync(RandomOperation(random, await host.LiveAsync(document, branch), $"{branch}-{step}"));
                    break;
            }
        }
        host.Store.FailAppends = 0;
        foreach (var (branch, follower) in followers)
        {
            var live = await host.LiveAsync(document, branch);
            await follower.CatchUpAsync();
            Assert.Equal((live.Revision, live.Document.Json()), (follower.Revision, follower.Document.Json()));
            Assert.Equal(HashOf(live.Document), HashOf((await versions.ReadAsync(document, Ann, new ContentPoint.Revision(branch, live.Revision)).Done()).Document));
        }
        await RequireInvertibleAsync(host, document);
        Assert.Contains((await versions.ListAsync(document, Ann, limit: 500).Done()).Versions, version => version.Kind == VersionKind.Merge); // or the seed shows nothing
        await RequireIntactAsync(host, document);
        await host.RestartAsync();
        await RequireIntactAsync(host, document);
    }

    private static async Task RequireIntactAsync(TestEngine host, Guid document)
    {
        var report = await host.Engine.Versions.VerifyAsync(document);
        Assert.True(report.IsIntact, string.Join('\n', report.Damages));
        Assert.True(report.Operations > 0);
    }

    /// <summary>The journal of a branch, taken back from its end, leads to where the branch began.</summary>
    private static async Task RequireInvertibleAsync(TestEngine host, Guid document)
    {
        var journal = await host.Engine.ReadOperationsAsync(document).ToListAsync();
        var copy = Document.CreateEmpty();
        foreach (var entry in journal)
            copy.Apply(ChangeJson.Read(entry.Changes));
        foreach (var entry in Enumerable.Reverse(journal))
            copy.Apply(ChangeJson.Read(entry.Inverse));
        Assert.Equal(HashOf(Document.CreateEmpty()), HashOf(copy));
    }

    private static OperationRequest RandomOperation(Random random, PointContent now, string id)
    {
        var known = now.Document.ElementIds.Where(element => element != "root").Order(StringComparer.Ordinal).ToArray();
        string Any() => known.Length == 0 ? "none" : known[random.Next(known.Length)];
        return random.Next(10) switch
        {
            0 or 1 or 2 => Operation("create", $"e{id}", $$"""{"type":"{{(random.Next(2) == 0 ? "g" : "rect")}}","parent_id":"{{(random.Next(2) == 0 ? "root" : Any())}}","index":{{random.Next(3)}}}""", id),
            3 or 4 => Operation("update", Any(), $$"""{"fill":"c{{random.Next(9)}}","stroke":{{(random.Next(2) == 0 ? "null" : "\"red\"")}}}""", id),
            5 => Operation("update", Any(), $$"""{"text":"t{{random.Next(9)}}"}""", id),
            6 => Operation("layer_change", Any(), $$"""{"parent_id":"{{(random.Next(3) == 0 ? "root" : Any())}}","index":{{random.Next(3)}}}""", id),
            7 => Operation("constraint_add", Any(), $$"""{"type":"{{random.Next(3)}}"}""", id),
            8 => Operation("assembly_update", Any(), $$"""{"name":"{{random.Next(9)}}"}""", id),
            _ => Operation("delete", Any(), "{}", id),
        };
    }

    /// <summary>A copy that is changed by what a participant is told, and by nothing else.</summary>
    private sealed class Follower
    {
        private TestPeer _peer = null!;

        public IParticipant Participant => _peer.Participant;
        public Document Document { get; private set; } = null!;
        public long Revision { get; private set; }

        public static async Task<Follower> JoinAsync(TestEngine host, Guid document, string branch)
        {
            var peer = await host.JoinBranchAsync(document, branch, "eve");
            var content = Assert.IsType<Resync.Document>(peer.Joined.Resync).Content;
            return new() { _peer = peer, Document = DocumentJson.Read(content.Json), Revision = content.Revision };
        }

        public async Task CatchUpAsync()
        {
            foreach (var operation in (await _peer.SettleAsync()).OfType<SessionEvent.OperationsCommitted>().SelectMany(committed => committed.Operations))
            {
                Assert.Equal(++Revision, operation.Entry.Revision);
                Document.Apply(ChangeJson.Read(operation.Entry.Changes));
            }
        }
    }
}
