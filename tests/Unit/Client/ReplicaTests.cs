using System.Text;
using System.Text.Json;
using Svgx.Collaboration.Client;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;

namespace Svgx.Tests.Unit.Client;

public sealed class ReplicaTests
{
    private const string RedA = """[{"change":"set","element_id":"a","attributes":{"fill":"red"}}]""";

    [Fact, Trait("Rule", "N1")]
    public void Own_operations_stay_on_top_of_what_others_change_beneath()
    {
        var replica = New();
        Confirm(replica, 1, "o1", """[{"change":"insert","parent_id":"root","node":{"element_id":"a","name":"rect","key":"V"}}]""");
        Add(replica, "mine", "update", "a", """{"fill":"blue"}""");
        Confirm(replica, 2, "o2", RedA);
        Assert.Equal("blue", Fill(replica));

        replica.Remove([replica.Find("mine")!]);
        Assert.Equal("red", Fill(replica));
    }

    [Fact, Trait("Rule", "N1")]
    public void An_own_operation_that_no_longer_fits_is_not_shown_until_it_fits_again()
    {
        var replica = New();
        Confirm(replica, 1, "o1", """[{"change":"insert","parent_id":"root","node":{"element_id":"a","name":"rect","key":"V"}}]""");
        Add(replica, "mine", "update", "a", """{"fill":"blue"}""");
        Confirm(replica, 2, "o2", """[{"change":"remove","element_id":"a"}]""");
        Assert.Null(Fill(replica));
        Confirm(replica, 3, "o3", """[{"change":"insert","parent_id":"root","node":{"element_id":"a","name":"circle","key":"V"}}]""");
        Assert.Equal("blue", Fill(replica));
    }

    [Fact, Trait("Rule", "N3")]
    public void An_operation_confirmed_long_ago_and_acknowledged_again_is_shown_once()
    {
        var replica = New();
        var mine = Add(replica, "mine", "create", "a", "{}");
        replica.Reset(Whole("""<rect id="a" fill="red"/>"""), 7); // it is in there already
        Assert.Equal("red", Fill(replica));
        replica.Acknowledge(mine, 5);
        Assert.Empty(replica.Pending);
        Assert.Equal("red", Fill(replica));
    }

    [Fact, Trait("Rule", "N10")]
    public void A_copy_that_turns_out_wrong_is_stale_until_a_whole_drawing_comes_and_keeps_own_operations()
    {
        var replica = New();
        Add(replica, "mine", "create", "b", "{}");
        Assert.Throws<DocumentChangeException>(() => Confirm(replica, 1, "o1", RedA));
        Assert.True(replica.IsStale);
        Add(replica, "also", "create", "c", "{}");

        replica.Reset(Whole("""<rect id="a"/>"""), 4);
        Assert.False(replica.IsStale);
        Assert.True(replica.Document.TryGetElement("b", out _) && replica.Document.TryGetElement("c", out _));
        Confirm(replica, 5, "o5", RedA);
        Assert.Equal("red", Fill(replica));
    }

    private static Replica New()
    {
        var replica = new Replica();
        replica.Reset(Document.CreateEmpty(), 0);
        return replica;
    }

    private static Document Whole(string content) => SvgReader.Read(new MemoryStream(Encoding.UTF8.GetBytes($"""<svg xmlns="http://www.w3.org/2000/svg" id="root">{content}</svg>"""))).Document;

    private static PendingOperation Add(Replica replica, string id, string type, string element, string data)
    {
        var own = new PendingOperation(new OperationRequest(id, type, element, JsonElement.Parse(data)), element, [], null);
        replica.Add(own);
        return own;
    }

    private static void Confirm(Replica replica, long revision, string id, string changes) => replica.Confirm([(id, revision, JsonElement.Parse(changes))]);

    private static string? Fill(Replica replica) => replica.Document.TryGetElement("a", out var element) ? element["fill"] : null;
}
