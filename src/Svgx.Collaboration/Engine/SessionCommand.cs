using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Engine;

/// <summary>What can be asked of a session's loop. Closed: every command is below.</summary>
internal abstract partial record SessionCommand
{
    /// <summary>From here on a message that waits is counted: few of them may.</summary>
    private const int Large = 16 << 10;

    private SessionCommand()
    {
    }

    /// <summary>Whether it keeps a lot in memory while it waits.</summary>
    public virtual bool IsLarge => false;

    public sealed record Join(JoinRequest Request, ISessionSubscriber Subscriber, TaskCompletionSource<JoinOutcome> Reply) : SessionCommand;

    public sealed record Submit(Seat From, ImmutableArray<OperationRequest> Operations, bool Atomic, string? RequestId) : SessionCommand
    {
        public override bool IsLarge => Operations is [{ MessageBytes: > Large }, ..];
    }

    public sealed record Undo(Seat From, bool Redo, string? RequestId) : SessionCommand;

    public sealed record Resolve(Seat From, ConflictDecision Decision, string? RequestId) : SessionCommand;

    public sealed record Lock(Seat From, ImmutableArray<string> ElementIds, string? RequestId) : SessionCommand;

    public sealed record Unlock(Seat From, ImmutableArray<string> ElementIds, string? RequestId) : SessionCommand;

    public sealed record SetPolicy(ConflictPolicy Policy) : SessionCommand;

    public sealed record Sync(Seat From, long LastRevision, string? RequestId) : SessionCommand;

    public sealed record Report(Seat From, ActivityReport Activity) : SessionCommand;

    public sealed record ShowPreview(Seat From, PreviewRequest Preview) : SessionCommand
    {
        public override bool IsLarge { get; } = Preview.Data is { ValueKind: JsonValueKind.Object } data && JsonMarshal.GetRawUtf8Value(data).Length > Large;
    }

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
