using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Svgx.Web.Components.Notifications;
using Svgx.Web.Identity;
using Svgx.Web.Notifications;

namespace Svgx.Tests.Components.Notifications;

/// <summary>What the bell shows while it reads, when it cannot, and when there is much; empty and one are in <see cref="NotificationTests"/>.</summary>
public class NotificationBellTests : BunitContext
{
    private readonly RunningApp _app;
    private readonly Store _store;

    public NotificationBellTests(RunningApp app)
    {
        _app = app;
        _store = new(app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>());
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(app.Documents);
        Services.AddSingleton(new NotificationInbox(_store, TimeProvider.System));
    }

    [Fact, Trait("Rule", "T23")]
    public async Task While_they_are_read_it_says_so()
    {
        var (ada, _) = await _app.NewPersonAsync();
        _store.Answers = new TaskCompletionSource().Task;
        var bell = Bell(ada);

        bell.WaitForElement(".bell-button").Click();

        Assert.NotNull(bell.WaitForElement("[aria-label='Loading notifications']"));
    }

    [Fact, Trait("Rule", "T23")]
    public async Task Where_they_cannot_be_read_it_says_so_and_tries_again_on_request()
    {
        var (ada, _) = await _app.NewPersonAsync();
        _store.Answers = Task.FromException(new InvalidOperationException("gone"));
        var bell = Bell(ada);
        bell.WaitForElement(".bell-button").Click();
        Assert.Contains("could not be loaded", bell.WaitForElement("[role=alert]").TextContent, StringComparison.Ordinal);
        _store.Answers = Task.CompletedTask;

        await bell.Find("[role=alert] button").ClickAsync();

        Assert.Contains("Nothing waits for you", bell.WaitForElement(".bell-empty").TextContent, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "T23")]
    public async Task Many_are_counted_up_to_99_and_the_newest_50_are_listed_and_read_at_once()
    {
        var (ada, _) = await _app.NewPersonAsync();
        var document = await _app.Documents.CreateAsync(ada.Id, "Lamp", null, default);
        await using (var database = await _store.CreateDbContextAsync())
        {
            database.Notifications.AddRange(Enumerable.Range(0, 120).Select(i => new NotificationRow
            {
                UserId = ada.Id,
                Key = $"mention:{i}",
                Kind = NotificationKind.Mention,
                DocumentId = document,
                Branch = "main",
                TargetId = $"c{i}",
                ActorName = "Ben",
                Excerpt = $"Word {i}",
                CreatedAt = new DateTime(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc).AddMinutes(i),
            }));
            await database.SaveChangesAsync();
        }
        var bell = Bell(ada);
        bell.WaitForAssertion(() => Assert.Equal("99+", bell.Find(".bell-count").TextContent));
        bell.Find(".bell-button").Click();
        bell.WaitForAssertion(() => Assert.Equal(50, bell.FindAll(".bell-unread").Count));
        Assert.Contains("Word 119", bell.Find(".bell-unread").TextContent, StringComparison.Ordinal);

        await bell.Find(".bell-all").ClickAsync();

        bell.WaitForAssertion(() => Assert.Equal("Notifications", bell.Find(".bell-button").GetAttribute("aria-label")));
        Assert.Empty(bell.FindAll(".bell-unread"));
    }

    private IRenderedComponent<NotificationBell> Bell(AppUser user)
    {
        var state = Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, user.Id)], "test"))));
        return Render<NotificationBell>(parameters => parameters.AddCascadingValue(state));
    }

    /// <summary>The app's database, once <see cref="Answers"/> lets it be reached.</summary>
    private sealed class Store(IDbContextFactory<AppDbContext> inner) : IDbContextFactory<AppDbContext>
    {
        public Task Answers { get; set; } = Task.CompletedTask;

        public AppDbContext CreateDbContext() => inner.CreateDbContext();

        public async Task<AppDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default)
        {
            await Answers;
            return await inner.CreateDbContextAsync(cancellationToken);
        }
    }
}
