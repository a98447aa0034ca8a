namespace Svgx.Collaboration.Storage;

/// <summary>One accepted operation: as it was sent, and as what it did.</summary>
public sealed record JournalEntry
{
    /// <summary>The document.</summary>
    public required Guid DocumentId { get; init; }

    /// <summary>The branch.</summary>
    public required string Branch { get; init; }

    /// <summary>1, 2, 3 ... without gaps in a branch.</summary>
    public required long Revision { get; init; }

    /// <summary>Unique in the document.</summary>
    public required string OperationId { get; init; }

    /// <summary>The author.</summary>
    public required string UserId { get; init; }

    /// <summary>The author's shown name at the time.</summary>
    public required string Username { get; init; }

    /// <summary>The author's session.</summary>
    public required string SessionId { get; init; }

    /// <summary>The operation's wire name.</summary>
    public required string Type { get; init; }

    /// <summary>The element it is about.</summary>
    public required string ElementId { get; init; }

    /// <summary>The operation's data as sent, UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>What it did to the tree, UTF-8 JSON as <see cref="Documents.ChangeJson"/> reads it.</summary>
    public required ReadOnlyMemory<byte> Changes { get; init; }

    /// <summary>What takes it back, in the same form.</summary>
    public required ReadOnlyMemory<byte> Inverse { get; init; }

    /// <summary>When it was accepted, UTC.</summary>
    public required DateTime Timestamp { get; init; }

    /// <summary>The last revision its author had seen.</summary>
    public long? BaseRevision { get; init; }

    /// <summary>The gesture it ended.</summary>
    public string? GestureId { get; init; }

    /// <summary>The undo step it belongs to.</summary>
    public string? GroupId { get; init; }

    /// <summary>The operations it takes back, separated by spaces, newest first.</summary>
    public string? UndoOf { get; init; }

    /// <summary>The undo whose work it brings back.</summary>
    public string? RedoOf { get; init; }

    /// <summary>
    /// What made it, where it is not its author's own gesture, as <c>kind:id</c>: <c>resolution:CONFLICT_ID</c>, <c>revert:VERSION_ID</c>, <c>merge:BRANCH</c>,
    /// <c>restore:REVISION</c>. Such an operation has type <c>update</c>, no data, and may touch several elements.
    /// </summary>
    public string? Origin { get; init; }

    /// <summary>SHA-256 over all of the above and the checksum before it in the branch; given when the operation is stored. Absent on operations older than checksums.</summary>
    public ReadOnlyMemory<byte>? Hash { get; internal set; }

    /// <summary>The size of what it holds.</summary>
    internal long Bytes => Data.Length + Changes.Length + Inverse.Length;

    /// <summary>Whether it is a deletion that waits for a decision: it changed nothing.</summary>
    public bool IsHeldDeletion => Type == "delete" && Changes.Span.SequenceEqual("[]"u8);
}
