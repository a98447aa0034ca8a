using System.Collections.Immutable;

namespace Svgx.Collaboration.Documents;

/// <summary>Chooses what of a step's inverse still may be applied, so that nobody else's later work is undone (docs/decisions/0002).</summary>
public static class UndoPlanner
{
    /// <summary>The changes that take a step back as far as it still stands; none where nothing of it does.</summary>
    /// <param name="document">The document as it is now.</param>
    /// <param name="done">What the step did.</param>
    /// <param name="inverse">What <see cref="Document.Apply"/> gave back for it, in its order.</param>
    public static ImmutableArray<DocumentChange> Plan(Document document, IReadOnlyList<DocumentChange> done, IReadOnlyList<DocumentChange> inverse)
    {
        var planned = ImmutableArray.CreateBuilder<DocumentChange>(inverse.Count);
        // Changes later in the plan must see the earlier ones, so they are applied as they are planned and all taken back at the end.
        var applied = new List<ImmutableArray<DocumentChange>>();
        var declarations = new List<(string ElementId, string Name)>();
        for (var i = 0; i < inverse.Count; i++)
        {
            if (Narrow(document, done[inverse.Count - 1 - i], inverse[i], declarations) is not { } change)
                continue;
            TryTake(change is PlaceElement place && document.TryGetElement(place.ElementId, out var element) ? PrefixScope.Moving(document, element, place) : [change]);
        }
        // Only now is it seen what still stands on a prefix that the step had declared.
        foreach (var (id, name) in declarations)
        {
            if (document.TryGetElement(id, out var element) && !PrefixScope.IsNeeded(element, name))
                TryTake([new SetAttributes(id, [new(name, null)])]);
        }
        for (var i = applied.Count - 1; i >= 0; i--)
            document.Apply(applied[i]);
        return planned.ToImmutable();

        void TryTake(ImmutableArray<DocumentChange> changes)
        {
            try
            {
                applied.Add(document.Apply(changes));
                planned.AddRange(changes);
            }
            catch (DocumentChangeException)
            {
                // It no longer fits: an ancestor is gone, or an id was taken since. Then this part stays as others have left it.
            }
        }
    }

    private static DocumentChange? Narrow(Document document, DocumentChange done, DocumentChange inverse, List<(string ElementId, string Name)> declarations)
    {
        if (inverse is InsertNode insert)
        {
            var parent = document.TryGetElement(insert.ParentId, out var former) ? former : document.Root;
            return new InsertNode(parent.Id, PrefixScope.Returning(document, insert, parent));
        }
        if (!document.TryGetElement(inverse.ElementId, out var element))
            return null;
        switch (inverse)
        {
            case SetAttributes set:
                var written = ((SetAttributes)done).Attributes.ToLookup(attribute => attribute.Key, attribute => attribute.Value);
                var names = new AttributeNames(element);
                // What stands under another name by now was set by somebody else.
                var kept = set.Attributes.Where(attribute => names.In(attribute.Key) == attribute.Key
                    && element[attribute.Key] == written[attribute.Key].LastOrDefault() && element[attribute.Key] != attribute.Value).ToImmutableArray();
                foreach (var (name, _) in kept.Where(attribute => attribute.Value is null && PrefixScope.IsDeclaration(attribute.Key)))
                    declarations.Add((set.ElementId, name));
                kept = kept.RemoveAll(attribute => attribute.Value is null && PrefixScope.IsDeclaration(attribute.Key));
                kept = PrefixScope.Returning(document, element, set with { Attributes = kept });
                return kept.IsEmpty ? null : new SetAttributes(set.ElementId, kept);
            case RemoveElement:
                // Where it stands may have changed: that is a step of its own. What is in it must be as it was made.
                var made = ((InsertNode)done).Node;
                return (element.ToContent() with { Key = made.Key }).SaysTheSameAs(made) ? inverse : null;
            case PlaceElement place:
                var chosen = (PlaceElement)done;
                if (element.Parent?.Id != chosen.ParentId || element.Key != chosen.Key)
                    return null;
                return document.TryGetElement(place.ParentId, out _) ? place : place with { ParentId = document.Root.Id };
            case SetContent:
                return element.Children.OfType<SvgCharacters>().Select(child => child.ToContent()).SequenceEqual(((SetContent)done).Nodes.Cast<CharacterContent>()) ? inverse : null;
            default:
                return inverse;
        }
    }
}
