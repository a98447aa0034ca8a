using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Svgx.Collaboration.Engine;

namespace Svgx.Web.Notifications;

/// <content>
/// What somebody has read is no news to them, wherever they read it: in the panel, through the API or with a tool. Who has a thread before them reads an answer often before
/// its notification is made, so that this is looked at when either of the two has happened.
/// </content>
internal sealed partial class NotificationFeed
{
    private readonly ConcurrentDictionary<(Guid DocumentId, string Branch, string UserId), bool> _readers = new();

    private void OnRead(CommentsChanged change)
    {
        foreach (var reader in change.Readers)
            _readers.TryAdd((change.DocumentId, change.Branch, reader), true);
    }

    /// <summary>Follows all who have read something since. One who cannot be followed now is tried again with the next beat, and holds up nobody's notifications.</summary>
    private async Task FollowReadersAsync(CancellationToken cancellationToken)
    {
        foreach (var reader in _readers.Keys)
        {
            try
            {
                await FollowReadingAsync(reader, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.NotificationsFailed(error);
            }
        }
    }

    /// <summary>Marks as read what is about comments that the user has read.</summary>
    private async Task FollowReadingAsync((Guid DocumentId, string Branch, string UserId) reader, CancellationToken cancellationToken)
    {
        _readers.TryRemove(reader, out _);
        try
        {
            var (document, branch, user) = reader;
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            var unread = await database.Notifications.AsNoTracking()
                .Where(row => row.UserId == user && row.DocumentId == document && row.Branch == branch && row.CommentId != null && row.ReadAt == null)
                .ToListAsync(cancellationToken);
            if (unread.Count == 0)
                return;
            var marks = await engine.GetCommentReadMarksAsync(document, user, branch, cancellationToken);
            var read = (await engine.GetCommentsAsync(document, branch, cancellationToken: cancellationToken)).Threads
                .SelectMany(thread => thread.Comments.Where(comment => comment.Sequence <= marks.GetValueOrDefault(thread.ThreadId)))
                .Select(comment => comment.CommentId)
                .ToHashSet(StringComparer.Ordinal);
            long[] rows = [.. unread.Where(row => read.Contains(row.CommentId!)).Select(row => row.Id)];
            var now = time.GetUtcNow().UtcDateTime;
            if (await database.Notifications.Where(row => rows.Contains(row.Id)).ExecuteUpdateAsync(set => set.SetProperty(row => row.ReadAt, now), cancellationToken) > 0)
                inbox.Tell([user]);
        }
        catch
        {
            _readers.TryAdd(reader, true); // tried again with the next beat
            throw;
        }
    }
}
