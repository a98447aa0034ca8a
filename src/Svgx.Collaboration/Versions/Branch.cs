namespace Svgx.Collaboration.Versions;

/// <summary>A line of work in a document, with a live session and a journal of its own that begins with the content of the place it was made from.</summary>
public sealed record Branch
{
    /// <summary>The document.</summary>
    public required Guid DocumentId { get; init; }

    /// <summary>1 to 64 characters, see <see cref="BranchName"/>; unique in the document. <c>main</c> is the one a document starts with.</summary>
    public required string Name { get; init; }

    /// <summary>Who made it; empty for <c>main</c>.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Their shown name at the time; empty for <c>main</c>.</summary>
    public required string CreatedByName { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>The branch it was made from; <see langword="null"/> for <c>main</c>.</summary>
    public string? FromBranch { get; init; }

    /// <summary>The revision of <see cref="FromBranch"/> that its revision 0 equals.</summary>
    public long FromRevision { get; init; }

    /// <summary>The version it was made from; <see langword="null"/> for <c>main</c>.</summary>
    public string? FromVersion { get; init; }

    /// <summary>Its last revision.</summary>
    public long HeadRevision { get; init; }

    /// <summary>When it was deleted, UTC. Its versions stay until it is purged; nobody can join it, and its name stays taken.</summary>
    public DateTime? DeletedAt { get; init; }

    /// <summary>When what it held was let go, UTC: its operations, snapshots, comments, conflicts and the contents of its versions. It was deleted before.</summary>
    public DateTime? PurgedAt { get; init; }
}

/// <summary>What a branch may be called.</summary>
public static class BranchName
{
    /// <summary>The longest name.</summary>
    public const int MaxLength = 64;

    /// <summary>Letters and digits of any script, and <c>. _ -</c>, one to 64 in number, beginning with a letter or digit. Case counts.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && char.IsLetterOrDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-') && name.IsNormalized();
}
