namespace Svgx.Collaboration.Engine;

/// <summary>
/// The operation ids of a document, as 64-bit fingerprints: what is not in it is certainly new, what is in it is looked up in the journal.
/// Spares a query for each new operation at a dozen bytes each; the fingerprint is seeded by the process, so nobody can aim at a collision.
/// </summary>
internal sealed class OperationIdSet
{
    private readonly HashSet<ulong> _fingerprints = [];

    public void Add(string operationId) => _fingerprints.Add(Fingerprint(operationId));

    public bool MayContain(string operationId) => _fingerprints.Contains(Fingerprint(operationId));

    private static ulong Fingerprint(string id) =>
        ((ulong)(uint)string.GetHashCode(id, StringComparison.Ordinal) << 32) | (uint)HashCode.Combine(id.Length, string.GetHashCode(id.AsSpan(id.Length / 2), StringComparison.Ordinal));
}
