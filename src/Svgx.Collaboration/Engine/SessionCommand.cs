using System.Collections.Immutable;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Engine;

/// <summary>What can be asked of a session's loop. Closed: every command is below.</summary>
internal abstract partial record SessionCommand
{
    private SessionCommand()
    {
    }

    public sealed record Join(JoinRequest Request, ISessionSubscriber Subscriber, TaskCompletionSource<JoinOutcome> Reply) : SessionCommand;

    public sealed record Submit(Seat From, ImmutableArray<OperationRequest> Operations, bool Atomic, string? RequestId) : SessionCommand;

    public sealed record Undo(Seat From, bool Redo, string? RequestId) : SessionCommand;

    public sealed record Resolve(Seat From, ConflictDecision Decision, string? RequestId) : SessionCommand;

    public sealed record Lock(Seat From, ImmutableArray<string> ElementIds, string? RequestId) : SessionCommand;

    public sealed record Unlock(Seat From, ImmutableArray<string> ElementIds, string? RequestId) : SessionCommand;

    public sealed record SetPolicy(ConflictPolicy Policy) : SessionCommand;

    public sealed record Sync(Seat From, long LastRevision, string? RequestId) : SessionCommand;

    public sealed record Report(Seat From, ActivityReport Activity) : SessionCommand;

    public sealed record ShowPreview(Seat From, PreviewRequest Preview) : SessionCommand;

    public sealed record Leave(Seat From, bool IsLost) : SessionCommand;

    public sealed record Read(TaskCompletionSource<DocumentContent> Reply) : SessionCommand;

    public sealed record ReviewAccess(AccessChanged Change) : SessionCommand;

    public sealed record ReviewTokens(TokenRevocation Revocation) : SessionCommand;

    public sealed record Stop(CloseReason Reason) : SessionCommand;

    /// <summary>Asks nothing: the loop looks at what is kept beside the inbox.</summary>
    public sealed record Wake : SessionCommand
    {
        public static Wake Instance { get; } = new();
    }
}

/// <summary>The session ended before it came to the command; a new one takes it.</summary>
internal sealed class SessionEndedException() : Exception("The session has ended.");
