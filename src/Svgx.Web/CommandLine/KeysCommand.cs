using System.CommandLine;
using Svgx.Collaboration.Security;

namespace Svgx.Web.CommandLine;

/// <summary><c>keys</c>: the keys that sign tokens.</summary>
internal static class KeysCommand
{
    public static Command Build() => new("keys", "The keys that sign tokens. A server that runs follows within a second.") { List(), Rotate(), Remove() };

    private static Command List()
    {
        var command = new Command("list", "Lists the keys, the signing one first: id, when it was made, until when tokens of it may last.") { SvgxCommand.DataFolder };
        command.SetAction((parsed, cancellationToken) => SvgxCommand.WithServicesAsync(parsed.GetValue(SvgxCommand.DataFolder), async services =>
        {
            foreach (var key in await services.GetRequiredService<KeyRing>().ListAsync(cancellationToken))
                Console.WriteLine($"{key.KeyId}  {key.CreatedAt.UtcDateTime:u}  {(key.SignedUntil is { } until ? until.UtcDateTime.ToString("u") : "unknown")}{(key.Signs ? "  signs" : "")}");
            return 0;
        }));
        return command;
    }

    private static Command Rotate()
    {
        var command = new Command("rotate", "Makes a new key, which signs from now on. Tokens of former keys stay good until they expire.") { SvgxCommand.DataFolder };
        command.SetAction((parsed, cancellationToken) => SvgxCommand.WithServicesAsync(parsed.GetValue(SvgxCommand.DataFolder), async services =>
        {
            var id = await services.GetRequiredService<KeyRing>().RotateAsync(cancellationToken);
            services.GetRequiredService<AuditTrail>().Record(new(AuditKind.KeyRotated) { Detail = id });
            Console.WriteLine(id);
            return 0;
        }));
        return command;
    }

    private static Command Remove()
    {
        var id = new Argument<string>("key-id") { Description = "The key's id." };
        var command = new Command("remove", "Removes a former key at once, as when it has become known: all tokens that it signed are void.") { id, SvgxCommand.DataFolder };
        command.SetAction((parsed, cancellationToken) => SvgxCommand.WithServicesAsync(parsed.GetValue(SvgxCommand.DataFolder), async services =>
        {
            try
            {
                if (!await services.GetRequiredService<KeyRing>().RemoveAsync(parsed.GetRequiredValue(id), cancellationToken))
                    return await SvgxCommand.FailAsync("There is no such key.");
                services.GetRequiredService<AuditTrail>().Record(new(AuditKind.KeyRemoved) { Detail = parsed.GetRequiredValue(id) });
                return 0;
            }
            catch (InvalidOperationException error)
            {
                return await SvgxCommand.FailAsync(error.Message);
            }
        }));
        return command;
    }
}
