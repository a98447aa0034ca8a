using Svgx.Collaboration.Comments;

namespace Svgx.Web.Components.Comments;

/// <summary>The comments of a branch as they were, which can be read and not changed.</summary>
/// <param name="Title">What people call the moment, as in "Version 3".</param>
/// <param name="Branch">The branch.</param>
/// <param name="Moment">The moment.</param>
public sealed record FormerComments(string Title, string Branch, CommentMoment Moment);
