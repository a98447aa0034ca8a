using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Svgx.Collaboration.Security;
using Svgx.Web.Api;
using Svgx.Web.Documents;
using Svgx.Web.Hosting;
using Svgx.Web.Identity;

namespace Svgx.Web.CommandLine;

/// <summary>The executable's command line. Without a command it serves the app; the commands work on the data folder, whether the server runs or not.</summary>
internal static class SvgxCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        // Everything else is settings of the server, such as --urls.
        if (args.Length == 0 || args[0] is not ("user" or "token" or "help" or "--help" or "-h" or "-?" or "--version"))
            return await Program.ServeAsync(args);
        var root = new RootCommand("Svgx: live collaborative drawing. Without a command, serves the app.") { TreatUnmatchedTokensAsErrors = true };
        root.Subcommands.Add(new Command("user", "Accounts.") { UserAdd() });
        root.Subcommands.Add(Token());
        return await root.Parse(args[0] == "help" ? ["--help"] : args).InvokeAsync();
    }

    private static readonly Option<string?> DataFolder = new("--Svgx:DataFolder", "--data") { Description = "The data folder; default as the server's.", Recursive = true };

    private static Command UserAdd()
    {
        var email = new Option<string>("--email") { Required = true, Description = "The e-mail address to sign in with." };
        var name = new Option<string>("--name") { Required = true, Description = "The name that others see." };
        var admin = new Option<bool>("--admin") { Description = "An administrator. The first account is one in any case." };
        var fromInput = new Option<bool>("--password-stdin") { Required = true, Description = "Reads the password from standard input, so that it stands in no history." };
        var command = new Command("add", "Adds an account.") { email, name, admin, fromInput, DataFolder };
        command.SetAction((parsed, cancellationToken) => WithServicesAsync(parsed.GetValue(DataFolder), async services =>
        {
            var password = (await Console.In.ReadToEndAsync(cancellationToken)).TrimEnd('\r', '\n');
            var address = parsed.GetRequiredValue(email).Trim();
            var user = new AppUser { UserName = address, Email = address, DisplayName = parsed.GetRequiredValue(name).Trim() };
            var result = await services.GetRequiredService<Registration>().RegisterAsync(user, password, parsed.GetValue(admin), cancellationToken);
            if (!result.Succeeded)
                return await FailAsync(string.Join(' ', result.Errors.Select(error => error.Description)));
            Console.WriteLine($"Added {address}.");
            return 0;
        }));
        return command;
    }

    private static Command Token()
    {
        var user = new Option<string>("--user") { Required = true, Description = "The e-mail address of the account that the token acts for." };
        var document = new Option<Guid?>("--document") { Description = "The one document it is good for." };
        var role = new Option<string?>("--role") { Description = "The most it may do: editor, commenter or viewer. Never more than the user may." };
        var expires = new Option<string>("--expires") { DefaultValueFactory = _ => "1h", Description = "How long it lasts: a number with s, m, h or d." };
        var json = new Option<bool>("--json") { Description = "Prints what POST /api/tokens answers." };
        var command = new Command("token", "Makes a token for a tool and prints it.") { user, document, role, expires, json, DataFolder };
        command.SetAction((parsed, cancellationToken) => WithServicesAsync(parsed.GetValue(DataFolder), async services =>
        {
            var account = await services.GetRequiredService<UserManager<AppUser>>().FindByEmailAsync(parsed.GetRequiredValue(user));
            if (account is null)
                return await FailAsync("There is no account with that e-mail address.");
            if (!TryLife(parsed.GetRequiredValue(expires), out var life))
                return await FailAsync("--expires must be a number with s, m, h or d, and at most 365d.");
            var most = RoleNames.Parse(parsed.GetValue(role));
            if (parsed.GetValue(role) is not null && most is null)
                return await FailAsync("--role must be owner, editor, commenter or viewer.");
            if (parsed.GetValue(document) is { } id && await services.GetRequiredService<DocumentDirectory>().FindAsync(id, account.Id, cancellationToken) is null)
                return await FailAsync("There is no such document, or it is not shared with that user.");
            var token = services.GetRequiredService<TokenIssuer>().Issue(new(account.Id, null, parsed.GetValue(document), most, null, life));
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(new TokenAnswer(token.Token, token.UserId, token.SessionId, token.ExpiresAt.UtcDateTime)) : token.Token);
            return 0;
        }));
        return command;
    }

    private static async Task<int> WithServicesAsync(string? dataFolder, Func<IServiceProvider, Task<int>> action)
    {
        // Standard output belongs to the answer: nothing is logged there.
        var builder = WebApplication.CreateBuilder(dataFolder is null ? [] : [$"--Svgx:DataFolder={Path.GetFullPath(dataFolder)}"]);
        builder.Logging.ClearProviders();
        await using var app = builder.AddSvgx().Build();
        await app.Services.PrepareDataAsync();
        await using var scope = app.Services.CreateAsyncScope();
        return await action(scope.ServiceProvider);
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return 1;
    }

    private static bool TryLife(string text, out TimeSpan life)
    {
        life = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 31_536_000)
            return false;
        life = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => default,
        };
        return life > TimeSpan.Zero && life <= TokenIssuer.MaxLifetime;
    }
}
