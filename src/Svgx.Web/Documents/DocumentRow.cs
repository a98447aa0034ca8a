using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Svgx.Collaboration.Engine;
using Svgx.Web.Identity;

namespace Svgx.Web.Documents;

/// <summary>A document as the app knows it; the drawing is the engine's.</summary>
public sealed class DocumentRow
{
    public Guid Id { get; init; }
    public required string Name { get; set; }
    public required string OwnerId { get; init; }
    public AppUser? Owner { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime UpdatedAt { get; set; }

    /// <summary>When it went to the bin; null while it is in use.</summary>
    public DateTime? DeletedAt { get; set; }
    public List<DocumentShare> Shares { get; } = [];
}

/// <summary>What somebody beside the owner may do with a document.</summary>
public sealed class DocumentShare
{
    public Guid DocumentId { get; init; }
    public required string UserId { get; init; }
    public AppUser? User { get; init; }
    public DocumentRole Role { get; set; }
}

internal sealed class DocumentRowConfiguration : IEntityTypeConfiguration<DocumentRow>
{
    public void Configure(EntityTypeBuilder<DocumentRow> builder)
    {
        builder.ToTable("Documents");
        builder.Property(row => row.Name).HasMaxLength(DocumentDirectory.MaxNameLength);
        builder.HasOne(row => row.Owner).WithMany().HasForeignKey(row => row.OwnerId);
        builder.HasMany(row => row.Shares).WithOne().HasForeignKey(share => share.DocumentId);
    }
}

internal sealed class DocumentShareConfiguration : IEntityTypeConfiguration<DocumentShare>
{
    public void Configure(EntityTypeBuilder<DocumentShare> builder)
    {
        builder.ToTable("DocumentShares");
        builder.HasKey(share => new { share.DocumentId, share.UserId });
        builder.Property(share => share.Role).HasConversion<string>();
        builder.HasOne(share => share.User).WithMany().HasForeignKey(share => share.UserId);
    }
}
