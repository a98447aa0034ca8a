using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Protocol;

/// <summary>How messages are counted. Operations are not here: their session counts them by type.</summary>
internal enum MessageKind
{
    /// <summary>Not counted: operations, and leaving.</summary>
    Free,

    /// <summary><c>activity</c>: a cursor on the move.</summary>
    Activity,

    /// <summary><c>preview</c>: a gesture under way.</summary>
    Preview,

    /// <summary><c>ping</c>.</summary>
    Ping,

    /// <summary>All others, those of later features too: each is a request with an answer.</summary>
    Request,
}

/// <summary>A sliding window per kind of message for one user, shared by that user's connections. Allocates nothing per message. Thread-safe.</summary>
internal sealed class MessageRates(ProtocolOptions options, TimeProvider time)
{
    private readonly SlidingWindow[] _windows = new SlidingWindow[Enum.GetValues<MessageKind>().Length];
    private readonly long _length = SlidingWindow.Length(options.MessageWindow, time);
    private readonly Lock _lock = new();

    public static MessageKind KindOf(ClientMessage message) => message switch
    {
        ClientMessage.Operations or ClientMessage.Leave => MessageKind.Free,
        ClientMessage.Activity => MessageKind.Activity,
        ClientMessage.ShowPreview => MessageKind.Preview,
        ClientMessage.Ping => MessageKind.Ping,
        _ => MessageKind.Request,
    };

    /// <summary>Counts one message, or says how long to wait.</summary>
    public bool TryTake(MessageKind kind, out TimeSpan retryAfter)
    {
        retryAfter = TimeSpan.Zero;
        if (kind == MessageKind.Free)
            return true;
        var limit = kind is MessageKind.Activity or MessageKind.Preview ? options.MaxHints : options.MaxRequests;
        lock (_lock)
            return _windows[(int)kind].TryTake(limit, _length, time, out retryAfter);
    }

    /// <summary>Whether nothing that it counted matters any more.</summary>
    public bool IsIdle()
    {
        lock (_lock)
            return Array.TrueForAll(_windows, window => window.IsIdle(_length, time));
    }
}
