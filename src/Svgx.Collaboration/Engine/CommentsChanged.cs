namespace Svgx.Collaboration.Engine;

/// <summary>The comments of a branch changed, durably.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="Branch">The branch.</param>
/// <param name="HasEvents">Something happened to threads; otherwise only read marks moved.</param>
/// <param name="Readers">Users whose read marks moved.</param>
public sealed record CommentsChanged(Guid DocumentId, string Branch, bool HasEvents, IReadOnlyList<string> Readers);
