using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Security;

/// <summary>
/// The durable trail of security events. Recording never waits: events queue, up to <see cref="Queue"/>, and are written in groups; what does not fit is counted and its number written. Disposing writes what waits. Thread-safe.
/// </summary>
public sealed class AuditTrail : IAsyncDisposable
{
    /// <summary>How many events may wait to be written.</summary>
    public const int Queue = 4_096;

    private const int MaxDetail = 200;
    private const int MaxBatch = 256;
    private const int TrimEvery = 1_000;

    private readonly CollaborationDatabase _database;
    private readonly AuditOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditTrail> _logger;
    private readonly Channel<AuditEvent> _queue = Channel.CreateBounded<AuditEvent>(new BoundedChannelOptions(Queue) { SingleReader = true });
    private readonly Task _loop;
    private long _missing;
    private long _queued;
    private long _settled; // of those queued: written, or given up
    private TaskCompletionSource _turn = new(TaskCreationOptions.RunContinuationsAsynchronously); // ends with the batch under way
    private int _untrimmed = TrimEvery; // trims with the first batch

    internal AuditTrail(CollaborationDatabase database, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditTrail> logger)
    {
        _database = database;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Notes an event; its time is now.</summary>
    public void Record(AuditEvent auditEvent)
    {
        var detail = auditEvent.Detail is { Length: > MaxDetail } text ? text[..MaxDetail] : auditEvent.Detail;
        Interlocked.Increment(ref _queued); // first: whoever asks between the two waits for it
        if (_queue.Writer.TryWrite(auditEvent with { Timestamp = _time.GetUtcNow(), Detail = detail }))
            return;
        Interlocked.Increment(ref _missing);
        Interlocked.Increment(ref _settled);
    }

    /// <summary>Reads entries, the newest first. What was recorded before is among them, unless it could not be written.</summary>
    public async Task<IReadOnlyList<AuditEvent>> QueryAsync(AuditQuery query, CancellationToken cancellationToken = default)
    {
        await _database.PrepareAsync(cancellationToken);
        await SettledAsync(cancellationToken);
        return await _database.ReadAsync<IReadOnlyList<AuditEvent>>(connection =>
        {
            using var select = connection.Command(
                """
                SELECT Sequence, Timestamp, Kind, ActorId, UserId, DocumentId, Address, Detail FROM AuditEvents
                WHERE Sequence < $before AND ($kind IS NULL OR Kind = $kind) AND ($user IS NULL OR UserId = $user OR ActorId = $user) AND ($document IS NULL OR DocumentId = $document)
                ORDER BY Sequence DESC LIMIT $limit
                """,
                ("$before", query.Before ?? long.MaxValue), ("$kind", query.Kind), ("$user", query.UserId), ("$document", query.DocumentId), ("$limit", Math.Clamp(query.Limit, 1, 1_000)));
            using var row = select.ExecuteReader();
            var events = new List<AuditEvent>();
            while (row.Read())
            {
                events.Add(new(row.GetString(2))
                {
                    Sequence = row.GetInt64(0),
                    Timestamp = new(row.GetInt64(1), TimeSpan.Zero),
                    ActorId = Text(row, 3),
                    UserId = Text(row, 4),
                    DocumentId = row.IsDBNull(5) ? null : row.GetGuid(5),
                    Address = Text(row, 6),
                    Detail = Text(row, 7),
                });
            }
            return events;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    /// <summary>Waits for all that is queued now.</summary>
    private async Task SettledAsync(CancellationToken cancellationToken)
    {
        var queued = Interlocked.Read(ref _queued);
        while (true)
        {
            var turn = Volatile.Read(ref _turn);
            if (Interlocked.Read(ref _settled) >= queued)
                return;
            await turn.Task.WaitAsync(cancellationToken);
        }
    }

    private async Task RunAsync()
    {
        var batch = new List<AuditEvent>(MaxBatch);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var next))
                batch.Add(next);
            var taken = batch.Count;
            if (Interlocked.Exchange(ref _missing, 0) is var missing and > 0)
                batch.Add(new(AuditKind.EventsMissing) { Timestamp = _time.GetUtcNow(), Detail = missing.ToString(System.Globalization.CultureInfo.InvariantCulture) });
            try
            {
                await _database.PrepareAsync(CancellationToken.None);
                await _database.WriteAsync((connection, transaction) => Write(connection, transaction, batch), CancellationToken.None);
            }
            catch (Exception error) when (error is SqliteException or IOException or InvalidOperationException or UnauthorizedAccessException or ChannelClosedException)
            {
                // A full disk must not stop the service. The log has them, and the trail will say how many it lacks.
                _logger.AuditUnwritten(batch.Count, error);
                foreach (var lost in batch)
                    _logger.AuditEvent(lost.Kind, lost.ActorId, lost.UserId, lost.Address, lost.Detail);
                Interlocked.Add(ref _missing, batch.Count);
            }
            batch.Clear();
            Interlocked.Add(ref _settled, taken);
            Interlocked.Exchange(ref _turn, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    private void Write(SqliteConnection connection, SqliteTransaction transaction, List<AuditEvent> batch)
    {
        foreach (var entry in batch)
        {
            connection.Execute(transaction,
                "INSERT INTO AuditEvents (Timestamp, Kind, ActorId, UserId, DocumentId, Address, Detail) VALUES ($at, $kind, $actor, $user, $document, $address, $detail)",
                ("$at", entry.Timestamp.UtcTicks), ("$kind", entry.Kind), ("$actor", entry.ActorId), ("$user", entry.UserId), ("$document", entry.DocumentId), ("$address", entry.Address), ("$detail", entry.Detail));
        }
        _untrimmed += batch.Count;
        if (_untrimmed < TrimEvery)
            return;
        _untrimmed = 0;
        // By sequence, which stands in order of writing: the walk ends at the first entry that is young enough, whatever the clock did in between.
        connection.Execute(transaction,
            "DELETE FROM AuditEvents WHERE Sequence <= (SELECT max(Sequence) FROM AuditEvents) - $most OR Sequence < (SELECT min(Sequence) FROM AuditEvents WHERE Timestamp >= $oldest)",
            ("$most", _options.MaxEntries), ("$oldest", (_time.GetUtcNow() - _options.Retention).UtcTicks));
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
