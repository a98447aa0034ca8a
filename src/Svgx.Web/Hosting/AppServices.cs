using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MudBlazor.Services;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Protocol;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;
using Svgx.Web.Api;
using Svgx.Web.Components.Account;
using Svgx.Web.Documents;
using Svgx.Web.Identity;
using Svgx.Web.Notifications;

namespace Svgx.Web.Hosting;

/// <summary>What the app is put together from.</summary>
internal static class AppServices
{
    public const string CookieName = "svgx";

    /// <summary>Where the databases and keys are.</summary>
    public static string DataFolder(this WebApplicationBuilder builder) => Path.GetFullPath(builder.Configuration["Svgx:DataFolder"] ?? "data", builder.Environment.ContentRootPath);

    public static WebApplicationBuilder AddSvgx(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var folder = builder.DataFolder();
        services.AddDbContextFactory<AppDbContext>(options => options.UseSqlite($"Data Source={Path.Combine(folder, "app.db")}"));
        // Beside the data, or every restart in a container would sign everybody out.
        services.AddDataProtection().SetApplicationName("Svgx").PersistKeysToFileSystem(new(Path.Combine(folder, "keys", "cookies")));

        services.AddIdentityCore<AppUser>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.Password.RequiredLength = 10;
                options.Password.RequiredUniqueChars = 4;
                options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
                options.Lockout.AllowedForNewUsers = true;
            })
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<AppDbContext>()
            .AddClaimsPrincipalFactory<DisplayNameClaims>()
            .AddSignInManager()
            .AddDefaultTokenProviders();
        services.AddScoped<Registration>();
        services.AddOptions<RegistrationOptions>().BindConfiguration("Svgx:Registration").ValidateOnStart();

        services.AddSingleton<DocumentDirectory>();
        services.AddSingleton<IDocumentAccess>(provider => provider.GetRequiredService<DocumentDirectory>());
        services.AddSingleton(provider => new Lazy<CollaborationEngine>(provider.GetRequiredService<CollaborationEngine>));
        services.AddSingleton<NotificationInbox>();
        services.AddCollaboration();
        services.AddCollaborationProtocol();
        services.AddSingleton<CollaborationHealthCheck>();
        return builder;
    }

    public static WebApplicationBuilder AddSvgxWeb(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // Assets of packages are served from where they are restored when the app is run from its source.
        builder.WebHost.UseStaticWebAssets();
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // what stops the start is said once, in words
        services.AddHostedService<ProtocolPort>();
        services.AddSingleton<NotificationFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<NotificationFeed>());
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(options =>
        {
            // What is said lies over what people work with: short, and not many at once.
            options.SnackbarConfiguration.PositionClass = MudBlazor.Defaults.Classes.Position.BottomCenter;
            options.SnackbarConfiguration.MaxDisplayedSnackbars = 2;
            options.SnackbarConfiguration.NormalIcon = MudBlazor.Icons.Material.Outlined.Info;
            options.SnackbarConfiguration.VisibleStateDuration = 4_000;
            options.SnackbarConfiguration.ShowTransitionDuration = 200;
            options.SnackbarConfiguration.HideTransitionDuration = 400;
        });
        services.AddSingleton<SignIns>();
        services.AddScoped<ISecurityStampValidator, SignInValidator>();
        services.AddCascadingAuthenticationState();
        services.AddScoped<IdentityRedirectManager>();
        services.AddScoped<AuthenticationStateProvider, IdentityRevalidatingAuthenticationStateProvider>();
        services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, null)
            .AddIdentityCookies();
        services.ConfigureApplicationCookie(options =>
        {
            options.Cookie.Name = CookieName;
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.ExpireTimeSpan = TimeSpan.FromDays(30);
            options.LoginPath = "/Account/Login";
            options.AccessDeniedPath = "/Account/AccessDenied";
            options.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
            options.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
        });
        services.AddAuthorizationBuilder()
            .AddPolicy(ApiEndpoints.Policy, policy => policy.AddAuthenticationSchemes(IdentityConstants.ApplicationScheme, TokenAuthentication.SchemeName).RequireAuthenticatedUser())
            .AddPolicy(AdminRequirement.Policy, policy => policy.AddAuthenticationSchemes(IdentityConstants.ApplicationScheme, TokenAuthentication.SchemeName).RequireAuthenticatedUser().AddRequirements(new AdminRequirement()));
        services.AddSingleton<AdminAuthorization>();
        services.AddSingleton<IAuthorizationHandler>(provider => provider.GetRequiredService<AdminAuthorization>());
        services.AddOptions<ApiOptions>().BindConfiguration("Svgx:Api").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ApiLimits>();
        builder.AddTelemetry();
        services.AddOptions<AccountOptions>().BindConfiguration("Svgx:Account").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<AccountOptions>>(AccountRateLimit.Configure);
        services.AddRateLimiter();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context => ProblemCodes.Complete(context.ProblemDetails));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false); // a request that is not understood is answered alike in every environment
        services.AddOpenApi(OpenApiDescription.Configure);
        services.AddHealthChecks().AddCheck<CollaborationHealthCheck>("collaboration");
        return builder;
    }

    /// <summary>Reads all settings.</summary>
    /// <exception cref="StartException">One is not valid.</exception>
    public static void RequireSettings(this IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (Exception error) when (error is OptionsValidationException or AggregateException or InvalidOperationException) // the last by a value that is no number, say
        {
            throw StartException.OfSetting(error);
        }
    }

    /// <summary>Creates what is missing of the data folder, and brings both databases up to date.</summary>
    /// <exception cref="StartException">The folder or something in it cannot be used.</exception>
    public static Task PrepareDataAsync(this IServiceProvider services, string folder) => UseDataAsync(folder, async () =>
    {
        CreateFolders(folder);
        await using var database = await services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();
        await DatabaseMigration.ApplyAsync(database, folder, CancellationToken.None);
        await database.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL");
        await services.GetRequiredService<TokenRevocations>().PrepareAsync();
        return true;
    });

    /// <summary>Takes the data folder, made where it is missing, for this one server.</summary>
    /// <exception cref="StartException">Another server has it, or it cannot be used.</exception>
    public static Task<DataFolderHold> HoldDataAsync(string folder) => UseDataAsync(folder, () =>
    {
        CreateFolders(folder);
        return DataFolderHold.TakeAsync(folder);
    });

    private static async Task<T> UseDataAsync<T>(string folder, Func<Task<T>> use)
    {
        try
        {
            return await use();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or SqliteException)
        {
            throw StartException.OfData(error, folder);
        }
    }

    private static void CreateFolders(string folder)
    {
        foreach (var path in new[] { folder, Path.Combine(folder, "keys"), Path.Combine(folder, "keys", "cookies") })
            CreatePrivate(path);
    }

    /// <summary>Keys and drawings are for the account that the server runs as, whatever its umask says.</summary>
    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Tools are told plainly; people are sent to where they can sign in.</summary>
    private static Task Answer(RedirectContext<Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions> context, int status)
    {
        if (!AppPipeline.IsPage(context.HttpContext) || context.Request.Path.StartsWithSegments("/ws", StringComparison.OrdinalIgnoreCase))
            context.Response.StatusCode = status;
        else
            context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
