using System.Diagnostics.Metrics;

namespace Svgx.Collaboration.Diagnostics;

/// <summary>The meter <c>Svgx.Collaboration</c> (docs/metrics.md), and the figures behind <see cref="PerformanceStats"/>. Recording takes no lock and allocates nothing. Thread-safe.</summary>
internal sealed class CollaborationMetrics : IDisposable
{
    public const string MeterName = "Svgx.Collaboration";

    private static readonly InstrumentAdvice<double> Milliseconds = new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 1] };
    private static readonly InstrumentAdvice<double> Microseconds = new() { HistogramBucketBoundaries = [0.000005, 0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.016] };

    private readonly Meter _meter;
    private readonly Counter<long> _operations, _refusals, _errors, _rateLimited, _conflicts, _resolutions, _messagesReceived, _messagesSent, _bytesReceived, _bytesSent;
    private readonly Histogram<double> _propagationTime, _detectionTime, _validationTime, _commitTime;
    private readonly UpDownCounter<long> _sessions, _participants, _connections;
    private readonly LatencyWindow _propagation, _detection, _validation, _commits;
    private readonly RateWindow _operationRate, _messageRate;
    private long _operationTotal, _refusalTotal, _errorTotal, _rateLimitedTotal, _conflictTotal, _resolutionTotal, _messageTotal, _receivedTotal, _sentTotal, _participantTotal, _connectionTotal;

    public CollaborationMetrics(IMeterFactory meters, TimeProvider time)
    {
        _propagation = new(time);
        _detection = new(time);
        _validation = new(time);
        _commits = new(time);
        _operationRate = new(time);
        _messageRate = new(time);
        _meter = meters.Create(MeterName);
        _operations = _meter.CreateCounter<long>("svgx.collaboration.operations", "{operation}", "Operations made durable, by type.");
        _refusals = _meter.CreateCounter<long>("svgx.collaboration.refusals", "{operation}", "Operations and requests that a session refused, by code.");
        _errors = _meter.CreateCounter<long>("svgx.collaboration.errors", "{error}", "Errors sent to clients, by code.");
        _rateLimited = _meter.CreateCounter<long>("svgx.collaboration.rate_limited", "{refusal}", "What a rate or connection limit refused, by limit.");
        _conflicts = _meter.CreateCounter<long>("svgx.collaboration.conflicts", "{conflict}", "Conflicts found, by type and severity.");
        _resolutions = _meter.CreateCounter<long>("svgx.collaboration.conflict.resolutions", "{conflict}", "Conflicts settled, by strategy.");
        _messagesReceived = _meter.CreateCounter<long>("svgx.collaboration.messages.received", "{message}", "Messages from clients.");
        _messagesSent = _meter.CreateCounter<long>("svgx.collaboration.messages.sent", "{message}", "Messages to clients.");
        _bytesReceived = _meter.CreateCounter<long>("svgx.collaboration.bytes.received", "By", "Bytes of messages from clients.");
        _bytesSent = _meter.CreateCounter<long>("svgx.collaboration.bytes.sent", "By", "Bytes of messages to clients.");
        _propagationTime = _meter.CreateHistogram("svgx.collaboration.propagation.duration", "s", "From an operation's acceptance until it was handed to a connection's socket; the oldest operation of each frame.", advice: Milliseconds);
        _detectionTime = _meter.CreateHistogram("svgx.collaboration.detection.duration", "s", "Looking for conflicts, each operation.", advice: Microseconds);
        _validationTime = _meter.CreateHistogram("svgx.collaboration.validation.duration", "s", "Checking and interpreting, each operation.", advice: Microseconds);
        _commitTime = _meter.CreateHistogram("svgx.collaboration.commit.duration", "s", "From the first operation of a turn to its commit.", advice: Milliseconds);
        _sessions = _meter.CreateUpDownCounter<long>("svgx.collaboration.sessions", "{session}", "Document branches that are open.");
        _participants = _meter.CreateUpDownCounter<long>("svgx.collaboration.participants", "{participant}", "Connections and in-process participants that are in a document.");
        _connections = _meter.CreateUpDownCounter<long>("svgx.collaboration.connections", "{connection}", "WebSocket connections that are open.");
        _meter.CreateObservableGauge("svgx.collaboration.users", () => Users?.Invoke() ?? 0, "{user}", "Different users that are in a document.");
        _meter.CreateObservableGauge("svgx.collaboration.journal.queue", () => JournalQueue?.Invoke() ?? 0, "{write}", "Writes that wait for the journal.");
    }

    /// <summary>Counts the users there are; set once by whoever knows.</summary>
    public Func<int>? Users { get; set; }

    /// <summary>The length of the journal's queue; set once by whoever knows.</summary>
    public Func<int>? JournalQueue { get; set; }

    /// <summary>A turn of a session was committed.</summary>
    public void Committed(int operations, TimeSpan duration)
    {
        Interlocked.Add(ref _operationTotal, operations);
        _operationRate.Add(operations);
        _commits.Record(duration);
        _commitTime.Record(duration.TotalSeconds);
    }

    /// <summary>One of its operations.</summary>
    public void Operation(string type) => _operations.Add(1, new KeyValuePair<string, object?>("type", type));

    public void Refused(string code)
    {
        Interlocked.Increment(ref _refusalTotal);
        _refusals.Add(1, new KeyValuePair<string, object?>("code", code));
    }

    public void ErrorSent(string code)
    {
        Interlocked.Increment(ref _errorTotal);
        _errors.Add(1, new KeyValuePair<string, object?>("code", code));
    }

    /// <param name="limit">Which limit: one of the few names in docs/metrics.md.</param>
    public void RateLimited(string limit)
    {
        Interlocked.Increment(ref _rateLimitedTotal);
        _rateLimited.Add(1, new KeyValuePair<string, object?>("limit", limit));
    }

    public void ConflictDetected(string type, string severity)
    {
        Interlocked.Increment(ref _conflictTotal);
        _conflicts.Add(1, new KeyValuePair<string, object?>("type", type), new KeyValuePair<string, object?>("severity", severity));
    }

    public void ConflictResolved(string strategy)
    {
        Interlocked.Increment(ref _resolutionTotal);
        _resolutions.Add(1, new KeyValuePair<string, object?>("strategy", strategy));
    }

    public void Detected(TimeSpan duration)
    {
        _detection.Record(duration);
        _detectionTime.Record(duration.TotalSeconds);
    }

    public void Validated(TimeSpan duration)
    {
        _validation.Record(duration);
        _validationTime.Record(duration.TotalSeconds);
    }

    public void Propagated(TimeSpan duration)
    {
        _propagation.Record(duration);
        _propagationTime.Record(duration.TotalSeconds);
    }

    public void Received(int bytes)
    {
        Interlocked.Increment(ref _messageTotal);
        Interlocked.Add(ref _receivedTotal, bytes);
        _messageRate.Add(1);
        _messagesReceived.Add(1);
        _bytesReceived.Add(bytes);
    }

    public void Sent(int bytes)
    {
        Interlocked.Increment(ref _messageTotal);
        Interlocked.Add(ref _sentTotal, bytes);
        _messageRate.Add(1);
        _messagesSent.Add(1);
        _bytesSent.Add(bytes);
    }

    public void SessionOpened() => _sessions.Add(1);

    public void SessionClosed() => _sessions.Add(-1);

    public void ParticipantsChanged(int by)
    {
        Interlocked.Add(ref _participantTotal, by);
        _participants.Add(by);
    }

    public void ConnectionsChanged(int by)
    {
        Interlocked.Add(ref _connectionTotal, by);
        _connections.Add(by);
    }

    public PerformanceStats Snapshot(DateTimeOffset now, TimeSpan uptime, int openSessions)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new()
        {
            Timestamp = now,
            Uptime = uptime,
            TotalOperations = Volatile.Read(ref _operationTotal),
            OperationsPerSecond = _operationRate.PerSecond(),
            Refusals = Volatile.Read(ref _refusalTotal),
            Errors = Volatile.Read(ref _errorTotal),
            RateLimited = Volatile.Read(ref _rateLimitedTotal),
            ConflictsDetected = Volatile.Read(ref _conflictTotal),
            ConflictsResolved = Volatile.Read(ref _resolutionTotal),
            Connections = Volatile.Read(ref _connectionTotal),
            Participants = Volatile.Read(ref _participantTotal),
            ActiveUsers = Users?.Invoke() ?? 0,
            OpenSessions = openSessions,
            TotalMessages = Volatile.Read(ref _messageTotal),
            MessagesPerSecond = _messageRate.PerSecond(),
            BytesReceived = Volatile.Read(ref _receivedTotal),
            BytesSent = Volatile.Read(ref _sentTotal),
            JournalQueue = JournalQueue?.Invoke() ?? 0,
            Propagation = _propagation.Summarise(),
            Detection = _detection.Summarise(),
            Validation = _validation.Summarise(),
            Commit = _commits.Summarise(),
            WorkingSetBytes = process.WorkingSet64,
            HeapBytes = GC.GetTotalMemory(forceFullCollection: false),
            ProcessorTime = process.TotalProcessorTime,
        };
    }

    public void Dispose() => _meter.Dispose();
}
