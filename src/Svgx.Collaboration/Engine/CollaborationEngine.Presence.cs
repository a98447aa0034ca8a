using System.Collections.Immutable;
using Svgx.Collaboration.Presence;

namespace Svgx.Collaboration.Engine;

/// <content>Who is where, and who did what.</content>
public sealed partial class CollaborationEngine
{
    /// <summary>The most entries of an activity log in one answer.</summary>
    public const int MaxActivityPage = 200;

    /// <summary>Raised with a document's id after its activity log has grown; at most about once a second: return at once.</summary>
    public event Action<Guid>? ActivityChanged
    {
        add => _services.Activity.Changed += value;
        remove => _services.Activity.Changed -= value;
    }

    /// <summary>Who is in a branch, as last told to its participants; empty when it is not open.</summary>
    public IReadOnlyList<PresenceEntry> GetPresence(Guid documentId, string branch = MainBranch) => _sessions.TryGetValue((documentId, branch), out var opening) ? Shown(opening) : [];

    /// <summary>Everybody who is connected, each once, with the documents they are in. Does not ask for rights: the host does, and names the documents that count.</summary>
    /// <param name="counts">Which documents count; default: all.</param>
    public IReadOnlyList<ActiveUser> GetActiveUsers(Func<Guid, bool>? counts = null)
    {
        var users = new Dictionary<string, List<ActiveIn>>(StringComparer.Ordinal);
        foreach (var (key, opening) in _sessions)
        {
            if (counts?.Invoke(key.DocumentId) == false)
                continue;
            foreach (var entry in Shown(opening))
            {
                if (entry.Status == PresenceStatus.Offline)
                    continue;
                if (!users.TryGetValue(entry.UserId, out var places))
                    users.Add(entry.UserId, places = []);
                places.Add(new(key.DocumentId, key.Branch, entry));
            }
        }
        return [.. users.Values.Select(places => new ActiveUser([.. places.OrderByDescending(place => place.Entry.LastActivity)])).OrderBy(user => user.Username, StringComparer.Ordinal)];
    }

    /// <summary>A document's activity log, newest first, with everything that was done before the call. Does not ask for rights: the host does.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="userId">Only what this user did.</param>
    /// <param name="before">Only entries with a lower id: the last one of the page before.</param>
    /// <param name="limit">At most so many entries, 1 to <see cref="MaxActivityPage"/>. Default 50.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<ActivityEntry>> GetActivityAsync(Guid documentId, string? userId = null, long? before = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        await _services.Store.PrepareAsync(cancellationToken);
        return await _services.Activity.ReadAsync(documentId, userId, before, Math.Clamp(limit, 1, MaxActivityPage), cancellationToken);
    }

    private static IReadOnlyList<PresenceEntry> Shown(Lazy<Task<DocumentSession?>> opening) =>
        opening is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: { } session } } ? session.ShownPresence : [];
}
