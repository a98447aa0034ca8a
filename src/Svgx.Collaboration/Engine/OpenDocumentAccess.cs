namespace Svgx.Collaboration.Engine;

/// <summary>Lets every user do everything in every document; only a token's own limits count. For programs that host the engine and have no accounts.</summary>
public sealed class OpenDocumentAccess : IDocumentAccess
{
    /// <inheritdoc/>
    public event Action<AccessChanged>? Changed
    {
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public ValueTask<DocumentAccess?> GetAsync(Guid documentId, string userId, CancellationToken cancellationToken) =>
        ValueTask.FromResult<DocumentAccess?>(new DocumentAccess("Drawing", DocumentRole.Owner, userId));
}
