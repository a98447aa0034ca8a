using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Engine;

/// <content>Versions and branches.</content>
public sealed partial class CollaborationEngine
{
    /// <summary>Versions, branches, merges and looking back in time.</summary>
    public DocumentVersions Versions { get; }

    /// <summary>Sends everybody away from a branch and lets go of it.</summary>
    internal async Task CloseBranchAsync(Guid documentId, string branch, CloseReason reason)
    {
        if (_sessions.TryGetValue((documentId, branch), out var opening) && await opening.Value is { } session)
            await session.StopAsync(reason);
    }

    /// <summary>Posts news to the document's open branches but one. A session whose inbox is full misses it: versions can be listed at any time.</summary>
    internal void Announce(Guid documentId, string? exceptBranch, SessionEvent news)
    {
        foreach (var (key, opening) in _sessions)
        {
            if (key.DocumentId == documentId && key.Branch != exceptBranch && opening is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: { } session } })
                session.TryPost(new SessionCommand.Announce(news));
        }
        Versions.RaiseChanged(documentId);
    }
}
