using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Tests.Unit.Engine;
using static Svgx.Tests.Unit.Versions.VersionTesting;

namespace Svgx.Tests.Unit.Versions;

public sealed class IntegrityTests
{
    /// <summary>Every stored column that says something, and what verify must say where it is changed. Another document's id, another branch's name: the row is missing where it was.</summary>
    public static TheoryData<string, string, DamageKind> Columns
    {
        get
        {
            var columns = new TheoryData<string, string, DamageKind>();
            foreach (var column in new[] { "DocumentId", "Branch", "Revision", "OperationId", "UserId", "Username", "SessionId", "Type", "ElementId", "Data", "Changes", "Inverse", "Timestamp", "BaseRevision", "GestureId", "GroupId", "UndoOf", "RedoOf", "Origin", "Hash" })
                columns.Add("Operations", column, DamageKind.Operation);
            foreach (var column in new[] { "TakenAt", "Content", "Hash" })
                columns.Add("Snapshots", column, DamageKind.Snapshot);
            foreach (var column in new[] { "VersionId", "Number", "Branch", "Revision", "Parents", "ContentHash", "AuthorId", "AuthorName", "Description", "Kind", "CreatedAt", "Name", "Tags", "Metadata", "PurgedAt", "LabelHash" })
                columns.Add("Versions", column, DamageKind.Version);
            columns.Add("VersionContents", "Header", DamageKind.Content);
            columns.Add("VersionContents", "Chunks", DamageKind.Content);
            columns.Add("VersionContents", "ContentHash", DamageKind.Content);
            columns.Add("VersionChunks", "Hash", DamageKind.Content);
            columns.Add("VersionChunks", "Content", DamageKind.Content);
            foreach (var column in new[] { "Name", "CreatedBy", "CreatedByName", "CreatedAt", "FromBranch", "FromRevision", "FromVersion", "DeletedAt", "PurgedAt", "Hash" })
                columns.Add("Branches", column, DamageKind.Branch);
            return columns;
        }
    }

    [Theory, Trait("Rule", "I1"), MemberData(nameof(Columns))]
    public async Task A_change_of_any_stored_value_is_found_and_named(string table, string column, DamageKind kind)
    {
        await using var host = new TestEngine();
        var document = await HistoryAsync(host);
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
        await host.RestartAsync(); // what is in memory does not help

        Spoil(host, table, column);

        var report = await host.Engine.Versions.VerifyAsync(document);
        Assert.Contains(report.Damages, damage => damage.Kind == kind);
        Assert.False(report.IsTruncated);
        if (kind == DamageKind.Operation)
            Assert.Contains(report.Damages, damage => damage is { Kind: DamageKind.Operation, Branch: "main", Revision: 3 });
    }

    [Fact, Trait("Rule", "I1")]
    public async Task No_value_of_another_type_and_no_number_out_of_bounds_ends_the_check_or_goes_unseen()
    {
        await using var host = new TestEngine();
        var document = await HistoryAsync(host);
        await host.RestartAsync();
        Execute(host, "PRAGMA wal_checkpoint(TRUNCATE)", anyResult: true);
        var copy = Directory.CreateDirectory(Path.Combine(host.Folder, "copy")).FullName;
        var unseen = new List<string>();
        var tried = 0;
        foreach (var (table, column, _) in Columns.Select(row => row.Data))
        {
            var value = Query(host, $"SELECT {column} FROM {table} WHERE {Where(table)}");
            object[] others = value switch
            {
                long number => [number ^ (1L << 62), number ^ (1L << 40), number ^ (1L << 31), number ^ long.MinValue, 0.5, "x", new byte[] { 1 }],
                string text => [System.Text.Encoding.UTF8.GetBytes(text), 5L],
                byte[] bytes => ["x", 5L, bytes[..^1], (byte[])[.. bytes, 0]],
                _ => [7.5, Array.Empty<byte>(), column is "Name" or "BaseRevision" or "PurgedAt" or "DeletedAt" or "Hash" ? new byte[] { 7 } : 7L],
            };
            foreach (var other in others)
            {
                File.Copy(Path.Combine(host.Folder, "collaboration.db"), Path.Combine(copy, "collaboration.db"), overwrite: true);
                using (var database = new SqliteConnection($"Data Source={copy}/collaboration.db;Pooling=False"))
                {
                    database.Open();
                    using var command = database.CreateCommand();
                    command.CommandText = $"UPDATE {table} SET {column} = $value WHERE {Where(table)}";
                    command.Parameters.AddWithValue("$value", other);
                    command.ExecuteNonQuery();
                }
                tried++;
                await using var verifier = await IntegrityVerifier.OpenAsync(copy);
                if (await verifier.VerifyAsync(document) is { IsIntact: true } && await verifier.DocumentIdsAsync() is { Ids.Length: 1, Unreadable.IsEmpty: true })
                    unseen.Add($"{table}.{column}: {value} to {other}");
            }
        }
        Assert.Equal("", string.Join(" | ", unseen));
        Assert.True(tried > 150);
    }

    [Theory, Trait("Rule", "I1")]
    [InlineData("DELETE FROM Branches WHERE Name = 'quiet'", DamageKind.Branch)]
    [InlineData("UPDATE Branches SET DocumentId = 'B' || substr(DocumentId, 2) WHERE Name = 'quiet'", DamageKind.Branch)]
    [InlineData("UPDATE Snapshots SET Branch = 'maim' WHERE Revision = 5", DamageKind.Branch)]
    [InlineData("UPDATE Snapshots SET Hash = NULL WHERE Revision = 5", DamageKind.Snapshot)]
    [InlineData("UPDATE Operations SET Hash = NULL WHERE Branch = 'side'", DamageKind.Operation)]
    [InlineData("UPDATE Operations SET Timestamp = 9223372036854775807 WHERE Branch = 'main' AND Revision = 3", DamageKind.Operation)]
    [InlineData("UPDATE Snapshots SET TakenAt = -1 WHERE Branch = 'main' AND Revision = 0", DamageKind.Snapshot)]
    [InlineData("UPDATE Branches SET CreatedAt = -1 WHERE Name = 'side'", DamageKind.Branch)]
    public async Task What_has_lost_its_branch_or_its_checksum_and_times_that_are_none_are_found(string damage, DamageKind kind)
    {
        await using var host = new TestEngine();
        var document = await HistoryAsync(host);
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "quiet").Done();
        await host.RestartAsync();
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
        Execute(host, damage);
        Assert.Contains((await host.Engine.Versions.VerifyAsync(document)).Damages, found => found.Kind == kind);
    }

    [Theory, Trait("Rule", "I6")]
    [InlineData("lower(DocumentId)")]
    [InlineData("DocumentId || ' '")]
    public async Task An_id_that_only_reads_like_a_documents_is_told(string other)
    {
        await using var host = new TestEngine();
        var document = await HistoryAsync(host);
        await host.RestartAsync();
        Execute(host, $"UPDATE Snapshots SET DocumentId = {other} WHERE Revision = 5");
        await using var verifier = await IntegrityVerifier.OpenAsync(host.Folder);
        var stored = await verifier.DocumentIdsAsync();
        Assert.Equal([document], stored.Ids);
        Assert.Single(stored.Unreadable);
    }

    [Fact, Trait("Rule", "I3")]
    public async Task A_branch_is_not_opened_on_rows_that_cannot_be_read()
    {
        await using var host = new TestEngine();
        var document = await HistoryAsync(host);
        await host.RestartAsync();
        Execute(host, "DELETE FROM Snapshots WHERE Branch = 'main' AND Revision > 0");
        Execute(host, "UPDATE Operations SET Timestamp = 'never' WHERE Branch = 'main' AND Revision = 3");
        Assert.Equal("document_damaged", Assert.IsType<JoinOutcome.Refused>(await host.Engine.JoinAsync(new(document, "main", "ann", "ann", "s"), new TestPeer())).Code);
    }

    [Fact, Trait("Rule", "I1")]
    public async Task Every_byte_of_a_content_and_of_a_snapshot_counts()
    {
        await using var host = new TestEngine();
        var document = await HistoryAsync(host);
        await host.RestartAsync();
        foreach (var (table, kind) in new[] { ("VersionChunks", DamageKind.Content), ("Snapshots", DamageKind.Snapshot) })
        {
            var length = (int)(long)Query(host, $"SELECT length(Content) FROM {table} LIMIT 1")!;
            for (var at = 0; at < length; at++)
            {
                Flip(host, table, at);
                var report = await host.Engine.Versions.VerifyAsync(document);
                Assert.True(report.Damages.Any(damage => damage.Kind == kind), $"Byte {at} of {length} in {table} was changed unseen.");
                Flip(host, table, at);
            }
        }
        Assert.True((await host.Engine.Versions.VerifyAsync(document)).IsIntact);
    }

    [Fact, Trait("Rule", "I1")]
    public async Task Operations_that_are_gone_are_missed_at_either_end_and_in_the_middle()
    {
        foreach (var where in new[] { "Revision = 1", "Revision = 3", "Revision >= 5" })
        {
            await using var host = new TestEngine();
            var document = await HistoryAsync(host);
            await host.RestartAsync();
            Execute(host, $"DELETE FROM Operations WHERE Branch = 'main' AND {where}");
            Assert.Contains((await host.Engine.Versions.VerifyAsync(document)).Damages, damage => damage.Kind == DamageKind.Operation);
        }
    }

    [Fact, Trait("Rule", "I2")]
    public async Task A_damaged_version_is_not_shown_and_the_others_are()
    {
        await using var host = new TestEngine();
        var document = await HistoryAsync(host);
        var whole = await host.Engine.Versions.SaveAsync(document, Ann).Done();
        Execute(host, "UPDATE Versions SET Description = 'Forged' WHERE Number = 1");
        var damaged = (string)Query(host, "SELECT VersionId FROM Versions WHERE Number = 1")!;
        Assert.Equal("version_damaged", await host.Engine.Versions.GetAsync(document, Ann, damaged).Refused());
        Assert.Equal("version_damaged", await host.Engine.Versions.RevertAsync(document, Ann, damaged).Refused());
        await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Version(whole.VersionId)).Done();
        Assert.DoesNotContain((await host.Engine.Versions.ListAsync(document, Ann).Done()).Versions, version => version.VersionId == damaged);
        Flip(host, "VersionChunks", 5);
        Assert.Equal("version_damaged", await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Version(whole.VersionId)).Refused());
    }

    [Fact, Trait("Rule", "I3")]
    public async Task A_damaged_snapshot_is_passed_over_for_an_older_one_and_the_journal()
    {
        await using var host = new TestEngine();
        var document = await HistoryAsync(host);
        var before = (await host.LiveAsync(document)).Document.Json();
        await host.RestartAsync();
        Execute(host, "UPDATE Snapshots SET Content = zeroblob(length(Content)) WHERE Branch = 'main' AND Revision > 0");
        Assert.Equal(before, (await host.LiveAsync(document)).Document.Json());
        await host.RestartAsync();
        Execute(host, "UPDATE Snapshots SET Content = zeroblob(length(Content)) WHERE Branch = 'main'");
        var refused = Assert.IsType<JoinOutcome.Refused>(await host.Engine.JoinAsync(new(document, "main", "ann", "ann", "s"), new TestPeer()));
        Assert.Equal("document_damaged", refused.Code);
        Assert.Equal("document_damaged", await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Live("main")).Refused());
    }

    [Fact, Trait("Rule", "I3")]
    public async Task A_branch_is_not_opened_on_operations_that_were_changed()
    {
        await using var host = new TestEngine();
        var document = await HistoryAsync(host);
        await host.RestartAsync();
        Execute(host, "DELETE FROM Snapshots WHERE Branch = 'main' AND Revision > 0");
        Execute(host, "UPDATE Operations SET Username = 'Somebody' WHERE Branch = 'main' AND Revision = 3");
        Assert.Equal("document_damaged", Assert.IsType<JoinOutcome.Refused>(await host.Engine.JoinAsync(new(document, "main", "ann", "ann", "s"), new TestPeer())).Code);
        Assert.Equal("document_damaged", await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Revision("main", 4)).Refused());
        await host.Engine.Versions.ReadAsync(document, Ann, new ContentPoint.Revision("main", 2)).Done();
        await host.LiveAsync(document, "side");
    }

    [Fact, Trait("Rule", "I5")]
    public async Task Operations_from_before_checksums_are_replayed_and_counted_and_the_chain_begins_after_them()
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        for (var i = 1; i <= 4; i++)
            await ann.DoAsync("create", $"e{i}");
        await host.RestartAsync();
        Execute(host, "UPDATE Operations SET Hash = NULL");
        Execute(host, "UPDATE Snapshots SET Hash = NULL");
        ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "new");
        await host.RestartAsync();
        var report = await host.Engine.Versions.VerifyAsync(document);
        Assert.True(report.IsIntact, string.Join('\n', report.Damages));
        Assert.Equal((5L, 4L), (report.Operations, report.Unsealed));
        ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "newer");
        await host.RestartAsync();
        Execute(host, "UPDATE Operations SET Hash = NULL WHERE Revision = 6");
        Assert.Contains((await host.Engine.Versions.VerifyAsync(document)).Damages, damage => damage is { Kind: DamageKind.Operation, Revision: 6 });
    }

    /// <summary>Five operations in main, of all kinds; a version with labels and one without; a branch with an operation; snapshots on the way.</summary>
    private static async Task<Guid> HistoryAsync(TestEngine host)
    {
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        await ann.DoAsync("create", "a", """{"fill":"red","x":1}""", group: "g");
        await ann.DoAsync("create", "b");
        await ann.Participant.SubmitAsync(TestEngine.Operation("move", "a", """{"dx":5}""", gesture: "drag"));
        await ann.NextAsync<SessionEvent.Acknowledged>();
        await ann.DoAsync("delete", "b");
        await ann.Participant.UndoAsync();
        await ann.NextAsync<SessionEvent.Acknowledged>();
        var labels = VersionLabels.None with { Name = "One", Tags = ["t"], Metadata = VersionLabels.None.Metadata.Add("k", "v") };
        await host.Engine.Versions.SaveAsync(document, Ann, description: "First", labels: labels).Done();
        await host.Engine.Versions.CreateBranchAsync(document, Ann, "side").Done();
        var side = await host.JoinBranchAsync(document, "side");
        await side.DoAsync("create", "s");
        await host.Engine.Versions.SaveAsync(document, Ann, "side").Done();
        return document;
    }

    /// <summary>Another value of the same kind in one row: the third operation of main, the snapshot at its end, the second version, or whatever comes first.</summary>
    private static void Spoil(TestEngine host, string table, string column)
    {
        var where = Where(table);
        var value = Query(host, $"SELECT {column} FROM {table} WHERE {where}");
        object spoilt = value switch
        {
            long number => column is "Revision" ? number + 1_000 : number ^ 1,
            byte[] bytes => Flipped(bytes, bytes.Length / 2),
            string { Length: > 0 } text when column is "Tags" => "[\"x\"]",
            string { Length: > 0 } when column is "Metadata" => "{\"k\":\"w\"}",
            string { Length: > 0 } text => (text[0] == '0' ? "1" : "0") + text[1..],
            string => "x",
            _ => column is "BaseRevision" or "PurgedAt" or "DeletedAt" ? 7L : "x",
        };
        Execute(host, $"UPDATE {table} SET {column} = $value WHERE {where}", spoilt);
    }

    private static string Where(string table) => table switch
    {
        "Operations" => "Branch = 'main' AND Revision = 3",
        "Snapshots" => "Branch = 'main' AND Revision = 5",
        "Versions" => "Number = 2",
        _ => $"rowid = (SELECT MIN(rowid) FROM {table})",
    };

    private static void Flip(TestEngine host, string table, int at)
    {
        var row = (long)Query(host, $"SELECT MIN(rowid) FROM {table}")!;
        Execute(host, $"UPDATE {table} SET Content = $value WHERE rowid = {row}", Flipped((byte[])Query(host, $"SELECT Content FROM {table} WHERE rowid = {row}")!, at));
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        var flipped = (byte[])bytes.Clone();
        flipped[at] ^= 0x10;
        return flipped;
    }

    private static object? Query(TestEngine host, string sql)
    {
        using var database = Open(host);
        using var command = database.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is var value and not DBNull ? value : null;
    }

    private static void Execute(TestEngine host, string sql, object? value = null, bool anyResult = false)
    {
        using var database = Open(host);
        using var command = database.CreateCommand();
        command.CommandText = sql;
        if (value is not null)
            command.Parameters.AddWithValue("$value", value);
        Assert.True(command.ExecuteNonQuery() > 0 || anyResult, sql);
    }

    private static SqliteConnection Open(TestEngine host)
    {
        var database = new SqliteConnection($"Data Source={host.Folder}/collaboration.db;Pooling=False");
        database.Open();
        return database;
    }
}
