using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;
using Svgx.Collaboration.Protocol;
using Svgx.Web.Api;
using Svgx.Web.Components;
using Svgx.Web.Documents;
using Svgx.Web.Identity;

namespace Svgx.Web.Hosting;

/// <summary>What happens to a request.</summary>
internal static class AppPipeline
{
    // Inline styles are needed by MudBlazor and by drawings; scripts come from the app's own files alone.
    private const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void UseSvgx(this WebApplication app)
    {
        app.UseTrustedProxies();
        RefuseWhileStopping(app);
        app.UseWhen(IsPage, pages => pages.UseExceptionHandler("/error", createScopeForErrors: true));
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            return next(context);
        });
        RefuseForeignLines(app);
        app.UseWhen(IsPage, pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseWhen(context => !IsPage(context), api => api.UseExceptionHandler().UseStatusCodePages());
        app.UseRouting(); // after the two above, or what they execute again would still go to the first endpoint
        app.UseRateLimiter();
        app.UseWebSockets();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        RefuseForgedForms(app);

        app.MapStaticAssets();
        app.MapCollaboration("/ws", context => context.User is { Identity.IsAuthenticated: true } user && user.UserId() is { } id
            ? new(id, user.ShownName()) { SignInEnded = context.Features.Get<SignInEnd>()?.Token ?? default }
            : null);
        app.MapApi();
        app.MapOpenApi();
        app.Map(AsyncApiDocument.Path, AsyncApiDocument.ServeAsync).ExcludeFromDescription();
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }); // it answers: that is all there is to being alive
        app.MapHealthChecks("/health/ready");
        app.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(MetricsRequirement.Policy);
        app.MapPost("/Account/Logout", async (SignInManager<AppUser> signIn, [Microsoft.AspNetCore.Mvc.FromForm] string? returnUrl) =>
        {
            await signIn.SignOutAsync();
            return Results.LocalRedirect($"~/Account/Login{(returnUrl is null ? "" : $"?returnUrl={Uri.EscapeDataString(returnUrl)}")}");
        }).ExcludeFromDescription();
        app.MapPost("/documents/new", async (HttpContext context, [Microsoft.AspNetCore.Mvc.FromForm] string? name, DocumentDirectory documents) =>
            Results.LocalRedirect($"~/d/{await documents.CreateAsync(context.User.UserId()!, name, null, context.RequestAborted)}")).RequireAuthorization().ExcludeFromDescription();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }

    /// <summary>A form without the page's token, or with one of a sign-in that has ended. An endpoint that is generated at build time does not look, and fails as it reads the form.</summary>
    private static void RefuseForgedForms(WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsGet(context.Request.Method) || context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false })
            return next(context);
        context.Request.Method = HttpMethods.Get; // as the page that says so is asked for: a post to it would need the token once more
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    });

    /// <summary>
    /// Whoever comes back between the stop's beginning and the closing of the port is sent away. A page reconnects within milliseconds of losing its line; taken in then, its new line would
    /// be one that nobody closes any more, and the process would wait for it until the host's time-out.
    /// </summary>
    private static void RefuseWhileStopping(WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.Use((context, next) =>
        {
            if (!stopping.IsCancellationRequested)
                return next(context);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "2";
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// A page's line does all that its person can do, and browsers give the cookie to every page of the same site, as one of another port of this machine or of a sister domain: SignalR does not ask whose it is.
    /// </summary>
    private static void RefuseForeignLines(WebApplication app) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase) || context.Request.Headers.Origin.Count == 0 || SameOriginFilter.IsOwn(context.Request))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    });

    /// <summary>Whether people read the answer. Programs get problem details instead.</summary>
    internal static bool IsPage(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && !context.Request.Path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
        && !context.Request.Path.StartsWithSegments("/metrics", StringComparison.OrdinalIgnoreCase);
}
