using Microsoft.Extensions.Time.Testing;
using Svgx.Collaboration.Conflicts;

namespace Svgx.Tests.Unit.Conflicts;

/// <summary>What a session keeps of its conflicts, step by step.</summary>
public sealed class ConflictBookTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConflictBook _book;

    public ConflictBookTests() => _book = new(_time);

    [Fact, Trait("Rule", "F5")]
    public void A_further_clash_of_two_people_finds_their_open_conflict_whoever_is_first_and_however_late()
    {
        _book.Put(Of("1", "a", "ann", "ben"));
        _time.Advance(TimeSpan.FromHours(1));
        _book.Cool();
        Assert.Equal("1", _book.Find("a", "ann", "ben")!.ConflictId);
        Assert.Equal("1", _book.Find("a", "ben", "ann")!.ConflictId);
        Assert.Null(_book.Find("b", "ann", "ben"));
        Assert.Null(_book.Find("a", "ann", "cleo"));
    }

    [Fact, Trait("Rule", "F5")]
    public void A_settled_one_is_found_until_ten_seconds_after_its_last_clash()
    {
        _book.Put(Of("1", "a", "ann", "ben", ConflictStatus.Settled));
        _time.Advance(TimeSpan.FromSeconds(9));
        _book.Put(Of("1", "a", "ann", "ben", ConflictStatus.Settled, clashes: 2)); // another clash
        _time.Advance(TimeSpan.FromSeconds(9));
        _book.Put(Of("1", "a", "ann", "ben", ConflictStatus.Settled, clashes: 2)); // none
        Assert.NotNull(_book.Find("a", "ann", "ben"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_book.Find("a", "ann", "ben"));
        Assert.True(_book.TryGet("1", out _));
        _book.Cool();
        Assert.False(_book.TryGet("1", out _));
        _book.Put(Of("1", "a", "ann", "ben", clashes: 2)); // taken back later: no fresh start for the settled time
        Assert.NotNull(_book.Find("a", "ann", "ben"));
    }

    [Fact, Trait("Rule", "F12")]
    public void What_a_person_has_settled_nothing_joins_and_a_newer_one_of_the_two_stays()
    {
        _book.Put(Of("1", "a", "ann", "ben"));
        _book.Put(Of("1", "a", "ann", "ben", ConflictStatus.Settled), joinable: false);
        Assert.Null(_book.Find("a", "ann", "ben"));
        Assert.False(_book.TryGet("1", out _));
        _book.Put(Of("2", "a", "ann", "ben", ConflictStatus.Settled));
        _book.Put(Of("3", "a", "ben", "ann"));
        _book.Put(Of("2", "a", "ann", "ben", ConflictStatus.Settled), joinable: false);
        Assert.Equal("3", _book.Find("a", "ann", "ben")!.ConflictId);
        _time.Advance(TimeSpan.FromMinutes(1));
        _book.Put(Of("4", "a", "ann", "ben", ConflictStatus.Settled));
        _book.Put(Of("3", "a", "ben", "ann", ConflictStatus.Settled));
        _book.Cool();
        Assert.Equal("3", _book.Find("a", "ann", "ben")?.ConflictId ?? "3");
    }

    [Fact, Trait("Rule", "F25")]
    public void Open_ones_are_counted_as_they_come_and_go()
    {
        _book.Put(Of("1", "a", "ann", "ben"));
        _book.Put(Of("2", "b", "ann", "ben"));
        Assert.Equal(2, _book.OpenCount);
        _book.Put(Of("2", "b", "ann", "ben", clashes: 2));
        Assert.Equal(2, _book.OpenCount);
        _book.Put(Of("1", "a", "ann", "ben", ConflictStatus.Settled));
        Assert.Equal((1, "2"), (_book.OpenCount, Assert.Single(_book.Open).ConflictId));
        _book.Put(Of("1", "a", "ann", "ben"));
        Assert.Equal(2, _book.OpenCount);
        _book.Clear();
        Assert.Equal(0, _book.OpenCount);
        Assert.Empty(_book.Open);
        Assert.Null(_book.Find("a", "ann", "ben"));
        Assert.False(_book.TryGet("1", out _));
    }

    [Fact, Trait("Rule", "F5")]
    public void A_conflict_is_told_at_most_twice_a_second_and_its_last_state_always()
    {
        _book.Put(Of("1", "a", "ann", "ben"));
        _book.Put(Of("2", "b", "ann", "ben"));
        Assert.True(_book.MayTell("1"));
        Assert.False(_book.MayTell("1"));
        Assert.False(_book.MayTell("1"));
        Assert.True(_book.MayTell("2"));
        Assert.True(_book.MayTell("unknown"));
        Assert.Empty(_book.TakeWaiting());
        _book.Put(Of("1", "a", "ann", "ben", clashes: 3));
        _time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.Empty(_book.TakeWaiting());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, Assert.Single(_book.TakeWaiting()).Clashes);
        Assert.Empty(_book.TakeWaiting());
        Assert.False(_book.MayTell("1")); // told just now
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.True(_book.MayTell("1"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_book.TakeWaiting());
        Assert.True(_book.MayTell("1"));
    }

    [Fact, Trait("Rule", "F5")]
    public void What_waits_to_be_told_is_kept_until_then_and_what_is_gone_is_not_waited_for()
    {
        _book.Put(Of("1", "a", "ann", "ben", ConflictStatus.Settled));
        _book.Put(Of("2", "b", "ann", "ben"));
        Assert.True(_book.MayTell("1") && _book.MayTell("2"));
        Assert.False(_book.MayTell("1") || _book.MayTell("2"));
        _time.Advance(TimeSpan.FromSeconds(20));
        _book.Cool();
        Assert.True(_book.TryGet("1", out _)); // its last state was not told yet
        _book.Put(Of("2", "b", "ann", "ben", ConflictStatus.Settled), joinable: false); // a person's decision, told at once
        Assert.Equal("1", Assert.Single(_book.TakeWaiting()).ConflictId);
        _book.Cool();
        Assert.False(_book.TryGet("1", out _));
    }

    private static Conflict Of(string id, string element, string first, string second, ConflictStatus status = ConflictStatus.Open, int clashes = 1) => new()
    {
        ConflictId = id,
        DocumentId = Guid.Empty,
        Branch = "main",
        ElementId = element,
        Type = "concurrent_update",
        Severity = ConflictSeverity.Low,
        AutoResolvable = true,
        Status = status,
        First = Side(first, element),
        Second = Side(second, element),
        Base = new Dictionary<string, string?>(),
        DetectedAt = DateTime.UnixEpoch,
        Clashes = clashes,
    };

    private static ConflictSide Side(string user, string element) => new()
    {
        UserId = user,
        Username = user,
        OperationIds = [user + "-1"],
        OperationType = "update",
        Timestamp = DateTime.UnixEpoch,
        ElementId = element,
        Values = new Dictionary<string, string?>(),
    };
}
