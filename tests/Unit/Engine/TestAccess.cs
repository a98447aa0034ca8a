using System.Collections.Concurrent;
using Svgx.Collaboration.Engine;

namespace Svgx.Tests.Unit.Engine;

/// <summary>Everybody is an editor until the test says otherwise.</summary>
internal sealed class TestAccess : IDocumentAccess
{
    private readonly ConcurrentDictionary<string, DocumentRole?> _roles = new();

    public event Action<AccessChanged>? Changed;

    public ValueTask<DocumentAccess?> GetAsync(Guid documentId, string userId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_roles.GetValueOrDefault(userId, DocumentRole.Editor) is { } role ? new DocumentAccess("Drawing", role, userId) : null);

    public void Set(Guid documentId, string userId, DocumentRole? role)
    {
        _roles[userId] = role;
        Changed?.Invoke(new(documentId, userId));
    }
}
