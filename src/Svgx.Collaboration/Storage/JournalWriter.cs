using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Diagnostics;

namespace Svgx.Collaboration.Storage;

/// <summary>
/// The one writer of the database: a connection, a task and a bounded queue. What waits while a commit is under way is committed together next
/// (group commit). Where a group fails, each of its members is tried alone, so that only the one at fault fails; but not where all would meet the same: while another process keeps the database locked they
/// would wait for it one after another.
/// </summary>
internal sealed class JournalWriter : IAsyncDisposable
{
    private readonly Channel<Work> _queue;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly int _maxGroup;
    private readonly Task _loop;

    public JournalWriter(SqliteConnection connection, StorageOptions options)
    {
        _connection = connection;
        _maxGroup = options.MaxGroup;
        _insert = JournalTable.PrepareInsert(connection);
        _queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(options.WriterQueue) { SingleReader = true });
        _loop = Task.Run(RunAsync);
    }

    public Task AppendAsync(IReadOnlyList<JournalEntry> entries, Action<SqliteConnection, SqliteTransaction>? with, CancellationToken cancellationToken) =>
        EnqueueAsync(new(entries.Count, (connection, insert, transaction) =>
        {
            insert.Transaction = transaction;
            foreach (var entry in entries)
            {
                JournalTable.Bind(insert, entry);
                insert.ExecuteNonQuery();
            }
            with?.Invoke(connection, transaction);
        }), cancellationToken);

    public Task WriteAsync(Action<SqliteConnection, SqliteTransaction> write, CancellationToken cancellationToken) =>
        EnqueueAsync(new(1, (connection, _, transaction) => write(connection, transaction)), cancellationToken);

    /// <summary>Writes that wait for their commit.</summary>
    public int Waiting => _queue.Reader.Count;

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        await _insert.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task EnqueueAsync(Work work, CancellationToken cancellationToken)
    {
        await _queue.Writer.WriteAsync(work, cancellationToken);
        await work.Done.Task; // no cancellation past this point: it may be committed already
    }

    private async Task RunAsync()
    {
        var group = new List<Work>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            var size = 0;
            while (size < _maxGroup && _queue.Reader.TryRead(out var work))
            {
                group.Add(work);
                size += work.Size;
            }
            if (TryCommit(group, out var failure))
            {
                foreach (var work in group)
                    work.Done.SetResult();
            }
            else if (group.Count == 1 || DatabaseFault.MeetsAll(failure))
            {
                foreach (var work in group)
                    work.Done.SetException(failure);
            }
            else
            {
                foreach (var work in group)
                {
                    if (TryCommit([work], out var error))
                        work.Done.SetResult();
                    else
                        work.Done.SetException(error);
                }
            }
            group.Clear();
        }
    }

    private bool TryCommit(List<Work> group, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Exception? error)
    {
        using var span = CollaborationActivity.Start(CollaborationActivity.Commit);
        span?.SetTag("svgx.writes", group.Count);
        try
        {
            using var transaction = _connection.BeginTransaction(deferred: false);
            foreach (var work in group)
                work.Write(_connection, _insert, transaction);
            transaction.Commit();
            error = null;
            return true;
        }
        catch (Exception failure) // whatever it is, it belongs to those who wait for the write, and the writer goes on
        {
            span.Failed(failure);
            error = failure;
            return false;
        }
    }

    private sealed record Work(int Size, Action<SqliteConnection, SqliteCommand, SqliteTransaction> Write)
    {
        // Inline continuations would run sessions on the writer's task.
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
