using System.Security.Claims;
using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MudBlazor.Services;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Versions;
using Svgx.Web.Components.Notifications;
using Svgx.Web.Identity;
using Svgx.Web.Notifications;

namespace Svgx.Tests.Components.Notifications;

public class NotificationTests : BunitContext
{
    private readonly RunningApp _app;

    public NotificationTests(RunningApp app)
    {
        _app = app;
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(app.Documents);
        Services.AddSingleton(Inbox);
    }

    private NotificationInbox Inbox => _app.Services.GetRequiredService<NotificationInbox>();

    private CollaborationEngine Engine => _app.Services.GetRequiredService<CollaborationEngine>();

    [Fact, Trait("Rule", "T16")]
    public async Task A_mention_and_an_answer_notify_once_and_nobody_of_their_own()
    {
        var (ada, ben, id) = await TwoAsync();
        await SayAsync(id, ada, new CommentRequest.Create("c1", new(1, 2), $"Look, {CommentText.Mention(ben.Id, "Ben")}"));
        await SayAsync(id, ada, new CommentRequest.Edit("c1", $"Look here, {CommentText.Mention(ben.Id, "Ben")}"));
        await SayAsync(id, ben, new CommentRequest.Reply("c2", "c1", "Yes"));
        await SayAsync(id, ben, new CommentRequest.Reply("c2", "c1", "Yes"));

        var bens = Assert.Single(await ListAsync(ben));
        Assert.Equal((NotificationKind.Mention, "Ada", "Look, @Ben", "c1", false), (bens.Kind, bens.ActorName, bens.Excerpt, bens.TargetId, bens.IsRead));
        Assert.Equal($"/d/{id}?comment=c1", bens.Link);
        var adas = Assert.Single(await ListAsync(ada));
        Assert.Equal((NotificationKind.Reply, "Ben", "Yes"), (adas.Kind, adas.ActorName, adas.Excerpt));

        // As after a crash that lost the mark: what was made is not made again.
        await using (var database = await _app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync())
            await database.NotificationCursors.ExecuteDeleteAsync();
        Assert.Single(await ListAsync(ben));
        Assert.Single(await ListAsync(ada));
    }

    [Fact, Trait("Rule", "T17")]
    public async Task Who_may_not_see_the_document_any_more_is_shown_nothing_about_it()
    {
        var (ada, ben, id) = await TwoAsync();
        await SayAsync(id, ada, new CommentRequest.Create("c1", new(1, 2), $"Look, {CommentText.Mention(ben.Id, "Ben")}"));
        Assert.Single(await ListAsync(ben));

        await _app.Documents.UnshareAsync(id, ada.Id, ben.Email!, default);
        Assert.Empty(await ListAsync(ben));
        Assert.Equal(0, await Inbox.CountUnreadAsync(ben.Id, default));
        await SayAsync(id, ada, new CommentRequest.Reply("c2", "c1", "More about it"));
        Assert.Empty(await ListAsync(ben));
        await _app.Documents.ShareAsync(id, ada.Id, ben.Email!, DocumentRole.Viewer, default);
        Assert.Single(await ListAsync(ben)); // and not of what was said meanwhile
    }

    [Fact, Trait("Rule", "T17")]
    public async Task What_was_deleted_is_not_shown_and_what_was_seen_is_read()
    {
        var (ada, ben, id) = await TwoAsync();
        await SayAsync(id, ada, new CommentRequest.Create("c1", new(1, 2), $"One, {CommentText.Mention(ben.Id, "Ben")}"));
        await SayAsync(id, ada, new CommentRequest.Create("c2", new(1, 2), $"Two, {CommentText.Mention(ben.Id, "Ben")}"));
        await SayAsync(id, ada, new CommentRequest.Delete("c2"));
        Assert.Equal("c1", Assert.Single(await ListAsync(ben)).TargetId);

        await Inbox.MarkSeenAsync(ben.Id, id, "main", "c1", default);
        Assert.True(Assert.Single(await ListAsync(ben)).IsRead);
        Assert.Equal(0, await Inbox.CountUnreadAsync(ben.Id, default));
    }

    [Fact, Trait("Rule", "T22")]
    public async Task What_somebody_has_read_is_no_news_to_them()
    {
        var (ada, ben, id) = await TwoAsync();
        await SayAsync(id, ada, new CommentRequest.Create("c1", new(1, 2), $"One, {CommentText.Mention(ben.Id, "Ben")}"));
        Assert.Null(await Engine.MarkCommentsReadAsync(id, ben.Id, "c1"));
        Assert.True(Assert.Single(await ListAsync(ben)).IsRead); // wherever they read it
        await using (var database = await _app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync())
        {
            await database.Notifications.Where(row => row.UserId == ben.Id).ExecuteDeleteAsync();
            await database.NotificationCursors.ExecuteDeleteAsync();
        }
        Assert.True(Assert.Single(await ListAsync(ben)).IsRead); // made after they read it

        await SayAsync(id, ada, new CommentRequest.Create("c2", new(1, 2), $"Two, {CommentText.Mention(ben.Id, "Ben")}"));
        Assert.Equal(["c2"], (await ListAsync(ben)).Where(item => !item.IsRead).Select(item => item.TargetId));
        Assert.Null(await Engine.MarkCommentsReadAsync(id, ben.Id, "c2"));
        Assert.DoesNotContain(await ListAsync(ben), item => !item.IsRead);

        await SayAsync(id, ada, new CommentRequest.Create("c3", new(1, 2), "Three"));
        Assert.Null(await Engine.MarkCommentsReadAsync(id, ben.Id, "c3"));
        await SayAsync(id, ada, new CommentRequest.Edit("c3", $"Three, {CommentText.Mention(ben.Id, "Ben")}"));
        Assert.Equal(["c3"], (await ListAsync(ben)).Where(item => !item.IsRead).Select(item => item.TargetId)); // put into what was read already
    }

    [Fact, Trait("Rule", "T22")]
    public async Task A_mention_put_into_what_was_read_just_before_is_news_also_where_all_of_it_happened_as_the_feed_began_to_look()
    {
        await using var app = new RunningApp(); // its own: the feed of the other one takes part
        await app.Services.GetRequiredService<NotificationFeed>().StopAsync(default);
        var engine = app.Services.GetRequiredService<CollaborationEngine>();
        var ((ada, _), (ben, _)) = (await app.NewPersonAsync(), await app.NewPersonAsync("Ben"));
        var id = await app.Documents.CreateAsync(ada.Id, "Lamp", null, default);
        await app.Documents.ShareAsync(id, ada.Id, ben.Email!, DocumentRole.Commenter, default);
        var (store, inbox) = (new Store(app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>()), app.Services.GetRequiredService<NotificationInbox>());
        using var feed = new NotificationFeed(store, engine, app.Services.GetRequiredService<IDocumentAccess>(), inbox, TimeProvider.System, NullLogger<NotificationFeed>.Instance);

        // It has followed all who have read something, and is about to see what was said.
        var happened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Before = async () =>
        {
            Assert.IsType<CommentOutcome.Accepted>(await engine.SendCommentAsync(id, ada.Id, new CommentRequest.Create("c1", new(1, 2), "One")));
            Assert.Null(await engine.MarkCommentsReadAsync(id, ben.Id, "c1"));
            Assert.IsType<CommentOutcome.Accepted>(await engine.SendCommentAsync(id, ada.Id, new CommentRequest.Edit("c1", $"One, {CommentText.Mention(ben.Id, "Ben")}")));
            happened.SetResult();
        };
        await feed.StartAsync(default);
        await happened.Task.WaitAsync(TimeSpan.FromSeconds(20));
        for (var i = 0; i < 2; i++)
            await feed.CatchUpAsync(default);

        Assert.False(Assert.Single(await inbox.ListAsync(ben.Id, 100, default)).IsRead);
        await feed.StopAsync(default);
    }

    [Fact, Trait("Rule", "T16")]
    public async Task The_bell_counts_lists_and_leads_to_the_thread()
    {
        var (ada, ben, id) = await TwoAsync();
        var bell = Bell(ben);
        bell.WaitForElement(".bell-button").Click();
        Assert.Contains("Nothing waits for you", bell.WaitForElement(".bell-empty").TextContent, StringComparison.Ordinal);

        await SayAsync(id, ada, new CommentRequest.Create("c1", new(1, 2), $"Look, {CommentText.Mention(ben.Id, "Ben")}"));
        bell.WaitForAssertion(() => Assert.Equal("Notifications, 1 unread", bell.Find(".bell-button").GetAttribute("aria-label")), TimeSpan.FromSeconds(20));
        var item = bell.WaitForElement(".bell-unread");
        Assert.Contains("Look, @Ben", item.TextContent, StringComparison.Ordinal);

        item.Click();
        bell.WaitForAssertion(() => Assert.Equal("Notifications", bell.Find(".bell-button").GetAttribute("aria-label")), TimeSpan.FromSeconds(20));
        Assert.EndsWith($"/d/{id}?comment=c1", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Assert.Empty(bell.FindAll(".bell-list"));
    }

    [Fact, Trait("Rule", "T21")]
    public async Task A_conflict_that_waits_is_told_to_both_once_until_it_is_settled()
    {
        var (ada, ben, id) = await TwoAsync(DocumentRole.Editor);
        var feed = _app.Services.GetRequiredService<NotificationFeed>();
        await DrawAsync(id, ada, "create", 0);
        await DrawAsync(id, ada, "update", 1);
        await DrawAsync(id, ben, "delete", 1);
        for (var i = 0; i < 2; i++)
            await feed.CatchUpAsync(id, default);
        var adas = Assert.Single(await ListAsync(ada));
        Assert.Equal((NotificationKind.Conflict, "Ben"), (adas.Kind, adas.ActorName));
        Assert.Equal($"/d/{id}?conflict={adas.TargetId}", adas.Link);
        Assert.Equal("Ada", Assert.Single(await ListAsync(ben)).ActorName);

        Assert.IsType<ResolveOutcome.Accepted>(await Engine.ResolveConflictAsync(id, ada.Id, new(adas.TargetId, "reject")));
        await feed.CatchUpAsync(id, default);
        Assert.Empty(await ListAsync(ada));
        Assert.Empty(await ListAsync(ben));
    }

    [Fact, Trait("Rule", "T21")]
    public async Task A_conflict_in_a_branch_is_told_too_and_leads_there_until_the_branch_is_deleted()
    {
        var (ada, ben, id) = await TwoAsync(DocumentRole.Editor);
        var feed = _app.Services.GetRequiredService<NotificationFeed>();
        await DrawAsync(id, ada, "create", 0);
        Assert.IsType<VersionResult<Branch>.Done>(await Engine.Versions.CreateBranchAsync(id, new(ada.Id), "draft"));
        await DrawAsync(id, ada, "update", 0, "draft");
        await DrawAsync(id, ben, "delete", 0, "draft");
        await feed.CatchUpAsync(id, default);
        var bens = Assert.Single(await ListAsync(ben));
        Assert.Equal($"/d/{id}?branch=draft&conflict={bens.TargetId}", bens.Link);

        Assert.IsType<VersionResult<Branch>.Done>(await Engine.Versions.DeleteBranchAsync(id, new(ada.Id), "draft"));
        await feed.CatchUpAsync(id, default);
        Assert.Empty(await ListAsync(ben));
    }

    private async Task DrawAsync(Guid id, AppUser user, string type, long seen, string branch = "main") =>
        Assert.IsType<SubmitOutcome.Accepted>(await Engine.SendOperationAsync(id, user.Id, new(null, type, "lamp", JsonElement.Parse("""{"fill":"red"}"""), seen), branch));

    private async Task<(AppUser Ada, AppUser Ben, Guid Document)> TwoAsync(DocumentRole role = DocumentRole.Commenter)
    {
        var (ada, _) = await _app.NewPersonAsync();
        var (ben, _) = await _app.NewPersonAsync("Ben");
        var id = await _app.Documents.CreateAsync(ada.Id, "Lamp", null, default);
        await _app.Documents.ShareAsync(id, ada.Id, ben.Email!, role, default);
        return (ada, ben, id);
    }

    private async Task SayAsync(Guid id, AppUser user, CommentRequest request) => Assert.IsType<CommentOutcome.Accepted>(await Engine.SendCommentAsync(id, user.Id, request));

    /// <summary>The notifications when all that are due have been made: the feed works beside, so it is asked to catch up first.</summary>
    private async Task<IReadOnlyList<Notification>> ListAsync(AppUser user)
    {
        await _app.Services.GetRequiredService<NotificationFeed>().CatchUpAsync(default);
        return await Inbox.ListAsync(user.Id, 100, default);
    }

    private IRenderedComponent<NotificationBell> Bell(AppUser user)
    {
        var state = Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, user.Id)], "test"))));
        return Render<NotificationBell>(parameters => parameters.AddCascadingValue(state));
    }

    /// <summary>The app's database; <see cref="Before"/> happens as it is reached the next time.</summary>
    private sealed class Store(IDbContextFactory<AppDbContext> inner) : IDbContextFactory<AppDbContext>
    {
        public Func<Task>? Before { get; set; }

        public AppDbContext CreateDbContext() => inner.CreateDbContext();

        public async Task<AppDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default)
        {
            var before = Before;
            Before = null;
            await (before?.Invoke() ?? Task.CompletedTask);
            return await inner.CreateDbContextAsync(cancellationToken);
        }
    }
}
