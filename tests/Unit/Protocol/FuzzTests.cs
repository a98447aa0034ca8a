using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Versions;

namespace Svgx.Tests.Unit.Protocol;

public sealed class FuzzTests
{
    [Theory, Trait("Rule", "P18")]
    [InlineData(1)]
    [InlineData(2)]
    public void No_frame_makes_the_reader_throw_and_every_refusal_says_why(int seed)
    {
        var mutator = new FrameMutator(seed);
        var understood = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var frame = mutator.Next();
            if (ProtocolReader.TryRead(frame, out var message, out var fault))
            {
                Assert.NotNull(message);
                understood++;
            }
            else
            {
                Assert.True(fault.Code.Length > 0 && fault.Reason.Length > 0, Convert.ToHexString(frame));
            }
        }
        Assert.InRange(understood, 5_000, 45_000); // it reaches behind the reader, and not only there
    }

    [Fact, Trait("Rule", "P18")]
    public void Every_type_and_every_action_is_tried()
    {
        var mutator = new FrameMutator(3);
        var types = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 5_000; i++)
        {
            if (ProtocolReader.TryRead(mutator.Next(), out var message, out _))
                types.Add(message is ClientMessage.VersionControl version ? version.Action : message.GetType().Name);
        }
        Assert.Superset(VersionReader.Actions.ToHashSet(StringComparer.Ordinal), types);
        Assert.Empty(typeof(ClientMessage).GetNestedTypes().Where(type => type != typeof(ClientMessage.VersionControl) && type != typeof(ClientMessage.Leave)).Select(type => type.Name).Except(types, StringComparer.Ordinal));
    }

    [Theory, Trait("Rule", "P18")]
    [InlineData(null, 11)]
    [InlineData(DocumentRole.Viewer, 12)]
    [InlineData(DocumentRole.Editor, 13)]
    public async Task Ten_thousand_bad_frames_leave_the_server_well_and_change_nothing_that_they_may_not(DocumentRole? role, int seed)
    {
        await using var host = await FuzzTraffic.StartAsync();
        await host.Engine.SendOperationAsync(host.DocumentId, "owner", new(null, "create", "e", default));

        await FuzzTraffic.SendAsync(host, 10_000, role, seed);

        Assert.True(host.Engine.GetPerformanceStats().TotalMessages > 10_000, "Most frames were lost on the way.");
        var after = Assert.IsType<SubmitOutcome.Accepted>(await host.Engine.SendOperationAsync(host.DocumentId, "owner", new(null, "create", "after", default))).Acknowledgement;
        VersionActor actor = new("owner");
        if (role is not DocumentRole.Editor)
        {
            Assert.Equal(2, after.Revision);
            Assert.Equal(0, (await host.Engine.Versions.ListAsync(host.DocumentId, actor, checkpoints: false).Done()).Total);
            Assert.Single(await host.Engine.Versions.ListBranchesAsync(host.DocumentId, actor, deleted: true).Done());
            Assert.Empty((await host.Engine.GetCommentsAsync(host.DocumentId)).Threads);
        }

        // What an editor did is in the journal of its branch, and replays to the same drawing.
        foreach (var branch in await host.Engine.Versions.ListBranchesAsync(host.DocumentId, actor).Done())
        {
            var shown = (await host.Engine.ReadDocumentAsync(host.DocumentId, branch.Name))!;
            var replayed = (await host.Engine.Versions.ReadAsync(host.DocumentId, actor, new ContentPoint.Revision(branch.Name, shown.Revision)).Done()).Document;
            Assert.Equal(SvgWriter.ToText(replayed), SvgWriter.ToText(DocumentJson.Read(shown.Json)));
        }
        var main = (await host.Engine.ReadDocumentAsync(host.DocumentId))!;
        var whole = Document.CreateEmpty();
        await foreach (var entry in host.Engine.ReadOperationsAsync(host.DocumentId))
            whole.Apply(ChangeJson.Read(entry.Changes));
        Assert.Equal(SvgWriter.ToText(whole), SvgWriter.ToText(DocumentJson.Read(main.Json)));
        var report = await host.Engine.Versions.VerifyAsync(host.DocumentId);
        Assert.True(report.IsIntact, string.Join('\n', report.Damages));
        await using var newcomer = await host.JoinAsync("newcomer");
    }
}
