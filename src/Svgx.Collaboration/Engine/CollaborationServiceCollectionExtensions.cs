using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Comments;
using Svgx.Collaboration.Conflicts;
using Svgx.Collaboration.Diagnostics;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Security;
using Svgx.Collaboration.Storage;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Engine;

/// <summary>Registers the engine.</summary>
public static class CollaborationServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="CollaborationEngine"/>, its storage and its tokens as singletons, with options from the sections <c>Svgx</c>, <c>Svgx:Storage</c>, <c>Svgx:Presence</c> and <c>Svgx:Engine</c>
    /// and then from <paramref name="configure"/>. The host registers an <see cref="IDocumentAccess"/>: its own, or <see cref="OpenDocumentAccess"/> where everybody may do everything.
    /// </summary>
    public static IServiceCollection AddCollaboration(this IServiceCollection services, Action<EngineOptions>? configure = null)
    {
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<StorageOptions>()
            .Configure<IServiceProvider>((options, provider) =>
            {
                var settings = provider.GetService<IConfiguration>()?.GetSection("Svgx");
                settings?.Bind(options);
                settings?.GetSection("Storage").Bind(options);
            })
            .PostConfigure<IServiceProvider>((options, provider) =>
                options.DataFolder = Path.GetFullPath(options.DataFolder, provider.GetService<IHostEnvironment>()?.ContentRootPath ?? Directory.GetCurrentDirectory()))
            .ValidateOnStart();
        var engine = services.AddOptions<EngineOptions>()
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection("Svgx:Engine").Bind(options))
            .ValidateOnStart();
        if (configure is not null)
            engine.Configure(configure);
        services.AddOptions<PresenceOptions>()
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection("Svgx:Presence").Bind(options))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PresenceOptions>, PresenceOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EngineOptions>, EngineOptionsValidator>());
        services.TryAddSingleton<CollaborationDatabase>();
        services.TryAddSingleton<ICollaborationStore, SqliteCollaborationStore>();
        services.AddOptions<CommentOptions>()
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection("Svgx:Comments").Bind(options))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CommentOptions>, CommentOptionsValidator>());
        services.TryAddSingleton<ICommentStore, SqliteCommentStore>();
        services.TryAddSingleton<IActivityStore, SqliteActivityStore>();
        services.TryAddSingleton<ActivityLog>();
        services.TryAddSingleton(provider => new CollaborationMetrics(provider.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), provider.GetRequiredService<TimeProvider>())
        {
            JournalQueue = () => provider.GetRequiredService<CollaborationDatabase>().Waiting,
        });
        services.TryAddSingleton<IConflictStore, SqliteConflictStore>();
        services.AddOptions<AuditOptions>()
            .Configure<IServiceProvider>((options, provider) => provider.GetService<IConfiguration>()?.GetSection("Svgx:Audit").Bind(options))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AuditOptions>, AuditOptionsValidator>());
        services.TryAddSingleton(provider => new AuditTrail(
            provider.GetRequiredService<CollaborationDatabase>(), provider.GetRequiredService<IOptions<AuditOptions>>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AuditTrail>>()));
        services.TryAddSingleton<IVersionStore, SqliteVersionStore>();
        services.TryAddSingleton<KeyRing>();
        services.TryAddSingleton(provider => new TokenRevocations(
            provider.GetRequiredService<CollaborationDatabase>(), provider.GetRequiredService<KeyRing>(), provider.GetRequiredService<AuditTrail>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TokenRevocations>>()));
        services.TryAddSingleton<TokenIssuer>();
        services.TryAddSingleton<TokenValidator>();
        services.TryAddSingleton(provider => new TokenRegistry(
            provider.GetRequiredService<TokenIssuer>(), provider.GetRequiredService<TokenRevocations>(), provider.GetRequiredService<CollaborationDatabase>(), provider.GetRequiredService<AuditTrail>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TokenRegistry>>()));
        services.TryAddSingleton(provider => new CollaborationEngine(
            provider.GetRequiredService<ICollaborationStore>(),
            provider.GetRequiredService<IConflictStore>(),
            provider.GetRequiredService<IDocumentAccess>(),
            provider.GetRequiredService<IOptions<EngineOptions>>(),
            provider.GetRequiredService<CollaborationMetrics>(),
            provider.GetRequiredService<TokenRevocations>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CollaborationEngine>>(),
            provider.GetRequiredService<ICommentStore>(),
            provider.GetRequiredService<IOptions<CommentOptions>>(),
            provider.GetRequiredService<IVersionStore>(),
            provider.GetRequiredService<ActivityLog>(),
            provider.GetRequiredService<IOptions<PresenceOptions>>(),
            provider.GetRequiredService<AuditTrail>()));
        return services;
    }
}
