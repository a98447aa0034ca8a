using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Web.Identity;

namespace Svgx.Web.Notifications;

/// <summary>
/// Turns what happens to comments into notifications. Follows the engine's durable events from where it last stopped and moves that mark in the transaction that keeps the
/// notifications, so that each is made once, whatever ends or is tried again in between.
/// </summary>
internal sealed partial class NotificationFeed(
    IDbContextFactory<AppDbContext> databases, CollaborationEngine engine, IDocumentAccess access, NotificationInbox inbox, TimeProvider time, ILogger<NotificationFeed> logger) : BackgroundService
{
    /// <summary>Characters of what was said that a notification shows.</summary>
    public const int MaxExcerpt = 140;

    private const string Source = "comments";
    private const int PageSize = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1, 1); // two at once would find the same events and stumble over each other's notifications
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Makes all notifications that are due now.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (await TakePageAsync(cancellationToken))
            {
            }
            await FollowReadersAsync(cancellationToken);
            foreach (var document in _conflictsChanged.Keys)
                await FollowConflictsAsync(document, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        engine.CommentsChanged += OnCommentsChanged;
        engine.ConflictsChanged += OnConflictsChanged;
        engine.Versions.Changed += OnConflictsChanged; // a branch that is deleted takes its conflicts along
        await using var clock = time.CreateTimer(_ => _signal.Writer.TryWrite(true), null, Pause, Pause); // what failed is tried again
        try
        {
            _signal.Writer.TryWrite(true); // what happened while the server was away
            while (await _signal.Reader.WaitToReadAsync(stoppingToken))
            {
                _signal.Reader.TryRead(out _);
                try
                {
                    await CatchUpAsync(stoppingToken);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    logger.NotificationsFailed(error);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; what is left is made after the next start.
        }
        finally
        {
            engine.CommentsChanged -= OnCommentsChanged;
            engine.ConflictsChanged -= OnConflictsChanged;
            engine.Versions.Changed -= OnConflictsChanged;
        }
    }

    private void OnCommentsChanged(CommentsChanged change)
    {
        OnRead(change);
        if (change.HasEvents || change.Readers.Count > 0)
            _signal.Writer.TryWrite(true);
    }

    private async Task<bool> TakePageAsync(CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var cursor = await database.NotificationCursors.FindAsync([Source], cancellationToken);
        if (cursor is null)
            database.NotificationCursors.Add(cursor = new() { Source = Source, Position = 0 });
        var page = await engine.ReadCommentEventsAsync(cursor.Position, PageSize, cancellationToken);
        if (page.Count == 0)
            return false;
        // What was read before the page was said: a mention that is put into what somebody has read already is news.
        await FollowReadersAsync(cancellationToken);
        var told = new HashSet<string>(StringComparer.Ordinal);
        var readers = new HashSet<(Guid DocumentId, string Branch, string UserId)>();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        foreach (var (_, happened) in page)
        {
            if (happened.Origin is not null)
                continue; // a copy in another branch: it was told where it was said
            if (happened.Kind == CommentEventKind.Deleted)
                told.UnionWith(await ForgetAsync(database, happened, cancellationToken));
            else if (happened.Kind is CommentEventKind.Created or CommentEventKind.Replied or CommentEventKind.Edited)
            {
                var users = await NotifyAsync(database, happened, cancellationToken);
                told.UnionWith(users);
                if (happened.Kind != CommentEventKind.Edited) // a mention that was put into what is read already is news
                    readers.UnionWith(users.Select(user => (happened.DocumentId, happened.Branch, user)));
            }
        }
        cursor.Position = page[^1].Position;
        await database.SaveChangesAsync(cancellationToken);
        foreach (var user in told)
            await PruneAsync(database, user, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        try
        {
            foreach (var reader in readers)
                await FollowReadingAsync(reader, cancellationToken); // they may have read it already
        }
        finally
        {
            inbox.Tell(told);
        }
        return page.Count == PageSize;
    }

    private async Task<IReadOnlyCollection<string>> NotifyAsync(AppDbContext database, CommentEvent said, CancellationToken cancellationToken)
    {
        var recipients = CommentText.Mentions(said.Text ?? "").ToDictionary(user => user, _ => NotificationKind.Mention, StringComparer.Ordinal);
        if (said.Kind == CommentEventKind.Replied)
        {
            var list = await engine.GetCommentsAsync(said.DocumentId, said.Branch, new(said.RecordedAt), cancellationToken);
            var thread = list.Threads.FirstOrDefault(thread => thread.ThreadId == said.ThreadId);
            foreach (var comment in thread?.Comments.Where(comment => !comment.IsDeleted) ?? [])
            {
                recipients.TryAdd(comment.UserId, NotificationKind.Reply);
                foreach (var user in comment.Mentions)
                    recipients.TryAdd(user, NotificationKind.Reply);
            }
        }
        recipients.Remove(said.UserId);
        var told = new List<string>();
        foreach (var (user, kind) in recipients)
        {
            var key = $"{said.Branch}/{said.CommentId}"; // an edit that mentions somebody again says nothing new to them
            if (await access.GetAsync(said.DocumentId, user, cancellationToken) is null || await database.Notifications.AnyAsync(row => row.UserId == user && row.Key == key, cancellationToken))
                continue;
            database.Notifications.Add(new()
            {
                UserId = user,
                Key = key,
                Kind = kind,
                DocumentId = said.DocumentId,
                Branch = said.Branch,
                TargetId = said.ThreadId,
                CommentId = said.CommentId,
                ActorName = said.Username,
                Excerpt = Excerpt(said.Text ?? ""),
                CreatedAt = said.WrittenAt,
            });
            told.Add(user);
        }
        await database.SaveChangesAsync(cancellationToken); // seen by what follows in the page
        return told;
    }

    /// <summary>What was taken back is not shown any more.</summary>
    private static async Task<IReadOnlyCollection<string>> ForgetAsync(AppDbContext database, CommentEvent deleted, CancellationToken cancellationToken)
    {
        var rows = database.Notifications.Where(row => row.DocumentId == deleted.DocumentId && row.Branch == deleted.Branch && row.CommentId == deleted.CommentId);
        var users = await rows.Select(row => row.UserId).Distinct().ToListAsync(cancellationToken);
        await rows.ExecuteDeleteAsync(cancellationToken);
        return users;
    }

    private async Task PruneAsync(AppDbContext database, string user, CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow().UtcDateTime - NotificationInbox.Retention;
        await database.Notifications.Where(row => row.UserId == user && row.CreatedAt < oldest).ExecuteDeleteAsync(cancellationToken);
        var least = await database.Notifications.Where(row => row.UserId == user).OrderByDescending(row => row.Id).Select(row => row.Id).Skip(NotificationInbox.MaxPerUser - 1).FirstOrDefaultAsync(cancellationToken);
        await database.Notifications.Where(row => row.UserId == user && row.Id < least).ExecuteDeleteAsync(cancellationToken);
    }

    private static string Excerpt(string text)
    {
        var plain = string.Join(' ', CommentText.Plain(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (plain.Length <= MaxExcerpt)
            return plain;
        var end = char.IsHighSurrogate(plain[MaxExcerpt - 1]) ? MaxExcerpt - 1 : MaxExcerpt;
        return plain[..end] + "…";
    }
}

internal static partial class NotificationLog
{
    [LoggerMessage(1, LogLevel.Error, "Notifications could not be made; they are tried again.")]
    public static partial void NotificationsFailed(this ILogger logger, Exception error);

    [LoggerMessage(2, LogLevel.Error, "Notifications could not be loaded for the bar.")]
    public static partial void NotificationsNotLoaded(this ILogger logger, Exception error);
}
