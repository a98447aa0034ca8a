using System.Collections.Immutable;

namespace Svgx.Collaboration.Conflicts;

/// <summary>The names of the ways to settle a conflict.</summary>
public static class ConflictStrategies
{
    /// <summary>The clashing values are those written last; where deleting came last, the element goes.</summary>
    public const string LastWriteWins = "last_write_wins";

    /// <summary>Three-way: a side that equals the state before gives way; <c>style</c> by declaration, <c>class</c> by token; else the last one. A change wins over a deletion.</summary>
    public const string Merge = "merge";

    /// <summary>The state before both.</summary>
    public const string Reject = "reject";

    /// <summary>One side's values, or a side for each value.</summary>
    public const string UserChoice = "user_choice";

    /// <summary>What the document's policy says.</summary>
    public const string Automatic = "automatic";

    /// <summary>Hold: it waits for a person, without a time-out.</summary>
    public const string Manual = "manual";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [LastWriteWins, Merge, Reject, UserChoice, Automatic, Manual];

    /// <summary>Those that decide without a person.</summary>
    public static ImmutableArray<string> Unattended { get; } = [LastWriteWins, Merge, Reject];
}
