using System.Collections.Immutable;

namespace Svgx.Collaboration.Conflicts;

/// <summary>
/// Two people's work on one element that clashes. Immutable; a newer state replaces it under the same id. Values are kept by name: an attribute's as written, or one of the
/// <see cref="ClashName"/>s; <see langword="null"/> means absent.
/// </summary>
public sealed record Conflict
{
    /// <summary>Operations named per side; of more, the newest.</summary>
    public const int MaxOperationIds = 20;

    /// <summary>Characters of <see cref="Before"/>; a larger element is not kept.</summary>
    public const int MaxBefore = 32_768;

    /// <summary><c>conflict_</c> and 32 hexadecimal digits; ids of a document sort by the time of detection.</summary>
    public required string ConflictId { get; init; }

    /// <summary>The document.</summary>
    public required Guid DocumentId { get; init; }

    /// <summary>The branch.</summary>
    public required string Branch { get; init; }

    /// <summary>The element it is about; of a <c>delete_conflict</c> the one to be deleted.</summary>
    public required string ElementId { get; init; }

    /// <summary><c>concurrent_</c> and the operation type, <c>delete_conflict</c>, <c>transformation_conflict</c> or <c>modification_conflict</c>.</summary>
    public required string Type { get; init; }

    /// <summary>How much is at stake.</summary>
    public required ConflictSeverity Severity { get; init; }

    /// <summary>Whether the document's policy may settle it at once. Never where something is deleted.</summary>
    public required bool AutoResolvable { get; init; }

    /// <summary>Open until it is settled; a decision that is taken back opens it again.</summary>
    public required ConflictStatus Status { get; init; }

    /// <summary>The side that came first into the journal.</summary>
    public required ConflictSide First { get; init; }

    /// <summary>The side that came after it; of a merge, what comes in.</summary>
    public required ConflictSide Second { get; init; }

    /// <summary>What the clashing values were before both sides.</summary>
    public required IReadOnlyDictionary<string, string?> Base { get; init; }

    /// <summary>What the prefixes of clashing attributes stood for, by the attribute's name; <see langword="null"/> where none has a prefix, and for conflicts from before this was kept.</summary>
    public IReadOnlyDictionary<string, string>? Namespaces { get; init; }

    /// <summary>The clashing names whose last value is the first side's; of all others it is the second's.</summary>
    public ImmutableArray<string> LastByFirst { get; init; } = [];

    /// <summary>The element before the clash as a <c>NODE</c> of the protocol, JSON text of at most <see cref="MaxBefore"/> characters; <see langword="null"/> where it is larger.</summary>
    public string? Before { get; init; }

    /// <summary>The branch whose merge found it; <see langword="null"/> for live work.</summary>
    public string? MergedFrom { get; init; }

    /// <summary>When it was found, UTC.</summary>
    public required DateTime DetectedAt { get; init; }

    /// <summary>When the policy's time-out decides, UTC; <see langword="null"/>: it waits for a person.</summary>
    public DateTime? DecideBy { get; init; }

    /// <summary>How many clashes were joined in it, 1 or more.</summary>
    public required int Clashes { get; init; }

    /// <summary>How it was settled; <see langword="null"/> while it is open.</summary>
    public ConflictResolution? Resolution { get; init; }

    /// <summary>A decision that its author took back by undo; redo brings it back.</summary>
    public ConflictResolution? TakenBack { get; init; }

    /// <summary>Whether a person may (still) decide: it is open, or the policy has settled it.</summary>
    public bool CanBeDecided => Status == ConflictStatus.Open || Resolution is { IsByPolicy: true };

    /// <summary>Makes an id.</summary>
    internal static string NewId(DateTimeOffset at) => "conflict_" + Guid.CreateVersion7(at).ToString("N");
}

/// <summary>One side of a <see cref="Conflict"/>.</summary>
public sealed record ConflictSide
{
    /// <summary>Who.</summary>
    public required string UserId { get; init; }

    /// <summary>Their shown name at the time.</summary>
    public required string Username { get; init; }

    /// <summary>Their operations in it, oldest first; at most <see cref="Conflict.MaxOperationIds"/>, the newest kept.</summary>
    public required ImmutableArray<string> OperationIds { get; init; }

    /// <summary>The newest operation's wire type.</summary>
    public required string OperationType { get; init; }

    /// <summary>When the newest one was accepted, UTC.</summary>
    public required DateTime Timestamp { get; init; }

    /// <summary>The element the side's operation is about; of a change inside a deleted element, the changed one.</summary>
    public required string ElementId { get; init; }

    /// <summary>Whether this side deletes.</summary>
    public bool IsDelete { get; init; }

    /// <summary>What this side wants the clashing values to be.</summary>
    public required IReadOnlyDictionary<string, string?> Values { get; init; }
}

/// <summary>How a <see cref="Conflict"/> was settled.</summary>
public sealed record ConflictResolution
{
    /// <summary>The <see cref="ResolvedBy"/> of decisions that nobody made.</summary>
    public const string Policy = "policy";

    /// <summary>What was done, a name of <see cref="ConflictStrategies"/>.</summary>
    public required string Strategy { get; init; }

    /// <summary>Who decided: a user id, or <see cref="Policy"/>.</summary>
    public required string ResolvedBy { get; init; }

    /// <summary>Their shown name.</summary>
    public required string Username { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>The operation that did it; <see langword="null"/> where the policy found the drawing as it wants it.</summary>
    public string? OperationId { get; init; }

    /// <summary>Of <c>user_choice</c>: an operation of the side that was chosen.</summary>
    public string? ChosenOperationId { get; init; }

    /// <summary>Of <c>user_choice</c> by value: the chosen operation for each name.</summary>
    public IReadOnlyDictionary<string, string>? Choices { get; init; }

    /// <summary>Whether nobody decided: a person still may, once.</summary>
    public bool IsByPolicy => ResolvedBy == Policy;
}

/// <summary>What can be wanted of a conflict.</summary>
/// <param name="ConflictId">Which one.</param>
/// <param name="Strategy">A name of <see cref="ConflictStrategies"/>.</param>
/// <param name="ChosenOperationId">For <c>user_choice</c>: any operation of the side to take.</param>
/// <param name="Choices">For <c>user_choice</c> by value: for each clashing name any operation of the side to take it from. A name left out stays as it is.</param>
public sealed record ConflictDecision(string ConflictId, string Strategy, string? ChosenOperationId = null, IReadOnlyDictionary<string, string>? Choices = null);

/// <summary>How much is at stake in a conflict.</summary>
public enum ConflictSeverity
{
    /// <summary>Values such as colours.</summary>
    Low,

    /// <summary>Something is moved or resized.</summary>
    Medium,

    /// <summary>Something is deleted.</summary>
    High,
}

/// <summary>Whether a conflict waits.</summary>
public enum ConflictStatus
{
    /// <summary>It waits for a decision; nothing of either side is lost.</summary>
    Open,

    /// <summary>It was decided.</summary>
    Settled,
}

/// <summary>The names of values that are not attributes. No attribute begins with <c>#</c>.</summary>
public static class ClashName
{
    /// <summary>An element's own text: the JSON of the nodes of a <c>content</c> change.</summary>
    public const string Text = "#text";

    /// <summary>The place in the tree: <c>{"parent_id":...,"key":...}</c>.</summary>
    public const string Place = "#place";

    /// <summary>Whether the element is there: <c>true</c> or absent.</summary>
    public const string Exists = "#exists";
}
