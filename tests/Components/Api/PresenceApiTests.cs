using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Engine;

namespace Svgx.Tests.Components.Api;

public class PresenceApiTests(RunningApp app)
{
    [Fact, Trait("Rule", "A7")]
    public async Task The_active_users_are_those_in_documents_that_the_caller_may_see()
    {
        var (ada, http) = await app.NewPersonAsync();
        var (ben, hisHttp) = await app.NewPersonAsync("Ben");
        var mine = await app.Documents.CreateAsync(ada.Id, "Mine", null, default);
        var his = await app.Documents.CreateAsync(ben.Id, "His", null, default);
        await app.Documents.ShareAsync(mine, ada.Id, ben.Email!, DocumentRole.Editor, default);
        var (inMine, inHis) = (new Onlooker(), new Onlooker());
        await using var first = await JoinAsync(mine, ada.Id, inMine);
        await using var second = await JoinAsync(mine, ben.Id);
        await using var third = await JoinAsync(his, ben.Id, inHis);
        await inMine.SeesAsync(2); // presence is told a moment after it changes
        await inHis.SeesAsync(1);

        var seen = await JsonAsync(await http.GetAsync("/api/users/active"));
        var seenByBen = await JsonAsync(await hisHttp.GetAsync("/api/users/active"));

        Assert.Equal(2, seen.GetArrayLength());
        Assert.Contains(seenByBen.EnumerateArray(), user => user.GetProperty("documents").GetArrayLength() == 2);

        var benSeen = seen.EnumerateArray().Single(user => user.GetProperty("user_id").GetString() == ben.Id);
        Assert.Equal(mine, benSeen.GetProperty("documents").EnumerateArray().Single().GetProperty("document_id").GetGuid());
        Assert.Equal(2, seenByBen.GetArrayLength());
    }

    [Fact, Trait("Rule", "A4")]
    public async Task The_activity_of_a_document_is_paged_and_only_for_those_who_may_see_it()
    {
        var (ada, http) = await app.NewPersonAsync();
        var (_, stranger) = await app.NewPersonAsync("Eve");
        var document = await app.Documents.CreateAsync(ada.Id, "Lamp", null, default);
        await using (await JoinAsync(document, ada.Id))
        {
            var engine = app.Services.GetRequiredService<CollaborationEngine>();
            Assert.IsType<SubmitOutcome.Accepted>(await engine.SendOperationAsync(document, ada.Id, new(null, "create", "e1", JsonElement.Parse("{}"))));
        }

        var page = await JsonAsync(await http.GetAsync($"/api/documents/{document}/activity?limit=1"));
        var next = await JsonAsync(await http.GetAsync($"/api/documents/{document}/activity?user_id={ada.Id}&before={page.GetProperty("next_before").GetInt64()}"));
        using var refused = await stranger.GetAsync($"/api/documents/{document}/activity");

        Assert.Equal("create", page.GetProperty("entries")[0].GetProperty("detail").GetString());
        Assert.Equal("joined", next.GetProperty("entries")[0].GetProperty("kind").GetString());
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    private async Task<IParticipant> JoinAsync(Guid document, string userId, Onlooker? onlooker = null)
    {
        var outcome = await app.Services.GetRequiredService<CollaborationEngine>().JoinAsync(new(document, "main", userId, null, $"s-{Guid.NewGuid():N}"), onlooker ?? new Onlooker());
        return Assert.IsType<JoinOutcome.Accepted>(outcome).Joined.Participant;
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    private sealed class Onlooker : ISessionSubscriber
    {
        private readonly Channel<SessionEvent> _events = Channel.CreateUnbounded<SessionEvent>();

        public bool TryPublish(SessionEvent sessionEvent) => _events.Writer.TryWrite(sessionEvent);

        public async Task SeesAsync(int people)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (await _events.Reader.ReadAsync(patience.Token) is not SessionEvent.PresenceChanged presence || presence.Users.Length < people)
            {
            }
        }

        public void Close(CloseReason reason)
        {
        }
    }
}
