using System.Collections.Immutable;

namespace Svgx.Collaboration.Documents;

/// <summary>Something that sanitising took out, told so that a person understands it.</summary>
/// <param name="Path">Where it was, such as <c>svg/g[2]/script[1]</c>; of a longer one the end, after an ellipsis. At most 200 characters.</param>
/// <param name="What">What it was, such as <c>element script</c>, cut at 80 characters.</param>
/// <param name="Why">The reason.</param>
public sealed record RemovedPart(string Path, string What, string Why);

/// <summary>What an operation means for a document: changes, or a refusal.</summary>
public abstract record Interpretation
{
    private Interpretation()
    {
    }

    /// <summary>The operation fits.</summary>
    /// <param name="ElementId">The element it is about; of a <c>create</c> the new one.</param>
    /// <param name="Changes">What it does. Not yet applied.</param>
    /// <param name="Removed">What sanitising took out of it: the first 100 parts.</param>
    /// <param name="MoreRemoved">How many more parts were taken out.</param>
    public sealed record Accepted(string ElementId, ImmutableArray<DocumentChange> Changes, ImmutableArray<RemovedPart> Removed, int MoreRemoved = 0) : Interpretation;

    /// <summary>The operation does not fit.</summary>
    /// <param name="Code">A code of the protocol.</param>
    /// <param name="Reason">What is wrong, for a person.</param>
    public sealed record Refused(string Code, string Reason) : Interpretation;
}

/// <summary>The bounds of a document that operations keep.</summary>
public sealed record DocumentLimits
{
    /// <summary>The bounds used where nothing else is said.</summary>
    public static DocumentLimits Default { get; } = new();

    /// <summary>Elements in a document. Default 200,000.</summary>
    public int MaxElements { get; init; } = 200_000;

    /// <summary>Characters of all ids, names, values and text in a document. Default 64 Mi, three times the largest file that is taken in.</summary>
    public long MaxCharacters { get; init; } = 64 << 20;

    /// <summary>Levels of elements, the root being the first. Default 256.</summary>
    public int MaxDepth { get; init; } = 256;

    /// <summary>Characters in one attribute value or text. Default 16 Mi, room for an embedded picture.</summary>
    public int MaxValueLength { get; init; } = 16 << 20;
}
