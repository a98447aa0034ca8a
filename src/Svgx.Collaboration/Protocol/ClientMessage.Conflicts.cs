using System.Collections.Immutable;
using Svgx.Collaboration.Conflicts;

namespace Svgx.Collaboration.Protocol;

/// <content>Conflicts and locks.</content>
internal abstract partial record ClientMessage
{
    public sealed record Resolve(ConflictDecision Decision) : ClientMessage;

    public sealed record Lock(ImmutableArray<string> ElementIds) : ClientMessage;

    public sealed record Unlock(ImmutableArray<string> ElementIds) : ClientMessage;
}
