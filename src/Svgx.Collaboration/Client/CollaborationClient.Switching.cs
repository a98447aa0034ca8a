using Svgx.Collaboration.Engine;

namespace Svgx.Collaboration.Client;

/// <content>Going over to another branch.</content>
public sealed partial class CollaborationClient
{
    private static readonly SubmitOutcome.Refused OnTheWay = new("switching", "The client is on its way to another branch.");

    private string _branch;
    private BranchSwitch? _switch;
    private CancellationTokenSource? _connection; // of the present connection: ends it
    private bool _leaves; // the present connection is left for another branch: nothing of it counts any more
    private bool _comesAtOnce;

    /// <summary>
    /// Goes over to another branch of the document: waits until the server has answered for all that was submitted, then leaves and joins the other one. Meanwhile <see cref="Status"/> is
    /// <see cref="ClientStatus.Connecting"/>, what is submitted is refused with <c>switching</c>, and the drawing is the former one, until the other has come (<see cref="ClientEvent.Joined"/>, then
    /// <see cref="ClientEvent.DocumentReplaced"/>). What could be undone here cannot be undone there.
    /// </summary>
    /// <param name="branch">The branch's name.</param>
    /// <param name="cancellationToken">While the client waits to leave: it stays where it is. On the way it ends the wait and not the way.</param>
    /// <returns>What the server said at the join; at once where the client is there already.</returns>
    /// <exception cref="RequestRefusedException">The other cannot be joined, with a code of the protocol such as <c>branch_not_found</c>: the client is back where it was. <c>client_closed</c>: it was disposed.</exception>
    /// <exception cref="JoinRefusedException">The server does not let the client in any more, as where the branch it is in was deleted: another client is needed.</exception>
    /// <exception cref="InvalidOperationException">The client is on its way to another branch already.</exception>
    public async Task<ClientSession> SwitchBranchAsync(string branch, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(branch);
        cancellationToken.ThrowIfCancellationRequested();
        BranchSwitch wish;
        lock (_lock)
        {
            if (_refusal is { } refusal)
                throw new JoinRefusedException(refusal);
            if (_status == ClientStatus.Closed || _stopping.IsCancellationRequested)
                throw new RequestRefusedException(Closed.Code, Closed.Reason);
            if (_switch is not null)
                throw new InvalidOperationException(OnTheWay.Reason);
            _switch = wish = new(branch, _branch);
            LeaveIfDone();
        }
        try
        {
            return await wish.Arrived.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            lock (_lock)
            {
                if (_switch == wish && !wish.HasLeft)
                    _switch = null;
            }
            throw;
        }
    }

    /// <summary>Leaves for another branch, where that is wanted and the server has answered for everything. Called under the lock, whenever that may have become so.</summary>
    private void LeaveIfDone()
    {
        if (_switch is not { HasLeft: false } wish || _status != ClientStatus.Live || _unanswered > 0)
            return;
        if (wish.Branch == _branch)
        {
            _switch = null;
            wish.Arrived.TrySetResult(_session!);
            return;
        }
        wish.HasLeft = true;
        _branch = wish.Branch;
        _leaves = _comesAtOnce = true;
        _undoneUnsent.Clear();
        SetStatus(ClientStatus.Connecting);
        _ = _connection?.CancelAsync(); // not here: what waits for it must not run under the lock
    }

    /// <summary>The other branch cannot be joined: goes back. <see langword="false"/> where the client was on no such way. Called under the lock.</summary>
    private bool TurnBack(JoinRefusal refusal)
    {
        if (_switch is not { HasLeft: true, Refusal: null } wish)
            return false;
        wish.Refusal = refusal;
        _branch = wish.Former;
        _comesAtOnce = true;
        _replica.Forsake();
        SetStatus(ClientStatus.Connecting);
        return true;
    }

    /// <summary>Joined, and with the drawing. Called under the lock.</summary>
    private void Arrive()
    {
        _firstJoin.TrySetResult();
        if (_switch is not { HasLeft: true } wish)
            return;
        _switch = null;
        if (wish.Refusal is { } refusal)
            wish.Fail(new RequestRefusedException(refusal.Code, refusal.Reason));
        else
            wish.Arrived.TrySetResult(_session!);
    }

    private sealed class BranchSwitch(string branch, string former)
    {
        public string Branch { get; } = branch;

        public string Former { get; } = former;

        /// <summary>It does not wait any more but is on its way.</summary>
        public bool HasLeft { get; set; }

        /// <summary>Why it is on its way back.</summary>
        public JoinRefusal? Refusal { get; set; }

        public TaskCompletionSource<ClientSession> Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(Exception error)
        {
            Arrived.TrySetException(error);
            _ = Arrived.Task.Exception; // nobody may be waiting any more
        }
    }
}
