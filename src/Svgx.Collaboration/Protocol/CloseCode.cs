using System.Net.WebSockets;
using Svgx.Collaboration.Engine;

namespace Svgx.Collaboration.Protocol;

/// <summary>Why a connection is closed, as the client sees it.</summary>
/// <param name="Status">The close code; docs/protocol.md says what a client does about each.</param>
/// <param name="Reason">The reason, at most 123 bytes.</param>
internal readonly record struct CloseCode(WebSocketCloseStatus Status, string Reason)
{
    public static readonly CloseCode Left = new(WebSocketCloseStatus.NormalClosure, "left");
    public static readonly CloseCode Stopping = new(WebSocketCloseStatus.EndpointUnavailable, "The server is stopping; come back in a moment.");
    public static readonly CloseCode TooLarge = new(WebSocketCloseStatus.MessageTooBig, "The message is too large; send smaller ones.");
    public static readonly CloseCode SessionFailed = new(WebSocketCloseStatus.InternalServerError, "The session failed; come back with last_revision.");
    public static readonly CloseCode NotAuthorised = new((WebSocketCloseStatus)4401, "Too many failed joins; get a valid token.");
    public static readonly CloseCode JoinTimeout = new((WebSocketCloseStatus)4401, "No join came in time.");
    public static readonly CloseCode TokenExpired = new((WebSocketCloseStatus)4401, "The token has expired.");
    public static readonly CloseCode TokenRevoked = new((WebSocketCloseStatus)4401, "The token was taken back.");
    public static readonly CloseCode AccessRemoved = new((WebSocketCloseStatus)4403, "Access to the document was taken away.");
    public static readonly CloseCode DocumentGone = new((WebSocketCloseStatus)4404, "The document is gone.");
    public static readonly CloseCode BranchGone = new((WebSocketCloseStatus)4404, "The branch is gone.");
    public static readonly CloseCode SignInEnded = new((WebSocketCloseStatus)4407, "The sign-in has ended; come back with the one of now.");
    public static readonly CloseCode TooSlow = new((WebSocketCloseStatus)4408, "Too slow; come back with last_revision.");
    public static readonly CloseCode Flood = new((WebSocketCloseStatus)4429, "Too many refused messages; slow down.");

    public static readonly CloseCode TooManyRefusedTokens = new((WebSocketCloseStatus)4429, "Too many refused tokens from this address.");

    public static CloseCode For(CloseReason reason) => reason switch
    {
        CloseReason.Left => Left,
        CloseReason.ServerStopping => Stopping,
        CloseReason.SessionFailed => SessionFailed,
        CloseReason.TokenExpired => TokenExpired,
        CloseReason.TokenRevoked => TokenRevoked,
        CloseReason.AccessRemoved => AccessRemoved,
        CloseReason.DocumentGone => DocumentGone,
        CloseReason.BranchGone => BranchGone,
        CloseReason.TooSlow => TooSlow,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
