using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Comments;

/// <summary>Where pins are, as far as the server can measure: browsers, which draw the elements, show the pin where the element is drawn.</summary>
internal static class CommentPlacement
{
    /// <summary>The anchor with its point as of now; <see langword="null"/> where its element is gone. What cannot be measured stays where it was.</summary>
    public static CommentAnchor? Locate(Document document, CommentAnchor anchor)
    {
        if (anchor.ElementId is null)
            return anchor;
        if (!document.TryGetElement(anchor.ElementId, out var element))
            return null;
        var attached = anchor with { IsDetached = false };
        if (element.Parent is null || ElementGeometry.OwnBox(document, element) is not { } box)
            return attached;
        double x = box.X + (box.Width * anchor.OffsetX), y = box.Y + (box.Height * anchor.OffsetY);
        // Up to the root, whose children's coordinates are the drawing's.
        for (var at = element; at.Parent is not null; at = at.Parent)
        {
            if (!TransformList.TryRead(at["transform"], out var matrix))
                return attached;
            (x, y) = matrix.Apply(x, y);
        }
        return double.IsFinite(x) && double.IsFinite(y) ? attached with { X = x, Y = y } : attached;
    }

    /// <summary>The anchor at the moment its element was removed, out of what would take the removal back; <see langword="null"/> where that does not hold it.</summary>
    /// <param name="document">The drawing without the element.</param>
    /// <param name="inverse">What takes the removal back.</param>
    /// <param name="anchor">The anchor.</param>
    public static CommentAnchor? LocateRemoved(Document document, IEnumerable<DocumentChange> inverse, CommentAnchor anchor)
    {
        foreach (var insert in inverse.OfType<InsertNode>())
        {
            if (!Holds(insert.Node, anchor.ElementId!))
                continue;
            // Measured alone under a root, then carried through what its parent is placed in.
            var alone = new Document(new ElementContent("V", "", "svg", SvgElement.SvgNamespace, [], [insert.Node]));
            if (Locate(alone, anchor) is not { } inParent || !document.TryGetElement(insert.ParentId, out var parent))
                return anchor;
            double x = inParent.X, y = inParent.Y;
            for (var at = parent; at.Parent is not null; at = at.Parent)
            {
                if (!TransformList.TryRead(at["transform"], out var matrix))
                    return anchor;
                (x, y) = matrix.Apply(x, y);
            }
            return double.IsFinite(x) && double.IsFinite(y) ? anchor with { X = x, Y = y } : anchor;
        }
        return null;
    }

    private static bool Holds(ElementContent node, string elementId) => node.ElementId == elementId || node.Children.OfType<ElementContent>().Any(child => Holds(child, elementId));
}
