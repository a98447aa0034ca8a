using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>The checksums of versions and branches.</summary>
internal static class VersionHash
{
    /// <summary>The id that a version must have.</summary>
    public static string Id(DocumentVersion version)
    {
        using var hash = new FieldHash("svgx-version-1");
        hash.Add(version.ContentHash).Add(version.Parents.Length);
        foreach (var parent in version.Parents)
            hash.Add(parent);
        return Convert.ToHexStringLower(hash.Add(version.AuthorId).Add(version.AuthorName).Add(version.CreatedAt.Ticks).Add(version.Description)
            .Add(version.DocumentId).Add(version.Number).Add(version.Branch).Add(version.Revision).Add((long)version.Kind).Finish());
    }

    public static byte[] Labels(DocumentVersion version)
    {
        using var hash = new FieldHash("svgx-labels-1");
        hash.Add(version.VersionId).Add(version.PurgedAt?.Ticks).Add(version.Labels.Name).Add(version.Labels.Tags.Length);
        foreach (var tag in version.Labels.Tags)
            hash.Add(tag);
        foreach (var (name, value) in version.Labels.Metadata)
            hash.Add(name).Add(value);
        return hash.Finish();
    }

    public static byte[] Branch(Branch branch)
    {
        using var hash = new FieldHash("svgx-branch-1");
        hash.Add(branch.DocumentId).Add(branch.Name).Add(branch.CreatedBy).Add(branch.CreatedByName).Add(branch.CreatedAt.Ticks)
            .Add(branch.FromBranch).Add(branch.FromRevision).Add(branch.FromVersion).Add(branch.DeletedAt?.Ticks);
        if (branch.PurgedAt is { } purged) // rows from before there was a purge have no such field
            hash.Add(purged.Ticks);
        return hash.Finish();
    }
}
