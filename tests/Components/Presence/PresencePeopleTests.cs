using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Presence;
using Svgx.Web.Components.Presence;

namespace Svgx.Tests.Components.Presence;

public class PresencePeopleTests : BunitContext
{
    private readonly CollaborationEngine _engine;
    private readonly RunningApp _app;
    private readonly List<string?> _jumped = [], _followed = [];

    public PresencePeopleTests(RunningApp app)
    {
        (_app, _engine) = (app, app.Services.GetRequiredService<CollaborationEngine>());
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(_engine);
    }

    [Fact, Trait("Rule", "R13")]
    public async Task Alone_one_is_told_what_would_be_seen()
    {
        var (document, ada, _) = await DocumentAsync();

        var list = People(document, ada);

        Assert.Contains("Nobody else is here", list.Find(".presence-empty").TextContent, StringComparison.Ordinal);
        Assert.Equal("Nobody is here yet", Avatars(document, ada).Find("button").GetAttribute("aria-label"));
    }

    [Fact, Trait("Rule", "R13")]
    public async Task Somebody_is_shown_with_what_they_edit_by_its_name_and_how_good_their_connection_is()
    {
        var (document, ada, ben) = await DocumentAsync();
        await JoinAsync(document, ada);
        var his = await JoinAsync(document, ben);
        var list = People(document, ada);
        await his.SubmitAsync(new(null, "create", "r12", System.Text.Json.JsonElement.Parse("{}")));
        his.Report(new(RoundTripMs: 210));

        list.WaitForAssertion(() => Assert.Equal("editing Rect 12", Row(list, "Ben").QuerySelector("small")!.TextContent));
        list.WaitForAssertion(() => Assert.Equal("Fair connection, 210 ms", Row(list, "Ben").QuerySelector(".presence-signal")!.GetAttribute("title")));
        Assert.Contains("Fair connection, 210 ms", Row(list, "Ben").TextContent, StringComparison.Ordinal);
        Assert.Contains("presence-is-editing", Row(list, "Ben").ClassName, StringComparison.Ordinal);
        Assert.Contains("(you)", Row(list, "Ada").TextContent, StringComparison.Ordinal);
        Assert.Null(Row(list, "Ada").QuerySelector(".presence-signal"));
    }

    [Fact, Trait("Rule", "R13")]
    public async Task Who_is_away_or_lost_or_a_tool_is_shown_as_that()
    {
        var (document, ada, ben) = await DocumentAsync();
        await JoinAsync(document, ada);
        var his = await JoinAsync(document, ben, tool: true);
        var list = People(document, ada);
        list.WaitForAssertion(() => Assert.Equal("Tool", Row(list, "Ben").QuerySelector(".presence-kind")!.TextContent));
        Assert.Null(Row(list, "Ben").QuerySelector(".presence-follow"));

        his.Report(new(Status: PresenceStatus.Away));
        list.WaitForAssertion(() => Assert.Equal("away", Row(list, "Ben").QuerySelector("small")!.TextContent));
        await his.DisposeAsync();

        list.WaitForAssertion(() => Assert.Equal("connection lost", Row(list, "Ben").QuerySelector("small")!.TextContent));
        Assert.True(Row(list, "Ben").QuerySelector(".presence-jump")!.HasAttribute("disabled"));
    }

    [Fact, Trait("Rule", "R13")]
    public async Task People_come_before_tools_and_both_before_who_is_away_and_a_tool_is_one_in_the_bar_too()
    {
        var (document, ada, ben) = await DocumentAsync();
        await JoinAsync(document, ada);
        await JoinAsync(document, ben, tool: true);
        var sessions = new List<IParticipant>();
        foreach (var name in new[] { "Cem", "Zoe" })
        {
            var (person, _) = await _app.NewPersonAsync(name);
            await _app.Documents.ShareAsync(document, ada, person.Email!, DocumentRole.Editor, default);
            sessions.Add(await JoinAsync(document, person.Id));
        }
        var (list, bar) = (People(document, ada), Avatars(document, ada));
        sessions[0].Report(new(Status: PresenceStatus.Away));

        list.WaitForAssertion(() => Assert.Equal(["Ada (you)", "Zoe", "Ben", "Cem"], list.FindAll("li b").Select(name => name.TextContent)));
        bar.WaitForAssertion(() => Assert.Equal("3 people and 1 tool are here: you, Zoe, Ben, Cem", bar.Find("button").GetAttribute("aria-label")));
        Assert.Equal(["A", "Z", "", "C"], bar.FindAll(".presence-avatar").Take(4).Select(avatar => avatar.TextContent.Trim()));
        Assert.NotNull(bar.FindAll(".presence-avatar")[2].QuerySelector("svg"));
    }

    [Fact, Trait("Rule", "R14")]
    public async Task A_click_goes_to_where_somebody_is_and_the_eye_follows_them()
    {
        var (document, ada, ben) = await DocumentAsync();
        var hers = await JoinAsync(document, ada);
        await JoinAsync(document, ben);
        var list = People(document, ada);
        list.WaitForAssertion(() => Assert.Equal(2, list.FindAll("li").Count));

        await Row(list, "Ben").QuerySelector(".presence-jump")!.ClickAsync();
        await Row(list, "Ben").QuerySelector(".presence-follow")!.ClickAsync();
        hers.Report(new(Following: new(ben)));
        list.WaitForAssertion(() => Assert.Equal("true", Row(list, "Ben").QuerySelector(".presence-follow")!.GetAttribute("aria-pressed")));
        await Row(list, "Ben").QuerySelector(".presence-follow")!.ClickAsync();

        Assert.Equal([ben], _jumped);
        Assert.Equal([ben, null], _followed);
        Assert.Null(Row(list, "Ada").QuerySelector(".presence-follow"));
    }

    [Fact, Trait("Rule", "R13")]
    public async Task Of_many_the_bar_shows_four_and_how_many_more_there_are()
    {
        var (document, ada, _) = await DocumentAsync();
        await JoinAsync(document, ada);
        for (var i = 0; i < 29; i++)
        {
            var (person, _) = await _app.NewPersonAsync($"Person{i:00}");
            await _app.Documents.ShareAsync(document, ada, person.Email!, DocumentRole.Editor, default);
            await JoinAsync(document, person.Id);
        }

        var bar = Avatars(document, ada);

        bar.WaitForAssertion(() => Assert.Equal("+26", bar.Find(".presence-more-wide").TextContent));
        Assert.Equal("+29", bar.Find(".presence-more-narrow").TextContent);
        Assert.StartsWith("30 people are here: you, Person00", bar.Find("button").GetAttribute("aria-label"), StringComparison.Ordinal);
        Assert.Equal(30, People(document, ada).FindAll("li").Count);
    }

    private async Task<(Guid Document, string Ada, string Ben)> DocumentAsync()
    {
        var ((ada, _), (ben, _)) = (await _app.NewPersonAsync(), await _app.NewPersonAsync("Ben"));
        var document = await _app.Documents.CreateAsync(ada.Id, "Lamp", null, default);
        await _app.Documents.ShareAsync(document, ada.Id, ben.Email!, DocumentRole.Editor, default);
        return (document, ada.Id, ben.Id);
    }

    private async Task<IParticipant> JoinAsync(Guid document, string userId, bool tool = false)
    {
        var outcome = await _engine.JoinAsync(new(document, "main", userId, null, $"s-{Guid.NewGuid():N}", IsTool: tool), new Onlooker());
        return Assert.IsType<JoinOutcome.Accepted>(outcome).Joined.Participant;
    }

    private IRenderedComponent<PresencePeople> People(Guid document, string userId) => Render<PresencePeople>(list => list
        .Add(p => p.DocumentId, document).Add(p => p.UserId, userId)
        .Add(p => p.Names, ids => Task.FromResult<IReadOnlyDictionary<string, string>>(ids.Where(id => id == "r12").ToDictionary(id => id, _ => "Rect 12")))
        .Add(p => p.Jumped, _jumped.Add).Add(p => p.FollowAsked, _followed.Add));

    private IRenderedComponent<PresenceAvatars> Avatars(Guid document, string userId) => Render<PresenceAvatars>(bar => bar.Add(p => p.DocumentId, document).Add(p => p.UserId, userId));

    private static AngleSharp.Dom.IElement Row(IRenderedComponent<PresencePeople> list, string name) => list.FindAll("li").Single(row => row.QuerySelector("b")!.TextContent.StartsWith(name, StringComparison.Ordinal));

    private sealed class Onlooker : ISessionSubscriber
    {
        public bool TryPublish(SessionEvent sessionEvent) => true;

        public void Close(CloseReason reason)
        {
        }
    }
}
