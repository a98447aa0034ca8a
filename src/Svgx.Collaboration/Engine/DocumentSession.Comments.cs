using System.Collections.Immutable;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <content>Comments: beside the drawing's operations, with a sequence of their own, in the same turns and the same commits.</content>
internal sealed partial class DocumentSession
{
    private readonly CommentTurn _commentTurn = new();
    private readonly Dictionary<string, Dictionary<string, long>> _readMarks = new(StringComparer.Ordinal);
    private readonly OperationRateLimiter _commentRates;
    private CommentBoard _comments;
    private volatile CommentList _shownComments; // read by other threads

    public CommentList ShownComments => _shownComments;

    private async ValueTask AboutCommentsAsync(SessionCommand.AboutComments command)
    {
        if (!command.From.IsTaken)
            return;
        var kind = command switch { SessionCommand.Comment => "comment", SessionCommand.ListComments => "comment_list", _ => "comment_read" };
        if (!_commentRates.TryTake(command.From.UserId, kind, out var retryAfter))
        {
            Refuse(command.From, RefusalCode.RateLimited, "Too many comments at once; slow down.", requestId: command.RequestId, retryAfter: retryAfter);
            return;
        }
        switch (command)
        {
            case SessionCommand.Comment comment:
                await CommentAsync(comment);
                break;
            case SessionCommand.MarkCommentsRead read:
                await MarkReadAsync(read);
                break;
            case SessionCommand.ListComments list:
                await ListAsync(list);
                break;
        }
    }

    private async ValueTask CommentAsync(SessionCommand.Comment command)
    {
        var seat = command.From;
        if (seat.Role < DocumentRole.Commenter)
        {
            Refuse(seat, RefusalCode.ReadOnly, "Your role in this document does not allow comments.", requestId: command.RequestId);
            return;
        }
        var request = await WithNamesAsync(command);
        if (request is null)
            return;
        switch (CommentRules.Decide(_comments, request, new(seat.UserId, seat.Role == DocumentRole.Owner), anchor => CommentPlacement.Locate(_document, anchor), _services.CommentOptions))
        {
            case CommentDecision.Refused refused:
                Refuse(seat, refused.Code, refused.Reason, requestId: command.RequestId);
                break;
            case CommentDecision.Repeated repeated:
                _commentTurn.Answers.Add(new CommentTurn.Pending.Repeat(seat, command.RequestId, Update(kind: null, repeated.ThreadId, repeated.CommentId, "", "")));
                break;
            case CommentDecision.Accepted accepted:
                var id = accepted.Kind is CommentEventKind.Created or CommentEventKind.Replied ? accepted.CommentId : Guid.CreateVersion7().ToString("N");
                Record(accepted.Kind, id, accepted.ThreadId, accepted.CommentId, seat, accepted.Text, accepted.Anchor);
                _commentTurn.Answers.Add(new CommentTurn.Pending.News(seat, command.RequestId, Update(accepted.Kind, accepted.ThreadId, accepted.CommentId, seat.UserId, seat.Username)));
                break;
        }
    }

    /// <summary>The request with its text cleaned and everybody mentioned by their account's name; <see langword="null"/> after refusing a mention of somebody who may not see the document.</summary>
    private async ValueTask<CommentRequest?> WithNamesAsync(SessionCommand.Comment command)
    {
        var text = command.Request switch { CommentRequest.Create create => create.Text, CommentRequest.Reply reply => reply.Text, CommentRequest.Edit edit => edit.Text, _ => null };
        if (text is null)
            return command.Request;
        text = CommentText.Clean(text);
        var mentioned = CommentText.Mentions(text);
        if (mentioned.Length is > 0 and <= CommentText.MaxMentions)
        {
            var former = command.Request is CommentRequest.Edit changed && _comments.Comment(changed.CommentId) is { } comment ? comment.Mentions : [];
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var user in mentioned)
            {
                if (await AccessOfAsync(user) is { } access)
                    names.Add(user, access.Username);
                else if (!former.Contains(user)) // who was mentioned while they could see it may stay in the text
                {
                    Refuse(command.From, "unknown_person", "Somebody you mention cannot see this drawing. Share it with them first.", requestId: command.RequestId);
                    return null;
                }
            }
            text = CommentText.WithNames(text, names);
        }
        return command.Request switch
        {
            CommentRequest.Create create => create with { Text = text },
            CommentRequest.Reply reply => reply with { Text = text },
            CommentRequest.Edit edit => edit with { Text = text },
            _ => command.Request,
        };
    }

    private async ValueTask<DocumentAccess?> AccessOfAsync(string userId)
    {
        try
        {
            return await _services.Access.GetAsync(_documentId, userId, CancellationToken.None);
        }
        catch (Exception error)
        {
            _services.Logger.MentionNotChecked(_documentId, error); // who cannot be checked is not told anything
            return null;
        }
    }

    private async ValueTask ListAsync(SessionCommand.ListComments command)
    {
        await CommitAsync(); // what is listed is durable
        if (await ReadMarksAsync(command) is { } marks && command.From.IsTaken)
            Send(command.From, new SessionEvent.CommentsListed(_comments.After(command.After), _comments.Sequence, Math.Max(0, command.After), marks.ToImmutableDictionary(), command.RequestId));
    }

    private async ValueTask MarkReadAsync(SessionCommand.MarkCommentsRead command)
    {
        var seat = command.From;
        if (command.ThreadId is not null && _comments.Thread(command.ThreadId) is null)
        {
            Refuse(seat, "unknown_thread", $"There is no thread \"{command.ThreadId}\".", requestId: command.RequestId);
            return;
        }
        if (await ReadMarksAsync(command) is not { } known)
            return;
        var threads = command.ThreadId is { } one ? [_comments.Thread(one)!] : _comments.List().Threads;
        var moved = ImmutableDictionary.CreateBuilder<string, long>();
        foreach (var thread in threads)
        {
            var upTo = Math.Min(command.Sequence ?? long.MaxValue, thread.Sequence);
            if (upTo <= known.GetValueOrDefault(thread.ThreadId))
                continue;
            known[thread.ThreadId] = upTo;
            moved.Add(thread.ThreadId, upTo);
            _commentTurn.Marks.Add(new(_documentId, _branch, seat.UserId, thread.ThreadId, upTo));
        }
        _commentTurn.Answers.Add(new CommentTurn.Pending.Read(seat, command.RequestId, moved.ToImmutable()));
    }

    /// <summary>The read marks of the one who asks; <see langword="null"/> after telling them that they cannot be read.</summary>
    private async ValueTask<Dictionary<string, long>?> ReadMarksAsync(SessionCommand.AboutComments command)
    {
        var userId = command.From.UserId;
        if (_readMarks.TryGetValue(userId, out var marks))
            return marks;
        try
        {
            _readMarks.Add(userId, marks = new(await _services.Comments.LoadReadMarksAsync(_documentId, _branch, userId, CancellationToken.None), StringComparer.Ordinal));
            return marks;
        }
        catch (Exception error)
        {
            _services.Logger.ReadMarksFailed(_documentId, error);
            Refuse(command.From, RefusalCode.StorageFailed, "What you have read could not be looked up. Try again.", requestId: command.RequestId);
            return null;
        }
    }

    private async ValueTask AdoptAsync(SessionCommand.AdoptComments command)
    {
        await CommitAsync(); // what is here is what the store has
        HashSet<string> known;
        try
        {
            known = (await _services.Comments.LoadAsync(_documentId, _branch, CancellationToken.None)).Select(item => item.EventId).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception error)
        {
            command.Reply.TrySetException(error); // who merges hears of it; nobody else does
            return;
        }
        var adopted = 0;
        foreach (var item in command.Events)
        {
            // Where pins are is this branch's own to say.
            if (item.Kind is CommentEventKind.Detached or CommentEventKind.Attached || known.Contains(item.EventId) || _comments.Sequence >= _services.CommentOptions.MaxEvents)
                continue;
            Record(item with { Branch = _branch, Anchor = item.Anchor is { } anchor ? anchor with { IsDetached = false } : null, Origin = command.FromBranch });
            if (_comments.Thread(item.ThreadId) is not null)
                _commentTurn.Answers.Add(new CommentTurn.Pending.News(null, null, Update(item.Kind, item.ThreadId, item.CommentId, item.UserId, item.Username)));
            adopted++;
        }
        var last = _comments.Sequence;
        await CommitAsync();
        if (_comments.Sequence < last)
            command.Reply.TrySetException(new IOException("The comments could not be stored."));
        else
            command.Reply.TrySetResult(adopted);
    }

    private void Record(CommentEventKind kind, string eventId, string threadId, string commentId, Seat? seat, string? text, CommentAnchor? anchor)
    {
        var now = _services.Time.GetUtcNow().UtcDateTime;
        Record(new()
        {
            DocumentId = _documentId,
            Branch = _branch,
            Sequence = 0,
            EventId = eventId,
            Kind = kind,
            ThreadId = threadId,
            CommentId = commentId,
            UserId = seat?.UserId ?? "",
            Username = seat?.Username ?? "",
            Text = text,
            Anchor = anchor,
            Revision = _revision,
            RecordedAt = now,
            WrittenAt = now,
        });
    }

    /// <summary>Gives the event its place and takes it up; it is durable with the turn.</summary>
    private void Record(CommentEvent item)
    {
        var now = _services.Time.GetUtcNow().UtcDateTime;
        // A clock that was put back must not put an event among those before it: "as of" is a cut through the sequence.
        var placed = item with { Sequence = _comments.Sequence + 1, Revision = _revision, RecordedAt = now > _comments.RecordedAt ? now : _comments.RecordedAt };
        _comments.Apply(placed);
        _commentTurn.Events.Add(placed);
    }

    private CommentUpdate Update(CommentEventKind? kind, string threadId, string commentId, string userId, string username)
    {
        var thread = _comments.Thread(threadId)!;
        var isAboutThread = kind is CommentEventKind.Resolved or CommentEventKind.Reopened or CommentEventKind.Detached or CommentEventKind.Attached;
        var comment = isAboutThread ? null : thread.Comments.FirstOrDefault(candidate => candidate.CommentId == commentId);
        return new(kind, thread.Sequence, thread, comment, userId, username);
    }

    /// <summary>Notes which pins lost their element in this turn and which have it back. Looks at what is pinned, not at what was changed: whatever made the change, it is seen.</summary>
    private void FollowPins()
    {
        if (!_comments.HasPinned || (_turn.Accepted.Count == 0 && _commentTurn.Events.Count == 0))
            return;
        var inverses = new Lazy<ImmutableArray<ImmutableArray<DocumentChange>>>(() => [.. _turn.Accepted.Select(entry => ChangeJson.Read(entry.Inverse))]);
        foreach (var thread in _comments.Pinned.ToArray())
        {
            var exists = _document.TryGetElement(thread.Anchor.ElementId!, out _);
            if (exists != thread.Anchor.IsDetached)
                continue;
            var anchor = exists ? CommentPlacement.Locate(_document, thread.Anchor)! : LastPlace(thread.Anchor, inverses) with { IsDetached = true };
            var kind = exists ? CommentEventKind.Attached : CommentEventKind.Detached;
            Record(kind, Guid.CreateVersion7().ToString("N"), thread.ThreadId, thread.ThreadId, seat: null, text: null, anchor);
            _commentTurn.Answers.Add(new CommentTurn.Pending.News(null, null, Update(kind, thread.ThreadId, thread.ThreadId, "", "")));
        }
    }

    /// <summary>Where a pin was when its element was removed in this turn.</summary>
    private CommentAnchor LastPlace(CommentAnchor anchor, Lazy<ImmutableArray<ImmutableArray<DocumentChange>>> inverses)
    {
        for (var i = inverses.Value.Length - 1; i >= 0; i--)
        {
            if (CommentPlacement.LocateRemoved(_document, inverses.Value[i], anchor) is { } place)
                return place;
        }
        return anchor;
    }

    /// <summary>After the commit: answers and news, in the order of the sequence. Who follows all documents is told first: whoever has an answer may ask at once for what comes of it.</summary>
    private void TellComments()
    {
        var marks = _commentTurn.Answers.OfType<CommentTurn.Pending.Read>().Select(read => read.From!.UserId).Distinct().ToArray();
        var changed = _commentTurn.Events.Count > 0;
        if (changed)
            _shownComments = _comments.List();
        if (changed || marks.Length > 0)
            _services.CommentsChanged(new(_documentId, _branch, changed, marks));
        foreach (var answer in _commentTurn.Answers)
        {
            switch (answer)
            {
                case CommentTurn.Pending.News { From: var author, Update: var update } news:
                    Publish(new SessionEvent.CommentChanged(update), author);
                    if (author is not null)
                        Send(author, new SessionEvent.CommentChanged(update, IsAnswer: true, news.RequestId));
                    break;
                case CommentTurn.Pending.Repeat repeat:
                    Send(repeat.From!, new SessionEvent.CommentChanged(repeat.Update, IsAnswer: true, repeat.RequestId));
                    break;
                case CommentTurn.Pending.Read read:
                    var told = new SessionEvent.CommentsRead(read.Marks);
                    for (var i = _seats.Count - 1; i >= 0 && !read.Marks.IsEmpty; i--)
                    {
                        if (_seats[i].UserId == read.From!.UserId && !ReferenceEquals(_seats[i], read.From))
                            Send(_seats[i], told);
                    }
                    Send(read.From!, new SessionEvent.CommentsRead(read.Marks, IsAnswer: true, read.RequestId));
                    break;
            }
        }
        _commentTurn.Clear();
    }

    /// <summary>After a failed commit: memory is what the store has, and who waits is told what became of it.</summary>
    private async Task RecoverCommentsAsync()
    {
        _readMarks.Clear();
        _comments = new(await _services.Comments.LoadAsync(_documentId, _branch, CancellationToken.None));
        _shownComments = _comments.List();
    }

    private void RefuseUnstoredComments()
    {
        foreach (var answer in _commentTurn.Answers)
        {
            if (answer.From is { } from && answer is not CommentTurn.Pending.Repeat)
                Refuse(from, RefusalCode.StorageFailed, "The comment could not be stored. Send it again.", requestId: answer.RequestId);
        }
        _commentTurn.Clear();
    }
}
