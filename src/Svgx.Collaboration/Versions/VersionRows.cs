using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Svgx.Collaboration.Versions;

/// <summary>A <see cref="DocumentVersion"/> as a row.</summary>
internal sealed class VersionRow
{
    public required Guid DocumentId { get; init; }
    public required string VersionId { get; init; }
    public required long Number { get; init; }
    public required string Branch { get; init; }
    public required long Revision { get; init; }

    /// <summary>Ids separated by a space.</summary>
    public required string Parents { get; init; }

    public required string ContentHash { get; init; }
    public required string AuthorId { get; init; }
    public required string AuthorName { get; init; }
    public required string Description { get; init; }
    public required int Kind { get; init; }

    /// <summary>UTC ticks.</summary>
    public required long CreatedAt { get; init; }

    public string? Name { get; init; }

    /// <summary>A JSON list of strings.</summary>
    public required string Tags { get; init; }

    /// <summary>A JSON object of strings.</summary>
    public required string Metadata { get; init; }

    /// <summary>UTC ticks.</summary>
    public long? PurgedAt { get; init; }

    /// <summary>SHA-256 over what the id does not cover: labels and <see cref="PurgedAt"/>.</summary>
    public required byte[] LabelHash { get; init; }
}

/// <summary>A content: which chunks it consists of. Each content of a document is there once.</summary>
internal sealed class VersionContentRow
{
    public required Guid DocumentId { get; init; }
    public required string ContentHash { get; init; }
    public required byte[] Header { get; init; }

    /// <summary>32 bytes for each bucket.</summary>
    public required byte[] Chunks { get; init; }
}

/// <summary>A chunk of contents, Brotli-compressed. Each chunk of a document is there once.</summary>
internal sealed class VersionChunkRow
{
    public required Guid DocumentId { get; init; }
    public required byte[] Hash { get; init; }
    public required byte[] Content { get; init; }
}

/// <summary>A <see cref="Branch"/> other than <c>main</c> as a row.</summary>
internal sealed class BranchRow
{
    public required Guid DocumentId { get; init; }
    public required string Name { get; init; }
    public required string CreatedBy { get; init; }
    public required string CreatedByName { get; init; }

    /// <summary>UTC ticks.</summary>
    public required long CreatedAt { get; init; }

    public required string FromBranch { get; init; }
    public required long FromRevision { get; init; }
    public required string FromVersion { get; init; }

    /// <summary>UTC ticks.</summary>
    public long? DeletedAt { get; init; }

    /// <summary>UTC ticks.</summary>
    public long? PurgedAt { get; init; }

    /// <summary>SHA-256 over the other columns.</summary>
    public required byte[] Hash { get; init; }
}

internal sealed class VersionRowConfiguration : IEntityTypeConfiguration<VersionRow>
{
    public void Configure(EntityTypeBuilder<VersionRow> builder)
    {
        builder.ToTable("Versions");
        builder.HasKey(row => new { row.DocumentId, row.VersionId });
        builder.HasIndex(row => new { row.DocumentId, row.Number }).IsUnique();
        builder.HasIndex(row => new { row.DocumentId, row.Branch, row.Revision });
    }
}

internal sealed class VersionContentRowConfiguration : IEntityTypeConfiguration<VersionContentRow>
{
    public void Configure(EntityTypeBuilder<VersionContentRow> builder)
    {
        builder.ToTable("VersionContents");
        builder.HasKey(row => new { row.DocumentId, row.ContentHash });
    }
}

internal sealed class VersionChunkRowConfiguration : IEntityTypeConfiguration<VersionChunkRow>
{
    public void Configure(EntityTypeBuilder<VersionChunkRow> builder)
    {
        builder.ToTable("VersionChunks");
        builder.HasKey(row => new { row.DocumentId, row.Hash });
    }
}

internal sealed class BranchRowConfiguration : IEntityTypeConfiguration<BranchRow>
{
    public void Configure(EntityTypeBuilder<BranchRow> builder)
    {
        builder.ToTable("Branches");
        builder.HasKey(row => new { row.DocumentId, row.Name });
    }
}
