namespace Svgx.Collaboration.Storage;

/// <summary>
/// The checksums of the journal: each operation's covers every field of it and the checksum before it, so that none can be changed, exchanged or taken out unseen. Operations from before there
/// were checksums have none: the chain begins with the first that has one.
/// </summary>
internal static class JournalChain
{
    /// <summary>What the first operation of a chain follows.</summary>
    public static ReadOnlyMemory<byte> Start(Guid documentId, string branch)
    {
        using var hash = new FieldHash("svgx-journal-1");
        return hash.Add(documentId).Add(branch).Finish();
    }

    public static byte[] Hash(ReadOnlySpan<byte> before, JournalEntry entry)
    {
        using var hash = new FieldHash("svgx-operation-1");
        return hash.Add(before)
            .Add(entry.DocumentId).Add(entry.Branch).Add(entry.Revision).Add(entry.OperationId).Add(entry.UserId).Add(entry.Username).Add(entry.SessionId).Add(entry.Type).Add(entry.ElementId)
            .Add(entry.Data.Span).Add(entry.Changes.Span).Add(entry.Inverse.Span).Add(entry.Timestamp.Ticks)
            .Add(entry.BaseRevision).Add(entry.GestureId).Add(entry.GroupId).Add(entry.UndoOf).Add(entry.RedoOf).Add(entry.Origin)
            .Finish();
    }

    /// <summary>Gives new operations their checksums and returns the last one.</summary>
    public static ReadOnlyMemory<byte> Seal(IReadOnlyList<JournalEntry> entries, ReadOnlyMemory<byte> before)
    {
        foreach (var entry in entries)
            entry.Hash = before = Hash(before.Span, entry);
        return before;
    }

    /// <summary>Whether an operation is as it was stored, and follows the one before it. One without a checksum is so only before the chain begins.</summary>
    public static bool Holds(ReadOnlyMemory<byte> before, JournalEntry entry, bool hasBegun) =>
        entry.Hash is { } hash ? Hash(before.Span, entry).AsSpan().SequenceEqual(hash.Span) : !hasBegun;
}
