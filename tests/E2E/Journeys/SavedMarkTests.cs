using System.Text.Json;
using Svgx.Tests.E2E.Running;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Journeys;

/// <summary>"Saved" means acknowledged, at every moment. The server's answers are held back here, and frames do not come: what a slow line and a busy machine do by chance.</summary>
public sealed class SavedMarkTests(Browsers browsers, SharedApp shared)
{
    [Fact, Trait("Rule", "C7"), Trait("Rule", "C9")]
    public async Task The_mark_leaves_saved_with_the_edit_itself_and_returns_with_its_acknowledgement()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var answers = await HeldAnswers.InstallAsync(ada.Page);
        var id = await ada.CreateAsync();
        await ada.ToolAsync("rect");
        answers.Hold();
        await ada.Page.EvaluateAsync("() => { window.requestAnimationFrame = () => 0; }");

        await ada.DragAsync(-200, -100, -50, 50);
        Assert.Equal("saving", await ada.Mark.GetAttributeAsync("data-state"));
        await Expect(ada.Mark).ToHaveTextAsync("Saving…");
        Assert.NotNull(await ada.Drawing.Locator("rect").GetAttributeAsync("id")); // drawn by then: a shape in the making has none
        answers.Release();
        await ada.SavedAsync();
        Assert.Single(await ada.OperationsAsync(id));
    }

    [Fact, Trait("Rule", "C38")]
    public async Task What_the_server_cannot_store_is_said_with_its_reason_until_it_can()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var isFull = false;
        await ada.Page.RouteWebSocketAsync("**/ws", socket =>
        {
            var server = socket.ConnectToServer();
            server.OnMessage(frame => socket.Send(frame.Text!));
            socket.OnMessage(frame =>
            {
                var message = JsonElement.Parse(frame.Text!);
                if (isFull && message.TryGetProperty("operation_id", out var operation))
                    socket.Send(JsonSerializer.Serialize(new { type = "error", code = "storage_failed", error = "It was not stored.", operation_id = operation, request_id = message.GetProperty("request_id") }));
                else
                    server.Send(frame.Text!);
            });
        });
        var id = await ada.CreateAsync();
        await ada.ToolAsync("rect");
        isFull = true;
        await ada.DragAsync(-200, -100, -50, 50);
        await Expect(ada.Mark).ToHaveAttributeAsync("data-state", "held");
        await Expect(ada.Mark).ToHaveTextAsync("Not saved yet");
        await Expect(ada.Page.Locator(".mud-snackbar")).ToContainTextAsync("disk is full");
        isFull = false;
        await ada.SavedAsync();
        Assert.Single(await ada.OperationsAsync(id));
    }

    [Fact, Trait("Rule", "C7")]
    public async Task What_is_typed_is_not_saved_before_it_is_sent_and_acknowledged()
    {
        var app = await shared.StartAsync();
        await using var ada = await Person.RegisterAsync(browsers, app, "Ada");
        var id = await ada.CreateAsync();
        await ada.ToolAsync("text");
        await ada.ClickAsync(-100, 0);
        await ada.Page.Keyboard.TypeAsync("Hall");
        Assert.NotEqual("saved", await ada.Mark.GetAttributeAsync("data-state"));
        await ada.SavedAsync();
        Assert.Contains("Hall</text>", await ada.ExportAsync(id), StringComparison.Ordinal);
    }
}
