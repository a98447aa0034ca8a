using BenchmarkDotNet.Attributes;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Protocol;

namespace Svgx.Bench.Micro;

/// <summary>A hundred people in a document: one cursor that moves, and what all are told twenty times a second.</summary>
[MemoryDiagnoser]
public class PresenceBenchmarks
{
    private const int People = 100;
    private readonly PresenceBoard _board = new(new(), TimeProvider.System);
    private readonly object[] _seats = [.. Enumerable.Range(0, People).Select(_ => new object())];
    private readonly string[] _users = [.. Enumerable.Range(0, People).Select(i => $"user-{i}")];
    private long _at;

    [GlobalSetup]
    public void Join()
    {
        for (var i = 0; i < People; i++)
        {
            _board.Join(_seats[i], _users[i], _users[i], _users[i] + "-1", isTool: false, mayEdit: true);
            Move(i);
        }
        _board.Take();
    }

    /// <summary>One report of a cursor, as the session takes it.</summary>
    [Benchmark]
    public void MoveCursor() => Move(0);

    /// <summary>A hundred cursors have moved: the news for those who take changes, encoded once for all of them.</summary>
    [Benchmark]
    public int TellChangesOfAHundred() => Tell(json => json.Since(_at));

    /// <summary>The same as the whole list, for plain clients.</summary>
    [Benchmark]
    public int TellWholeListOfAHundred() => Tell(json => json.Whole);

    private int Tell(Func<PresenceJson, byte[]> encode)
    {
        for (var i = 0; i < People; i++)
            Move(i);
        var view = _board.Take();
        var length = encode(PresenceJson.Of(new SessionEvent.PresenceChanged(view.Users) { View = view }, DateTimeOffset.UnixEpoch)).Length;
        _at = view.Version;
        return length;
    }

    private void Move(int person) => _board.Report(_seats[person], _users[person], new ActivityReport(Cursor: new(new CursorPosition(person, 5))));
}
