using Svgx.Collaboration.Client;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.Unit.Client;

/// <summary>Versions, branches and merges through the client.</summary>
public sealed class ClientHistoryTests
{
    [Fact, Trait("Rule", "N20")]
    public async Task A_version_is_saved_named_listed_read_compared_and_brought_back()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await using var bob = await host.CollaborateAsync("bob");
        var (created, labelled, reverted) = (bob.ReadEventsAsync(), bob.ReadEventsAsync(), bob.ReadEventsAsync());
        await ann.Submit("create", "lamp", new { type = "circle", r = 5, fill = "gold" }).AcceptedAsync();
        var labels = VersionLabels.None with { Name = "One", Tags = ["calm"], Metadata = VersionLabels.None.Metadata.Add("Room No", "12") };
        var first = await ann.CreateVersionAsync("Before the party", labels);
        Assert.Equal((1, VersionKind.Saved, "main", 1, "Before the party", "One", "12"), (first.Number, first.Kind, first.Branch, first.Revision, first.Description, first.Name, first.Metadata["Room No"]));
        Assert.Equal(["calm"], first.Tags);
        Assert.Equal(first.VersionId, (await created.NextAsync<ClientEvent.VersionCreated>()).Version.VersionId);
        Assert.Equal("Two", (await ann.LabelVersionAsync(first.VersionId, VersionLabels.None with { Name = "Two" })).Name);
        Assert.Equal("Two", (await labelled.NextAsync<ClientEvent.VersionLabelled>()).Version.Name);
        Assert.Equal("Two", (await ann.GetVersionAsync(first.VersionId)).Name);

        await ann.Submit("update", "lamp", new { fill = "red" }).AcceptedAsync();
        await ann.Submit("create", "sofa").AcceptedAsync();
        var difference = (await ann.DiffAsync(new ContentPoint.Version(first.VersionId))).Elements;
        Assert.Equal([("lamp", ElementDifferenceKind.Changed), ("sofa", ElementDifferenceKind.Added)], difference.Select(each => (each.ElementId, each.Kind)));
        Assert.Equal([new AttributeDifference("fill", "gold", "red")], difference[0].Attributes);
        Assert.Equal("sofa", Assert.Single((await ann.DiffAsync(new ContentPoint.Revision("main", 3), new ContentPoint.Revision("main", 2))).Elements).ElementId);
        var old = await ann.ReadVersionAsync(new ContentPoint.Time("main", first.CreatedAt));
        Assert.Equal((1, "gold"), (old.Revision, old.Document.TryGetElement("lamp", out var lamp) ? lamp["fill"] : null));
        Assert.Equal(first.VersionId, (await ann.ReadVersionAsync(new ContentPoint.Version(first.VersionId))).VersionId);
        Assert.Equal([(2, ElementDifferenceKind.Changed), (1, ElementDifferenceKind.Added)], (await ann.ElementHistoryAsync("lamp")).Events.Select(each => ((int)each.Revision, each.Kind)));

        var back = await ann.RevertVersionAsync(first.VersionId);
        Assert.Equal((VersionKind.Revert, true), (back.Version.Kind, back.OperationId is not null));
        Assert.Equal(first.VersionId, (await reverted.NextAsync<ClientEvent.VersionReverted>()).RevertedTo);
        await ann.UntilAsync(client => client.Revision == 4);
        Assert.Equal(("gold", false), (ann.Attribute("lamp", "fill"), ann.Has("sofa")));
        await ann.RestoreVersionAsync(new ContentPoint.Revision("main", 3), ["sofa"]);
        await ann.UntilAsync(client => client.Has("sofa"));
        Assert.Equal("gold", ann.Attribute("lamp", "fill"));

        var page = await ann.ListVersionsAsync(limit: 1);
        Assert.Equal((1, 3, VersionKind.Restore), (page.Versions.Length, page.Total, page.Versions[0].Kind));
        Assert.Equal([2, 1], (await ann.ListVersionsAsync(before: page.Next)).Versions.Select(version => (int)version.Number));
        Assert.True((await ann.VerifyAsync()).IsIntact);
        Assert.Equal("version_not_found", (await Assert.ThrowsAsync<RequestRefusedException>(() => ann.GetVersionAsync(new string('0', 64)))).Code);
    }

    [Fact, Trait("Rule", "N20")]
    public async Task A_branch_is_made_drawn_in_merged_with_a_clash_and_deleted()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        await ann.Submit("create", "lamp", new { fill = "gold" }).AcceptedAsync();
        var (branched, gone) = (ann.ReadEventsAsync(), ann.ReadEventsAsync());
        var made = await ann.CreateBranchAsync("party");
        Assert.Equal(("party", "main", 1), (made.Name, made.FromBranch, made.FromRevision));
        Assert.Equal("party", (await branched.NextAsync<ClientEvent.BranchCreated>()).Branch.Name);
        var there = host.Options("bob");
        there.Branch = "party";
        await using var bob = await CollaborationClient.ConnectAsync(there);
        await bob.Submit("update", "lamp", new { fill = "red", stroke = "black" }).AcceptedAsync();
        await ann.Submit("update", "lamp", new { fill = "blue" }).AcceptedAsync();

        var preview = await ann.PreviewMergeAsync("party");
        Assert.Equal(("party", "main", "main", 1L), (preview.Source, preview.Target, preview.BaseBranch, preview.BaseRevision));
        Assert.Equal(new MergeClash("lamp", "fill", "gold", "blue", "red"), Assert.Single(preview.Clashes));
        Assert.Equal("stroke", Assert.Single(Assert.Single(preview.Diff.Elements).Attributes).Name);
        Assert.Equal(2, (await ann.PreviewMergeAsync("party", resolutions: [new("lamp", null, MergeSide.Source)])).Diff.Elements[0].Attributes.Length);

        var merged = await ann.MergeBranchAsync("party", description: "Party time");
        Assert.Equal((VersionKind.Merge, 2, 1, "Party time"), (merged.Version.Kind, merged.Version.Parents.Length, merged.OpenClashes, merged.Version.Description));
        await ann.UntilAsync(client => client.Conflicts.Any(conflict => conflict.ConflictId == merged.ConflictIds.Single()));
        Assert.Equal("party", Assert.Single(ann.Conflicts).MergedFrom);
        Assert.Equal("nothing_to_merge", (await Assert.ThrowsAsync<RequestRefusedException>(() => ann.MergeBranchAsync("party"))).Code);

        Assert.Equal(["main", "party"], (await ann.ListBranchesAsync()).Select(branch => branch.Name));
        Assert.NotNull((await ann.DeleteBranchAsync("party")).DeletedAt);
        Assert.Equal("party", (await gone.NextAsync<ClientEvent.BranchDeleted>()).Branch.Name);
        await bob.UntilAsync(client => client.Status == ClientStatus.Refused);
        Assert.NotNull((await ann.PurgeBranchAsync("party")).PurgedAt);
        Assert.Equal(0, (await ann.ListVersionsAsync("party")).Total);
        Assert.Equal((1, 2), ((await ann.ListBranchesAsync()).Length, (await ann.ListBranchesAsync(deleted: true)).Length));
    }

    [Fact, Trait("Rule", "N21")]
    public async Task An_answer_in_several_messages_is_put_together()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        for (var i = 0; i < 8; i++)
            await ann.Submit("create", $"t{i}", new { type = "text", text = new string('ü', 60_000) }).AcceptedAsync();
        var content = await ann.ReadVersionAsync(new ContentPoint.Live("main"));
        Assert.Equal((8, 9), (content.Revision, content.Document.ElementCount));
        Assert.Equal(8, (await ann.DiffAsync(new ContentPoint.Revision("main", 0))).Elements.Length);
    }

    [Theory, Trait("Rule", "N21")]
    [InlineData("main")]
    [InlineData("main@17")]
    [InlineData("a-b@2026-01-01T12:00:00.1234567Z")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void A_point_of_history_is_written_as_it_is_read(string text) => Assert.Equal(text, ContentPoint.Parse(text)!.ToString());
}
