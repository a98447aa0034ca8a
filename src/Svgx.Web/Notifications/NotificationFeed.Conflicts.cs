using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Engine;
using Svgx.Web.Identity;

namespace Svgx.Web.Notifications;

/// <content>Conflicts that wait for a person. They have no events to follow: what is open is compared with what was told.</content>
internal sealed partial class NotificationFeed
{
    private readonly ConcurrentDictionary<Guid, bool> _conflictsChanged = new();

    /// <summary>As the other, with a look at a document's conflicts.</summary>
    public Task CatchUpAsync(Guid documentId, CancellationToken cancellationToken)
    {
        _conflictsChanged.TryAdd(documentId, true);
        return CatchUpAsync(cancellationToken);
    }

    /// <summary>Tells those whose work is held in an open conflict, once for each, and lets go of what was told of conflicts that are settled.</summary>
    private async Task FollowConflictsAsync(Guid documentId, CancellationToken cancellationToken)
    {
        _conflictsChanged.TryRemove(documentId, out _);
        try
        {
            var open = await engine.GetOpenConflictsAsync(documentId, cancellationToken: cancellationToken);
            await using var database = await databases.CreateDbContextAsync(cancellationToken);
            var told = await database.Notifications.Where(row => row.DocumentId == documentId && row.Kind == NotificationKind.Conflict).ToListAsync(cancellationToken);
            var changed = new HashSet<string>(StringComparer.Ordinal);
            foreach (var settled in told.Where(row => !open.Any(conflict => conflict.ConflictId == row.TargetId)))
            {
                database.Notifications.Remove(settled);
                changed.Add(settled.UserId);
            }
            foreach (var conflict in open)
            {
                await TellAsync(database, told, conflict, conflict.First, conflict.Second, changed, cancellationToken);
                await TellAsync(database, told, conflict, conflict.Second, conflict.First, changed, cancellationToken);
            }
            await database.SaveChangesAsync(cancellationToken);
            foreach (var user in changed)
                await PruneAsync(database, user, cancellationToken);
            inbox.Tell(changed);
        }
        catch
        {
            _conflictsChanged.TryAdd(documentId, true); // tried again with the next beat
            throw;
        }
    }

    private async Task TellAsync(
        AppDbContext database, List<NotificationRow> told, Conflict conflict, ConflictSide own, ConflictSide other, HashSet<string> changed, CancellationToken cancellationToken)
    {
        if (told.Exists(row => row.UserId == own.UserId && row.TargetId == conflict.ConflictId) || await access.GetAsync(conflict.DocumentId, own.UserId, cancellationToken) is not { Role: >= DocumentRole.Editor })
            return;
        var row = new NotificationRow
        {
            UserId = own.UserId,
            Key = $"conflict/{conflict.ConflictId}",
            Kind = NotificationKind.Conflict,
            DocumentId = conflict.DocumentId,
            Branch = conflict.Branch,
            TargetId = conflict.ConflictId,
            ActorName = other.Username,
            Excerpt = "",
            CreatedAt = conflict.DetectedAt,
        };
        told.Add(row);
        database.Notifications.Add(row);
        changed.Add(own.UserId);
    }

    private void OnConflictsChanged(Guid documentId)
    {
        _conflictsChanged.TryAdd(documentId, true);
        _signal.Writer.TryWrite(true);
    }
}
