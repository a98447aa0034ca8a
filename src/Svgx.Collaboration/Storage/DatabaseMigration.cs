using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Svgx.Collaboration.Storage;

/// <summary>Brings a SQLite database up to date, whatever happened to those who tried before.</summary>
/// <remarks>
/// EF Core keeps others away by a row in <c>__EFMigrationsLock</c>. A process that is killed while it holds the row leaves it there for good, and every later one waits for it without end
/// (<see href="https://learn.microsoft.com/ef/core/providers/sqlite/limitations#concurrent-migrations-protection"/>). So whoever migrates here holds a file that the operating system gives back when the
/// process ends, however it ends; a row that is found under it is nobody's.
/// </remarks>
public static class DatabaseMigration
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Applies what is missing. Cheap, and takes nothing, where nothing is.</summary>
    /// <param name="database">The database; its file need not be there yet, its folder must.</param>
    /// <param name="folder">The folder of the database, in which the file <c>migration.lock</c> is made and stays.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">Another process has been at it for two minutes, or the database cannot be written; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">The database is damaged; the message names it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file in the folder may not be opened.</exception>
    public static async Task ApplyAsync(DbContext database, string folder, CancellationToken cancellationToken)
    {
        await using var held = await FileHold.TakeAsync(Path.Combine(folder, "migration.lock"), Patience, cancellationToken);
        try
        {
            await RequireWritableAsync(database, cancellationToken);
            if (!(await database.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
                return;
            await FreeAsync(database, cancellationToken);
            await database.Database.MigrateAsync(cancellationToken);
        }
        catch (SqliteException error) when (DatabaseFault.Is(error))
        {
            throw DatabaseFault.Explain(error, database.Database.GetDbConnection().DataSource);
        }
    }

    /// <summary>A database that is damaged or may not be written is known here, not at the first edit; past EF's log, which would tell it in many lines.</summary>
    private static async Task RequireWritableAsync(DbContext database, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(database.Database.GetConnectionString());
        await connection.OpenAsync(cancellationToken);
        await using var transaction = connection.BeginTransaction(deferred: false);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "SELECT count(*) FROM sqlite_master";
        await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task FreeAsync(DbContext database, CancellationToken cancellationToken)
    {
        await database.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            // Past EF's log: that there is no such table yet is no failure to tell of at the very first start.
            await using var command = database.Database.GetDbConnection().CreateCommand();
            command.CommandText = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '__EFMigrationsLock'";
            if (await command.ExecuteScalarAsync(cancellationToken) is not > 0L)
                return;
            command.CommandText = "DELETE FROM \"__EFMigrationsLock\"";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        finally
        {
            await database.Database.CloseConnectionAsync();
        }
    }
}
