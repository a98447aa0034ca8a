using System.Diagnostics.CodeAnalysis;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Conflicts;

/// <summary>A subtree that was removed, and by whom.</summary>
/// <param name="By">Who removed it.</param>
/// <param name="Back">What puts it back where it was.</param>
internal sealed record Removal(TouchSource By, InsertNode Back)
{
    /// <summary>What it was in.</summary>
    public string ParentId => Back.ParentId;

    /// <summary>The subtree.</summary>
    public ElementContent Node => Back.Node;
}

/// <summary>
/// The newest removals, to bring a subtree back for a change that was made to it meanwhile. Bounded by count and by elements: beyond, the oldest are forgotten, and a change that
/// comes later than that is one to an unknown element.
/// </summary>
internal sealed class Removals(int maxRemovals = 512, int maxElements = 50_000)
{
    private readonly LinkedList<(Removal Removal, List<string> Ids)> _newestLast = new();
    private readonly Dictionary<string, Removal> _byElement = new(StringComparer.Ordinal);
    private int _elements;

    /// <summary>Takes up a removal; answers with the elements that were forgotten for it.</summary>
    public IReadOnlyList<string> Add(Removal removal, bool older = false)
    {
        var ids = new List<string>();
        removal.Node.All(element =>
        {
            ids.Add(element.ElementId);
            return true;
        });
        foreach (var id in ids)
        {
            if (older)
                _byElement.TryAdd(id, removal);
            else
                _byElement[id] = removal;
        }
        _elements += ids.Count;
        if (older)
            _newestLast.AddFirst((removal, ids));
        else
            _newestLast.AddLast((removal, ids));
        List<string>? forgotten = null;
        while (_newestLast.Count > maxRemovals || (_elements > maxElements && _newestLast.Count > 1))
        {
            var (oldest, gone) = _newestLast.First!.Value;
            _newestLast.RemoveFirst();
            _elements -= gone.Count;
            foreach (var id in gone)
            {
                if (_byElement.TryGetValue(id, out var current) && ReferenceEquals(current, oldest))
                {
                    _byElement.Remove(id);
                    (forgotten ??= []).Add(id);
                }
            }
        }
        return forgotten ?? [];
    }

    public bool TryGet(string elementId, [NotNullWhen(true)] out Removal? removal) => _byElement.TryGetValue(elementId, out removal);
}
