using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <summary>A durable operation on its way to the participants.</summary>
public sealed class CommittedOperation(JournalEntry entry)
{
    /// <summary>The operation as the journal has it.</summary>
    public JournalEntry Entry { get; } = entry;

    /// <summary>Where the protocol keeps the encoded form, so that it is made once for all receivers. Two threads may both make it; either result serves.</summary>
    internal object? Encoded { get; set; }
}
