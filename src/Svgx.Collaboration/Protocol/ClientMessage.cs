using System.Collections.Immutable;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;

namespace Svgx.Collaboration.Protocol;

/// <summary>A message from a client. Closed: every message is below.</summary>
internal abstract partial record ClientMessage
{
    private ClientMessage()
    {
    }

    /// <summary>Repeated in the answer.</summary>
    public string? RequestId { get; init; }

    public sealed record Join(
        string? Token, string? UserId, string? Username, string? SessionId, string? DocumentId, string? Branch, long? LastRevision, ClientFeatures Features) : ClientMessage;

    /// <summary><c>operation</c> and <c>operations</c>.</summary>
    public sealed record Operations(ImmutableArray<OperationRequest> Requests, bool Atomic) : ClientMessage;

    public sealed record ShowPreview(PreviewRequest Preview) : ClientMessage;

    public sealed record Activity(ActivityReport Report) : ClientMessage;

    public sealed record Undo : ClientMessage;

    public sealed record Redo : ClientMessage;

    public sealed record Sync(long LastRevision) : ClientMessage;

    public sealed record Leave : ClientMessage;

    /// <summary>A sign of life, with what the client knows of its own round trips.</summary>
    public sealed record Ping(string? SentAt, double? RoundTripMs) : ClientMessage;

    /// <summary>Asks for a page of the document's activity log.</summary>
    public sealed record ReadActivityLog(string? UserId, long? Before, int Limit) : ClientMessage;
}

/// <summary>What a client understands beyond the plain protocol.</summary>
[Flags]
internal enum ClientFeatures
{
    None = 0,
    Ack = 1,
    Document = 2,
    Changes = 4,
    Preview = 8,
    Comments = 16,
    PresenceChanges = 32,
    Conflicts = 64,
}

/// <summary>What is wrong with a message.</summary>
internal sealed record MessageFault(string Code, string Reason, string? OperationId, string? RequestId, TimeSpan? RetryAfter = null);
