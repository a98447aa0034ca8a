using Svgx.Collaboration.Client;
using Svgx.Collaboration.Presence;
using Svgx.Tests.Unit.Protocol;

namespace Svgx.Tests.Unit.Client;

/// <summary>Presence that comes as changes is the same as presence that comes as whole lists.</summary>
public sealed class ClientPresenceTests
{
    [Fact, Trait("Rule", "N24")]
    public async Task Presence_told_as_changes_comes_to_what_the_whole_list_says()
    {
        await using var host = await ProtocolHost.StartAsync();
        await using var ann = await host.CollaborateAsync();
        Assert.Contains("presence_changes", ann.Session.Features);
        await using var bob = await host.CollaborateAsync("bob");
        await using var second = await host.CollaborateAsync("bob"); // another program of the same user
        await bob.Submit("create", "lamp").AcceptedAsync();
        second.Select("lamp");
        await ann.UntilAsync(client => Bob(client) is { } entry && entry.Sessions.Any(session => session.Selection.Length == 1)); // whoever did something last is the active one
        bob.Select("lamp");
        bob.Report(new(new("lamp"), new(new CursorPosition(3, 4)), Viewport: new(new ViewedArea(0, 0, 800, 600)), Following: new("ann"), RoundTripMs: 20));
        await ann.UntilAsync(client => Bob(client) is { Cursor: { X: 3, Y: 4 }, CurrentElement: "lamp", Status: PresenceStatus.Editing, Sessions.Length: 2 } entry && entry.Sessions.All(session => session.Selection.Length == 1));
        Assert.Equal(["lamp"], Bob(ann)!.Selection);
        Assert.Equal(bob.Session.SessionId, Bob(ann)!.ActiveSession);
        await ann.UntilAsync(client => Bob(client) is { Connection: ConnectionQuality.Good, LatencyMs: 20 } && client.Presence.Any(user => user.UserId == "ann" && user.Followers.Contains("bob")));
        Assert.Equal(new ViewedArea(0, 0, 800, 600), Bob(ann)!.Sessions.Single(session => session.SessionId == bob.Session.SessionId).Viewport);
        bob.Report(new(Cursor: new(null)));
        await ann.UntilAsync(client => Bob(client) is { Cursor: null, CurrentElement: "lamp" });
        second.Select();
        await ann.UntilAsync(client => Bob(client)!.Sessions.Count(session => session.Selection.Length == 1) == 1);

        await second.DisposeAsync();
        await ann.UntilAsync(client => Bob(client) is { Sessions.Length: 1 });
        await bob.DisposeAsync();
        await ann.UntilAsync(client => Bob(client) is null);
    }

    private static PresenceEntry? Bob(CollaborationClient client) => client.Presence.FirstOrDefault(user => user.UserId == "bob");
}
