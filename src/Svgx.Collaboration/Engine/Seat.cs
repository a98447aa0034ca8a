using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Engine;

/// <summary>One connection's place in a session. Touched by the session's loop alone.</summary>
internal sealed class Seat(JoinRequest request, string username, DocumentRole role, ISessionSubscriber subscriber)
{
    public string UserId { get; } = request.UserId;

    public string Username { get; } = username;

    public string SessionId { get; } = request.SessionId;

    public DocumentRole? MaxRole { get; } = request.MaxRole;

    /// <summary>The timestamp at which its token runs out. Counted from the join, so that a clock set forward does not send everybody away, and one set back lets nobody stay.</summary>
    public long? Deadline { get; init; }

    public TokenIdentity? Token { get; } = request.Token;

    public bool WantsDocument { get; } = request.WantsDocument;

    public ISessionSubscriber Subscriber { get; } = subscriber;

    public DocumentRole Role { get; set; } = role;

    public string Color { get; set; } = "";

    /// <summary>Until it leaves or is sent away. Commands of a seat that is gone are dropped.</summary>
    public bool IsTaken { get; set; } = true;

    public bool MayEdit => Role >= DocumentRole.Editor;

    public static DocumentRole Limit(DocumentRole role, DocumentRole? max) => max is { } limit && limit < role ? limit : role;
}
