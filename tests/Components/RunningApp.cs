using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Tests.Components;
using Svgx.Tests.Components.Api;
using Svgx.Web.Documents;
using Svgx.Web.Identity;

[assembly: AssemblyFixture(typeof(RunningApp))]

namespace Svgx.Tests.Components;

/// <summary>The whole app in this process, on a temporary data folder and without ports.</summary>
public sealed partial class RunningApp : WebApplicationFactory<Program>
{
    /// <summary>Settings beside those of every test, by name.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Services in place of the app's own.</summary>
    public Action<IServiceCollection> Configure { get; init; } = _ => { };

    public const string Password = "correct horse battery";

    private readonly string _data = Directory.CreateTempSubdirectory("svgx-components-").FullName;

    private readonly Lock _starting = new();
    private readonly Lazy<Task<JsonObject>> _openApi;

    public RunningApp() => _openApi = new(async () => JsonNode.Parse(await CreateDefaultClient().GetStringAsync("/openapi/v1.json"))!.AsObject());

    /// <summary>The one app of this object: the factory itself starts a second one where two tests ask for the first at the same moment.</summary>
    public override IServiceProvider Services
    {
        get
        {
            lock (_starting)
                return base.Services;
        }
    }

    public DocumentDirectory Documents => Services.GetRequiredService<DocumentDirectory>();

    /// <summary>Somebody new with an account, and a client signed in with a token of theirs.</summary>
    public async Task<(AppUser User, HttpClient Http)> NewPersonAsync(string name = "Ada")
    {
        var email = $"{name}-{Guid.NewGuid():N}@example.org";
        var user = new AppUser { UserName = email, Email = email, DisplayName = name };
        await using var scope = Services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<Registration>().RegisterAsync(user, Password, admin: false, TestContext.Current.CancellationToken);
        Assert.True(result.Succeeded, string.Join(' ', result.Errors.Select(error => error.Description)));
        return (user, await WithTokenAsync(user));
    }

    /// <summary>An administrator, and a client signed in with a token of theirs.</summary>
    public async Task<(AppUser User, HttpClient Http)> NewAdminAsync()
    {
        var (user, http) = await NewPersonAsync("Root");
        await using var scope = Services.CreateAsyncScope();
        var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole>>();
        if (!await roles.RoleExistsAsync("Admin"))
            await roles.CreateAsync(new("Admin"));
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        var account = (await users.FindByIdAsync(user.Id))!;
        if (!await users.IsInRoleAsync(account, "Admin"))
            await users.AddToRoleAsync(account, "Admin");
        return (user, http);
    }

    /// <summary>A client whose token is limited to a document or a role.</summary>
    public async Task<HttpClient> WithTokenAsync(AppUser user, Guid? document = null, DocumentRole? role = null)
    {
        var token = await Services.GetRequiredService<TokenIssuer>().IssueAsync(new(user.Id, null, document, role, null, null));
        var http = Anonymous();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        return http;
    }

    public HttpClient Anonymous()
    {
        _ = Services; // started by one alone
        return CreateDefaultClient(new ApiContract(() => _openApi.Value), new CookieContainerHandler());
    }

    /// <summary>Sends the form of an account page as a browser would.</summary>
    public static async Task<HttpResponseMessage> SubmitAsync(HttpClient http, string page, string form, Dictionary<string, string> fields)
    {
        var html = await http.GetStringAsync(page);
        var token = ForgeryToken().Match(html).Groups["token"].Value;
        return await http.PostAsync(page, new FormUrlEncodedContent([.. fields, new("_handler", form), new("__RequestVerificationToken", token)]));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Svgx:DataFolder", _data).UseSetting("Svgx:Protocol:Port", "0").UseSetting("Logging:LogLevel:Default", "Warning");
        builder.ConfigureServices(services => Configure(services));
        foreach (var (name, value) in Settings)
            builder.UseSetting(name, value);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex ForgeryToken();
}
