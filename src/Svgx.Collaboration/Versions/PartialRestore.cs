using System.Collections.Immutable;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Versions;

/// <summary>Brings single elements back to what they were, with all in them, and leaves the rest of a drawing as it is.</summary>
internal static class PartialRestore
{
    /// <summary>The drawing as it is to become. Neither document is changed.</summary>
    /// <exception cref="VersionRefusedException">The older content does not have one of the elements, or one is the root.</exception>
    public static Document Build(Document now, Document then, IReadOnlyCollection<string> elementIds)
    {
        var chosen = new HashSet<string>(elementIds, StringComparer.Ordinal);
        if (chosen.FirstOrDefault(id => !then.TryGetElement(id, out _)) is { } unknown)
            throw new VersionRefusedException("unknown_element", $"There is no element \"{unknown}\" in what is to be restored.");
        if (chosen.Contains(then.Root.Id))
            throw new VersionRefusedException("root_is_fixed", "The root is restored with the whole drawing alone.");
        var target = new Document(now.Root.ToContent(), now.Prolog, now.Epilog);
        foreach (var element in DocumentDiff.InOrder(then.Root).Where(element => chosen.Contains(element.Id) && !HasChosenAncestor(element, chosen)))
        {
            // Whatever of it is somewhere now goes first, so that every id is free.
            foreach (var inner in DocumentDiff.InOrder(element))
            {
                if (target.TryGetElement(inner.Id, out _))
                    target.Apply([new RemoveElement(inner.Id)]);
            }
            var parent = target.TryGetElement(element.Parent!.Id, out var former) ? former : target.Root;
            var key = ReferenceEquals(parent, former) ? element.Key : SortKey.Between(parent.Children is [.., var last] ? last.Key : null, null);
            target.Apply([new InsertNode(parent.Id, PrefixScope.Declare((ElementContent)element.ToContent().At(key), PrefixScope.Of(element), parent))]);
        }
        return target;
    }

    private static bool HasChosenAncestor(SvgElement element, HashSet<string> chosen)
    {
        for (var at = element.Parent; at is not null; at = at.Parent)
        {
            if (chosen.Contains(at.Id))
                return true;
        }
        return false;
    }
}
