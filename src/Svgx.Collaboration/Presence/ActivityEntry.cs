using System.Collections.Immutable;

namespace Svgx.Collaboration.Presence;

/// <summary>One entry of a document's activity log: what one user did, once or several times in a row.</summary>
/// <param name="Id">Ascends with the entries of all documents; the newest activity has the highest.</param>
/// <param name="DocumentId">Where.</param>
/// <param name="Branch">In which branch.</param>
/// <param name="UserId">Who.</param>
/// <param name="Username">Their shown name at the time.</param>
/// <param name="Kind">What, one of <see cref="ActivityKind"/>.</param>
/// <param name="Detail">More of it: an operation's type, a version's name; <see langword="null"/> where there is no more.</param>
/// <param name="Count">How often.</param>
/// <param name="ElementIds">The elements concerned, each once, at most 50.</param>
/// <param name="StartedAt">When it began, UTC.</param>
/// <param name="EndedAt">When it happened last, UTC.</param>
public sealed record ActivityEntry(
    long Id, Guid DocumentId, string Branch, string UserId, string Username, string Kind, string? Detail, long Count, ImmutableArray<string> ElementIds, DateTime StartedAt, DateTime EndedAt);

/// <summary>Something that was done, for <see cref="ActivityLog.Record"/>.</summary>
/// <param name="DocumentId">Where.</param>
/// <param name="Branch">In which branch.</param>
/// <param name="UserId">Who.</param>
/// <param name="Username">Their shown name.</param>
/// <param name="Kind">What, one of <see cref="ActivityKind"/>.</param>
/// <param name="Detail">More of it, at most 200 characters; the rest is cut.</param>
/// <param name="ElementIds">The elements concerned.</param>
/// <param name="Count">How often.</param>
/// <param name="At">When, UTC; default: now.</param>
internal readonly record struct Activity(
    Guid DocumentId, string Branch, string UserId, string Username, string Kind, string? Detail = null, ImmutableArray<string> ElementIds = default, long Count = 1, DateTime? At = null);

/// <summary>The kinds of entries in an activity log, as they are stored and sent. A feature adds its own; readers pass over those that they do not know.</summary>
public static class ActivityKind
{
    /// <summary>Came in, with their first session.</summary>
    public const string Joined = "joined";

    /// <summary>Went, with their last session.</summary>
    public const string Left = "left";

    /// <summary>Is here but not at it.</summary>
    public const string Away = "away";

    /// <summary>Is at it again.</summary>
    public const string Back = "back";

    /// <summary>Changed the drawing; the detail is the operation's type, or what made it: <c>undo</c>, <c>redo</c>, or its origin.</summary>
    public const string Operation = "operation";

    /// <summary>Worked on comments; the detail is what was done: <c>created</c>, <c>replied</c>, <c>edited</c>, <c>deleted</c>, <c>restored</c>, <c>resolved</c>, <c>reopened</c>. What a merge brought is not in the log.</summary>
    public const string Comment = "comment";

    /// <summary>Changed something without having seen that somebody else did, or merged what clashed; the detail is the other one's shown name. Decisions are operations with the origin <c>resolution:ID</c>.</summary>
    public const string Conflict = "conflict";

    /// <summary>Saved a version; the detail is its name, or its description where it has none. What is brought back or merged is an operation; checkpoints are not in the log.</summary>
    public const string Version = "version";

    /// <summary>Made a branch; the detail is its name.</summary>
    public const string BranchCreated = "branch_created";

    /// <summary>Deleted a branch; the detail is its name.</summary>
    public const string BranchDeleted = "branch_deleted";

    /// <summary>Let go, for good, of what a deleted branch held; the detail is its name.</summary>
    public const string BranchPurged = "branch_purged";
}
