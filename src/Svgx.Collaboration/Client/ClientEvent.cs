using System.Collections.Immutable;
using System.Text.Json;
using Svgx.Collaboration.Presence;

namespace Svgx.Collaboration.Client;

/// <summary>What a <see cref="CollaborationClient"/> tells its readers. Immutable.</summary>
public abstract partial record ClientEvent
{
    private protected ClientEvent()
    {
    }

    /// <summary>The client's status changed.</summary>
    public sealed record StatusChanged(ClientStatus Status) : ClientEvent;

    /// <summary>The client has joined, for the first time or again.</summary>
    public sealed record Joined(ClientSession Session) : ClientEvent;

    /// <summary>A whole drawing came from the server: everything may be different.</summary>
    /// <param name="Revision">The last confirmed revision in it.</param>
    public sealed record DocumentReplaced(long Revision) : ClientEvent;

    /// <summary>What is shown changed, by own or by confirmed operations. Read it with <see cref="CollaborationClient.Read{T}"/>.</summary>
    public sealed record DocumentChanged : ClientEvent
    {
        internal static DocumentChanged Instance { get; } = new();
    }

    /// <summary>Confirmed operations, in revision order, own ones included.</summary>
    public sealed record OperationsConfirmed(ImmutableArray<ConfirmedOperation> Operations) : ClientEvent;

    /// <summary>An own operation was refused and is taken out of the drawing again.</summary>
    public sealed record OperationRefused(string OperationId, string Code, string Reason) : ClientEvent;

    /// <summary>Everybody who is in the document.</summary>
    public sealed record PresenceChanged(ImmutableArray<PresenceEntry> Users) : ClientEvent;

    /// <summary>Somebody else's gesture under way; without elements it is over.</summary>
    public sealed record PreviewChanged(Preview Preview) : ClientEvent;

    /// <summary>The client's role in the document is another from now on.</summary>
    public sealed record RoleChanged(Engine.DocumentRole Role) : ClientEvent;

    /// <summary>A message that the client itself has no use for: an error that belongs to no request, or what a feature brings.</summary>
    /// <param name="Type">Its <c>type</c>.</param>
    /// <param name="Message">The whole message, as docs/protocol.md has it.</param>
    public sealed record MessageReceived(string Type, JsonElement Message) : ClientEvent;

    /// <summary>The reader was too slow: so many events before the next one were dropped for it. State that matters is read from the client itself.</summary>
    public sealed record EventsMissed(long Count) : ClientEvent;
}

/// <summary>What the server said at the join.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="DocumentName">Its name as people see it.</param>
/// <param name="Branch">The branch.</param>
/// <param name="UserId">Who the client is.</param>
/// <param name="Username">The name that others see.</param>
/// <param name="SessionId">Names this client across reconnects.</param>
/// <param name="Role">What it may do; <see cref="CollaborationClient.Role"/> follows changes.</param>
/// <param name="Color">The user's colour in this document, as <c>#rrggbb</c>.</param>
/// <param name="Features">The features that the server granted.</param>
/// <param name="MaxMessageBytes">The largest message that the server takes, in bytes.</param>
public sealed record ClientSession(
    Guid DocumentId, string DocumentName, string Branch, string UserId, string Username, string SessionId, Engine.DocumentRole Role, string Color, ImmutableArray<string> Features, int MaxMessageBytes);

/// <summary>An operation as the server confirmed it.</summary>
/// <param name="OperationId">Its id.</param>
/// <param name="Revision">Where it stands in the journal: 1, 2, 3 ... without gaps in a branch.</param>
/// <param name="OperationType">The wire name, such as <c>move</c>.</param>
/// <param name="ElementId">The element it is about.</param>
/// <param name="UserId">Its author.</param>
/// <param name="Username">The author's shown name.</param>
/// <param name="SessionId">The author's session.</param>
/// <param name="Timestamp">When it was accepted, UTC.</param>
/// <param name="Data">As the author sent it.</param>
/// <param name="Changes">What it did to the tree.</param>
/// <param name="GestureId">The gesture that it ends.</param>
/// <param name="GroupId">Operations of one group are one undo step.</param>
/// <param name="UndoOf">The operations that it takes back; empty as a rule.</param>
/// <param name="RedoOf">The undone operations that it brings back; empty as a rule.</param>
public sealed record ConfirmedOperation(
    string OperationId, long Revision, string OperationType, string ElementId, string UserId, string Username, string SessionId, DateTimeOffset Timestamp, JsonElement Data,
    ImmutableArray<Documents.DocumentChange> Changes, string? GestureId, string? GroupId, ImmutableArray<string> UndoOf, ImmutableArray<string> RedoOf);
