using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Comments;

namespace Svgx.Collaboration.Client;

/// <summary>A client's copy of a branch's comments, kept by their sequence. Knows no network. For one thread at a time.</summary>
internal sealed class CommentCopy
{
    private readonly Dictionary<string, CommentThread> _threads = new(StringComparer.Ordinal); // deleted ones too: they may come back
    private readonly Dictionary<string, long> _read = new(StringComparer.Ordinal);
    private List<CommentThread>? _listing;

    /// <summary>The last thing that happened to comments, as far as it is known here.</summary>
    public long Sequence { get; private set; }

    /// <summary>The threads that stand, in the order in which they were begun.</summary>
    public ImmutableArray<CommentThread> Threads => [.. _threads.Values.Where(thread => !thread.IsDeleted).OrderBy(thread => thread.Comments[0].Sequence)];

    public CommentThread? Find(string threadId) => _threads.GetValueOrDefault(threadId);

    public int Unread(string threadId, string userId) => Find(threadId) is { } thread ? thread.Unread(userId, _read.GetValueOrDefault(threadId)) : 0;

    /// <summary>After which sequence to ask for what happened; <see langword="null"/>: nothing is missing.</summary>
    public long? MissingSince(long last)
    {
        _listing = null;
        if (last == Sequence)
            return null;
        return Ask(last < Sequence ? 0 : Sequence); // lower: another history, as after a backup was put back
    }

    /// <summary>A message <c>comments</c>. The ids of the threads that it concerns once it is whole, else none.</summary>
    public ImmutableArray<string>? Take(JsonElement message)
    {
        var listing = _listing ??= [];
        listing.AddRange(WireJson.Items(message, "threads").Select(CommentWire.Thread));
        foreach (var (thread, sequence) in CommentWire.Marks(message))
            _read[thread] = sequence;
        if (WireJson.Flag(message, "more"))
            return null;
        _listing = null;
        var touched = listing.Select(thread => thread.ThreadId).ToHashSet(StringComparer.Ordinal);
        if (WireJson.Number(message, "after") == 0)
        {
            touched.UnionWith(_threads.Keys);
            _threads.Clear();
        }
        foreach (var thread in listing)
            _threads[thread.ThreadId] = thread;
        Sequence = WireJson.Number(message, "sequence");
        return [.. touched];
    }

    /// <summary>A message <c>comment_update</c>. Where something before it was missed: after which sequence to ask.</summary>
    public long? Update(JsonElement message)
    {
        var header = CommentWire.Thread(message.GetProperty("thread"u8));
        var comment = message.TryGetProperty("comment"u8, out var json) ? CommentWire.Comment(json) : null;
        var sequence = WireJson.Number(message, "sequence");
        var known = Find(header.ThreadId);
        if (known is null && comment?.CommentId != header.ThreadId)
            return _listing is null ? Ask(0) : null; // a thread from before this client came is back, with more in it than came along
        if (known is null || header.Sequence >= known.Sequence)
            _threads[header.ThreadId] = header with { Comments = With(known?.Comments ?? [], comment) };
        if (_listing is not null || WireJson.Text(message, "action") is null)
            return null;
        if (sequence > Sequence + 1)
            return Ask(Sequence);
        Sequence = Math.Max(sequence, Sequence);
        return null;
    }

    /// <summary>A message <c>comment_read</c>.</summary>
    public ImmutableArray<string> Read(JsonElement message)
    {
        var marks = CommentWire.Marks(message).ToList();
        foreach (var (thread, sequence) in marks)
            _read[thread] = Math.Max(sequence, _read.GetValueOrDefault(thread));
        return [.. marks.Select(mark => mark.Key)];
    }

    private long Ask(long after)
    {
        _listing = [];
        return after;
    }

    private static ImmutableArray<Comment> With(ImmutableArray<Comment> comments, Comment? comment)
    {
        if (comment is null)
            return comments;
        var at = comments.TakeWhile(each => each.CommentId != comment.CommentId).Count();
        return at == comments.Length ? comments.Add(comment) : comments.SetItem(at, comment);
    }
}
