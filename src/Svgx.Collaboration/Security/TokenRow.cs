using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Svgx.Collaboration.Security;

/// <summary>A token that was made, without the token. Times are UTC milliseconds since 1970, as tokens carry them.</summary>
internal sealed class TokenRow
{
    public required string TokenId { get; init; }
    public required string UserId { get; init; }
    public Guid? DocumentId { get; init; }
    public string? Role { get; init; }
    public string? SessionId { get; init; }
    public required long CreatedAt { get; init; }
    public required long ExpiresAt { get; init; }
    public long? LastUsedAt { get; init; }
    public long? RevokedAt { get; init; }
}

internal sealed class TokenRowConfiguration : IEntityTypeConfiguration<TokenRow>
{
    public void Configure(EntityTypeBuilder<TokenRow> builder)
    {
        builder.ToTable("Tokens");
        builder.HasKey(row => row.TokenId);
        builder.HasIndex(row => new { row.UserId, row.CreatedAt });
    }
}
