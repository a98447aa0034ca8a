using System.Collections.Immutable;

namespace Svgx.Collaboration.Presence;

/// <summary>The board at one moment, in a form that tells what changed since an earlier one. Immutable.</summary>
/// <param name="Version">Counts the moments that were shown: 1, 2, 3 ...</param>
/// <param name="Users">Everybody.</param>
/// <param name="Left">Who left, with the version in which they were missing first; the oldest are forgotten.</param>
/// <param name="Floor">What changed since a version below this one cannot be told: the whole list is needed.</param>
internal sealed record PresenceView(long Version, ImmutableArray<PresenceEntry> Users, ImmutableArray<(string UserId, long Version)> Left, long Floor)
{
    public static readonly PresenceView Empty = new(0, [], [], 0);

    public bool CanTellSince(long version) => version > 0 && version >= Floor;
}
