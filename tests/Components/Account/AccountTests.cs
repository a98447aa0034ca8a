using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Svgx.Web.Identity;

namespace Svgx.Tests.Components.Account;

public class AccountTests(RunningApp app)
{
    private const string WrongOrLocked = "The e-mail address or the password is wrong. After five wrong passwords an account is locked for five minutes.";

    [Fact, Trait("Rule", "W1")]
    public async Task Of_several_who_register_first_at_the_same_moment_exactly_one_is_admin()
    {
        await using var fresh = new RunningApp();
        _ = fresh.Services;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => fresh.NewPersonAsync()));

        await using var scope = fresh.Services.CreateAsyncScope();
        Assert.Single(await scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>().GetUsersInRoleAsync("Admin"));
    }

    [Fact, Trait("Rule", "W1")]
    public async Task A_first_account_that_did_not_get_its_role_is_not_there_and_the_next_one_is_admin()
    {
        await using var fresh = new RunningApp();
        await using (var scope = fresh.Services.CreateAsyncScope())
        {
            var failing = ActivatorUtilities.CreateInstance<Registration>(scope.ServiceProvider, ActivatorUtilities.CreateInstance<RolesAway>(scope.ServiceProvider));
            await Assert.ThrowsAsync<IOException>(() => failing.RegisterAsync(new() { UserName = "ada@example.org", Email = "ada@example.org", DisplayName = "Ada" }, RunningApp.Password, admin: false, TestContext.Current.CancellationToken));
        }

        var (next, _) = await fresh.NewPersonAsync();

        await using var after = fresh.Services.CreateAsyncScope();
        Assert.Equal(next.Id, Assert.Single(await after.ServiceProvider.GetRequiredService<UserManager<AppUser>>().GetUsersInRoleAsync("Admin")).Id);
    }

    [Fact, Trait("Rule", "W10")]
    public async Task Registering_signs_in_and_a_page_of_the_app_may_then_change_things_but_a_foreign_page_may_not()
    {
        var http = app.Anonymous();
        using var registered = await RunningApp.SubmitAsync(http, "/Account/Register", "register", new()
        {
            ["Input.Name"] = "Lin",
            ["Input.Email"] = $"lin-{Guid.NewGuid():N}@example.org",
            ["Input.Password"] = RunningApp.Password,
        });
        Assert.Equal(HttpStatusCode.Redirect, registered.StatusCode);
        var cookie = Assert.Single(registered.Headers.GetValues("Set-Cookie"), value => value.StartsWith("svgx=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);

        Assert.Equal(HttpStatusCode.Forbidden, (await PostFromAsync(http, null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostFromAsync(http, "http://evil.example")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await PostFromAsync(http, "http://localhost")).StatusCode);
    }

    [Fact, Trait("Rule", "W10")]
    public async Task A_form_without_the_pages_token_is_refused_and_does_nothing()
    {
        await using var fresh = new RunningApp(); // its own: it sends nearly as many forms as may come in a minute
        var http = fresh.Anonymous();
        using var registered = await RunningApp.SubmitAsync(http, "/Account/Register", "register", new()
        {
            ["Input.Name"] = "Lin",
            ["Input.Email"] = $"lin-{Guid.NewGuid():N}@example.org",
            ["Input.Password"] = RunningApp.Password,
        });
        foreach (var form in new[] { "/Account/Logout", "/documents/new", "/Account/Manage" })
        {
            foreach (var token in new[] { null, "", "of another page" })
            {
                using var content = new FormUrlEncodedContent(token is null ? [new("name", "Lamp")] : [new("name", "Lamp"), new("__RequestVerificationToken", token)]);
                using var answer = await http.PostAsync(form, content);
                Assert.Equal((form, token, HttpStatusCode.BadRequest), (form, token, answer.StatusCode));
            }
            using var empty = await http.PostAsync(form, null);
            Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
            Assert.Contains("<h1>This was not taken</h1>", await empty.Content.ReadAsStringAsync(), StringComparison.Ordinal); // and says what to do
        }
        var list = await http.GetStringAsync("/api/documents"); // still signed in, with no new drawing
        Assert.DoesNotContain("Lamp", list, StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "W10")]
    [InlineData("http://localhost", HttpStatusCode.OK)]
    [InlineData("http://localhost:9999", HttpStatusCode.Forbidden)]
    [InlineData("http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    public async Task A_pages_own_line_is_for_pages_of_the_app(string origin, HttpStatusCode answered)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add("Origin", origin);

        Assert.Equal(answered, (await app.Anonymous().SendAsync(request)).StatusCode);
    }

    [Fact, Trait("Rule", "W11")]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_answer()
    {
        var (user, _) = await app.NewPersonAsync();

        var wrong = await SignInAsync(user.Email!, "not the password");
        var unknown = await SignInAsync("nobody@example.org", "not the password");

        Assert.Contains(WrongOrLocked, wrong, StringComparison.Ordinal);
        Assert.Contains(WrongOrLocked, unknown, StringComparison.Ordinal);
    }

    [Fact, Trait("Rule", "W11")]
    public async Task After_five_wrong_passwords_the_right_one_is_refused_for_a_while()
    {
        var (user, _) = await app.NewPersonAsync();
        for (var tries = 0; tries < 5; tries++)
            await SignInAsync(user.Email!, "not the password");

        Assert.Contains(WrongOrLocked, await SignInAsync(user.Email!, RunningApp.Password), StringComparison.Ordinal); // as without an account: five tries must not tell that there is one
    }

    [Fact, Trait("Rule", "W11")]
    public async Task Without_an_account_or_with_a_locked_one_a_password_is_hashed_all_the_same()
    {
        var hasher = new CountingHasher();
        await using var own = new RunningApp { Configure = services => services.AddSingleton<IPasswordHasher<AppUser>>(hasher) };
        var (user, _) = await own.NewPersonAsync();
        for (var tries = 0; tries < 5; tries++)
            await SignInAsync(user.Email!, "not the password", own);
        Assert.Equal(5, hasher.Verified);

        await SignInAsync(user.Email!, RunningApp.Password, own);
        Assert.Equal(6, hasher.Verified);
        await SignInAsync("nobody@example.org", "not the password", own);
        Assert.Equal(7, hasher.Verified);
    }

    [Theory, Trait("Rule", "W12")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    public async Task After_signing_in_nobody_is_sent_to_another_site(string returnUrl)
    {
        var (user, _) = await app.NewPersonAsync();

        using var answer = await RunningApp.SubmitAsync(app.Anonymous(), $"/Account/Login?ReturnUrl={Uri.EscapeDataString(returnUrl)}", "login", new() { ["Input.Email"] = user.Email!, ["Input.Password"] = RunningApp.Password });

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.DoesNotContain("evil", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "W13")]
    [InlineData("/Account/Login", HttpStatusCode.OK, "Sign in")]
    [InlineData("/nowhere", HttpStatusCode.NotFound, "There is nothing here")]
    public async Task Every_page_comes_with_a_policy_that_lets_only_the_apps_own_scripts_run(string page, HttpStatusCode status, string heading)
    {
        using var answer = await app.Anonymous().GetAsync(page);

        Assert.Equal(status, answer.StatusCode);
        var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains($"<h1>{heading}</h1>", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?![^>]*\\bsrc=)(?![^>]*type=\"(importmap|application/json)\")", await answer.Content.ReadAsStringAsync());
    }

    [Fact, Trait("Rule", "W21")]
    public async Task One_changes_ones_own_name_and_password_and_the_old_password_is_good_no_more()
    {
        var (user, _) = await app.NewPersonAsync();
        var http = app.Anonymous();
        await RunningApp.SubmitAsync(http, "/Account/Login", "login", new() { ["Input.Email"] = user.Email!, ["Input.Password"] = RunningApp.Password });

        var renamed = await RunningApp.SubmitAsync(http, "/Account/Manage", "profile", new() { ["Profile.Name"] = "Ada King" });
        Assert.Contains("Your name was changed", await renamed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var wrong = await RunningApp.SubmitAsync(http, "/Account/Manage", "password", new() { ["Password.Current"] = "not the password", ["Password.Next"] = "a new long password" });
        Assert.Contains("role=\"alert\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var changed = await RunningApp.SubmitAsync(http, "/Account/Manage", "password", new() { ["Password.Current"] = RunningApp.Password, ["Password.Next"] = "a new long password" });
        var told = await changed.Content.ReadAsStringAsync();
        Assert.Contains("Your password was changed", told, StringComparison.Ordinal);
        Assert.DoesNotContain("a new long password", told, StringComparison.Ordinal);

        Assert.Contains("the password is wrong", await SignInAsync(user.Email!, RunningApp.Password), StringComparison.Ordinal);
        Assert.Contains("value=\"Ada King\"", await http.GetStringAsync("/Account/Manage"), StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "W21")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_new_password_ends_the_other_sign_ins_at_once_also_on_open_lines_and_tokens_if_one_says_so(bool withTokens)
    {
        var (user, tool) = await app.NewPersonAsync();
        var document = await app.Documents.CreateAsync(user.Id, "Plan", null, TestContext.Current.CancellationToken);
        var (mine, _) = await BrowserAsync(user.Email!, RunningApp.Password);
        var (stolen, stolenCookie) = await BrowserAsync(user.Email!, RunningApp.Password);
        Assert.Equal(HttpStatusCode.OK, (await stolen.GetAsync("/api/documents")).StatusCode);
        using var line = await ConnectAsync(stolenCookie);
        Assert.Equal("current_state", await JoinAsync(line, document));

        await RunningApp.SubmitAsync(mine, "/Account/Manage", "password", new() { ["Password.Current"] = RunningApp.Password, ["Password.Next"] = "a new long password", ["Password.WithTokens"] = $"{withTokens}" });

        Assert.Equal(4407, await ClosedAsync(line));
        using var again = await ConnectAsync(stolenCookie);
        Assert.Equal("token_missing", await JoinAsync(again, document));
        Assert.Equal(HttpStatusCode.Unauthorized, (await stolen.GetAsync("/api/documents")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await stolen.GetAsync("/Account/Manage")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await mine.GetAsync("/api/documents")).StatusCode);
        Assert.Equal(withTokens ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, (await tool.GetAsync("/api/documents")).StatusCode);
        var (_, cookie) = await BrowserAsync(user.Email!, "a new long password");
        using var back = await ConnectAsync(cookie);
        Assert.Equal("current_state", await JoinAsync(back, document));
    }

    [Fact, Trait("Rule", "W14")]
    public async Task Where_registration_is_closed_only_the_first_account_can_be_made_by_oneself()
    {
        await using var closed = new RunningApp { Settings = { ["Svgx:Registration:Open"] = "false" } };

        Assert.Contains("it will be the administrator", await closed.Anonymous().GetStringAsync("/Account/Register"), StringComparison.Ordinal);
        await closed.NewPersonAsync();
        var page = await closed.Anonymous().GetStringAsync("/Account/Register");

        Assert.Contains("Registration is closed", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", page, StringComparison.Ordinal);
    }

    [Theory, Trait("Rule", "W15")]
    [InlineData(null, 30)]
    [InlineData("40", 40)]
    public async Task The_account_forms_take_only_so_many_posts_a_minute_from_one_address_and_go_on_being_readable(string? setting, int posts)
    {
        await using var fresh = new RunningApp();
        if (setting is not null)
            fresh.Settings["Svgx:Account:PostsPerMinute"] = setting;
        var http = fresh.Anonymous();
        HttpResponseMessage? last = null;
        for (var tries = 0; tries <= posts; tries++)
        {
            Assert.NotEqual(HttpStatusCode.TooManyRequests, last?.StatusCode);
            last = await http.PostAsync("/Account/Login", null);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last!.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(1), last.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/Account/Login")).StatusCode);
    }

    /// <summary>Counts how often somebody waited for a password to be hashed.</summary>
    private sealed class CountingHasher : PasswordHasher<AppUser>
    {
        public int Verified { get; private set; }

        public override PasswordVerificationResult VerifyHashedPassword(AppUser user, string hashedPassword, string providedPassword)
        {
            Verified++;
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }

    /// <summary>A role cannot be made.</summary>
    private sealed class RolesAway(IRoleStore<IdentityRole> store, ILookupNormalizer names, IdentityErrorDescriber errors, ILogger<RoleManager<IdentityRole>> logger) : RoleManager<IdentityRole>(store, [], names, errors, logger)
    {
        public override Task<IdentityResult> CreateAsync(IdentityRole role) => throw new IOException("The process ends here.");
    }

    /// <summary>A browser that signs in, and the cookie that it then has.</summary>
    private async Task<(HttpClient Http, string Cookie)> BrowserAsync(string email, string password)
    {
        var http = app.Anonymous();
        using var answer = await RunningApp.SubmitAsync(http, "/Account/Login", "login", new() { ["Input.Email"] = email, ["Input.Password"] = password });
        return (http, Assert.Single(answer.Headers.GetValues("Set-Cookie"), value => value.StartsWith("svgx=", StringComparison.Ordinal)).Split(';')[0]);
    }

    private async Task<WebSocket> ConnectAsync(string cookie)
    {
        var sockets = app.Server.CreateWebSocketClient();
        sockets.ConfigureRequest = request => (request.Headers.Cookie, request.Headers.Origin) = (cookie, "http://localhost");
        return await sockets.ConnectAsync(new("ws://localhost/ws"), TestContext.Current.CancellationToken);
    }

    /// <summary>What answers a join by the sign-in alone: a message's type, or the code of a refusal.</summary>
    private static async Task<string?> JoinAsync(WebSocket socket, Guid document)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"join","document_id":"{{document}}"}"""), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        var answer = new byte[4096];
        var read = await socket.ReceiveAsync(answer.AsMemory(), TestContext.Current.CancellationToken);
        var json = JsonElement.Parse(answer.AsSpan(0, read.Count));
        return json.TryGetProperty("code", out var code) ? code.GetString() : json.GetProperty("type").GetString();
    }

    private static async Task<int?> ClosedAsync(WebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await socket.ReceiveAsync(new byte[4096], patience.Token)).MessageType != WebSocketMessageType.Close)
        {
        }
        return (int?)socket.CloseStatus;
    }

    private async Task<string> SignInAsync(string email, string password, RunningApp? own = null)
    {
        using var answer = await RunningApp.SubmitAsync((own ?? app).Anonymous(), "/Account/Login", "login", new() { ["Input.Email"] = email, ["Input.Password"] = password });
        return await answer.Content.ReadAsStringAsync();
    }

    private static Task<HttpResponseMessage> PostFromAsync(HttpClient http, string? origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/documents");
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return http.SendAsync(request);
    }
}
