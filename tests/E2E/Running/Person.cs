using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Svgx.Tests.E2E.Running;

/// <summary>Somebody with an account and a browser window of their own.</summary>
public sealed partial class Person : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private readonly IBrowserContext _context;
    private readonly NetworkLine? _line;
    private readonly string _url;

    private Person(IBrowserContext context, IPage page, string url, string email, NetworkLine? line) => (_context, Page, _url, Email, _line) = (context, page, url, email, line);

    public IPage Page { get; private set; }

    public string Email { get; }

    /// <summary>What the browser's console complained of.</summary>
    public List<string> Errors { get; } = [];

    public ILocator Drawing => Page.Locator(".canvas-drawing");

    /// <param name="browsers">The run's browser.</param>
    /// <param name="app">The app.</param>
    /// <param name="name">How the person is called.</param>
    /// <param name="options">What the browser is like; none: a window of 1440x900.</param>
    /// <param name="line">The person's own line to the app, for those who go offline; ends with the person.</param>
    public static async Task<Person> RegisterAsync(Browsers browsers, AppProcess app, string name, BrowserNewContextOptions? options = null, NetworkLine? line = null)
    {
        var url = line?.Url ?? app.Url;
        var context = await browsers.Browser.NewContextAsync(options ?? new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Browsers.PatienceMs);
        var person = new Person(context, page, url, app.EmailOf(name), line);
        page.PageError += (_, error) => person.Errors.Add(error);
        await person.SubmitRegistrationAsync(name);
        return person;
    }

    /// <summary>Sends the form for an account as the browser would, with the browser's cookies. To draw it takes seconds, and one test of it is enough.</summary>
    private async Task SubmitRegistrationAsync(string name)
    {
        var address = $"{_url}/Account/Register";
        var blank = await (await Page.APIRequest.GetAsync(address)).TextAsync();
        var form = Page.APIRequest.CreateFormData();
        form.Set("_handler", "register").Set("__RequestVerificationToken", ForgeryToken().Match(blank).Groups["token"].Value);
        form.Set("Input.Name", name).Set("Input.Email", Email).Set("Input.Password", Password);
        var answer = await Page.APIRequest.PostAsync(address, new() { Form = form, MaxRedirects = 0 });
        Assert.True(answer.Status == 302, $"{answer.Status}: {await answer.TextAsync()}");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex ForgeryToken();

    /// <summary>Opens the list of one's drawings.</summary>
    public async Task HomeAsync()
    {
        await Page.GotoAsync(_url);
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "New drawing" })).ToBeVisibleAsync();
    }

    /// <summary>Makes a drawing and opens it; returns its id.</summary>
    public async Task<string> CreateAsync()
    {
        var id = await ImportAsync("");
        await OpenAsync(id);
        return id;
    }

    /// <summary>Makes a drawing of a file and opens nothing; returns its id.</summary>
    public async Task<string> ImportAsync(string svg)
    {
        var answer = await Page.APIRequest.PostAsync($"{_url}/api/documents", new() { DataString = svg, Headers = [new("Origin", _url), new("Content-Type", "image/svg+xml")] });
        Assert.True(answer.Ok, await answer.TextAsync());
        return (await answer.JsonAsync())!.Value.GetProperty("id").GetString()!;
    }

    /// <summary>Waits for a drawing that opens by itself; returns its id.</summary>
    public async Task<string> ArriveAsync()
    {
        await Expect(Page).ToHaveURLAsync(DrawingUrl());
        await ReadyAsync();
        return Page.Url.Split('/')[^1];
    }

    [GeneratedRegex("/d/[^/?]+$")]
    private static partial Regex DrawingUrl();

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
        Page.SetDefaultTimeout(Browsers.PatienceMs);
        Page.PageError += (_, error) => Errors.Add(error);
        await OpenAsync(documentId);
    }

    /// <summary>The same person with one more tab of the same browser.</summary>
    public async Task<Person> SecondTabAsync(string documentId)
    {
        var page = await _context.NewPageAsync();
        page.SetDefaultTimeout(Browsers.PatienceMs);
        var tab = new Person(_context, page, _url, Email, line: null);
        page.PageError += (_, error) => tab.Errors.Add(error);
        await tab.OpenAsync(documentId);
        return tab;
    }

    public async Task ReadyAsync()
    {
        await Page.Locator(".canvas-frame[data-ready]").WaitForAsync();
        await SavedAsync();
    }

    /// <summary>What the mark beside the drawing's name says about the own edits: <c>saved</c>, <c>saving</c>, <c>offline</c> and so on.</summary>
    public ILocator Mark => Page.Locator("[data-canvas-status]");

    /// <summary>Waits until everything drawn so far is acknowledged. Nothing else needs to be waited for: the mark changes with the edit itself (rule C7).</summary>
    public Task SavedAsync() => Expect(Mark).ToHaveAttributeAsync("data-state", "saved");

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

    /// <summary>Shares a drawing with somebody without the dialog, which is not what every test is about.</summary>
    public async Task GiveAsync(string documentId, Person person, string role)
    {
        var answer = await Page.APIRequest.PutAsync($"{_url}/api/documents/{documentId}/people/{person.Email}", new() { DataObject = new { role }, Headers = [new("Origin", _url)] });
        Assert.True(answer.Ok, await answer.TextAsync());
    }

    /// <summary>Takes a drawing back from somebody.</summary>
    public async Task TakeAsync(string documentId, Person person)
    {
        var answer = await Page.APIRequest.DeleteAsync($"{_url}/api/documents/{documentId}/people/{person.Email}", new() { Headers = [new("Origin", _url)] });
        Assert.True(answer.Ok, await answer.TextAsync());
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

    /// <summary>Goes on with a drag to a point, in pixels from the canvas's middle, and lets go.</summary>
    public async Task DragOnAsync(int toX, int toY)
    {
        var (x, y) = await MiddleAsync();
        await Page.Mouse.MoveAsync(x + toX, y + toY, new() { Steps = 8 });
        await Page.Mouse.UpAsync();
    }

    /// <summary>Drags an element by its middle, wherever it is on the screen.</summary>
    public async Task DragAsync(ILocator element, int dx, int dy)
    {
        var box = (await element.BoundingBoxAsync())!;
        var (x, y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await Page.Mouse.MoveAsync(x, y);
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(x + dx, y + dy, new() { Steps = 8 });
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

    /// <summary>Opens a tab of the side panel by its title, as in "History"; on a phone the panel comes up first. Does nothing where it is open.</summary>
    public async Task TabAsync(string title)
    {
        var tab = Page.Locator(".side-panel-tab").Filter(new() { Has = Page.GetByText(title, new() { Exact = true }) });
        if (!await tab.IsVisibleAsync())
            await Page.GetByRole(AriaRole.Button, new() { Name = "Side panel" }).ClickAsync();
        if (await tab.GetAttributeAsync("aria-selected") != "true")
            await tab.ClickAsync();
        await Expect(Page.Locator(".side-panel-head h2")).ToHaveTextAsync(title);
    }

    /// <summary>Closes the side panel. Does nothing where none is open.</summary>
    public async Task CloseTabAsync()
    {
        var close = Page.GetByRole(AriaRole.Button, new() { Name = "Close the panel" });
        if (await close.IsVisibleAsync())
            await close.ClickAsync();
        await Expect(Page.Locator(".side-panel-body")).ToHaveCountAsync(0);
    }

    /// <summary>Without a network, or with it again: what the page asks for fails and its sockets are cut. For persons with a <see cref="NetworkLine"/>.</summary>
    public async Task OfflineAsync(bool isOffline)
    {
        var line = _line ?? throw new InvalidOperationException("Only somebody with a NetworkLine of their own can go offline.");
        if (isOffline)
        {
            line.Cut();
            await Expect(Mark).Not.ToHaveAttributeAsync("data-state", "saved"); // before the browser is offline: then it may no longer hear that a socket has ended
        }
        else
            line.Mend();
        await _context.SetOfflineAsync(isOffline);
    }

    /// <summary>
    /// Where SVGX_SCREENSHOTS names a folder: pictures of the page as it is, in light and dark, 1440x900 and a phone's 390x844. Size and theme are as before
    /// afterwards, and nothing on the page is lost: it changes its colours while it is open.
    /// </summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("SVGX_SCREENSHOTS") is not { Length: > 0 } folder)
            return;
        Directory.CreateDirectory(folder);
        var size = Page.ViewportSize!;
        var isOffline = await Page.Locator("[data-canvas-status][data-state=offline]").CountAsync() > 0; // the theme is the circuit's
        foreach (var theme in isOffline ? new[] { ColorScheme.Light } : [ColorScheme.Dark, ColorScheme.Light])
        {
            if (!isOffline)
                await ThemeAsync(theme);
            foreach (var (width, height) in new[] { (390, 844), (1440, 900) })
            {
                await Page.SetViewportSizeAsync(width, height);
                await SettledAsync();
                await Page.ScreenshotAsync(new()
                {
                    Path = Path.Combine(folder, $"{name}-{(theme == ColorScheme.Dark ? "dark" : "light")}-{width}.png"),
                    Animations = ScreenshotAnimations.Disabled,
                });
            }
        }
        await Page.SetViewportSizeAsync(size.Width, size.Height);
        await SettledAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        if (_line is not null)
            await _line.DisposeAsync();
    }

    /// <summary>People begin in the light; what has no circuit changes with a new load.</summary>
    private async Task ThemeAsync(ColorScheme theme)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = theme });
        var shell = Page.Locator(".app-shell");
        if (await shell.CountAsync() == 0)
            await Page.ReloadAsync();
        else
            await Expect(shell).ToHaveAttributeAsync("data-theme", theme == ColorScheme.Dark ? "dark" : "light");
    }

    /// <summary>Two frames: one in which observers of sizes answer, one in which that is drawn.</summary>
    private Task SettledAsync() => Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");

    public async Task<(float X, float Y)> MiddleAsync()
    {
        var box = (await Page.Locator(".canvas-frame").BoundingBoxAsync())!;
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }
}
