using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Svgx.Web.Api;

namespace Svgx.Web.Hosting;

/// <summary>Who may read <c>/metrics</c> beside administrators, bound from <c>Svgx:Metrics</c>. Nobody, unless set.</summary>
internal sealed class MetricsOptions
{
    /// <summary>The bearer token of the scraper, at least 16 characters. Default: none.</summary>
    [MinLength(16)]
    public string? Token { get; set; }

    /// <summary>Whether programs of this machine may read without a token. Not behind a proxy on the same machine: then everybody seems to come from it. Default false.</summary>
    public bool AllowLoopback { get; set; }
}

/// <summary>Metrics for Prometheus at <c>/metrics</c>; metrics and traces by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says to whom.</summary>
internal static class Telemetry
{
    private const string EngineSource = "Svgx.Collaboration"; // its meter and its activity source: docs/metrics.md

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MetricsOptions>().BindConfiguration("Svgx:Metrics").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IAuthorizationHandler, MetricsAuthorization>();
        builder.Services.AddAuthorizationBuilder().AddPolicy(MetricsRequirement.Policy, policy => policy
            .AddAuthenticationSchemes(IdentityConstants.ApplicationScheme, TokenAuthentication.SchemeName).AddRequirements(new MetricsRequirement()));
        var telemetry = builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(EngineSource, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;
        telemetry.WithTracing(traces => traces.AddSource(EngineSource).AddAspNetCoreInstrumentation()).UseOtlpExporter();
    }
}

/// <summary>For whoever may read the metrics.</summary>
internal sealed class MetricsRequirement : IAuthorizationRequirement
{
    public const string Policy = "Metrics";
}

/// <summary>Lets the scraper in by its token, this machine where that is set, and administrators.</summary>
internal sealed class MetricsAuthorization(IOptions<MetricsOptions> options, AdminAuthorization admins) : AuthorizationHandler<MetricsRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, MetricsRequirement requirement)
    {
        if (context.Resource is HttpContext http && (HasToken(http) || (options.Value.AllowLoopback && http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address))))
            context.Succeed(requirement);
        else if (await admins.IsAdminAsync(context.User))
            context.Succeed(requirement);
    }

    private bool HasToken(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        return options.Value.Token is { } token && header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[7..].Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
    }
}
