using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Diagnostics;

/// <summary>
/// Whether edits can be made durable now: a write to the database is committed, the journal's queue has room, the disk has space. Asked more often than every two seconds it answers what it found last, so that nobody keeps the disk busy by
/// asking. Thread-safe.
/// </summary>
public sealed class CollaborationHealthCheck : IHealthCheck
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CollaborationDatabase _database;
    private readonly StorageOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private (long At, Task<HealthCheckResult> Result)? _last;

    /// <summary>Made by the host's container.</summary>
    public CollaborationHealthCheck(IServiceProvider services)
    {
        _database = services.GetRequiredService<CollaborationDatabase>();
        _options = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        _time = services.GetRequiredService<TimeProvider>();
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            // Those who ask meanwhile share the answer, so it must not end with one of them.
            if (_last is not { } last || (last.Result.IsCompleted && _time.GetElapsedTime(last.At) >= Fresh))
                _last = last = (_time.GetTimestamp(), Task.Run(LookAsync, CancellationToken.None));
            return last.Result.WaitAsync(cancellationToken);
        }
    }

    private async Task<HealthCheckResult> LookAsync()
    {
        var free = FreeBytes();
        var data = new Dictionary<string, object> { ["journal_queue"] = _database.Waiting, ["free_bytes"] = free };
        try
        {
            await _database.PrepareAsync(CancellationToken.None).WaitAsync(Patience, _time);
            // The application's number in the file's header, which nothing else uses: a commit like any other, and nothing that grows.
            await _database.WriteAsync((connection, transaction) => connection.Execute(transaction, "PRAGMA user_version = 1"), CancellationToken.None).WaitAsync(Patience, _time);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy("The database cannot be written.", error, data);
        }
        catch (TimeoutException error)
        {
            return HealthCheckResult.Unhealthy("The database has not answered in five seconds.", error, data);
        }
        if (_database.Waiting > _options.WriterQueue * 9 / 10)
            return HealthCheckResult.Unhealthy("The journal's queue is full.", data: data);
        return free < _options.MinFreeBytes ? HealthCheckResult.Unhealthy("The disk of the data folder is nearly full.", data: data) : HealthCheckResult.Healthy(data: data);
    }

    private long FreeBytes()
    {
        try
        {
            return new DriveInfo(_options.DataFolder).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue; // a file system that does not say
        }
    }
}
