using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <summary>A durable operation on its way to the participants.</summary>
public sealed class CommittedOperation(JournalEntry entry, long acceptedAt = 0)
{
    /// <summary>The operation as the journal has it.</summary>
    public JournalEntry Entry { get; } = entry;

    /// <summary>The timestamp at which its turn began; 0 for what comes from the journal. For measuring.</summary>
    internal long AcceptedAt { get; } = acceptedAt;

    /// <summary>Where the protocol keeps the encoded form, so that it is made once for all receivers. Two threads may both make it; either result serves.</summary>
    internal object? Encoded { get; set; }
}
