using System.Collections.Immutable;

namespace Svgx.Collaboration.Comments;

/// <summary>The comments of a branch: the fold of its events, and of nothing else. For one thread at a time.</summary>
internal sealed class CommentBoard
{
    private readonly Dictionary<string, CommentThread> _threads = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly Dictionary<string, string> _threadOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _deletedTexts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pinned = new(StringComparer.Ordinal);
    private int _standing;

    public CommentBoard(IEnumerable<CommentEvent> events)
    {
        foreach (var item in events)
            Apply(item);
    }

    /// <summary>Of the last event.</summary>
    public long Sequence { get; private set; }

    /// <summary>When the last event was recorded, UTC.</summary>
    public DateTime RecordedAt { get; private set; }

    /// <summary>Threads that stand.</summary>
    public int ThreadCount => _standing;

    /// <summary>Threads that are pinned to elements and stand, also where their element is gone.</summary>
    public IEnumerable<CommentThread> Pinned => _pinned.Select(id => _threads[id]);

    public bool HasPinned => _pinned.Count > 0;

    public CommentThread? Thread(string threadId) => _threads.GetValueOrDefault(threadId);

    public CommentThread? ThreadOf(string commentId) => _threadOf.TryGetValue(commentId, out var thread) ? _threads[thread] : null;

    public Comment? Comment(string commentId) => ThreadOf(commentId)?.Comments.First(comment => comment.CommentId == commentId);

    /// <summary>All threads that stand.</summary>
    public CommentList List() => new([.. _order.Select(id => _threads[id]).Where(thread => !thread.IsDeleted)], Sequence);

    /// <summary>Threads to which something happened after a point of the sequence, those that are gone since included.</summary>
    public ImmutableArray<CommentThread> After(long sequence) => sequence <= 0 ? List().Threads : [.. _order.Select(id => _threads[id]).Where(thread => thread.Sequence > sequence)];

    /// <summary>Takes an event up. One that does not fit, such as the edit of a comment that a merge left out, changes nothing but the sequence.</summary>
    public void Apply(CommentEvent item)
    {
        Sequence = item.Sequence;
        RecordedAt = item.RecordedAt;
        if (item.Kind == CommentEventKind.Created)
        {
            if (_threadOf.TryAdd(item.CommentId, item.ThreadId))
            {
                _threads.Add(item.ThreadId, new(item.ThreadId, item.Anchor ?? new(0, 0), [Written(item)], Resolution: null, item.Sequence));
                _order.Add(item.ThreadId);
                Count(item.ThreadId, stood: false);
            }
            return;
        }
        if (!_threads.TryGetValue(item.ThreadId, out var thread))
            return;
        var stood = !thread.IsDeleted;
        thread = item.Kind switch
        {
            CommentEventKind.Replied when _threadOf.TryAdd(item.CommentId, item.ThreadId) => thread with { Comments = thread.Comments.Add(Written(item)) },
            CommentEventKind.Edited => Change(thread, item, comment => Edited(comment, item)),
            CommentEventKind.Deleted => Change(thread, item, comment => Deleted(comment, item)),
            CommentEventKind.Restored => Change(thread, item, comment => _deletedTexts.Remove(comment.CommentId, out var text) ? comment with { Text = text, DeletedBy = null } : comment),
            CommentEventKind.Resolved => thread with { Resolution = new(item.UserId, item.Username, item.WrittenAt) },
            CommentEventKind.Reopened => thread with { Resolution = null },
            CommentEventKind.Detached or CommentEventKind.Attached when item.Anchor is not null => thread with { Anchor = item.Anchor },
            _ => thread,
        };
        _threads[item.ThreadId] = thread with { Sequence = item.Sequence };
        Count(item.ThreadId, stood);
    }

    private void Count(string threadId, bool stood)
    {
        var thread = _threads[threadId];
        _standing += (thread.IsDeleted ? 0 : 1) - (stood ? 1 : 0);
        if (thread.Anchor.ElementId is not null && !thread.IsDeleted)
            _pinned.Add(threadId);
        else
            _pinned.Remove(threadId);
    }

    private Comment Edited(Comment comment, CommentEvent item)
    {
        if (!comment.IsDeleted)
            return comment with { Text = item.Text ?? "", EditedAt = item.WrittenAt };
        _deletedTexts[comment.CommentId] = item.Text ?? "";
        return comment with { EditedAt = item.WrittenAt };
    }

    private Comment Deleted(Comment comment, CommentEvent item)
    {
        if (!comment.IsDeleted)
            _deletedTexts[comment.CommentId] = comment.Text;
        return comment with { Text = "", DeletedBy = item.UserId };
    }

    private static Comment Written(CommentEvent item) => new(item.CommentId, item.UserId, item.Username, item.Text ?? "", item.WrittenAt, EditedAt: null, DeletedBy: null, item.Sequence, item.Revision);

    private static CommentThread Change(CommentThread thread, CommentEvent item, Func<Comment, Comment> change)
    {
        for (var i = 0; i < thread.Comments.Length; i++)
        {
            if (thread.Comments[i].CommentId == item.CommentId)
                return thread with { Comments = thread.Comments.SetItem(i, change(thread.Comments[i])) };
        }
        return thread;
    }
}
