using Microsoft.EntityFrameworkCore;
using Svgx.Web.Identity;

namespace Svgx.Web.Notifications;

/// <summary>What somebody has been notified of, newest first. Only what is about documents that they may see now. Thread-safe.</summary>
public sealed class NotificationInbox(IDbContextFactory<AppDbContext> databases, TimeProvider time)
{
    /// <summary>So many are kept for each user; older ones go.</summary>
    public const int MaxPerUser = 200;

    /// <summary>So long they are kept.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(90);

    /// <summary>Raised with the users whose notifications changed; return at once.</summary>
    public event Action<IReadOnlyCollection<string>>? Changed;

    /// <summary>The newest notifications.</summary>
    public async Task<IReadOnlyList<Notification>> ListAsync(string userId, int limit, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await Visible(database, userId).OrderByDescending(entry => entry.Row.CreatedAt).ThenByDescending(entry => entry.Row.Id).Take(Math.Clamp(limit, 1, MaxPerUser)).ToListAsync(cancellationToken);
        return [.. rows.Select(entry => new Notification(
            entry.Row.Id, entry.Row.Kind, entry.Row.DocumentId, entry.DocumentName, entry.Row.Branch, entry.Row.TargetId, entry.Row.ActorName, entry.Row.Excerpt,
            DateTime.SpecifyKind(entry.Row.CreatedAt, DateTimeKind.Utc), entry.Row.ReadAt is not null))];
    }

    /// <summary>How many are unread.</summary>
    public async Task<int> CountUnreadAsync(string userId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await Visible(database, userId).CountAsync(entry => entry.Row.ReadAt == null, cancellationToken);
    }

    /// <summary>Marks one as read, or all.</summary>
    public Task MarkReadAsync(string userId, long? id, CancellationToken cancellationToken) =>
        MarkAsync(userId, rows => rows.Where(row => id == null || row.Id == id), cancellationToken);

    /// <summary>Marks what is about a thread or conflict as read: the user has it before them.</summary>
    public Task MarkSeenAsync(string userId, Guid documentId, string branch, string targetId, CancellationToken cancellationToken) =>
        MarkAsync(userId, rows => rows.Where(row => row.DocumentId == documentId && row.Branch == branch && row.TargetId == targetId), cancellationToken);

    internal void Tell(IReadOnlyCollection<string> users)
    {
        if (users.Count > 0)
            Changed?.Invoke(users);
    }

    private async Task MarkAsync(string userId, Func<IQueryable<NotificationRow>, IQueryable<NotificationRow>> which, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        var unread = which(database.Notifications.Where(row => row.UserId == userId && row.ReadAt == null));
        if (await unread.ExecuteUpdateAsync(set => set.SetProperty(row => row.ReadAt, now), cancellationToken) > 0)
            Tell([userId]);
    }

    private static IQueryable<Entry> Visible(AppDbContext database, string userId) =>
        from row in database.Notifications.AsNoTracking()
        join document in database.Documents on row.DocumentId equals document.Id
        where row.UserId == userId && document.DeletedAt == null && (document.OwnerId == userId || document.Shares.Any(share => share.UserId == userId))
        select new Entry { Row = row, DocumentName = document.Name };

    private sealed class Entry
    {
        public required NotificationRow Row { get; init; }

        public required string DocumentName { get; init; }
    }
}

/// <summary>A notification as its user sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">Why.</param>
/// <param name="DocumentId">Where.</param>
/// <param name="DocumentName">The document's name now.</param>
/// <param name="Branch">The branch.</param>
/// <param name="TargetId">The thread or conflict.</param>
/// <param name="ActorName">Who did it.</param>
/// <param name="Excerpt">The beginning of what was said.</param>
/// <param name="CreatedAt">When, UTC.</param>
/// <param name="IsRead">Whether it is read.</param>
public sealed record Notification(
    long Id, NotificationKind Kind, Guid DocumentId, string DocumentName, string Branch, string TargetId, string ActorName, string Excerpt, DateTime CreatedAt, bool IsRead)
{
    /// <summary>The page that shows what it is about.</summary>
    public string Link
    {
        get
        {
            var branch = Branch == Svgx.Collaboration.Engine.CollaborationEngine.MainBranch ? "" : $"branch={Uri.EscapeDataString(Branch)}&";
            return $"/d/{DocumentId}?{branch}{(Kind == NotificationKind.Conflict ? "conflict" : "comment")}={Uri.EscapeDataString(TargetId)}";
        }
    }
}
