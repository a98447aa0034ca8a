using System.Runtime.InteropServices;
using System.Text.Json;
using Svgx.Collaboration.Documents;

namespace Svgx.Collaboration.Client;

/// <summary>
/// A client's copy of a drawing: what is confirmed, with the client's own unconfirmed operations on top. Knows no network. For one thread at a time.
/// </summary>
internal sealed class Replica
{
    private readonly LinkedList<PendingOperation> _pending = new();
    private readonly Dictionary<string, LinkedListNode<PendingOperation>> _byId = new(StringComparer.Ordinal);

    /// <summary>What is shown.</summary>
    public Document Document { get; private set; } = Document.CreateEmpty();

    /// <summary>The last confirmed revision in it.</summary>
    public long Revision { get; private set; }

    /// <summary>There is no drawing yet, or the copy is known to be wrong: the next one has to be a whole one.</summary>
    public bool IsStale { get; private set; } = true;

    /// <summary>Own operations not yet seen in the confirmed drawing, in the order of submission.</summary>
    public IReadOnlyCollection<PendingOperation> Pending => _pending;

    public PendingOperation? Find(string operationId) => _byId.TryGetValue(operationId, out var node) ? node.Value : null;

    /// <summary>The next drawing is another branch's. What stands here stays until then, without own operations, which are all answered.</summary>
    public void Forsake()
    {
        _pending.Clear();
        _byId.Clear();
        IsStale = true;
    }

    /// <summary>Takes a whole confirmed drawing.</summary>
    public void Reset(Document confirmed, long revision)
    {
        (Document, Revision, IsStale) = (confirmed, revision, false);
        foreach (var own in _pending.Where(own => own.Revision <= revision).ToArray())
            Forget(own);
        foreach (var own in _pending)
            own.Predict(Document);
    }

    public void Add(PendingOperation own)
    {
        _byId.Add(own.OperationId, _pending.AddLast(own));
        if (!IsStale)
            own.Predict(Document);
    }

    /// <summary>Takes own operations away again.</summary>
    public void Remove(IEnumerable<PendingOperation> refused) => Rebase(() =>
    {
        foreach (var own in refused)
            Forget(own);
    });

    /// <summary>Notes that an own operation is durable. It stays until the confirmed operation itself comes, which is there already where it had been sent before.</summary>
    public void Acknowledge(PendingOperation own, long revision)
    {
        own.Revision = revision;
        if (revision <= Revision)
            Remove([own]);
    }

    /// <summary>Takes confirmed operations that follow the copy's revision without a gap.</summary>
    /// <exception cref="DocumentChangeException">The copy is not what the server has. It is stale from now on.</exception>
    public void Confirm(IReadOnlyList<(string OperationId, long Revision, JsonElement Changes)> operations)
    {
        if (IsStale)
            return;
        try
        {
            var at = 0;
            while (at < operations.Count && ConfirmOnTop(operations[at]))
                at++;
            if (at < operations.Count)
                Rebase(() => ConfirmBelow(operations, at));
        }
        catch (DocumentChangeException)
        {
            IsStale = true;
            foreach (var own in _pending)
                own.Unpredict();
            throw;
        }
    }

    /// <summary>The common cases, which leave what is shown above them in place: nothing is pending, or the oldest of it came out as predicted.</summary>
    private bool ConfirmOnTop((string OperationId, long Revision, JsonElement Changes) operation)
    {
        if (operation.Revision <= Revision)
            return !_byId.ContainsKey(operation.OperationId);
        if (_pending.First is not { Value: var oldest })
            Document.Apply(Read(operation.Changes));
        else if (oldest.OperationId == operation.OperationId && JsonMarshal.GetRawUtf8Value(operation.Changes).SequenceEqual(ChangeJson.Write(oldest.Changes)))
            Forget(oldest);
        else
            return false;
        Revision = operation.Revision;
        return true;
    }

    private void ConfirmBelow(IReadOnlyList<(string OperationId, long Revision, JsonElement Changes)> operations, int at)
    {
        for (; at < operations.Count; at++)
        {
            var (operationId, revision, changes) = operations[at];
            if (Find(operationId) is { } own)
                Forget(own);
            if (revision <= Revision)
                continue;
            Document.Apply(Read(changes));
            Revision = revision;
        }
    }

    /// <summary>Takes the own operations off, acts on what is confirmed, and puts those that are left on again.</summary>
    private void Rebase(Action onConfirmed)
    {
        for (var node = _pending.Last; node is not null; node = node.Previous)
            Document.Apply(node.Value.Inverse);
        onConfirmed();
        foreach (var own in _pending)
        {
            own.Unpredict();
            if (!IsStale)
                own.Predict(Document);
        }
    }

    private void Forget(PendingOperation own)
    {
        if (_byId.Remove(own.OperationId, out var node))
            _pending.Remove(node);
    }

    private static IReadOnlyList<DocumentChange> Read(JsonElement changes) => ChangeJson.Read(JsonMarshal.GetRawUtf8Value(changes).ToArray());
}
