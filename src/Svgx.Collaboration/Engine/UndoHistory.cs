using System.Diagnostics.CodeAnalysis;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <summary>One user's steps in a branch that can be taken back or brought back. A fold of the user's journal entries, so it survives a restart.</summary>
internal sealed class UndoHistory(int depth)
{
    private readonly List<List<JournalEntry>> _undo = [];
    private readonly List<List<JournalEntry>> _redo = [];

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
            if (entry.GroupId is { } group && _undo is [.., var last] && last[^1].GroupId == group)
                last.Add(entry);
            else
                Push(_undo, entry);
        }
    }

    /// <summary>The newest step, its operations in journal order.</summary>
    public bool TryPeek(bool redo, [NotNullWhen(true)] out IReadOnlyList<JournalEntry>? step)
    {
        step = (redo ? _redo : _undo) is [.., var last] ? last : null;
        return step is not null;
    }

    /// <summary>Passes over the newest step: nothing of it stands any more.</summary>
    public void Drop(bool redo) => (redo ? _redo : _undo).RemoveAt((redo ? _redo : _undo).Count - 1);

    private void Replace(List<List<JournalEntry>> from, string operationIds, List<List<JournalEntry>> to, JournalEntry entry)
    {
        var newest = operationIds.Split(' ', 2)[0];
        var at = from.FindLastIndex(step => step.Exists(part => part.OperationId == newest));
        if (at >= 0)
            from.RemoveRange(at, from.Count - at); // what lay above it had been passed over
        Push(to, entry);
    }

    private void Push(List<List<JournalEntry>> stack, JournalEntry entry)
    {
        stack.Add([entry]);
        if (stack.Count > depth)
            stack.RemoveAt(0);
    }
}
