using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Web.Documents;
using Svgx.Web.Identity;

namespace Svgx.Bench.Load.Server;

/// <summary>
/// Accounts for the clients, written straight into the data folder: a thousand registrations with a password each would take longer than the run. They can use tokens and not sign in.
/// </summary>
internal sealed class Accounts : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly string[] _userIds;

    private Accounts(ServiceProvider services, string[] userIds, string[] tokens) => (_services, _userIds, Tokens) = (services, userIds, tokens);

    /// <summary>A token for each account.</summary>
    public IReadOnlyList<string> Tokens { get; }

    public static async Task<Accounts> CreateAsync(string dataFolder, int count, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("Svgx:DataFolder", dataFolder)]).Build())
            .AddDbContextFactory<AppDbContext>(options => options.UseSqlite($"Data Source={Path.Combine(dataFolder, "app.db")}"))
            .AddCollaboration()
            .BuildServiceProvider();
        var users = Enumerable.Range(0, count).Select(User).ToList();
        await using (var database = await services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(cancellationToken))
        {
            database.Users.AddRange(users);
            await database.SaveChangesAsync(cancellationToken);
        }
        var issuer = services.GetRequiredService<TokenIssuer>();
        var tokens = new List<string>();
        foreach (var user in users)
            tokens.Add((await issuer.IssueAsync(new(user.Id, ExpiresIn: TimeSpan.FromDays(1)), cancellationToken)).Token);
        return new(services, [.. users.Select(user => user.Id)], [.. tokens]);
    }

    /// <summary>Lets everybody edit a document of the first account.</summary>
    public async Task ShareAsync(Guid documentId, CancellationToken cancellationToken)
    {
        await using var database = await _services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(cancellationToken);
        database.Shares.AddRange(_userIds.Skip(1).Select(id => new DocumentShare { DocumentId = documentId, UserId = id, Role = DocumentRole.Editor }));
        await database.SaveChangesAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static AppUser User(int number)
    {
        var address = $"load-{number}@example.org";
        return new()
        {
            UserName = address,
            NormalizedUserName = address.ToUpperInvariant(),
            Email = address,
            NormalizedEmail = address.ToUpperInvariant(),
            DisplayName = $"Load {number}",
            SecurityStamp = Guid.NewGuid().ToString("N"),
        };
    }
}
