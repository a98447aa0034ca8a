namespace Svgx.Collaboration.Presence;

/// <summary>Keeps activity logs.</summary>
internal interface IActivityStore
{
    /// <summary>Makes the tables; cheap when it has been done.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>The highest id that was given; 0 when there is no entry.</summary>
    Task<long> ReadLastIdAsync(CancellationToken cancellationToken);

    /// <summary>Keeps entries, new ones and newer states of old ones. Of the documents that are named only so many of the newest entries stay.</summary>
    Task SaveAsync(IReadOnlyCollection<ActivityEntry> entries, IReadOnlyCollection<Guid> trimmed, int kept, CancellationToken cancellationToken);

    /// <summary>Removes what ended before.</summary>
    Task PurgeAsync(DateTime before, CancellationToken cancellationToken);

    /// <summary>A document's entries below an id, newest first, of one user where named.</summary>
    Task<IReadOnlyList<ActivityEntry>> ReadAsync(Guid documentId, string? userId, long? before, int limit, CancellationToken cancellationToken);

    /// <summary>Removes all of a document.</summary>
    Task DeleteAsync(Guid documentId, CancellationToken cancellationToken);
}
