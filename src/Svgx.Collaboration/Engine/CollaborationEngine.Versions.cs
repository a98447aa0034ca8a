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

    /// <summary>Tells the document's open branches but one, which come to it in their turn: nobody waits for a branch whose inbox is full.</summary>
    internal void Announce(Guid documentId, string? exceptBranch, SessionEvent news)
    {
        foreach (var (key, opening) in _sessions)
        {
            if (key.DocumentId == documentId && key.Branch != exceptBranch && opening is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: { } session } })
                session.TellLater(news);
        }
        Versions.RaiseChanged(documentId);
    }
}
