namespace Svgx.Collaboration.Presence;

/// <summary>The gestures under way, the newest state of each: for those who come in between, and to end those that fall silent. Used by its session alone.</summary>
internal sealed class PreviewBoard(TimeProvider time)
{
    /// <summary>Gestures a participant can show at once; a further one replaces the oldest.</summary>
    public const int MaxPerSeat = 8;

    /// <summary>A gesture whose data and element ids take more than this is not shown: it goes to everybody, many times a second. Room for a stroke of some 3,000 curves.</summary>
    public const int MaxBytes = 128 << 10;

    /// <summary>After this long without news a gesture is over.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Dictionary<object, List<Live>> _seats = [];

    public IEnumerable<Preview> All => _seats.Values.SelectMany(list => list).Select(live => live.Preview);

    /// <summary>Takes a newer state; answers with a gesture that had to make room, to be announced as over.</summary>
    public Preview? Show(object seat, Preview preview)
    {
        if (!_seats.TryGetValue(seat, out var list))
            _seats.Add(seat, list = []);
        var at = list.FindIndex(live => live.Preview.GestureId == preview.GestureId);
        var now = time.GetTimestamp();
        if (at >= 0)
        {
            list[at] = new(preview, now);
            return null;
        }
        Preview? over = null;
        if (list.Count == MaxPerSeat)
        {
            over = Ended(list[0].Preview);
            list.RemoveAt(0);
        }
        list.Add(new(preview, now));
        return over;
    }

    public Preview? End(object seat, string gestureId)
    {
        if (!_seats.TryGetValue(seat, out var list))
            return null;
        var at = list.FindIndex(live => live.Preview.GestureId == gestureId);
        if (at < 0)
            return null;
        var over = Ended(list[at].Preview);
        list.RemoveAt(at);
        if (list.Count == 0)
            _seats.Remove(seat);
        return over;
    }

    public IReadOnlyList<Preview> Leave(object seat) => _seats.Remove(seat, out var list) ? [.. list.Select(live => Ended(live.Preview))] : [];

    public IReadOnlyList<(object Seat, Preview Over)> EndSilent()
    {
        List<(object, Preview)>? over = null;
        foreach (var (seat, list) in _seats)
        {
            foreach (var live in list)
            {
                if (time.GetElapsedTime(live.ShownAt) >= Silence)
                    (over ??= []).Add((seat, Ended(live.Preview)));
            }
        }
        foreach (var (seat, preview) in over ?? [])
            End(seat, preview.GestureId);
        return over ?? [];
    }

    private static Preview Ended(Preview preview) => preview with { ElementIds = [], Data = null };

    private readonly record struct Live(Preview Preview, long ShownAt);
}
