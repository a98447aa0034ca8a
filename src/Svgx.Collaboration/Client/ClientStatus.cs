namespace Svgx.Collaboration.Client;

/// <summary>How a <see cref="CollaborationClient"/> stands to its server.</summary>
public enum ClientStatus
{
    /// <summary>It has not joined yet, or is on its way to another branch.</summary>
    Connecting,

    /// <summary>It has joined and hears everything.</summary>
    Live,

    /// <summary>The connection is lost; it comes back by itself. Edits are shown and wait.</summary>
    Offline,

    /// <summary>The server does not let it in (any more): <see cref="CollaborationClient.Refusal"/> says why. It does not come back.</summary>
    Refused,

    /// <summary>It was disposed.</summary>
    Closed,
}

/// <summary>Why the server does not let a client in.</summary>
/// <param name="Code">A code of the protocol, such as <c>token_expired</c> or <c>document_not_found</c>.</param>
/// <param name="Reason">The same in words.</param>
public sealed record JoinRefusal(string Code, string Reason);

/// <summary>The server refused the join.</summary>
public sealed class JoinRefusedException(JoinRefusal refusal) : Exception($"{refusal.Reason} ({refusal.Code})")
{
    /// <summary>Why.</summary>
    public JoinRefusal Refusal { get; } = refusal;
}
