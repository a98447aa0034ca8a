using Microsoft.Extensions.Time.Testing;
using Svgx.Collaboration.Presence;

namespace Svgx.Tests.Unit.Presence;

public sealed class PresenceBoardTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly PresenceBoard _board;
    private readonly object _seat = new();

    public PresenceBoardTests() => _board = new(new PresenceOptions(), _time);

    [Fact, Trait("Rule", "R6")]
    public void Who_edits_is_editing_until_ten_seconds_after_the_last_edit()
    {
        Join("ann");
        Assert.Equal(PresenceStatus.Online, Status());

        _board.Edited(_seat, "ann", "e1");
        Assert.Equal(PresenceStatus.Editing, Status());
        Pass(9);
        _board.Edited(_seat, "ann", "e1");
        Pass(9);
        Assert.Equal(PresenceStatus.Editing, Status());
        Pass(1);

        Assert.Equal(PresenceStatus.Online, Status());
    }

    [Fact, Trait("Rule", "R6")]
    public void Who_may_not_edit_is_viewing_and_so_is_who_has_not_edited_for_a_minute()
    {
        Join("ann");
        _board.Join(new(), "eve", "Eve", "eve-1", isTool: false, mayEdit: false);
        Assert.Equal(PresenceStatus.Viewing, Status("eve"));

        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(PresenceStatus.Online, Status());
            Move();
            Pass(10);
        }

        Assert.Equal(PresenceStatus.Viewing, Status());
    }

    [Fact, Trait("Rule", "R20")]
    public void A_large_selection_is_shown_in_part_and_taken_away_from()
    {
        Join("ann");
        _board.Select(_seat, "ann", Enumerable.Range(0, 2_000).Select(i => $"e{i}"), replace: true);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"e{i}"), Selection());
        _board.Select(_seat, "ann", Enumerable.Range(1, 200_000).Select(i => $"e{i}"), replace: false);
        Assert.Equal(["e0"], Selection());
        _board.Select(_seat, "ann", Enumerable.Range(0, 500).Select(i => $"{i:D256}"), replace: true);
        Assert.Equal(PresenceBoard.MaxSelectionLength, Selection().Sum(id => id.Length));

        IEnumerable<string> Selection() => _board.Take().Users.Single().Selection;
    }

    [Fact, Trait("Rule", "R6")]
    public void Losing_the_right_to_edit_makes_a_viewer()
    {
        Join("ann");
        _board.Edited(_seat, "ann", "e1");

        _board.SetRights(_seat, "ann", mayEdit: false);

        Assert.Equal(PresenceStatus.Viewing, Status());
    }

    [Fact, Trait("Rule", "R7")]
    public void Who_does_nothing_for_two_minutes_is_away_until_they_do_something()
    {
        Join("ann");
        Pass(119);
        Assert.NotEqual(PresenceStatus.Away, Status());
        Pass(1);
        Assert.Equal(PresenceStatus.Away, Status());

        Move();

        Assert.NotEqual(PresenceStatus.Away, Status());
    }

    [Fact, Trait("Rule", "R7")]
    public void A_hidden_tab_says_away_and_measuring_its_connection_is_no_return()
    {
        Join("ann");
        _board.Report(_seat, "ann", new(Status: PresenceStatus.Away));

        _board.Report(_seat, "ann", new(RoundTripMs: 20));

        Assert.Equal(PresenceStatus.Away, Status());
    }

    [Fact, Trait("Rule", "R8")]
    public void A_user_is_what_the_most_active_of_their_sessions_is()
    {
        Join("ann");
        var other = new object();
        _board.Join(other, "ann", "Ann", "ann-2", isTool: true, mayEdit: true);
        _board.Report(_seat, "ann", new(Status: PresenceStatus.Away));
        Assert.Equal(PresenceStatus.Online, Status());
        _board.Edited(other, "ann", "e1");
        Assert.Equal(PresenceStatus.Editing, Status());

        _board.Leave(other, "ann", lost: true);

        Assert.Equal(PresenceStatus.Away, Status());
        Assert.False(Entry().IsTool);
    }

    [Fact, Trait("Rule", "R19")]
    public void A_tool_takes_nothing_of_the_name_of_whom_it_acts_for()
    {
        Join("ann");
        var tool = new object();
        _board.Join(tool, "ann", "My tool", "tool-1", isTool: true, mayEdit: true);
        Assert.Equal("ann", Entry().Username);

        _board.Leave(_seat, "ann", lost: false);
        Assert.Equal(("My tool", true), (Entry().Username, Entry().IsTool));

        Join("ann");
        Assert.Equal(("ann", false), (Entry().Username, Entry().IsTool));
    }

    [Fact, Trait("Rule", "R9")]
    public void A_lost_connection_shows_as_offline_for_thirty_seconds_and_a_return_within_them_is_no_news()
    {
        Join("ann");
        var color = Entry().Color;
        _board.TakeNews();
        _board.Leave(_seat, "ann", lost: true);
        Assert.Equal(PresenceStatus.Offline, Status());
        Assert.Empty(Entry().Sessions);
        Assert.Equal(0, _board.UserCount);
        Pass(29);

        Assert.Equal(color, Join("ann"));

        Pass(60);
        Assert.NotEqual(PresenceStatus.Offline, Status());
        Assert.Empty(_board.TakeNews());
    }

    [Fact, Trait("Rule", "R9")]
    public void Who_does_not_return_in_time_has_left_when_the_connection_was_lost()
    {
        Join("ann");
        var lostAt = _time.GetUtcNow();
        _board.Leave(_seat, "ann", lost: true);
        Pass(30);

        Assert.Empty(_board.Take().Users);
        Assert.Equal(new PresenceNews(PresenceNewsKind.Left, "ann", "ann", lostAt), _board.TakeNews()[^1]);
    }

    [Fact, Trait("Rule", "R9")]
    public void Who_says_that_they_leave_is_gone_at_once()
    {
        Join("ann");

        _board.Leave(_seat, "ann", lost: false);

        Assert.Empty(_board.Take().Users);
    }

    [Fact, Trait("Rule", "R9")]
    public void A_session_that_comes_back_before_its_former_self_is_missed_takes_its_place()
    {
        Join("ann");
        var again = new object();
        _board.Join(again, "ann", "ann", "ann-1", isTool: false, mayEdit: true);

        _board.Leave(_seat, "ann", lost: true);

        Assert.Single(Entry().Sessions);
        Assert.Equal(PresenceStatus.Online, Status());
    }

    [Theory, Trait("Rule", "R10")]
    [InlineData(149, ConnectionQuality.Good)]
    [InlineData(150, ConnectionQuality.Fair)]
    [InlineData(400, ConnectionQuality.Poor)]
    public void A_connection_is_as_good_as_the_round_trips_that_its_client_measures(double roundTrip, ConnectionQuality quality)
    {
        Join("ann");
        Assert.Equal((null, ConnectionQuality.Unknown), (Entry().LatencyMs, Entry().Connection));

        _board.Report(_seat, "ann", new(RoundTripMs: roundTrip));

        Assert.Equal(((int?)roundTrip, quality), (Entry().LatencyMs, Entry().Connection));
    }

    [Fact, Trait("Rule", "R10")]
    public void One_late_answer_is_smoothed_small_swings_are_no_news_and_old_measurements_are_forgotten()
    {
        Join("ann");
        _board.Report(_seat, "ann", new(RoundTripMs: 20));
        _board.Take();
        _board.Report(_seat, "ann", new(RoundTripMs: 24));
        Assert.False(_board.HasChanged);
        _board.Report(_seat, "ann", new(RoundTripMs: 421));
        Assert.Equal(ConnectionQuality.Good, Entry().Connection);

        Pass(61);

        Assert.Equal((null, ConnectionQuality.Unknown), (Entry().LatencyMs, Entry().Connection));
    }

    [Fact, Trait("Rule", "R11")]
    public void Who_is_followed_is_told_by_whom_as_long_as_they_follow()
    {
        Join("ann");
        var follower = new object();
        _board.Join(follower, "bob", "Bob", "bob-1", isTool: false, mayEdit: true);
        _board.Report(follower, "bob", new(Following: new("ann")));
        Assert.Equal(["bob"], Entry().Followers);

        _board.Leave(follower, "bob", lost: true);

        Assert.Empty(Entry().Followers);
    }

    [Fact, Trait("Rule", "R12")]
    public void Who_did_not_change_keeps_their_entry()
    {
        Join("ann");
        _board.Join(new(), "bob", "Bob", "bob-1", isTool: false, mayEdit: true);
        var before = _board.Take().Users;

        Move();
        var after = _board.Take().Users;

        Assert.Same(before.Single(user => user.UserId == "bob"), after.Single(user => user.UserId == "bob"));
        Assert.NotSame(before.Single(user => user.UserId == "ann"), after.Single(user => user.UserId == "ann"));
    }

    [Fact, Trait("Rule", "R12")]
    public void Who_left_is_remembered_as_far_back_as_the_board_promises()
    {
        for (var i = 0; i < PresenceBoard.MaxLeft + 50; i++)
        {
            var seat = new object();
            _board.Join(seat, $"user-{i}", "Somebody", "s", isTool: false, mayEdit: true);
            _board.Take();
            _board.Leave(seat, $"user-{i}", lost: false);
            _board.Take();
        }
        var view = _board.Take();

        Assert.InRange(view.Left.Length, PresenceBoard.MaxLeft / 2, PresenceBoard.MaxLeft);
        Assert.False(view.CanTellSince(1));
        Assert.True(view.CanTellSince(view.Version - 1));
        Assert.All(view.Left, left => Assert.True(left.Version > view.Floor));
    }

    private string Join(string user) => _board.Join(_seat, user, user, user + "-1", isTool: false, mayEdit: true);

    private void Move() => _board.Report(_seat, "ann", new(Cursor: new(new(_time.GetUtcNow().Second, 0))));

    private void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _board.Advance();
        }
    }

    private PresenceEntry Entry(string user = "ann") => _board.Take().Users.Single(entry => entry.UserId == user);

    private PresenceStatus Status(string user = "ann") => Entry(user).Status;
}
