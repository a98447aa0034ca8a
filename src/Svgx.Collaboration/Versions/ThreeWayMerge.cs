using System.Collections.Immutable;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Versions;

/// <summary>
/// Merges what two branches made of their common ancestor, by element and by attribute. Pure and deterministic. What only one side changed is taken; what both changed alike is taken once;
/// what both changed differently is a clash, decided by a resolution, else the target's value stands, and what one side deleted stays. A deletion clashes with any change inside what it deletes, as one clash on the element
/// that was deleted.
/// </summary>
internal sealed class ThreeWayMerge
{
    private readonly Document _base;
    private readonly Document _target;
    private readonly Document _source;
    private readonly IReadOnlyList<MergeResolution> _resolutions;
    private readonly List<MergeClash> _clashes = [];
    private readonly List<MergeClash> _open = [];
    private readonly Dictionary<string, Part> _parts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _settled = new(StringComparer.Ordinal); // their being there is decided

    private ThreeWayMerge(Document @base, Document target, Document source, IReadOnlyList<MergeResolution> resolutions) =>
        (_base, _target, _source, _resolutions) = (@base, target, source, resolutions);

    /// <param name="Document">The merged content.</param>
    /// <param name="Clashes">All clashes, decided or not.</param>
    /// <param name="Open">Those that no resolution decided.</param>
    public sealed record Result(Document Document, ImmutableArray<MergeClash> Clashes, ImmutableArray<MergeClash> Open);

    public static Result Merge(Document @base, Document target, Document source, IReadOnlyList<MergeResolution> resolutions)
    {
        if (@base.Root.Id != target.Root.Id || @base.Root.Id != source.Root.Id)
            throw new VersionRefusedException("invalid_data", "The branches are not of one document.");
        return new ThreeWayMerge(@base, target, source, resolutions).Run();
    }

    private Result Run()
    {
        DecideDeletions();
        foreach (var element in DocumentDiff.InOrder(_target.Root))
        {
            if (!_settled.Contains(element.Id))
                Take(element.Id, element, Find(_source, element.Id));
        }
        foreach (var element in DocumentDiff.InOrder(_source.Root))
        {
            if (!_settled.Contains(element.Id) && !_target.TryGetElement(element.Id, out _))
                Take(element.Id, null, element);
        }
        ReturnHomeless();
        return new(Build(), [.. _clashes], [.. _open]);
    }

    /// <summary>What was in the base and is missing on a side: it goes, or it clashes.</summary>
    private void DecideDeletions()
    {
        foreach (var element in DocumentDiff.InOrder(_base.Root))
        {
            if (_settled.Contains(element.Id))
                continue;
            bool inTarget = _target.TryGetElement(element.Id, out var target), inSource = _source.TryGetElement(element.Id, out var source);
            if (inTarget && inSource)
                continue;
            if (!inTarget && !inSource)
            {
                _settled.Add(element.Id);
                continue;
            }
            var kept = target ?? source!;
            var deletedBy = inTarget ? _source : _target;
            var keeps = IsChanged(element, kept)
                && Decide(new(element.Id, ClashName.Exists, ClashValues.Present, inTarget ? ClashValues.Present : null, inTarget ? null : ClashValues.Present)) == (inTarget ? MergeSide.Target : MergeSide.Source);
            foreach (var inner in DocumentDiff.InOrder(kept))
            {
                if (deletedBy.TryGetElement(inner.Id, out _))
                    continue; // it was moved out before: it lives on by itself
                if (_settled.Add(inner.Id) && keeps)
                    _parts[inner.Id] = Part.Of(inner);
            }
        }
    }

    /// <summary>Whether anything about an element, or in it, is another than in the base.</summary>
    private bool IsChanged(SvgElement before, SvgElement now) => IsElsewhere(before, now) || IsChangedInside(before, now);

    private static bool IsElsewhere(SvgElement one, SvgElement other) => one.Parent?.Id != other.Parent?.Id || one.Key != other.Key;

    private bool IsChangedInside(SvgElement before, SvgElement now)
    {
        if (!Part.Of(before).HasSameContent(Part.Of(now)) || before.Elements.Count() != now.Elements.Count())
            return true;
        foreach (var child in now.Elements)
        {
            if (!_base.TryGetElement(child.Id, out var former) || former.Parent?.Id != before.Id || former.Key != child.Key || IsChangedInside(former, child))
                return true;
        }
        return false;
    }

    /// <summary>An element that at least one side has, neither having deleted it.</summary>
    private void Take(string id, SvgElement? target, SvgElement? source)
    {
        if (target is null || source is null)
        {
            _parts[id] = Part.Of(target ?? source!);
            return;
        }
        var before = Find(_base, id);
        if (target.Name != source.Name || target.Namespace != source.Namespace)
        {
            var former = before?.Name;
            var choice = target.Name == former ? MergeSide.Source : source.Name == former ? MergeSide.Target : Decide(new(id, ClashName.Exists, former, target.Name, source.Name));
            _parts[id] = Part.Of(choice == MergeSide.Source ? source : target);
            return;
        }
        var part = Part.Of(target);
        var attributes = new List<SvgAttribute>();
        var (formerNames, targetNames, sourceNames) = (before is null ? null : new AttributeNames(before), new AttributeNames(target), new AttributeNames(source));
        foreach (var (name, value) in target.Attributes)
        {
            if (Merge(id, name, formerNames?.Value(name, targetNames), value, sourceNames.Value(name, targetNames)) is { } merged)
                attributes.Add(new(name, merged));
        }
        foreach (var (name, value) in source.Attributes)
        {
            if (targetNames.Value(name, sourceNames) is null && Merge(id, name, formerNames?.Value(name, sourceNames), null, value) is { } merged)
                attributes.Add(new(name, merged));
        }
        part.Attributes = [.. attributes];
        if (!part.Characters.SequenceEqual(DocumentDiff.Characters(source)) && ClashValues.Read(target, ClashName.Text) is var text && Merge(id, ClashName.Text, before is null ? null : ClashValues.Read(before, ClashName.Text), text, ClashValues.Read(source, ClashName.Text)) != text)
            part.Characters = DocumentDiff.Characters(source);
        if (IsElsewhere(target, source) && ClashValues.Read(target, ClashName.Place) is var place && Merge(id, ClashName.Place, before is null ? null : ClashValues.Read(before, ClashName.Place), place, ClashValues.Read(source, ClashName.Place)) != place)
            (part.ParentId, part.Key) = (source.Parent?.Id, source.Key);
        _parts[id] = part;
    }

    private string? Merge(string elementId, string name, string? before, string? target, string? source)
    {
        if (target == source || source == before)
            return target;
        if (target == before)
            return source;
        return Decide(new(elementId, name, before, target, source)) == MergeSide.Source ? source : target;
    }

    private MergeSide Decide(MergeClash clash)
    {
        _clashes.Add(clash);
        // The most particular resolution counts, of equal ones the last.
        var resolution = _resolutions.Select((resolution, order) => (resolution, order))
            .Where(pair => (pair.resolution.ElementId ?? clash.ElementId) == clash.ElementId && (pair.resolution.Name ?? clash.Name) == clash.Name)
            .OrderBy(pair => ((pair.resolution.ElementId is null ? 0 : 2) + (pair.resolution.Name is null ? 0 : 1), pair.order))
            .LastOrDefault().resolution;
        if (resolution is null)
            _open.Add(clash);
        // What somebody has worked on does not go before somebody has decided it.
        return resolution?.Choice ?? (clash is { Name: ClashName.Exists, Target: null } ? MergeSide.Source : MergeSide.Target);
    }

    /// <summary>
    /// Two moves that are each right may not be together: into each other, or into what the other side deleted. Then the target's place counts, or the base's, and in the end the root.
    /// </summary>
    private void ReturnHomeless()
    {
        var root = _target.Root.Id;
        var reached = new HashSet<string>(StringComparer.Ordinal) { root };
        foreach (var id in _parts.Keys.ToList())
        {
            foreach (var home in new[] { null, Find(_target, id), Find(_base, id) })
            {
                if (Reaches(id))
                    break;
                if (home?.Parent is not { } parent)
                    continue;
                if (ReferenceEquals(home.Parent, Find(_target, parent.Id)) && Find(_source, id) is { } moved && IsElsewhere(home, moved))
                    Note(new(id, ClashName.Place, Find(_base, id) is { } before ? ClashValues.Read(before, ClashName.Place) : null, ClashValues.Read(home, ClashName.Place), ClashValues.Read(moved, ClashName.Place)));
                (_parts[id].ParentId, _parts[id].Key) = (parent.Id, home.Key);
            }
            if (!Reaches(id))
                _parts[id].ParentId = root;
        }

        bool Reaches(string id)
        {
            var path = new HashSet<string>(StringComparer.Ordinal);
            for (var at = id; ; at = _parts[at].ParentId!)
            {
                if (reached.Contains(at))
                {
                    reached.UnionWith(path);
                    return true;
                }
                if (!path.Add(at) || _parts[at].ParentId is not { } parent || !_parts.ContainsKey(parent))
                    return false;
            }
        }
    }

    private Document Build()
    {
        var children = new Dictionary<string, List<Part>>(StringComparer.Ordinal);
        foreach (var part in _parts.Values)
        {
            if (part.Id != _target.Root.Id)
                (children.TryGetValue(part.ParentId!, out var list) ? list : children[part.ParentId!] = []).Add(part);
        }
        foreach (var list in children.Values)
        {
            // What comes in gives way to what is there: nothing that the target has is moved for it.
            list.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key) is var byKey and not 0 ? byKey
                : Stands(_target, b).CompareTo(Stands(_target, a)) is var byTarget and not 0 ? byTarget : string.CompareOrdinal(a.Id, b.Id));
            SeparateTies(list);
        }
        return new(Content(_parts[_target.Root.Id], ImmutableDictionary<string, string>.Empty), _target.Prolog, _target.Epilog);

        // The document puts siblings in order.
        ElementContent Content(Part part, ImmutableDictionary<string, string> scope)
        {
            var attributes = WithPrefixes(part, ref scope);
            return new(part.Key, part.Id, part.Name, part.Namespace, attributes,
                [.. part.Characters, .. children.TryGetValue(part.Id, out var elements) ? elements.Select(element => Content(element, scope)) : []]);
        }
    }

    /// <summary>One side may have moved an element to where a prefix that the other side used in it stands for nothing, or for something else: then the element declares it.</summary>
    private ImmutableArray<SvgAttribute> WithPrefixes(Part part, ref ImmutableDictionary<string, string> scope)
    {
        foreach (var (name, value) in part.Attributes)
        {
            if (PrefixScope.IsDeclaration(name))
                scope = scope.SetItem(name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..], value);
        }
        var attributes = part.Attributes;
        foreach (var (name, _) in part.Attributes)
        {
            var colon = name.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || PrefixScope.IsDeclaration(name))
                continue;
            var prefix = name[..colon];
            var side = Find(_target, part.Id) is { } target && target.TryGetAttribute(name, out _) ? target : Find(_source, part.Id);
            if (side is null || SvgVocabulary.NamespaceOf(side, prefix) is not { } ns || (scope.GetValueOrDefault(prefix) ?? SvgVocabulary.KnownPrefixes.GetValueOrDefault(prefix)) == ns
                || part.Attributes.Any(attribute => attribute.Name == "xmlns:" + prefix))
                continue;
            scope = scope.SetItem(prefix, ns);
            attributes = attributes.Add(new("xmlns:" + prefix, ns));
        }
        return attributes;
    }

    /// <summary>Both sides may have put something in one place. One of the two gets a key of its own, so that something fits between them.</summary>
    private void SeparateTies(List<Part> siblings)
    {
        for (var i = 1; i < siblings.Count; i++)
        {
            if (string.CompareOrdinal(siblings[i - 1].Key, siblings[i].Key) < 0 || (Stands(_target, siblings[i - 1]) && Stands(_target, siblings[i])) || (Stands(_source, siblings[i - 1]) && Stands(_source, siblings[i])))
                continue;
            var next = siblings.Skip(i + 1).FirstOrDefault(part => string.CompareOrdinal(part.Key, siblings[i - 1].Key) > 0);
            siblings[i].Key = SortKey.Between(siblings[i - 1].Key, next?.Key);
        }
    }

    private static bool Stands(Document side, Part part) => side.TryGetElement(part.Id, out var element) && element.Parent?.Id == part.ParentId && element.Key == part.Key;

    /// <summary>A clash that no resolution can decide otherwise: the source's value is not possible.</summary>
    private void Note(MergeClash clash)
    {
        if (!_clashes.Exists(known => known.ElementId == clash.ElementId && known.Name == clash.Name))
        {
            _clashes.Add(clash);
            _open.Add(clash);
        }
    }

    private static SvgElement? Find(Document document, string id) => document.TryGetElement(id, out var element) ? element : null;

    /// <summary>An element on its way into the merged content.</summary>
    private sealed class Part
    {
        public required string Id { get; init; }
        public required string Name { get; init; }
        public required string Namespace { get; init; }
        public required string? ParentId { get; set; }
        public required string Key { get; set; }
        public required ImmutableArray<SvgAttribute> Attributes { get; set; }
        public required ImmutableArray<NodeContent> Characters { get; set; }

        public static Part Of(SvgElement element) => new()
        {
            Id = element.Id,
            Name = element.Name,
            Namespace = element.Namespace,
            ParentId = element.Parent?.Id,
            Key = element.Key,
            Attributes = [.. element.Attributes],
            Characters = DocumentDiff.Characters(element),
        };

        public bool HasSameContent(Part other) => Name == other.Name && Namespace == other.Namespace && Characters.SequenceEqual(other.Characters)
            && Attributes.Length == other.Attributes.Length && Attributes.OrderBy(a => a.Name, StringComparer.Ordinal).SequenceEqual(other.Attributes.OrderBy(a => a.Name, StringComparer.Ordinal));
    }
}
