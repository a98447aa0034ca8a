using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Engine;

namespace Svgx.Tests.Unit.Conflicts;

public sealed class ConflictDetectionTests
{
    [Fact, Trait("Rule", "F1")]
    public async Task Two_who_set_one_attribute_without_having_seen_each_other_are_in_conflict()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var conflict = await scene.ClashAsync();
        Assert.Equal(("concurrent_update", ConflictSeverity.Low, true, "a"), (conflict.Type, conflict.Severity, conflict.AutoResolvable, conflict.ElementId));
        Assert.Equal(("ann", "red", "ben", "blue", "white"), (conflict.First.UserId, conflict.First.Values["fill"], conflict.Second.UserId, conflict.Second.Values["fill"], conflict.Base["fill"]));
        Assert.Contains("\"fill\":\"red\"", conflict.Before, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "F1")]
    public async Task Who_has_seen_the_others_work_is_in_no_conflict()
    {
        await using var scene = await ConflictScene.OpenAsync();
        var seen = (await scene.Ann.DoAsync("update", "a", """{"fill":"red"}""", seen: scene.Start)).Revision;
        await scene.Ben.DoAsync("update", "a", """{"fill":"blue"}""", seen: seen);
        Assert.DoesNotContain(await scene.Ann.SettleAsync(), e => e is SessionEvent.ConflictsChanged);
    }

    [Theory, Trait("Rule", "F2")]
    [InlineData(900, true)]
    [InlineData(1_100, false)]
    public async Task Without_base_revision_the_window_decides(int apart, bool clashes)
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ann.DoAsync("update", "a", """{"fill":"red"}""");
        scene.Host.Time.Advance(TimeSpan.FromMilliseconds(apart));
        await scene.Ben.DoAsync("update", "a", """{"fill":"blue"}""");
        Assert.Equal(clashes, (await scene.Ann.SettleAsync()).Any(e => e is SessionEvent.ConflictsChanged));
    }

    [Theory, Trait("Rule", "F3")]
    [InlineData("update", """{"fill":"red"}""", "update", """{"stroke":"blue"}""")]
    [InlineData("update", """{"fill":"red"}""", "move", """{"dx":5}""")]
    [InlineData("update", """{"fill":"red"}""", "update", """{"fill":"red"}""")]
    [InlineData("move", """{"dx":5}""", "layer_change", "{}")]
    public async Task What_does_not_overlap_or_says_the_same_merges_silently(string first, string firstData, string second, string secondData)
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ann.DoAsync(first, "a", firstData, seen: scene.Start);
        await scene.Ben.DoAsync(second, "a", secondData, seen: scene.Start);
        Assert.DoesNotContain(await scene.Ann.SettleAsync(), e => e is SessionEvent.ConflictsChanged);
        Assert.Empty(await scene.Host.Engine.GetConflictsAsync(scene.Document, includeSettled: true));
    }

    [Theory, Trait("Rule", "F4")]
    [InlineData("move", """{"dx":5}""", "move", """{"dx":9}""", "concurrent_move", ConflictSeverity.Medium)]
    [InlineData("move", """{"dx":5}""", "resize", """{"x":9}""", "transformation_conflict", ConflictSeverity.Medium)]
    [InlineData("update", """{"x":5}""", "move", """{"dx":9}""", "transformation_conflict", ConflictSeverity.Medium)]
    [InlineData("update", """{"fill":"red"}""", "property_update", """{"fill":"blue"}""", "concurrent_update", ConflictSeverity.Low)]
    [InlineData("update", """{"text":"one"}""", "update", """{"text":"two"}""", "concurrent_update", ConflictSeverity.Low)]
    [InlineData("layer_change", """{"parent_id":"root"}""", "layer_change", """{"index":0}""", "concurrent_layer_change", ConflictSeverity.Low)]
    public async Task Types_and_severities_follow_what_the_two_did(string first, string firstData, string second, string secondData, string type, ConflictSeverity severity)
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ann.DoAsync(first, "a", firstData, seen: scene.Start);
        await scene.Ben.DoAsync(second, "a", secondData, seen: scene.Start);
        var conflict = await scene.FoundAsync();
        Assert.Equal((type, severity), (conflict.Type, conflict.Severity));
        Assert.Equal(conflict.Type, (await scene.Host.Engine.GetConflictsAsync(scene.Document, includeSettled: true))[0].Type);
    }

    [Fact, Trait("Rule", "F5")]
    public async Task Streams_of_two_people_make_one_conflict_and_few_notices()
    {
        await using var scene = await ConflictScene.OpenAsync();
        for (var i = 0; i < 100; i++)
        {
            await scene.Ann.DoAsync("move", "a", $$"""{"x":{{i}}}""", seen: scene.Start);
            await scene.Ben.DoAsync("move", "a", $$"""{"x":{{-i - 1}}}""", seen: scene.Start);
        }
        scene.Host.Time.Advance(TimeSpan.FromSeconds(1));
        await scene.Ben.SettleAsync();
        var notices = (await scene.Ann.SettleAsync()).OfType<SessionEvent.ConflictsChanged>().ToList();
        Assert.InRange(notices.Count, 1, 3);
        var stored = Assert.Single(await scene.Host.Engine.GetConflictsAsync(scene.Document, includeSettled: true));
        Assert.Equal(199, stored.Clashes);
        Assert.Equal(199, notices[^1].Conflicts[0].Clashes);
        Assert.Equal(("99", "-100", "0"), (stored.First.Values["x"], stored.Second.Values["x"], stored.Base["x"]));
        Assert.Equal(Conflict.MaxOperationIds, stored.First.OperationIds.Length);
        scene.Host.Time.Advance(TimeSpan.FromSeconds(11));
        await scene.Ann.SettleAsync();
        await scene.Ben.DoAsync("move", "a", """{"x":7}""", seen: scene.Start);
        Assert.Equal(2, (await scene.Host.Engine.GetConflictsAsync(scene.Document, includeSettled: true)).Count);
    }

    [Fact, Trait("Rule", "F6")]
    public async Task A_clash_with_old_work_is_found_also_after_a_restart()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ann.DoAsync("update", "a", """{"fill":"red"}""", seen: scene.Start);
        for (var i = 0; i < 50; i++)
            await scene.Ann.DoAsync("create", $"e{i}");
        await scene.RestartAsync();
        Assert.Equal(0, scene.Host.Store.EntriesLoaded);
        await scene.Ben.DoAsync("update", "a", """{"fill":"blue"}""", seen: scene.Start);
        var conflict = await scene.FoundAsync();
        Assert.Equal(("ann", "red", "white"), (conflict.First.UserId, conflict.First.Values["fill"], conflict.Base["fill"]));
    }

    [Fact, Trait("Rule", "F6")]
    public async Task Beyond_the_bound_an_old_clash_goes_unnoticed()
    {
        await using var scene = await ConflictScene.OpenAsync(options => options.ConflictHistory = 10);
        await scene.Ann.DoAsync("update", "a", """{"fill":"red"}""", seen: scene.Start);
        for (var i = 0; i < 50; i++)
            await scene.Ann.DoAsync("create", $"e{i}");
        await scene.RestartAsync();
        await scene.Ben.DoAsync("update", "a", """{"fill":"blue"}""", seen: scene.Start);
        Assert.DoesNotContain(await scene.Ann.SettleAsync(), e => e is SessionEvent.ConflictsChanged);
    }

    [Fact, Trait("Rule", "F7")]
    public async Task Undo_raises_no_conflict_and_counts_as_work_of_its_author()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ann.DoAsync("update", "a", """{"fill":"red"}""", seen: scene.Start);
        await scene.Ben.DoAsync("update", "a", """{"stroke":"blue"}""", seen: scene.Start);
        await scene.Ann.Participant.UndoAsync();
        await scene.Ann.NextAsync<SessionEvent.Acknowledged>();
        await scene.Ben.DoAsync("update", "a", """{"fill":"green"}""", seen: scene.Start + 1);
        var conflict = await scene.FoundAsync();
        Assert.Equal(("ann", "white", "red"), (conflict.First.UserId, conflict.First.Values["fill"], conflict.Base["fill"]));
    }

    [Fact, Trait("Rule", "F8")]
    public async Task A_move_or_resize_is_one_intention_also_where_only_part_of_it_clashes()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.Ann.DoAsync("resize", "a", """{"x":1,"y":1,"width":10,"height":10}""", "ann-1", seen: scene.Start);
        await scene.Ben.DoAsync("move", "a", """{"x":50,"y":50}""", "ben-1", seen: scene.Start);
        var conflict = await scene.FoundAsync();
        Assert.Equal(["height", "width", "x", "y"], conflict.Base.Keys.Order());
        await ConflictScene.ResolveAsync(scene.Ben, conflict, "user_choice", "ben-1");
        var element = await scene.ElementAsync();
        Assert.Equal(("50", "50", "100", "100"), (element!["x"], element["y"], element["width"], element["height"]));
    }

    [Fact, Trait("Rule", "F5")]
    public async Task A_third_person_makes_a_conflict_of_their_own()
    {
        await using var scene = await ConflictScene.OpenAsync();
        await scene.ClashAsync();
        scene.Host.Time.Advance(TimeSpan.FromMilliseconds(5)); // ids are in the order of their milliseconds
        var cleo = await scene.Host.JoinAsync(scene.Document, "cleo");
        await cleo.DoAsync("update", "a", """{"fill":"green"}""", seen: scene.Start);
        var conflicts = await scene.Host.Engine.GetConflictsAsync(scene.Document, includeSettled: true);
        Assert.Equal([("ben", "cleo"), ("ann", "ben")], conflicts.Select(conflict => (conflict.First.UserId, conflict.Second.UserId)));
        Assert.Single(await scene.Host.Engine.GetConflictsAsync(scene.Document, includeSettled: true, limit: 1, before: conflicts[0].ConflictId));
    }
}
