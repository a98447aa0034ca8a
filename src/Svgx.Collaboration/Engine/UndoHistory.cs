using System.Diagnostics.CodeAnalysis;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <summary>
/// One user's steps in a branch that can be taken back or brought back. A fold of the user's journal entries, so it survives a restart. It keeps where they stand and not what they hold: the entries
/// of a hundred people's steps would be most of what is alive in a busy session, and few are ever taken back.
/// </summary>
internal sealed class UndoHistory(int depth)
{
    private readonly List<UndoStep> _undo = [];
    private readonly List<UndoStep> _redo = [];

    /// <summary>Takes up one entry of the user, in journal order.</summary>
    public void Add(JournalEntry entry)
    {
        if (entry.UndoOf is { } undone)
            Replace(_undo, undone, _redo, entry);
        else if (entry.RedoOf is { } redone)
            Replace(_redo, redone, _undo, entry);
        else
        {
            _redo.Clear();
            if (entry.GroupId is { } group && _undo is [.., var last] && last.GroupId == group)
                last.Add(entry);
            else
                Push(_undo, entry);
        }
    }

    /// <summary>The newest step.</summary>
    public bool TryPeek(bool redo, [NotNullWhen(true)] out UndoStep? step)
    {
        step = (redo ? _redo : _undo) is [.., var last] ? last : null;
        return step is not null;
    }

    /// <summary>Passes over the newest step: nothing of it stands any more.</summary>
    public void Drop(bool redo) => (redo ? _redo : _undo).RemoveAt((redo ? _redo : _undo).Count - 1);

    private void Replace(List<UndoStep> from, string operationIds, List<UndoStep> to, JournalEntry entry)
    {
        var newest = operationIds.Split(' ', 2)[0];
        var at = from.FindLastIndex(step => step.Has(newest));
        if (at >= 0)
            from.RemoveRange(at, from.Count - at); // what lay above it had been passed over
        Push(to, entry);
    }

    private void Push(List<UndoStep> stack, JournalEntry entry)
    {
        stack.Add(new(entry));
        if (stack.Count > depth)
            stack.RemoveAt(0);
    }
}

/// <summary>Operations that are taken back together: those of one group, else a single one.</summary>
internal sealed class UndoStep(JournalEntry entry)
{
    private readonly JournalPlace _first = JournalPlace.Of(entry);
    private List<JournalPlace>? _more;

    public string? GroupId { get; } = entry.GroupId;

    /// <summary>Where they stand, in journal order.</summary>
    public IReadOnlyList<JournalPlace> Places => [_first, .. _more ?? []];

    public void Add(JournalEntry entry) => (_more ??= []).Add(JournalPlace.Of(entry));

    public bool Has(string operationId) => _first.OperationId == operationId || _more?.Exists(place => place.OperationId == operationId) == true;
}

/// <summary>Where an operation stands in its branch's journal.</summary>
internal readonly record struct JournalPlace(long Revision, string OperationId)
{
    public static JournalPlace Of(JournalEntry entry) => new(entry.Revision, entry.OperationId);
}
