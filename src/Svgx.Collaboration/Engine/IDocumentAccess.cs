namespace Svgx.Collaboration.Engine;

/// <summary>Who may do what in which document. The host implements it; the engine asks at every join and whenever <see cref="Changed"/> is raised.</summary>
public interface IDocumentAccess
{
    /// <summary>Raised after rights changed or a document went: the engine reads them anew for those who are in, at once.</summary>
    event Action<AccessChanged>? Changed;

    /// <summary>What the user may do there; <see langword="null"/> where they may not even know that the document exists.</summary>
    ValueTask<DocumentAccess?> GetAsync(Guid documentId, string userId, CancellationToken cancellationToken);
}

/// <param name="DocumentName">The document's name as people see it.</param>
/// <param name="Role">What the user may do.</param>
/// <param name="Username">The account's own name, shown where the client gives none.</param>
public sealed record DocumentAccess(string DocumentName, DocumentRole Role, string Username);

/// <param name="DocumentId">The document whose rights changed.</param>
/// <param name="UserId">Whose; <see langword="null"/>: everybody's.</param>
/// <param name="DocumentGone">The document was deleted: who is in is told so, and not that they lost a right.</param>
public readonly record struct AccessChanged(Guid DocumentId, string? UserId = null, bool DocumentGone = false);
