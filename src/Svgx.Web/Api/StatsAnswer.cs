using System.Text.Json.Serialization;
using Svgx.Collaboration.Diagnostics;

namespace Svgx.Web.Api;

/// <summary>The server's figures, for administrators: totals since its start, rates of the last ten seconds, durations of the last minute.</summary>
internal sealed record StatsAnswer(
    [property: JsonPropertyName("timestamp")] DateTime Timestamp, [property: JsonPropertyName("uptime_seconds")] double UptimeSeconds,
    [property: JsonPropertyName("total_operations")] long TotalOperations, [property: JsonPropertyName("operations_per_second")] double OperationsPerSecond,
    [property: JsonPropertyName("conflicts_detected")] long ConflictsDetected, [property: JsonPropertyName("conflicts_resolved")] long ConflictsResolved,
    [property: JsonPropertyName("average_propagation_time_ms")] double AveragePropagationTimeMs, [property: JsonPropertyName("active_users")] int ActiveUsers,
    [property: JsonPropertyName("total_messages")] long TotalMessages, [property: JsonPropertyName("messages_per_second")] double MessagesPerSecond,
    [property: JsonPropertyName("connections")] long Connections, [property: JsonPropertyName("participants")] long Participants, [property: JsonPropertyName("open_sessions")] int OpenSessions,
    [property: JsonPropertyName("bytes_received")] long BytesReceived, [property: JsonPropertyName("bytes_sent")] long BytesSent,
    [property: JsonPropertyName("refusals")] long Refusals, [property: JsonPropertyName("errors")] long Errors, [property: JsonPropertyName("rate_limited")] long RateLimited,
    [property: JsonPropertyName("journal_queue")] int JournalQueue, [property: JsonPropertyName("propagation")] LatencyAnswer Propagation, [property: JsonPropertyName("detection")] LatencyAnswer Detection,
    [property: JsonPropertyName("validation")] LatencyAnswer Validation, [property: JsonPropertyName("commit")] LatencyAnswer Commit,
    [property: JsonPropertyName("working_set_bytes")] long WorkingSetBytes, [property: JsonPropertyName("heap_bytes")] long HeapBytes, [property: JsonPropertyName("processor_seconds")] double ProcessorSeconds)
{
    public static StatsAnswer Of(PerformanceStats stats) => new(
        stats.Timestamp.UtcDateTime, stats.Uptime.TotalSeconds, stats.TotalOperations, stats.OperationsPerSecond, stats.ConflictsDetected, stats.ConflictsResolved, stats.Propagation.MeanMs, stats.ActiveUsers,
        stats.TotalMessages, stats.MessagesPerSecond, stats.Connections, stats.Participants, stats.OpenSessions, stats.BytesReceived, stats.BytesSent, stats.Refusals, stats.Errors, stats.RateLimited, stats.JournalQueue,
        LatencyAnswer.Of(stats.Propagation), LatencyAnswer.Of(stats.Detection), LatencyAnswer.Of(stats.Validation), LatencyAnswer.Of(stats.Commit), stats.WorkingSetBytes, stats.HeapBytes, stats.ProcessorTime.TotalSeconds);
}

/// <summary>Durations of the last minute, in milliseconds.</summary>
internal sealed record LatencyAnswer(
    [property: JsonPropertyName("count")] long Count, [property: JsonPropertyName("mean_ms")] double Mean, [property: JsonPropertyName("p50_ms")] double P50, [property: JsonPropertyName("p95_ms")] double P95,
    [property: JsonPropertyName("p99_ms")] double P99, [property: JsonPropertyName("max_ms")] double Max)
{
    public static LatencyAnswer Of(LatencySummary summary) => new(summary.Count, summary.MeanMs, summary.P50Ms, summary.P95Ms, summary.P99Ms, summary.MaxMs);
}
