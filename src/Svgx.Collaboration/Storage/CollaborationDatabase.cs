using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Svgx.Collaboration.Storage;

/// <summary><c>collaboration.db</c>: SQLite in WAL mode, one writer with group commit, readers beside it. The stores of all features share it. Thread-safe.</summary>
internal sealed class CollaborationDatabase(IOptions<StorageOptions> options) : IAsyncDisposable
{
    private readonly StorageOptions _options = options.Value;
    private readonly SemaphoreSlim _preparing = new(1, 1);
    private volatile JournalWriter? _writer;
    private volatile bool _isReadable;

    private string ConnectionString => new SqliteConnectionStringBuilder
    {
        DataSource = _options.DatabasePath,
        DefaultTimeout = 30,
        Mode = _options.IsReadOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWriteCreate,
    }.ToString();

    /// <summary>Writes that wait for their commit.</summary>
    public int Waiting => _writer?.Waiting ?? 0;

    private JournalWriter Writer => _writer ?? throw new InvalidOperationException($"{nameof(PrepareAsync)} comes first.");

    /// <summary>Makes the folder and brings the tables up to date; cheap when it has been done.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_writer is not null || _isReadable)
            return;
        await _preparing.WaitAsync(cancellationToken);
        try
        {
            if (_writer is not null || _isReadable)
                return;
            if (_options.IsReadOnly)
            {
                await RequireCurrentAsync(cancellationToken);
                _isReadable = true;
                return;
            }
            Directory.CreateDirectory(_options.DataFolder);
            await using (var model = new CollaborationDbContext(new DbContextOptionsBuilder<CollaborationDbContext>().UseSqlite(ConnectionString).Options))
                await DatabaseMigration.ApplyAsync(model, _options.DataFolder, cancellationToken);
            var connection = new SqliteConnection(ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using (var pragma = connection.CreateCommand())
            {
                pragma.CommandText = $"PRAGMA journal_mode=WAL; PRAGMA synchronous={(_options.Synchronous == JournalSynchronous.Full ? "FULL" : "NORMAL")};";
                await pragma.ExecuteNonQueryAsync(cancellationToken);
            }
            _writer = new(connection, _options);
        }
        finally
        {
            _preparing.Release();
        }
    }

    private async Task RequireCurrentAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_options.DatabasePath))
            throw new FileNotFoundException($"There is no database at {_options.DatabasePath}.", _options.DatabasePath);
        await using var model = new CollaborationDbContext(new DbContextOptionsBuilder<CollaborationDbContext>().UseSqlite(ConnectionString).Options);
        if ((await model.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            throw new InvalidOperationException("The database was written by an older version of Svgx. Start the server once: it brings the database up to date.");
    }

    /// <summary>Appends operations, and writes what belongs to them in the same transaction. Completes after the commit.</summary>
    public Task AppendAsync(IReadOnlyList<JournalEntry> entries, Action<SqliteConnection, SqliteTransaction>? with, CancellationToken cancellationToken) => Writer.AppendAsync(entries, with, cancellationToken);

    /// <summary>Writes in a transaction that others' writes may share. Completes after the commit. The action may run twice: where a group fails, each of its members is tried alone.</summary>
    public Task WriteAsync(Action<SqliteConnection, SqliteTransaction> write, CancellationToken cancellationToken) => Writer.WriteAsync(write, cancellationToken);

    /// <summary>SQLite reads without awaiting anything; the caller's thread does it on a pooled connection.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        try
        {
            using var connection = new SqliteConnection(ConnectionString);
            connection.Open();
            return Task.FromResult(read(connection));
        }
        catch (Exception error) when (error is SqliteException or IOException or InvalidDataException)
        {
            return Task.FromException<T>(error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is { } writer)
            await writer.DisposeAsync();
        using (var pool = new SqliteConnection(ConnectionString))
            SqliteConnection.ClearPool(pool); // or the file stays open
        _preparing.Dispose();
    }
}

/// <summary>Commands with their values in one call.</summary>
internal static class SqliteCommands
{
    public static SqliteCommand Command(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    /// <summary>A time, stored as UTC ticks. A number that is none reads as the first of all times, which fits no checksum: damage is told by whoever checks, and does not end the reading.</summary>
    public static DateTime GetTime(this SqliteDataReader row, int column) => Time(row.GetInt64(column));

    /// <inheritdoc cref="GetTime"/>
    public static DateTime Time(long ticks) => ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new(ticks, DateTimeKind.Utc) : default;

    public static int Execute(this SqliteConnection connection, SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = connection.Command(sql, values);
        command.Transaction = transaction;
        return command.ExecuteNonQuery();
    }
}
