using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Svgx.Collaboration.Security;
using Svgx.Web.Api;
using Svgx.Web.Documents;
using Svgx.Web.Identity;

namespace Svgx.Web.CommandLine;

/// <summary><c>token</c> makes a token, <c>token revoke</c> takes tokens back.</summary>
internal static class TokenCommand
{
    public static Command Build()
    {
        var user = new Option<string>("--user") { Required = true, Description = "The e-mail address of the account that the token acts for." };
        var document = new Option<Guid?>("--document") { Description = "The one document it is good for." };
        var role = new Option<string?>("--role") { Description = "The most it may do: editor, commenter or viewer. Never more than the user may." };
        var expires = new Option<string>("--expires") { DefaultValueFactory = _ => "1h", Description = "How long it lasts: a number with s, m, h or d." };
        var json = new Option<bool>("--json") { Description = "Prints what POST /api/tokens answers." };
        var command = new Command("token", "Makes a token for a tool and prints it.") { user, document, role, expires, json, SvgxCommand.DataFolder };
        command.SetAction((parsed, cancellationToken) => SvgxCommand.WithServicesAsync(parsed.GetValue(SvgxCommand.DataFolder), async services =>
        {
            var account = await services.GetRequiredService<UserManager<AppUser>>().FindByEmailAsync(parsed.GetRequiredValue(user));
            if (account is null)
                return await SvgxCommand.FailAsync("There is no account with that e-mail address.");
            if (!TryLife(parsed.GetRequiredValue(expires), out var life))
                return await SvgxCommand.FailAsync("--expires must be a number with s, m, h or d, and at most 365d.");
            var most = RoleNames.Parse(parsed.GetValue(role));
            if (parsed.GetValue(role) is not null && most is null)
                return await SvgxCommand.FailAsync("--role must be owner, editor, commenter or viewer.");
            if (parsed.GetValue(document) is { } id && await services.GetRequiredService<DocumentDirectory>().FindAsync(id, account.Id, cancellationToken) is null)
                return await SvgxCommand.FailAsync("There is no such document, or it is not shared with that user.");
            var token = await services.GetRequiredService<TokenRegistry>().IssueAsync(new(account.Id, null, parsed.GetValue(document), most, null, life), cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(TokenAnswer.Of(token)) : token.Token);
            return 0;
        }));
        command.Subcommands.Add(Revoke());
        return command;
    }

    private static Command Revoke()
    {
        var id = new Option<string?>("--id") { Description = "The token's id, from its making or from GET /api/tokens." };
        var user = new Option<string?>("--user") { Description = "All tokens of the account with this e-mail address." };
        var document = new Option<Guid?>("--document") { Description = "All tokens that are limited to this document." };
        var command = new Command("revoke", "Takes tokens back; a server that runs closes their connections within a second. Of several options all must fit.") { id, user, document, SvgxCommand.DataFolder };
        command.SetAction((parsed, cancellationToken) => SvgxCommand.WithServicesAsync(parsed.GetValue(SvgxCommand.DataFolder), async services =>
        {
            if (parsed.GetValue(id) is null && parsed.GetValue(user) is null && parsed.GetValue(document) is null)
                return await SvgxCommand.FailAsync("Name the tokens with --id, --user or --document.");
            string? userId = null;
            if (parsed.GetValue(user) is { } email)
            {
                if (await services.GetRequiredService<UserManager<AppUser>>().FindByEmailAsync(email) is not { } account)
                    return await SvgxCommand.FailAsync("There is no account with that e-mail address.");
                userId = account.Id;
            }
            if (parsed.GetValue(id) is { } tokenId && await services.GetRequiredService<TokenRegistry>().FindAsync(tokenId, cancellationToken) is null)
                return await SvgxCommand.FailAsync("There is no token with that id.");
            await services.GetRequiredService<TokenRevocations>().RevokeAsync(parsed.GetValue(id), userId, parsed.GetValue(document), cancellationToken: cancellationToken);
            Console.WriteLine("Revoked.");
            return 0;
        }));
        return command;
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
