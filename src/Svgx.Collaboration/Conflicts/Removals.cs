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
/// The newest removals, to bring a subtree back for a change that was made to it meanwhile. Bounded by count, by elements and by characters: beyond, the oldest are forgotten, and a change that
/// comes later than that is one to an unknown element.
/// </summary>
internal sealed class Removals(int maxRemovals = 512, int maxElements = 50_000, long maxCharacters = 16 << 20)
{
    private readonly LinkedList<(Removal Removal, List<string> Ids, long Characters)> _newestLast = new();
    private readonly Dictionary<string, Removal> _byElement = new(StringComparer.Ordinal);
    private int _elements;
    private long _characters;

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
        var characters = removal.Node.Characters();
        _elements += ids.Count;
        _characters += characters;
        if (older)
            _newestLast.AddFirst((removal, ids, characters));
        else
            _newestLast.AddLast((removal, ids, characters));
        List<string>? forgotten = null;
        while (_newestLast.Count > maxRemovals || ((_elements > maxElements || _characters > maxCharacters) && _newestLast.Count > 1))
        {
            var (oldest, gone, length) = _newestLast.First!.Value;
            _newestLast.RemoveFirst();
            _elements -= gone.Count;
            _characters -= length;
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
