using System.Collections.Immutable;

namespace Svgx.Collaboration.Documents;

/// <content>Changes that may have to go as if they had never been.</content>
public sealed partial class Document
{
    private List<Step>? _undecided; // the changes of the trial under way

    /// <summary>
    /// From now on <see cref="Trial.RollBack"/> takes every change back exactly. The inverse of a change does not: an attribute that was removed comes back at the end, which is right for an undo, since
    /// that is what the journal replays, but what never was in the journal must leave no trace. Ends when the trial is disposed of; one at a time.
    /// </summary>
    internal Trial Try()
    {
        if (_undecided is not null)
            throw new InvalidOperationException("A trial is under way already.");
        _undecided = [];
        return new(this);
    }

    private Step Take(DocumentChange change)
    {
        // Values that change and attributes that are added are taken back in their places.
        ImmutableArray<SvgAttribute> former = default;
        if (change is SetAttributes set && _elements.TryGetValue(set.ElementId, out var element) && set.Attributes.Any(attribute => attribute.Value is null))
            former = [.. element.Attributes];
        return new(ApplyOne(change), former);
    }

    private void TakeBack(List<Step> steps)
    {
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            ApplyOne(steps[i].Inverse);
            if (!steps[i].Former.IsDefault)
                _elements[steps[i].Inverse.ElementId].ReplaceAttributes(steps[i].Former);
        }
    }

    /// <param name="Inverse">What takes the change back, up to the order of attributes.</param>
    /// <param name="Former">The element's attributes before, where their order may have been lost.</param>
    private readonly record struct Step(DocumentChange Inverse, ImmutableArray<SvgAttribute> Former);

    /// <summary>Changes under way that can be taken back without a trace.</summary>
    internal sealed class Trial(Document document) : IDisposable
    {
        /// <summary>Takes everything since the trial began back; the trial goes on.</summary>
        public void RollBack()
        {
            document.TakeBack(document._undecided!);
            document._undecided!.Clear();
        }

        public void Dispose() => document._undecided = null;
    }
}
