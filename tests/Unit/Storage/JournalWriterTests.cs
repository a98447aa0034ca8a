using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Svgx.Collaboration.Storage;

namespace Svgx.Tests.Unit.Storage;

public sealed class JournalWriterTests
{
    [Fact, Trait("Rule", "J25")]
    public async Task While_the_database_is_locked_those_who_wait_fail_together_after_one_wait()
    {
        var folder = Directory.CreateTempSubdirectory("svgx-unit-").FullName;
        var path = Path.Combine(folder, "collaboration.db");
        await using (var model = new CollaborationDbContext(new DbContextOptionsBuilder<CollaborationDbContext>().UseSqlite($"Data Source={path};Pooling=False").Options))
            await DatabaseMigration.ApplyAsync(model, folder, CancellationToken.None);
        var connection = new SqliteConnection($"Data Source={path};Pooling=False;Default Timeout=1");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using (var writer = new JournalWriter(connection, new()))
        {
            await using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
            {
                await other.OpenAsync(TestContext.Current.CancellationToken);
                await using var held = other.BeginTransaction(deferred: false);
                var writes = Enumerable.Range(0, 6).Select(_ => writer.WriteAsync((_, _) => { }, CancellationToken.None)).ToArray();

                var failures = new List<SqliteException>();
                foreach (var write in writes)
                    failures.Add(await Assert.ThrowsAsync<SqliteException>(() => write));

                // The first may have been on its way alone before the others came.
                Assert.InRange(failures.Distinct().Count(), 1, 2);
            }
            await writer.WriteAsync((_, _) => { }, CancellationToken.None);
        }
        Directory.Delete(folder, recursive: true);
    }
}
