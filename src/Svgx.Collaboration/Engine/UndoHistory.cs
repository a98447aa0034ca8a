using System.Diagnostics.CodeAnalysis;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Engine;

/// <summary>
/// One user's steps in a branch that can be taken back or brought back. A fold of the user's journal entries, so it survives a restart. It keeps where they stand and not what they hold: the entries
/// of a hundred people's steps would be most of what is alive in a busy session, and few are ever taken back.
/// </summary>
/// <param name="depth">How many steps are kept.</param>
/// <param name="maxOperations">Operations in one step; a group goes on in a further one. What others wait for while it is taken back is bounded by that. By default as many as the clients let wait for the server.</param>
/// <param name="maxBytes">What they hold, likewise; a step of one operation may hold more.</param>
internal sealed class UndoHistory(int depth, int maxOperations = 20_000, long maxBytes = 16 << 20)
{
    private readonly List<UndoStep> _undo = [];
    private readonly List<UndoStep> _redo = [];

    /// <summary>Takes up one operation of the user, in journal order.</summary>
    public void Add(JournalEntry entry) => Add(UndoableOperation.Of(entry));

    /// <inheritdoc cref="Add(JournalEntry)"/>
    public void Add(UndoableOperation operation)
    {
        if (operation.UndoOf is { } undone)
            Replace(_undo, undone, _redo, operation);
        else if (operation.RedoOf is { } redone)
            Replace(_redo, redone, _undo, operation);
        else
        {
            _redo.Clear();
            if (operation.GroupId is { } group && _undo is [.., var last] && last.GroupId == group && last.Count < maxOperations && last.Bytes + operation.Bytes <= maxBytes)
                last.Add(operation);
            else
                Push(_undo, operation);
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

    private void Replace(List<UndoStep> from, string newest, List<UndoStep> to, UndoableOperation operation)
    {
        var at = from.FindLastIndex(step => step.Has(newest));
        if (at >= 0)
            from.RemoveRange(at, from.Count - at); // what lay above it had been passed over
        Push(to, operation);
    }

    private void Push(List<UndoStep> stack, UndoableOperation operation)
    {
        stack.Add(new(operation));
        if (stack.Count > depth)
            stack.RemoveAt(0);
    }
}

/// <summary>Operations that are taken back together: those of one group, else a single one.</summary>
internal sealed class UndoStep(UndoableOperation first)
{
    private readonly JournalPlace _first = JournalPlace.Of(first);
    private List<JournalPlace>? _more;

    public string? GroupId { get; } = first.GroupId;

    /// <summary>How many they are.</summary>
    public int Count => 1 + (_more?.Count ?? 0);

    /// <summary>The size of what they hold.</summary>
    public long Bytes { get; private set; } = first.Bytes;

    /// <summary>Where they stand, in journal order.</summary>
    public IReadOnlyList<JournalPlace> Places => [_first, .. _more ?? []];

    public void Add(UndoableOperation next)
    {
        (_more ??= []).Add(JournalPlace.Of(next));
        Bytes += next.Bytes;
    }

    public bool Has(string operationId) => _first.OperationId == operationId || _more?.Exists(place => place.OperationId == operationId) == true;
}

/// <summary>Where an operation stands in its branch's journal.</summary>
internal readonly record struct JournalPlace(long Revision, string OperationId)
{
    public static JournalPlace Of(UndoableOperation operation) => new(operation.Revision, operation.OperationId);
}
