using System.Collections.Immutable;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;

namespace Svgx.Collaboration.Client;

/// <summary>An own operation that is not yet seen in the confirmed drawing.</summary>
internal sealed class PendingOperation(OperationRequest request, string elementId, byte[] json, object? batch)
{
    private readonly List<string> _madeIds = [];
    private int _madeIdsUsed;

    public OperationRequest Request { get; } = request;

    public string OperationId => Request.OperationId!;

    public string ElementId { get; } = elementId;

    /// <summary>The operation as it is sent, every time the same.</summary>
    public byte[] Json { get; } = json;

    /// <summary>Operations with one batch are sent in one message, all or none.</summary>
    public object? Batch { get; } = batch;

    /// <summary>Inline continuations would run the author's code on the client's loop.</summary>
    public TaskCompletionSource<SubmitOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The message it was last sent in on the present connection; an answer to an earlier one does not count any more.</summary>
    public string? SentAs { get; private set; }

    /// <summary>It has to be sent yet, or again.</summary>
    public bool IsWaiting => SentAs is null && !Outcome.Task.IsCompleted;

    /// <summary>It was sent, on whatever connection: the server may have it.</summary>
    public bool WasSent { get; private set; }

    /// <summary>Its revision, once acknowledged.</summary>
    public long? Revision { get; set; }

    /// <summary>What it is shown as: nothing where it does not fit what is confirmed.</summary>
    public ImmutableArray<DocumentChange> Changes { get; private set; } = [];

    public ImmutableArray<DocumentChange> Inverse { get; private set; } = [];

    /// <summary>Shows it on a drawing as far as it fits; the server decides.</summary>
    public void Predict(Document document)
    {
        Unpredict();
        _madeIdsUsed = 0;
        if (!OperationTypes.TryParse(Request.OperationType, out var type)
            || OperationInterpreter.Interpret(document, type, ElementId, Request.Data, DocumentLimits.Default, NextMadeId) is not Interpretation.Accepted accepted)
            return;
        try
        {
            Inverse = document.Apply(accepted.Changes);
            Changes = accepted.Changes;
        }
        catch (DocumentChangeException)
        {
            // It does not fit what is confirmed by now.
        }
    }

    public void SendAs(string requestId) => (SentAs, WasSent) = (requestId, true);

    /// <summary>The sending does not count: it has to be sent again.</summary>
    public void SendAgain() => SentAs = null;

    public void Unpredict() => (Changes, Inverse) = ([], []);

    /// <summary>Elements whose id the server makes keep the one they are shown with until then, however often they are shown anew.</summary>
    private string NextMadeId()
    {
        if (_madeIdsUsed == _madeIds.Count)
            _madeIds.Add(ClientIds.New("e"));
        return _madeIds[_madeIdsUsed++];
    }
}

/// <summary>Ids that no other client makes. They begin with a letter, so they are XML names too.</summary>
internal static class ClientIds
{
    public static string New(string prefix) => prefix + Guid.CreateVersion7().ToString("N");
}
