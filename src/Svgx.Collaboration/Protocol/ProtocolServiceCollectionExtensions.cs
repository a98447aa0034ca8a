using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;

namespace Svgx.Collaboration.Protocol;

/// <summary>Registers the protocol.</summary>
public static class ProtocolServiceCollectionExtensions
{
    /// <summary>Registers <see cref="CollaborationEndpoint"/> and <see cref="CollaborationServer"/> beside the engine, with options from <c>Svgx:Protocol</c>.</summary>
    public static IServiceCollection AddCollaborationProtocol(this IServiceCollection services, Action<ProtocolOptions>? configure = null)
    {
        var options = services.AddOptions<ProtocolOptions>()
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection("Svgx:Protocol").Bind(options))
            .ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ProtocolOptions>, ProtocolOptionsValidator>());
        services.TryAddSingleton(provider => new CollaborationEndpoint(
            provider.GetRequiredService<CollaborationEngine>(),
            provider.GetRequiredService<TokenValidator>(),
            provider.GetRequiredService<TokenRegistry>(),
            provider.GetRequiredService<AuditTrail>(),
            provider.GetRequiredService<IOptions<ProtocolOptions>>(),
            provider.GetRequiredService<CollaborationMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CollaborationEndpoint>>()));
        services.TryAddSingleton<CollaborationServer>();
        return services;
    }
}
