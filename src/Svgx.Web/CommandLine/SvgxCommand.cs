using System.CommandLine;
using Microsoft.AspNetCore.Identity;
using Svgx.Web.Hosting;
using Svgx.Web.Identity;

namespace Svgx.Web.CommandLine;

/// <summary>The executable's command line. Without a command it serves the app; the commands work on the data folder, whether the server runs or not.</summary>
internal static class SvgxCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        // Everything else is settings of the server, such as --urls.
        if (args.Length == 0 || args[0] is not ("user" or "token" or "keys" or "verify" or "help" or "--help" or "-h" or "-?" or "--version"))
            return await Program.ServeAsync(args);
        var root = new RootCommand("Svgx: live collaborative drawing. Without a command, serves the app.") { TreatUnmatchedTokensAsErrors = true };
        root.Subcommands.Add(new Command("user", "Accounts.") { UserAdd() });
        root.Subcommands.Add(TokenCommand.Build());
        root.Subcommands.Add(KeysCommand.Build());
        root.Subcommands.Add(VerifyCommand.Build());
        var parsed = root.Parse(args[0] == "help" ? ["--help"] : args);
        var result = await parsed.InvokeAsync();
        return parsed.Errors.Count > 0 ? Misuse : result;
    }

    /// <summary>The exit code of a command that is not understood.</summary>
    public const int Misuse = 2;

    public static readonly Option<string?> DataFolder = new("--Svgx:DataFolder", "--data") { Description = "The data folder; default as the server's.", Recursive = true };

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

    public static async Task<int> WithServicesAsync(string? dataFolder, Func<IServiceProvider, Task<int>> action)
    {
        // Standard output belongs to the answer: nothing is logged there.
        try
        {
            var builder = CreateBuilder(dataFolder);
            builder.Logging.ClearProviders();
            await using var app = builder.AddSvgx().Build();
            app.Services.RequireSettings();
            await app.Services.PrepareDataAsync(builder.DataFolder());
            await using var scope = app.Services.CreateAsyncScope();
            return await action(scope.ServiceProvider);
        }
        catch (Exception error) when (error is StartException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return await FailAsync(error.Message); // settings, and files that are damaged, held, or not this account's
        }
    }

    /// <summary>The server's settings, with the data folder that was named.</summary>
    public static WebApplicationBuilder CreateBuilder(string? dataFolder) => WebApplication.CreateBuilder(dataFolder is null ? [] : [$"--Svgx:DataFolder={Path.GetFullPath(dataFolder)}"]);

    public static async Task<int> FailAsync(string message, int exitCode = 1)
    {
        await Console.Error.WriteLineAsync(message);
        return exitCode;
    }
}
