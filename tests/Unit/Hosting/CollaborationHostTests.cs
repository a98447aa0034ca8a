using Svgx.Collaboration.Client;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Hosting;
using Svgx.Tests.Unit.Client;

namespace Svgx.Tests.Unit.Hosting;

public sealed class CollaborationHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("svgx-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact, Trait("Rule", "L21")]
    public async Task A_program_starts_a_server_sends_an_operation_and_a_client_has_it()
    {
        await using var host = await CollaborationHost.StartAsync("localhost", 0, _folder);
        var drawing = await host.CreateDocumentAsync();
        await using var client = await CollaborationClient.ConnectAsync(new CollaborationClientOptions { Server = new($"ws://localhost:{host.Port}/") }.WithToken(await host.IssueTokenAsync("ada", drawing)));

        Assert.IsType<SubmitOutcome.Accepted>(await host.SendOperationAsync(drawing, "host", "create", "element1", new { x = 100, y = 200 }));
        await client.UntilAsync(live => live.Attribute("element1", "x") == "100");
        Assert.Equal("unknown_element", Assert.IsType<SubmitOutcome.Refused>(await host.SendOperationAsync(drawing, "host", "delete", "nobody")).Code);
        Assert.Equal(1, host.GetPerformanceStats().TotalOperations);
        await client.UntilAsync(_ => host.GetActiveUsers() is [{ Username: "ada" }]);
        Assert.Contains("element1", await host.ReadSvgAsync(drawing), StringComparison.Ordinal);
        Assert.Null(await host.ReadSvgAsync(Guid.NewGuid()));
    }

    [Fact, Trait("Rule", "L21")]
    public async Task A_program_settles_a_conflict_by_its_id()
    {
        await using var host = await CollaborationHost.StartAsync("localhost", 0, _folder);
        var drawing = await host.CreateDocumentAsync();
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Engine.ConflictsChanged += _ => found.TrySetResult();
        await host.SendOperationAsync(drawing, "ada", "create", "a");
        foreach (var (user, data) in new[] { ("ada", """{"fill":"red"}"""), ("ben", """{"fill":"blue"}""") })
            Assert.IsType<SubmitOutcome.Accepted>(await host.Engine.SendOperationAsync(drawing, user, new(null, "update", "a", System.Text.Json.JsonElement.Parse(data), BaseRevision: 1)));
        await found.Task.WaitAsync(ClientSetup.Patience);

        var conflict = Assert.Single(await host.Engine.GetConflictsAsync(drawing, includeSettled: true));
        Assert.IsType<ResolveOutcome.Accepted>(await host.ResolveConflictAsync(drawing, conflict.ConflictId, "reject", "ada"));
        Assert.Equal("unknown_conflict", Assert.IsType<ResolveOutcome.Refused>(await host.ResolveConflictAsync(drawing, "none", "reject", "ada")).Code);
    }

    [Fact, Trait("Rule", "L21")]
    public async Task A_host_started_again_on_its_folder_has_its_documents_and_knows_its_tokens()
    {
        var id = Guid.NewGuid();
        string token;
        await using (var first = await CollaborationHost.StartAsync("localhost", 0, _folder))
        {
            Assert.True(await first.EnsureDocumentAsync(id));
            await first.SendOperationAsync(id, "host", "create", "kept");
            token = await first.IssueTokenAsync("ada", id, DocumentRole.Viewer);
            await first.StopAsync();
            Assert.Equal(0, first.Port);
        }
        await using var second = await CollaborationHost.StartAsync("localhost", 0, _folder);
        Assert.False(await second.EnsureDocumentAsync(id));
        await using var client = await CollaborationClient.ConnectAsync(new CollaborationClientOptions { Server = new($"ws://localhost:{second.Port}/") }.WithToken(token));
        Assert.True(client.Has("kept"));
        Assert.Equal(DocumentRole.Viewer, client.Role);
    }

    [Fact, Trait("Rule", "W34")]
    public async Task A_second_host_on_a_folder_is_refused_and_the_first_goes_on()
    {
        await using var host = await CollaborationHost.StartAsync("localhost", 0, _folder);
        var refused = await Assert.ThrowsAsync<IOException>(() => CollaborationHost.StartAsync("localhost", 0, _folder));
        Assert.Contains(_folder, refused.Message, StringComparison.Ordinal);
        Assert.IsType<SubmitOutcome.Accepted>(await host.SendOperationAsync(await host.CreateDocumentAsync(), "host", "create", "a"));
    }

    [Fact, Trait("Rule", "L21")]
    public async Task A_port_in_use_is_an_IOException_and_leaves_nothing_running()
    {
        await using var host = await CollaborationHost.StartAsync("127.0.0.1", 0, _folder);
        var other = Directory.CreateTempSubdirectory("svgx-host-").FullName;
        await Assert.ThrowsAnyAsync<IOException>(() => CollaborationHost.StartAsync("127.0.0.1", host.Port, other));
        Directory.Delete(other, recursive: true);
    }

    [Fact, Trait("Rule", "L21")]
    public async Task Waiting_for_the_end_ends_with_the_token_and_the_server_goes_on_until_it_is_disposed()
    {
        await using var host = await CollaborationHost.StartAsync("localhost", 0, _folder);
        using var end = new CancellationTokenSource();
        var waiting = host.WaitForShutdownAsync(end.Token);
        Assert.False(waiting.IsCompleted);
        await end.CancelAsync();
        await waiting.WaitAsync(ClientSetup.Patience);
        Assert.NotEqual(0, host.Port);
    }
}
