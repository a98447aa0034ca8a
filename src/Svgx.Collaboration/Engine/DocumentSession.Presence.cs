using System.Collections.Immutable;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <content>Telling of presence, and the activity log.</content>
internal sealed partial class DocumentSession
{
    /// <summary>At once while it is quiet, else at a bounded pace.</summary>
    private void SharePresence()
    {
        if (!_presence.HasChanged || _presenceTimerRuns)
            return;
        var pace = TimeSpan.FromSeconds(1.0 / _services.Options.PresencePerSecond);
        if (pace - _services.Time.GetElapsedTime(_presenceSharedAt) is var wait && wait > TimeSpan.Zero)
        {
            _presenceTimerRuns = true;
            _presenceTimer.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }
        _presenceSharedAt = _services.Time.GetTimestamp();
        var view = _presence.Take();
        _shownPresence = view.Users;
        Publish(new SessionEvent.PresenceChanged(view.Users) { View = view });
        _presenceChanged(_documentId);
    }

    private void RecordPresence()
    {
        foreach (var news in _presence.TakeNews())
        {
            var kind = news.Kind switch
            {
                PresenceNewsKind.Joined => ActivityKind.Joined,
                PresenceNewsKind.Left => ActivityKind.Left,
                PresenceNewsKind.WentAway => ActivityKind.Away,
                _ => ActivityKind.Back,
            };
            _services.Activity.Record(new(_documentId, _branch, news.UserId, news.Username, kind, At: news.At.UtcDateTime));
        }
    }

    /// <summary>What a turn made durable, one record for each row of operations of one user and type: a stream of them must not cost the log a record each.</summary>
    private void RecordOperations()
    {
        var accepted = _turn.Accepted;
        for (var from = 0; from < accepted.Count;)
        {
            var (first, detail) = (accepted[from], Detail(accepted[from]));
            var to = from + 1;
            while (to < accepted.Count && accepted[to].UserId == first.UserId && Detail(accepted[to]) == detail)
                to++;
            ImmutableArray<string> elements = to == from + 1
                ? [first.ElementId]
                : [.. accepted.Skip(from).Take(to - from).Select(entry => entry.ElementId).Distinct(StringComparer.Ordinal).Take(ActivityLog.MaxElements)];
            _services.Activity.Record(new(_documentId, _branch, first.UserId, first.Username, ActivityKind.Operation, detail, elements, to - from));
            from = to;
        }
    }

    /// <summary>The conflicts that the turn found: told of the one whose work came second, as they are the one who had not seen the other's.</summary>
    private void RecordConflicts()
    {
        foreach (var conflict in _turn.Found)
            _services.Activity.Record(new(_documentId, _branch, conflict.Second.UserId, conflict.Second.Username, ActivityKind.Conflict, conflict.First.Username, [conflict.ElementId]));
    }

    /// <summary>What people did with comments here; not what the drawing did to pins, nor what was said in a branch that was merged.</summary>
    private void RecordComments()
    {
        foreach (var item in _commentTurn.Events)
        {
            if (item.UserId.Length == 0 || item.Origin is not null)
                continue;
            var anchor = _comments.Thread(item.ThreadId)?.Anchor;
            _services.Activity.Record(new(_documentId, _branch, item.UserId, item.Username, ActivityKind.Comment, item.Kind.ToString().ToLowerInvariant(), anchor is { ElementId: { } element, IsDetached: false } ? [element] : []));
        }
    }

    private static string Detail(JournalEntry entry) => entry.UndoOf is not null ? "undo" : entry.RedoOf is not null ? "redo" : entry.Origin ?? entry.Type;
}
