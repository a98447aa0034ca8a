using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Running;

/// <summary>Somebody with an account and a browser window of their own.</summary>
public sealed class Person : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly IBrowserContext _context;
    private readonly string _url;

    private Person(IBrowserContext context, IPage page, string url, string email) => (_context, Page, _url, Email) = (context, page, url, email);

    public IPage Page { get; private set; }

    public string Email { get; }

    /// <summary>What the browser's console complained of.</summary>
    public List<string> Errors { get; } = [];

    public ILocator Drawing => Page.Locator(".canvas-drawing");

    public static async Task<Person> RegisterAsync(Browsers browsers, AppProcess app, string name, BrowserNewContextOptions? options = null)
    {
        var context = await browsers.Browser.NewContextAsync(options ?? new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        var person = new Person(context, page, app.Url, $"{name.ToLowerInvariant()}@example.org");
        page.PageError += (_, error) => person.Errors.Add(error);
        await page.GotoAsync($"{app.Url}/Account/Register");
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByLabel("E-mail").FillAsync(person.Email);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
        await page.WaitForURLAsync($"{app.Url}/");
        return person;
    }

    /// <summary>Makes a drawing; returns its id.</summary>
    public async Task<string> CreateAsync()
    {
        await Page.GotoAsync(_url);
        await Page.GetByRole(AriaRole.Button, new() { Name = "New drawing" }).ClickAsync();
        await Page.WaitForURLAsync("**/d/*");
        await ReadyAsync();
        return Page.Url.Split('/')[^1];
    }

    public async Task OpenAsync(string documentId)
    {
        await Page.GotoAsync($"{_url}/d/{documentId}");
        await ReadyAsync();
    }

    /// <summary>Closes the tab, as a person does who has had enough of waiting, and opens the drawing in a new one.</summary>
    public async Task ReopenAsync(string documentId, Func<Task>? between = null)
    {
        await Page.CloseAsync(new() { RunBeforeUnload = false });
        if (between is not null)
            await between();
        Page = await _context.NewPageAsync();
        Page.SetDefaultTimeout(20_000);
        Page.PageError += (_, error) => Errors.Add(error);
        await OpenAsync(documentId);
    }

    public async Task ReadyAsync()
    {
        await Page.Locator(".canvas-frame[data-ready]").WaitForAsync();
        await SavedAsync();
    }

    /// <summary>What the mark beside the drawing's name says about the own edits: <c>saved</c>, <c>saving</c>, <c>offline</c> and so on.</summary>
    public ILocator Mark => Page.Locator("[data-canvas-status]");

    /// <summary>Waits until everything drawn so far is acknowledged. Nothing else needs to be waited for: the mark changes with the edit itself (rule C7).</summary>
    public Task SavedAsync() => Expect(Mark).ToHaveAttributeAsync("data-state", "saved", new() { Timeout = 20_000 });

    public async Task ShareAsync(string email, string may = "edit")
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Share", Exact = true }).First.ClickAsync();
        await Page.GetByLabel("E-mail of somebody").FillAsync(email);
        await Page.Locator(".share-form select").SelectOptionAsync(new SelectOptionValue { Label = may });
        await Page.Locator(".share-form").GetByRole(AriaRole.Button, new() { Name = "Share" }).ClickAsync();
        await Expect(Page.Locator(".people-list")).ToContainTextAsync(email);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
    }

    public Task ToolAsync(string tool) => Page.Locator($"[data-canvas-tool={tool}]").ClickAsync();

    /// <summary>Drags from one point of the canvas to another, in pixels from its middle.</summary>
    public async Task DragAsync(int fromX, int fromY, int toX, int toY, bool release = true)
    {
        var (x, y) = await MiddleAsync();
        await Page.Mouse.MoveAsync(x + fromX, y + fromY);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(x + toX, y + toY, new() { Steps = 8 });
        if (release)
            await Page.Mouse.UpAsync();
    }

    public async Task ClickAsync(int x, int y)
    {
        var middle = await MiddleAsync();
        await Page.Mouse.ClickAsync(middle.X + x, middle.Y + y);
    }

    /// <summary>The journal: what the server has kept, read past the browser's back.</summary>
    public async Task<IReadOnlyList<JsonElement>> OperationsAsync(string documentId)
    {
        var answer = await Page.APIRequest.GetAsync($"{_url}/api/documents/{documentId}/operations");
        return [.. JsonDocument.Parse(await answer.TextAsync()).RootElement.GetProperty("operations").EnumerateArray()];
    }

    public async Task<string> ExportAsync(string documentId) =>
        await (await Page.APIRequest.GetAsync($"{_url}/api/documents/{documentId}/svg")).TextAsync();

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private async Task<(float X, float Y)> MiddleAsync()
    {
        var box = (await Page.Locator(".canvas-frame").BoundingBoxAsync())!;
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }
}
