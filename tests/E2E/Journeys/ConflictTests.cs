using System.Text.Json;
using Microsoft.Playwright;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

/// <summary>Real conflicts: one of two people has no network while both edit.</summary>
public sealed class ConflictTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "F33")]
    public async Task What_the_settings_settle_is_listed_and_can_be_decided_otherwise_and_what_they_hold_waits_for_one_click()
    {
        var app = await shared.StartAsync();
        await using var trio = await DrawTogetherAsync(app);
        var (ada, ben, cem, id) = trio;
        await using var tool = (await Guest.InviteAsync(app, id, "Watcher"))[0];
        await tool.ListenAsync("main", "conflicts");
        var (adas, bens, cems) = (ada.Drawing.Locator("rect"), ben.Drawing.Locator("rect"), cem.Drawing.Locator("rect"));
        await ada.PictureAsync("conflicts-empty");

        // By the settings the last change counts. It is told, and one click opens it again.
        var (before, first, second) = await ClashAsync(ada, ben);
        await Expect(adas).ToHaveAttributeAsync("x", second);
        await Expect(ada.Page.Locator(".conflict-card")).ToHaveCountAsync(0);
        await Expect(ada.Page.Locator(".conflict-settled li")).ToContainTextAsync("By the document's settings: the last change counts (Ben)");
        await tool.HearAsync("conflict_resolution", told => told.GetProperty("resolved_by").GetString() == "policy");
        await ada.PictureAsync("conflicts-settled");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Undo this decision" }).ClickAsync();

        // Open: all have the card with its pictures, a number at the tab and a badge at the element; whoever may decide has the buttons.
        foreach (var person in new[] { ada, ben, cem })
        {
            await Expect(person.Page.Locator(".conflict-card")).ToHaveCountAsync(1);
            await Expect(person.Page.Locator(".side-panel-count")).ToContainTextAsync("1");
            await Expect(person.Page.GetByRole(AriaRole.Button, new() { Name = "Conflict on Rect 1" })).ToBeVisibleAsync();
            await ExpectPicturesAsync(person, 3);
        }
        await Expect(ada.Page.Locator(".conflict-card")).ToContainTextAsync("You moved it, and Ben moved it without having seen that.");
        await Expect(ben.Page.Locator(".conflict-card")).ToContainTextAsync("Ada moved it, and you moved it without having seen that.");
        await Expect(cem.Page.Locator(".conflict-card")).ToContainTextAsync("Ada moved it, and Ben moved it without having seen that.");
        await Expect(cem.Page.GetByRole(AriaRole.Button, new() { Name = "Reject both" })).ToHaveCountAsync(0);
        await tool.HearAsync("conflict_notification", told => told.GetProperty("conflicts")[0].GetProperty("status").GetString() == "open");
        await ada.PictureAsync("conflicts-card");

        // One click settles it for everybody. What a person decided stays decided.
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Keep mine" }).ClickAsync();
        foreach (var (person, rect) in new[] { (ada, adas), (ben, bens), (cem, cems) })
        {
            await Expect(rect).ToHaveAttributeAsync("x", first);
            await Expect(person.Page.Locator(".conflict-card")).ToHaveCountAsync(0);
            await Expect(person.Page.Locator(".canvas-conflict")).ToHaveCountAsync(0);
            await Expect(person.Page.GetByRole(AriaRole.Button, new() { Name = "Undo this decision" })).ToHaveCountAsync(0);
        }

        await tool.HearAsync("conflict_resolution", told => told.GetProperty("username").GetString() == "Ada");

        // Held by the settings: what came first stays until somebody decides.
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "How conflicts are settled" }).ClickAsync();
        await ada.Page.Locator(".conflict-rule").Filter(new() { HasText = "The same thing twice" }).GetByLabel("What to do").SelectOptionAsync("manual");
        await ada.PictureAsync("conflicts-settings");
        await ada.Page.Locator(".mud-dialog").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        (before, first, second) = await ClashAsync(ada, ben);
        await Expect(ada.Page.Locator(".conflict-card")).ToHaveCountAsync(1);
        await Expect(ben.Page.Locator(".conflict-card")).ToHaveCountAsync(1);
        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Reject both" }).ClickAsync();
        await Expect(adas).ToHaveAttributeAsync("x", before);
        await Expect(bens).ToHaveAttributeAsync("x", before);
        await Expect(cems).ToHaveAttributeAsync("x", before);
        var settled = await tool.HearAsync("conflict_resolution", told => told.GetProperty("username").GetString() == "Ben");
        Assert.Equal("reject", settled.GetProperty("resolution").GetString());

        // Told afterwards to whoever was not there.
        await ada.TabAsync("Activity");
        await Expect(ada.Page.Locator(".activity-list")).ToContainTextAsync("clashed with Ada over Rect 1");
        await Expect(ada.Page.Locator(".activity-list")).ToContainTextAsync("settled a conflict");
        await ada.PictureAsync("activity");
        await ada.TabAsync("People");
        await ada.PictureAsync("people");
        trio.AssertNoErrors();
    }

    [Fact, Trait("Rule", "F35")]
    public async Task Of_two_who_settle_the_same_the_first_counts()
    {
        var app = await shared.StartAsync();
        await using var trio = await DrawTogetherAsync(app);
        var (ada, ben, cem, id) = trio;
        await using var tool = (await Guest.InviteAsync(app, id, "Watcher"))[0];
        await tool.ListenAsync("main", "conflicts");
        var (_, _, second) = await ClashAsync(ada, ben);
        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Undo this decision" }).ClickAsync();
        await Expect(ada.Page.Locator(".conflict-card")).ToHaveCountAsync(1);

        // Ada presses her button the moment Ben has settled it. Panels hear of news a quarter of a second later; on a busy machine hers has shown it by then, and there is nothing left to press.
        var token = (await app.CommandAsync(null, "token", "--user", ben.Email)).Output;
        var conflict = JsonDocument.Parse(await (await ben.Page.APIRequest.GetAsync($"{app.Url}/api/documents/{id}/conflicts")).TextAsync()).RootElement.GetProperty("conflicts")[0];
        var answer = await ada.Page.EvaluateAsync<int>("""
            async ([id, conflict, chosen, token]) => {
              const { status } = await fetch(`/api/documents/${id}/conflicts/${conflict}/resolve`, { method: 'POST', credentials: 'omit',
                headers: { 'Authorization': `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ resolution: 'user_choice', chosen_operation_id: chosen }) });
              [...document.querySelectorAll('.conflict-actions button')].find(button => button.textContent.trim() === 'Keep mine')?.click();
              return status;
            }
            """, new[] { id, conflict.GetProperty("conflict_id").GetString()!, conflict.GetProperty("operation_2").GetProperty("operation_id").GetString()!, token });
        Assert.Equal(200, answer);
        foreach (var person in new[] { ada, ben, cem })
        {
            await Expect(person.Page.Locator(".conflict-card")).ToHaveCountAsync(0);
            await Expect(person.Drawing.Locator("rect")).ToHaveAttributeAsync("x", second);
        }
        await tool.HearAsync("conflict_resolution", told => told.GetProperty("username").GetString() == "Ben");
        trio.AssertNoErrors();
    }

    [Fact, Trait("Rule", "F34")]
    public async Task A_deletion_against_a_change_is_told_as_that_and_kept_or_deleted_by_one_click()
    {
        var app = await shared.StartAsync();
        await using var trio = await DrawTogetherAsync(app);
        var (ada, ben, cem, id) = trio;
        await using var tool = (await Guest.InviteAsync(app, id, "Watcher"))[0];
        await tool.ListenAsync("main", "conflicts");
        foreach (var keeps in new[] { true, false })
        {
            var x = (await ben.Drawing.Locator("rect").GetAttributeAsync("x"))!;
            await ben.OfflineAsync(true);
            await ben.DragAsync(ben.Drawing.Locator("rect"), 60, 30);
            await Expect(ben.Drawing.Locator("rect")).Not.ToHaveAttributeAsync("x", x);
            var changed = (await ben.Drawing.Locator("rect").GetAttributeAsync("x"))!;
            await SelectAsync(ada);
            await ada.Page.Keyboard.PressAsync("Delete");
            await ada.SavedAsync();
            await Expect(ada.Drawing.Locator("rect")).ToHaveCountAsync(0);
            await ben.OfflineAsync(false);
            await ben.SavedAsync();

            // Nothing of either side is lost: it stands, with the change, until somebody decides.
            await Expect(ada.Drawing.Locator("rect")).ToHaveAttributeAsync("x", changed);
            var card = ada.Page.Locator(".conflict-card");
            await Expect(card).ToContainTextAsync("You deleted this while Ben was changing it. It stays until somebody decides.");
            await Expect(ben.Page.Locator(".conflict-card")).ToContainTextAsync("Ada deleted this while you were changing it. It stays until somebody decides.");
            await Expect(cem.Page.Locator(".conflict-card")).ToContainTextAsync("Ada deleted this while Ben was changing it. It stays until somebody decides.");
            var told = await tool.HearAsync("conflict_notification", notice => notice.GetProperty("conflicts")[0].GetProperty("status").GetString() == "open");
            Assert.Equal("delete_conflict", told.GetProperty("conflicts")[0].GetProperty("conflict_type").GetString());
            await ExpectPicturesAsync(ada, 2);
            if (keeps)
                await ada.PictureAsync("conflicts-deletion");
            await card.GetByRole(AriaRole.Button, new() { Name = keeps ? "Keep it" : "Delete it" }).ClickAsync();
            foreach (var person in new[] { ada, ben, cem })
            {
                await Expect(person.Page.Locator(".conflict-card")).ToHaveCountAsync(0);
                await Expect(person.Drawing.Locator("rect")).ToHaveCountAsync(keeps ? 1 : 0);
            }
            await tool.HearAsync("conflict_resolution", settled => settled.GetProperty("username").GetString() == "Ada");
        }
        trio.AssertNoErrors();
    }

    [Fact, Trait("Rule", "F36")]
    public async Task A_badge_on_the_element_leads_to_its_card_by_pointer_and_by_keys_and_is_not_in_the_way_of_drawing()
    {
        var app = await shared.StartAsync();
        await using var trio = await DrawTogetherAsync(app);
        var (ada, ben, _, _) = trio;
        await ClashAsync(ada, ben);
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Undo this decision" }).ClickAsync();
        var card = ada.Page.Locator(".conflict-card");
        await Expect(card).ToHaveCountAsync(1);
        await ada.CloseTabAsync();
        await Expect(ada.Page.Locator(".side-panel-count")).ToContainTextAsync("1");

        var badge = ada.Page.Locator(".canvas-conflict");
        await ExpectAtCornerAsync(ada);
        await ada.PictureAsync("conflicts-badge");
        await badge.ClickAsync();
        await Expect(card).ToBeFocusedAsync();
        await ada.CloseTabAsync();
        await badge.FocusAsync();
        await ada.Page.Keyboard.PressAsync("Enter");
        await Expect(card).ToBeFocusedAsync();
        await ada.CloseTabAsync();

        // Where its element begins at the edge of the canvas, it is there as a whole and can be pressed.
        await ada.ToolAsync("hand");
        var (frame, corner) = ((await ada.Page.Locator(".canvas-frame").BoundingBoxAsync())!, (await ada.Drawing.Locator("rect").BoundingBoxAsync())!);
        await ada.Page.Mouse.MoveAsync(corner.X + 40, corner.Y + 40);
        await ada.Page.Mouse.DownAsync();
        await ada.Page.Mouse.MoveAsync(frame.X + 44, frame.Y + 44, new() { Steps = 4 });
        await ada.Page.Mouse.UpAsync();
        await ExpectAtEdgeAsync(ada);
        await badge.ClickAsync(); // which fails where anything covers its middle
        await Expect(card).ToBeFocusedAsync();
        await ada.CloseTabAsync();
        await ada.Page.Locator("[data-canvas-command=zoomFit]").ClickAsync();
        await ada.ToolAsync("select");

        // It goes along with its element, and one draws through it.
        await ada.DragAsync(ada.Drawing.Locator("rect"), -40, 60);
        await ada.SavedAsync();
        await ExpectAtCornerAsync(ada);
        await ada.ToolAsync("ellipse");
        var box = (await badge.BoundingBoxAsync())!;
        await ada.Page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await ada.Page.Mouse.DownAsync();
        await ada.Page.Mouse.MoveAsync(box.X - 80, box.Y - 60, new() { Steps = 4 });
        await ada.Page.Mouse.UpAsync();
        await Expect(ben.Drawing.Locator("ellipse")).ToHaveCountAsync(1);
        trio.AssertNoErrors();
    }

    /// <summary>Three who see one rectangle and the conflicts; Ben has a line of his own.</summary>
    private async Task<Trio> DrawTogetherAsync(AppProcess app)
    {
        var trio = await Trio.MeetAsync(browsers, app, NetworkLine.To(app));
        await trio.Ada.ToolAsync("rect");
        await trio.Ada.DragAsync(-160, -120, 20, 20);
        await trio.Ada.SavedAsync();
        foreach (var person in new[] { trio.Ada, trio.Ben, trio.Cem })
            await person.TabAsync("Conflicts");
        return trio;
    }

    /// <summary>Both drag the rectangle, Ben without a network. Where it was before, where Ada put it and where Ben did.</summary>
    private static async Task<(string Before, string First, string Second)> ClashAsync(Person ada, Person ben)
    {
        var (adas, bens) = (ada.Drawing.Locator("rect"), ben.Drawing.Locator("rect"));
        var before = (await adas.GetAttributeAsync("x"))!;
        await Expect(bens).ToHaveAttributeAsync("x", before);
        await ben.OfflineAsync(true);
        await ben.DragAsync(bens, 90, 40);
        await Expect(bens).Not.ToHaveAttributeAsync("x", before);
        await ada.DragAsync(adas, -70, 50);
        await ada.SavedAsync();
        var first = (await adas.GetAttributeAsync("x"))!;
        await ben.OfflineAsync(false);
        await ben.SavedAsync();
        var second = (await bens.GetAttributeAsync("x"))!; // a drag is relative: from where Ada has put it meanwhile
        Assert.NotEqual(first, second);
        return (before, first, second);
    }

    private static async Task SelectAsync(Person person)
    {
        var box = (await person.Drawing.Locator("rect").BoundingBoxAsync())!;
        await person.Page.Mouse.ClickAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }

    private static Task ExpectPicturesAsync(Person person, int count) => person.Page.WaitForFunctionAsync("""
        count => {
          const pictures = [...document.querySelectorAll('.conflict-pictures img')];
          return pictures.length === count && pictures.every(picture => picture.complete && picture.naturalWidth > 0);
        }
        """, count);

    /// <summary>The element's corner is nearer to the edge than the badge is wide, and the badge is inside all the same.</summary>
    private static Task ExpectAtEdgeAsync(Person person) => person.Page.WaitForFunctionAsync("""
        () => {
          const [badge, rect, frame] = [document.querySelector('.canvas-conflict'), document.querySelector('.canvas-drawing').shadowRoot.querySelector('rect'), document.querySelector('.canvas-frame')].map(element => element?.getBoundingClientRect());
          return badge && badge.width > 0 && rect.left - frame.left < 8 && rect.top - frame.top < 8 && badge.left >= frame.left && badge.top >= frame.top;
        }
        """);

    private static Task ExpectAtCornerAsync(Person person) => person.Page.WaitForFunctionAsync("""
        () => {
          const badge = document.querySelector('.canvas-conflict')?.getBoundingClientRect(), rect = document.querySelector('.canvas-drawing').shadowRoot.querySelector('rect').getBoundingClientRect();
          return badge && Math.abs(rect.left - badge.right - 8) < 2 && Math.abs(rect.top - badge.bottom - 8) < 2;
        }
        """);
}
