namespace Svgx.Collaboration.Diagnostics;

/// <summary>The engine's figures at one moment; totals are since its start, durations of the last minute.</summary>
public sealed record PerformanceStats
{
    /// <summary>When they were taken, UTC.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>Since the engine was made.</summary>
    public required TimeSpan Uptime { get; init; }

    /// <summary>Operations made durable.</summary>
    public required long TotalOperations { get; init; }

    /// <summary>Operations made durable a second, over the last ten seconds.</summary>
    public required double OperationsPerSecond { get; init; }

    /// <summary>Operations and requests refused.</summary>
    public required long Refusals { get; init; }

    /// <summary>Errors sent to clients, refusals among them.</summary>
    public required long Errors { get; init; }

    /// <summary>What was refused by a rate limit.</summary>
    public required long RateLimited { get; init; }

    /// <summary>Conflicts found.</summary>
    public required long ConflictsDetected { get; init; }

    /// <summary>Conflicts settled, by policy or by a person.</summary>
    public required long ConflictsResolved { get; init; }

    /// <summary>WebSocket connections that are open.</summary>
    public required long Connections { get; init; }

    /// <summary>Connections and in-process participants that are in a document.</summary>
    public required long Participants { get; init; }

    /// <summary>Different users among them, tools included.</summary>
    public required int ActiveUsers { get; init; }

    /// <summary>Document branches in memory.</summary>
    public required int OpenSessions { get; init; }

    /// <summary>Messages received and sent over WebSockets.</summary>
    public required long TotalMessages { get; init; }

    /// <summary>Messages received and sent a second, over the last ten seconds.</summary>
    public required double MessagesPerSecond { get; init; }

    /// <summary>Bytes of messages received.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>Bytes of messages sent.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Writes that wait for the journal.</summary>
    public required int JournalQueue { get; init; }

    /// <summary>From an operation's acceptance until it was handed to a connection's socket, the oldest of each frame.</summary>
    public required LatencySummary Propagation { get; init; }

    /// <summary>Looking for conflicts, each operation.</summary>
    public required LatencySummary Detection { get; init; }

    /// <summary>Checking and interpreting, each operation, refused ones included.</summary>
    public required LatencySummary Validation { get; init; }

    /// <summary>From the first operation of a turn to its commit.</summary>
    public required LatencySummary Commit { get; init; }

    /// <summary>The process's memory, in bytes.</summary>
    public required long WorkingSetBytes { get; init; }

    /// <summary>What the runtime's heap holds, in bytes.</summary>
    public required long HeapBytes { get; init; }

    /// <summary>Processor time of the process.</summary>
    public required TimeSpan ProcessorTime { get; init; }
}
