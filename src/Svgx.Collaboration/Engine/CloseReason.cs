namespace Svgx.Collaboration.Engine;

/// <summary>Why the engine ends a participation.</summary>
public enum CloseReason
{
    /// <summary>The participant asked for it.</summary>
    Left,

    /// <summary>The server is stopping; come back in a moment.</summary>
    ServerStopping,

    /// <summary>The session failed and is rebuilt from the journal; come back at once.</summary>
    SessionFailed,

    /// <summary>The token with which the participant joined has run out.</summary>
    TokenExpired,

    /// <summary>The token with which the participant joined was taken back.</summary>
    TokenRevoked,

    /// <summary>The right to see the document was taken away.</summary>
    AccessRemoved,

    /// <summary>The document was deleted.</summary>
    DocumentGone,

    /// <summary>The branch was deleted.</summary>
    BranchGone,

    /// <summary>The subscriber's queue is full; come back with the last revision.</summary>
    TooSlow,
}
