using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Hosting;

namespace Svgx.Tests.Unit.Engine;

public sealed class MigrationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("svgx-migration-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory, Trait("Rule", "X9")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_killed_process_held_while_it_migrated_keeps_nobody_out(bool isUpToDate)
    {
        await using (var database = new SqliteConnection($"Data Source={Path.Combine(_folder, "collaboration.db")};Pooling=False"))
        {
            if (isUpToDate)
                await OpenAsync();
            await database.OpenAsync(TestContext.Current.CancellationToken);
            await using var lease = database.CreateCommand();
            lease.CommandText = """
                CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00+00:00');
                """;
            await lease.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await OpenAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private async Task OpenAsync()
    {
        await using var host = await CollaborationHost.StartAsync("localhost", 0, _folder);
        await host.CreateDocumentAsync(); // the database is brought up to date for the first who asks
    }
}
