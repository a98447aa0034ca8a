using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Tests.Unit.Engine;

namespace Svgx.Tests.Unit.Conflicts;

/// <summary>Two people and a rectangle "a" in a group "g". Work says what its author had seen, so that time plays no part.</summary>
internal sealed class ConflictScene : IAsyncDisposable
{
    public TestEngine Host { get; private init; } = null!;
    public Guid Document { get; private init; }
    public TestPeer Ann { get; private set; } = null!;
    public TestPeer Ben { get; private set; } = null!;

    /// <summary>The revision at which everything stands and everybody has seen it.</summary>
    public long Start { get; private set; }

    public static async Task<ConflictScene> OpenAsync(Action<EngineOptions>? configure = null)
    {
        var host = new TestEngine(configure);
        var scene = new ConflictScene { Host = host, Document = await host.Engine.CreateDocumentAsync() };
        await scene.JoinAsync();
        await scene.Ann.DoAsync("create", "g", """{"type":"g"}""");
        scene.Start = (await scene.Ann.DoAsync("create", "a", """{"parent_id":"g","x":0,"y":0,"fill":"white","style":"opacity:1;color:red"}""")).Revision;
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await scene.Ann.SettleAsync();
        await scene.Ben.SettleAsync();
        return scene;
    }

    public async Task JoinAsync()
    {
        Ann = await Host.JoinAsync(Document, "ann");
        Ben = await Host.JoinAsync(Document, "ben");
    }

    public async Task RestartAsync()
    {
        await Host.RestartAsync();
        await JoinAsync();
    }

    /// <summary>Ann and Ben fill the rectangle, neither having seen the other's.</summary>
    public async Task<Conflict> ClashAsync()
    {
        await Ann.DoAsync("update", "a", """{"fill":"red"}""", "ann-1", seen: Start);
        await Ben.DoAsync("update", "a", """{"fill":"blue"}""", "ben-1", seen: Start);
        return await FoundAsync();
    }

    /// <summary>Ann fills the rectangle while Ben deletes it.</summary>
    public async Task<Conflict> DeletionClashAsync(string element = "a")
    {
        await Ann.DoAsync("update", "a", """{"fill":"red"}""", "ann-1", seen: Start);
        await Ben.DoAsync("delete", element, id: "ben-1", seen: Start);
        return await FoundAsync();
    }

    /// <summary>Ben deletes, and Ann fills what she still sees.</summary>
    public async Task<Conflict> RevivalAsync(string element = "a")
    {
        await Ben.DoAsync("delete", element, id: "ben-1", seen: Start);
        await Ann.DoAsync("update", "a", """{"fill":"red"}""", "ann-1", seen: Start);
        return await FoundAsync();
    }

    /// <summary>The newest conflict, as Ann is told of it.</summary>
    public async Task<Conflict> FoundAsync() => (await Ann.NextAsync<SessionEvent.ConflictsChanged>()).Conflicts[^1];

    public static async Task<Conflict> ResolveAsync(TestPeer by, Conflict conflict, string strategy, string? chosen = null, IReadOnlyDictionary<string, string>? choices = null)
    {
        await by.Participant.ResolveConflictAsync(new(conflict.ConflictId, strategy, chosen, choices), "r");
        return (await by.NextAsync<SessionEvent.ConflictSettled>(settled => settled.RequestId == "r")).Conflict;
    }

    public static async Task<string> RefusedAsync(TestPeer by, string conflictId, string strategy, string? chosen = null, IReadOnlyDictionary<string, string>? choices = null)
    {
        await by.Participant.ResolveConflictAsync(new(conflictId, strategy, chosen, choices), "r");
        return (await by.NextAsync<SessionEvent.Refused>(refused => refused.RequestId == "r")).Code;
    }

    public async Task<SvgElement?> ElementAsync(string id = "a") => (await Host.ReadAsync(Document)).TryGetElement(id, out var element) ? element : null;

    public async Task<string?> FillAsync() => (await ElementAsync())?["fill"];

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
