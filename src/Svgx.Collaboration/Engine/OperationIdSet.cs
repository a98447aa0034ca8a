namespace Svgx.Collaboration.Engine;

/// <summary>
/// The operation ids of a document in all its branches, as 64-bit fingerprints: what is not in it is certainly new, what is in it is looked up in the journal.
/// Spares a query for each new operation at a dozen bytes each; the fingerprint is seeded by the process, so nobody can aim at a collision.
/// The sessions of a document's branches share it, and each claims an id before it takes it: two that took the same one would find out as they store it, with all else in their turns. Thread-safe.
/// </summary>
internal sealed class OperationIdSet
{
    private readonly Lock _lock = new();
    private readonly HashSet<ulong> _fingerprints = [];
    private readonly Dictionary<string, string> _claims = new(StringComparer.Ordinal); // to the branch, until it is stored or given up

    public void Add(IEnumerable<string> operationIds)
    {
        lock (_lock)
        {
            foreach (var id in operationIds)
                _fingerprints.Add(Fingerprint(id));
        }
    }

    public bool MayContain(string operationId)
    {
        lock (_lock)
            return _fingerprints.Contains(Fingerprint(operationId));
    }

    /// <summary>Keeps an id for a branch until <see cref="Release"/>. False where another branch has it, or has taken it since it was found to be new.</summary>
    /// <param name="operationId">The id.</param>
    /// <param name="branch">For whom.</param>
    /// <param name="isLookedUp">The journal has been asked, and does not have it.</param>
    public bool TryClaim(string operationId, string branch, bool isLookedUp)
    {
        lock (_lock)
        {
            if (_claims.TryGetValue(operationId, out var by) ? by != branch : !isLookedUp && _fingerprints.Contains(Fingerprint(operationId)))
                return false;
            _claims[operationId] = branch;
            return true;
        }
    }

    /// <summary>Lets go of what was claimed; what was stored of it is in the set by then.</summary>
    public void Release(IReadOnlyCollection<string> operationIds)
    {
        if (operationIds.Count == 0)
            return;
        lock (_lock)
        {
            foreach (var id in operationIds)
                _claims.Remove(id);
        }
    }

    private static ulong Fingerprint(string id) =>
        ((ulong)(uint)string.GetHashCode(id, StringComparison.Ordinal) << 32) | (uint)HashCode.Combine(id.Length, string.GetHashCode(id.AsSpan(id.Length / 2), StringComparison.Ordinal));
}
