using System.Collections.Immutable;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Versions;

/// <summary>
/// The changes that turn one content of a document into another, with the other's ids and keys. Elements that both have are changed in place and never taken out, so that what refers to them
/// stays whole and clients redraw what differs alone.
/// </summary>
internal sealed class ContentSteps
{
    private readonly Document _from;
    private readonly Document _to;
    private readonly List<DocumentChange> _steps = [];

    private ContentSteps(Document from, Document to) => (_from, _to) = (from, to);

    /// <summary>None where the two are equal, the order of attributes aside.</summary>
    /// <exception cref="VersionRefusedException">The two are not contents of one document.</exception>
    public static ImmutableArray<DocumentChange> Between(Document from, Document to)
    {
        if (from.Root.Id != to.Root.Id || from.Root.Name != to.Root.Name)
            throw new VersionRefusedException("invalid_data", "The content is of another document.");
        return new ContentSteps(from, to).Make();
    }

    private ImmutableArray<DocumentChange> Make()
    {
        // The order keeps every step possible: what is replaced goes and what is new comes, then survivors take their places from the root down (so that no cycle can arise), and only then goes
        // what is in the way of nothing any more.
        TakeOutReplaced();
        foreach (var element in DocumentDiff.InOrder(_to.Root))
        {
            if (!Survives(element) && (element.Parent is not { } parent || Survives(parent) || !IsNewThroughout(parent)))
                _steps.Add(new InsertNode(element.Parent!.Id, IsNewThroughout(element) ? element.ToContent() : Shell(element)));
        }
        foreach (var element in DocumentDiff.InOrder(_to.Root))
        {
            if (!Survives(element))
                continue;
            _from.TryGetElement(element.Id, out var former);
            if (element.Parent is { } parent && (!Survives(parent) || former!.Parent!.Id != parent.Id || former.Key != element.Key))
                _steps.Add(new PlaceElement(element.Id, parent.Id, element.Key));
        }
        foreach (var element in DocumentDiff.InOrder(_from.Root))
        {
            if (!_to.TryGetElement(element.Id, out _) && Survives(element.Parent!))
                _steps.Add(new RemoveElement(element.Id));
        }
        foreach (var element in DocumentDiff.InOrder(_to.Root))
        {
            if (!Survives(element))
                continue;
            _from.TryGetElement(element.Id, out var former);
            if (DocumentDiff.CompareAttributes(former!, element) is { IsEmpty: false } attributes)
                _steps.Add(new SetAttributes(element.Id, [.. attributes.Select(attribute => KeyValuePair.Create(attribute.Name, attribute.To))]));
            if (DocumentDiff.Characters(element) is var characters && !DocumentDiff.Characters(former!).SequenceEqual(characters))
                _steps.Add(new SetContent(element.Id, characters));
        }
        return [.. _steps];
    }

    /// <summary>Whether both contents have it as the same element.</summary>
    private bool Survives(SvgElement element) =>
        _from.TryGetElement(element.Id, out var before) && _to.TryGetElement(element.Id, out var after) && before.Name == after.Name && before.Namespace == after.Namespace;

    private bool IsNewThroughout(SvgElement element) => !Survives(element) && element.Elements.All(IsNewThroughout);

    private static ElementContent Shell(SvgElement element) => element.ToContent() with { Children = DocumentDiff.Characters(element) };

    /// <summary>An id that is another kind of element now must be free before the new one comes; what survives in the old one waits beside it.</summary>
    private void TakeOutReplaced()
    {
        foreach (var element in DocumentDiff.InOrder(_from.Root))
        {
            if (Survives(element) || !_to.TryGetElement(element.Id, out _))
                continue;
            var parent = element.Parent!;
            while (!Survives(parent))
                parent = parent.Parent!;
            foreach (var inner in element.Elements.SelectMany(Outermost))
                _steps.Add(new PlaceElement(inner.Id, parent.Id, inner.Key));
            _steps.Add(new RemoveElement(element.Id));
        }

        IEnumerable<SvgElement> Outermost(SvgElement element) => Survives(element) || _to.TryGetElement(element.Id, out _) ? [element] : element.Elements.SelectMany(Outermost);
    }
}
