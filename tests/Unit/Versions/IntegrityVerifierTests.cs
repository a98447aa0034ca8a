using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Engine;
using static Svgx.Tests.Unit.Versions.VersionTesting;

namespace Svgx.Tests.Unit.Versions;

/// <summary>The check from outside, on the files alone.</summary>
public sealed class IntegrityVerifierTests
{
    [Fact, Trait("Rule", "I6")]
    public async Task It_writes_nothing()
    {
        await using var host = new TestEngine();
        var document = await DrawAsync(host);
        await host.RestartAsync();
        var before = await File.ReadAllBytesAsync(Database(host));
        await using (var verifier = await IntegrityVerifier.OpenAsync(host.Folder))
        {
            Assert.Equal([document], (await verifier.DocumentIdsAsync()).Ids);
            var report = await verifier.VerifyAsync(document);
            Assert.NotNull(report);
            Assert.True(report.IsIntact);
            Assert.Equal((3L, 1, 1), (report.Operations, report.Versions, report.Branches));
            Assert.Null(await verifier.VerifyAsync(Guid.NewGuid()));
        }
        Assert.Equal(before, await File.ReadAllBytesAsync(Database(host)));

        var empty = Path.Combine(host.Folder, "none");
        await Assert.ThrowsAsync<FileNotFoundException>(() => IntegrityVerifier.OpenAsync(empty));
        Assert.False(Directory.Exists(empty));
    }

    [Fact, Trait("Rule", "I6")]
    public async Task A_database_of_an_older_version_is_left_as_it_is()
    {
        await using var host = new TestEngine();
        await DrawAsync(host);
        await host.RestartAsync();
        Execute(host, "DELETE FROM __EFMigrationsHistory WHERE MigrationId = (SELECT MAX(MigrationId) FROM __EFMigrationsHistory)");
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => IntegrityVerifier.OpenAsync(host.Folder));
        Assert.Contains("older version", refusal.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "I6")]
    public async Task Rows_of_an_id_that_is_none_are_told()
    {
        await using var host = new TestEngine();
        await host.Engine.CreateDocumentAsync();
        await host.RestartAsync();
        Execute(host, "UPDATE Snapshots SET DocumentId = 'x' || substr(DocumentId, 2)");
        await using var verifier = await IntegrityVerifier.OpenAsync(host.Folder);
        var stored = await verifier.DocumentIdsAsync();
        Assert.Empty(stored.Ids);
        Assert.StartsWith("x", Assert.Single(stored.Unreadable), StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "I6")]
    public async Task Any_byte_of_the_file_can_be_wrong_without_a_crash_and_never_makes_what_is_stored_look_otherwise()
    {
        await using var host = new TestEngine();
        var document = await DrawAsync(host);
        await host.RestartAsync();
        var file = await File.ReadAllBytesAsync(Database(host));
        var copy = Directory.CreateDirectory(Path.Combine(host.Folder, "copy")).FullName;
        var found = 0;
        for (var at = 0; at < file.Length; at += 211)
        {
            var damaged = (byte[])file.Clone();
            damaged[at] ^= 0x10;
            await File.WriteAllBytesAsync(Path.Combine(copy, "collaboration.db"), damaged);
            try
            {
                await using var verifier = await IntegrityVerifier.OpenAsync(copy);
                var stored = await verifier.DocumentIdsAsync();
                var report = await verifier.VerifyAsync(document);
                if (report is not { IsIntact: true } || stored.Ids.Length != 1 || !stored.Unreadable.IsEmpty)
                    found++;
                else
                    Assert.Equal((3L, 1, 1), (report.Operations, report.Versions, report.Branches));
            }
            catch (Exception error) when (error is SqliteException or InvalidOperationException) // the file cannot be opened, or seems an older one: told by another code
            {
                found++;
            }
        }
        Assert.True(found > 20, $"Only {found} were found: the file was not what was checked.");
    }

    private static async Task<Guid> DrawAsync(TestEngine host)
    {
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        for (var i = 1; i <= 3; i++)
            await ann.DoAsync("create", $"e{i}", $$"""{"title":"{{new string('x', 2_000)}}"}""");
        await host.Engine.Versions.SaveAsync(document, Ann).Done();
        return document;
    }

    private static string Database(TestEngine host) => Path.Combine(host.Folder, "collaboration.db");

    private static void Execute(TestEngine host, string sql)
    {
        using var database = new SqliteConnection($"Data Source={Database(host)};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0, sql);
    }
}
