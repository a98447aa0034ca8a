using System.Diagnostics.Metrics;

namespace Svgx.Collaboration.Diagnostics;

/// <summary>The meter <c>Svgx.Collaboration</c>, and the totals behind <see cref="Engine.EngineStatistics"/>.</summary>
internal sealed class CollaborationMetrics : IDisposable
{
    public const string MeterName = "Svgx.Collaboration";

    private readonly Meter _meter;
    private readonly Counter<long> _operations;
    private readonly Counter<long> _refusals;
    private readonly Histogram<double> _commits;
    private readonly UpDownCounter<long> _sessions;
    private readonly UpDownCounter<long> _participants;
    private long _operationTotal;
    private long _refusalTotal;
    private long _participantTotal;

    public CollaborationMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _operations = _meter.CreateCounter<long>("svgx.collaboration.operations", "{operation}", "Operations made durable.");
        _refusals = _meter.CreateCounter<long>("svgx.collaboration.refusals", "{operation}", "Operations refused, by code.");
        _commits = _meter.CreateHistogram("svgx.collaboration.commit.duration", "s", "From the decision to the commit of a turn.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 1] });
        _sessions = _meter.CreateUpDownCounter<long>("svgx.collaboration.sessions", "{session}", "Document branches that are open.");
        _participants = _meter.CreateUpDownCounter<long>("svgx.collaboration.participants", "{participant}", "Connections that are in a document.");
    }

    public long Operations => Volatile.Read(ref _operationTotal);

    public long Refusals => Volatile.Read(ref _refusalTotal);

    public long Participants => Volatile.Read(ref _participantTotal);

    public void Committed(int operations, TimeSpan duration)
    {
        Interlocked.Add(ref _operationTotal, operations);
        _operations.Add(operations);
        _commits.Record(duration.TotalSeconds);
    }

    public void Refused(string code)
    {
        Interlocked.Increment(ref _refusalTotal);
        _refusals.Add(1, new KeyValuePair<string, object?>("code", code));
    }

    public void SessionOpened() => _sessions.Add(1);

    public void SessionClosed() => _sessions.Add(-1);

    public void ParticipantsChanged(int by)
    {
        Interlocked.Add(ref _participantTotal, by);
        _participants.Add(by);
    }

    public void Dispose() => _meter.Dispose();
}
