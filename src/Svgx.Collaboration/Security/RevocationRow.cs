using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Svgx.Collaboration.Security;

/// <summary>A <see cref="TokenRevocation"/> as a row. Processes read what others have added by the sequence, which no row ever has again.</summary>
internal sealed class RevocationRow
{
    public long Sequence { get; init; }
    public string? TokenId { get; init; }
    public string? UserId { get; init; }
    public Guid? DocumentId { get; init; }

    /// <summary>UTC milliseconds since 1970, as tokens say when they were made.</summary>
    public required long RevokedAt { get; init; }

    /// <summary>Milliseconds likewise: no token that it covers lasts longer, and the row may go.</summary>
    public required long UntilAt { get; init; }
}

internal sealed class RevocationRowConfiguration : IEntityTypeConfiguration<RevocationRow>
{
    public void Configure(EntityTypeBuilder<RevocationRow> builder)
    {
        builder.ToTable("TokenRevocations");
        builder.HasKey(row => row.Sequence);
        builder.Property(row => row.Sequence).ValueGeneratedOnAdd();
    }
}
