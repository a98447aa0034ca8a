using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Storage;

namespace Svgx.Tests.Unit.Engine;

public sealed class StorageFailureTests
{
    /// <summary>A disk that is full, as SQLite sees it: the file may not grow. And a database that may not be written at all. Both are set on the writer's own connection, so that they work on every machine and for every user.</summary>
    [Theory, Trait("Rule", "J19")]
    [InlineData("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823")]
    [InlineData("PRAGMA query_only = 1", null)] // nothing can be written any more, this neither: a restart helps, as it does with a real one
    public async Task A_full_disk_or_a_read_only_database_refuses_edits_loses_nothing_acknowledged_and_serves_reads(string obstruct, string? release)
    {
        await using var host = new TestEngine();
        var document = await host.Engine.CreateDocumentAsync();
        var ann = await host.JoinAsync(document);
        var ben = await host.JoinAsync(document, "ben");
        var acknowledged = new List<string> { (await ann.DoAsync("create", "a")).OperationId };

        await host.Service<CollaborationDatabase>().WriteAsync((connection, transaction) => connection.Execute(transaction, obstruct), CancellationToken.None);
        var text = new string('x', 20_000);
        var refused = 0;
        for (var i = 0; i < 60 && refused < 3; i++)
        {
            await ann.Participant.SubmitAsync(TestEngine.Operation("create", $"e{i}", $$"""{"type":"text","text":"{{text}}"}""", $"op-{i}"));
            var answer = await ann.NextAsync<SessionEvent>(reply => reply is SessionEvent.Acknowledged or SessionEvent.Refused);
            if (answer is SessionEvent.Acknowledged { Operations: [var done] })
            {
                acknowledged.Add(done.OperationId);
                continue;
            }
            Assert.Equal("storage_failed", Assert.IsType<SessionEvent.Refused>(answer).Code);
            refused++;
        }
        Assert.Equal(3, refused);

        // Reading goes on, and newcomers get in.
        Assert.Equal(acknowledged.Count, (await host.Engine.ReadDocumentAsync(document))!.Revision);
        Assert.Equal(acknowledged, await JournalAsync(host, document));
        var eve = await host.JoinAsync(document, "eve");
        Assert.Equal(acknowledged.Count, eve.Joined.Revision);

        if (release is null)
        {
            await host.RestartAsync();
            ben = await host.JoinAsync(document, "ben");
        }
        else
        {
            await host.Service<CollaborationDatabase>().WriteAsync((connection, transaction) => connection.Execute(transaction, release), CancellationToken.None);
        }
        acknowledged.Add((await ben.DoAsync("create", "after")).OperationId);
        Assert.Equal(acknowledged, await JournalAsync(host, document));
        await host.RestartAsync();
        Assert.Equal(acknowledged, await JournalAsync(host, document));
        Assert.Equal(acknowledged.Count, (await host.Engine.ReadDocumentAsync(document))!.Revision);
    }

    private static async Task<List<string>> JournalAsync(TestEngine host, Guid document)
    {
        var ids = new List<string>();
        await foreach (var entry in host.Engine.ReadOperationsAsync(document))
            ids.Add(entry.OperationId);
        return ids;
    }
}
