namespace Svgx.Collaboration.Engine;

/// <summary>The receiving side of one connection. Both methods are called on the session's loop, in order, and must return at once; events may arrive before the join's own reply is seen.</summary>
public interface ISessionSubscriber
{
    /// <summary>Queues an event. <see langword="false"/>: the queue is full; the session closes the participant with <see cref="CloseReason.TooSlow"/>.</summary>
    bool TryPublish(SessionEvent sessionEvent);

    /// <summary>The participation is over; nothing is published after it.</summary>
    void Close(CloseReason reason);
}
