using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Svgx.Collaboration.Storage;

/// <summary>A <see cref="JournalEntry"/> as a row.</summary>
internal sealed class OperationRow
{
    public required Guid DocumentId { get; init; }
    public required string Branch { get; init; }
    public required long Revision { get; init; }
    public required string OperationId { get; init; }
    public required string UserId { get; init; }
    public required string Username { get; init; }
    public required string SessionId { get; init; }
    public required string Type { get; init; }
    public required string ElementId { get; init; }
    public required byte[] Data { get; init; }
    public required byte[] Changes { get; init; }
    public required byte[] Inverse { get; init; }

    /// <summary>UTC ticks: exact, ordered, and cheap to bind.</summary>
    public required long Timestamp { get; init; }

    public long? BaseRevision { get; init; }
    public string? GestureId { get; init; }
    public string? GroupId { get; init; }
    public string? UndoOf { get; init; }
    public string? RedoOf { get; init; }
    public string? Origin { get; init; }

    /// <summary>The checksum, see <see cref="JournalChain"/>.</summary>
    public byte[]? Hash { get; init; }
}

internal sealed class OperationRowConfiguration : IEntityTypeConfiguration<OperationRow>
{
    public void Configure(EntityTypeBuilder<OperationRow> builder)
    {
        builder.ToTable("Operations");
        builder.HasKey(row => new { row.DocumentId, row.Branch, row.Revision }); // two writers can never both own a revision
        builder.HasIndex(row => new { row.DocumentId, row.OperationId }).IsUnique(); // a resent operation is the same operation
    }
}
