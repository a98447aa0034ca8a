using System.Collections.Immutable;

namespace Svgx.Collaboration.Versions;

/// <summary>
/// Which revisions of which branches are contained in which, told from where branches were made and what was merged. Pure. From it comes the nearest common ancestor of two branches, which is a
/// revision and not only a version: what a branch was made from needs no version to be found again (docs/decisions/0021).
/// </summary>
internal sealed class BranchHistory(IReadOnlyList<Branch> branches, IReadOnlyList<DocumentVersion> versions)
{
    private readonly Dictionary<string, Branch> _branches = branches.ToDictionary(branch => branch.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, DocumentVersion> _versions = versions.ToDictionary(version => version.VersionId, StringComparer.Ordinal);

    /// <summary>For each branch, up to which revision its work is contained in a branch at a revision.</summary>
    public Dictionary<string, long> Contained(string branch, long revision)
    {
        var contained = new Dictionary<string, long>(StringComparer.Ordinal);
        var waiting = new Queue<(string Branch, long Revision)>([(branch, revision)]);
        while (waiting.TryDequeue(out var point))
        {
            if (contained.TryGetValue(point.Branch, out var known) && known >= point.Revision)
                continue;
            contained[point.Branch] = point.Revision;
            if (_branches.TryGetValue(point.Branch, out var made) && made.FromBranch is { } from)
                waiting.Enqueue((from, made.FromRevision));
            foreach (var merge in versions)
            {
                if (merge.Branch == point.Branch && merge.Revision <= point.Revision && merge.Parents is [_, var second] && _versions.TryGetValue(second, out var source))
                    waiting.Enqueue((source.Branch, source.Revision));
            }
        }
        return contained;
    }

    /// <summary>
    /// The points that two branches have in common and that no other common point contains, but for those in purged branches, which cannot be read any more; best first. There is one, unless the two have been merged into each other crosswise: then the
    /// one whose branch is named first among those with the most work in them stands at the front.
    /// </summary>
    public ImmutableArray<(string Branch, long Revision)> CommonAncestors(string one, long oneRevision, string other, long otherRevision)
    {
        Dictionary<string, long> mine = Contained(one, oneRevision), theirs = Contained(other, otherRevision);
        var common = mine.Where(pair => theirs.ContainsKey(pair.Key) && !(_branches.TryGetValue(pair.Key, out var branch) && branch.PurgedAt is not null)).Select(pair => (Branch: pair.Key, Revision: Math.Min(pair.Value, theirs[pair.Key]))).ToList();
        var reach = common.ToDictionary(point => point, point => Contained(point.Branch, point.Revision));
        return [.. common
            .Where(point => !common.Exists(better => better != point && reach[better].TryGetValue(point.Branch, out var upTo) && upTo >= point.Revision
                && !(reach[point].TryGetValue(better.Branch, out var back) && back >= better.Revision)))
            .OrderByDescending(point => reach[point].Values.Sum())
            .ThenBy(point => point.Branch, StringComparer.Ordinal)];
    }
}
