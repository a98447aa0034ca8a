using System.Collections.Immutable;

namespace Svgx.Collaboration.Conflicts;

/// <summary>An operation meets somebody else's work that its author had not seen.</summary>
/// <param name="ElementId">What the conflict is about: the element of both, or the one that is deleted.</param>
/// <param name="Other">Whose work it is, by their newest operation.</param>
/// <param name="OtherElementId">The element which that operation is about.</param>
/// <param name="OtherDeletes">The other side deleted.</param>
/// <param name="OwnElementId">The element which the operation is about.</param>
/// <param name="OwnDeletes">The operation deletes.</param>
/// <param name="Values">What clashes.</param>
/// <param name="Before">The element before the clash, as <see cref="Conflict.Before"/> has it.</param>
internal sealed record Clash(
    string ElementId, TouchSource Other, string OtherElementId, bool OtherDeletes, string OwnElementId, bool OwnDeletes, ImmutableArray<ClashingValue> Values, string? Before);

/// <param name="Name">The attribute, or a <see cref="ClashName"/>.</param>
/// <param name="Base">What it was before both.</param>
/// <param name="Other">What the other side made it.</param>
/// <param name="Own">What the operation makes it.</param>
/// <param name="Namespace">What the prefix of the name stands for.</param>
internal readonly record struct ClashingValue(string Name, string? Base, string? Other, string? Own, string? Namespace);
