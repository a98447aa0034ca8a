using System.CommandLine;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Svgx.Collaboration.Versions;
using Svgx.Web.Hosting;

namespace Svgx.Web.CommandLine;

/// <summary><c>verify</c>: whether everything stored is as it was stored. Only reads, also beside a server that runs.</summary>
internal static class VerifyCommand
{
    private const int Damaged = 1;

    public static Command Build()
    {
        var document = new Option<Guid?>("--document") { Description = "The one document to check; default: all." };
        var command = new Command("verify", "Checks every checksum and replays the journal; changes nothing. Exit code 0: all is sound; 1: damage was found; 2: nothing could be checked.") { document, SvgxCommand.DataFolder };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(SvgxCommand.DataFolder), parsed.GetValue(document), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string? dataFolder, Guid? document, CancellationToken cancellationToken)
    {
        try
        {
            await using var verifier = await IntegrityVerifier.OpenAsync(SvgxCommand.CreateBuilder(dataFolder).DataFolder(), cancellationToken);
            var stored = await verifier.DocumentIdsAsync(cancellationToken);
            if (document is not { } asked)
                return await VerifyAllAsync(verifier, stored, cancellationToken);
            return await verifier.VerifyAsync(asked, cancellationToken) is not { } report
                ? await SvgxCommand.FailAsync($"There is no document {asked} in the database.", SvgxCommand.Misuse)
                : Tell(report) ? 0 : Damaged;
        }
        catch (Exception error) when (error is FileNotFoundException or InvalidOperationException)
        {
            return await SvgxCommand.FailAsync(error.Message, SvgxCommand.Misuse);
        }
        catch (SqliteException error)
        {
            return await SvgxCommand.FailAsync($"The database cannot be read. {error.Message}", error.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB ? Damaged : SvgxCommand.Misuse);
        }
    }

    private static async Task<int> VerifyAllAsync(IntegrityVerifier verifier, StoredDocumentIds stored, CancellationToken cancellationToken)
    {
        var (sound, damaged) = (0, 0);
        foreach (var id in stored.Ids)
        {
            if (await verifier.VerifyAsync(id, cancellationToken) is not { } report)
                continue; // deleted meanwhile
            if (Tell(report))
                sound++;
            else
                damaged++;
        }
        foreach (var text in stored.Unreadable)
            Console.WriteLine($"  DAMAGED rows of a document whose id is not readable: {text}");
        Console.WriteLine($"{Count(sound + damaged, "document")} checked: {sound} sound, {damaged} damaged.");
        return damaged == 0 && stored.Unreadable.IsEmpty ? 0 : Damaged;
    }

    /// <summary>A line for the document, and one for each damage.</summary>
    /// <returns>Whether it is sound.</returns>
    private static bool Tell(IntegrityReport report)
    {
        var unsealed = report.Unsealed == 0 ? "" : $" ({Count(report.Unsealed, "operation")} from before checksums: replayed, not proven)";
        Console.WriteLine($"{report.DocumentId}  {(report.IsIntact ? "sound" : "DAMAGED")}  {Count(report.Operations, "operation")}, {Count(report.Versions, "version")}, {Count(report.Snapshots, "snapshot")}, {Count(report.Branches, "branch", "branches")}{unsealed}");
        foreach (var damage in report.Damages)
            Console.WriteLine($"  {Where(damage)}: {damage.Reason}");
        if (report.IsTruncated)
            Console.WriteLine($"  and more: only the first {IntegrityReport.MaxDamages} are listed.");
        return report.IsIntact;
    }

    private static string Where(Damage damage)
    {
        var place = damage.Branch.Length == 0 ? "" : $" in branch {damage.Branch}";
        var revision = damage.Revision?.ToString(CultureInfo.InvariantCulture);
        return damage.Kind switch
        {
            DamageKind.Operation => $"operation {revision}{place}",
            DamageKind.Snapshot => $"snapshot at revision {revision}{place}",
            DamageKind.Version => $"version {damage.VersionId}{place}",
            DamageKind.Content => $"content of version {damage.VersionId}{place}",
            DamageKind.Branch => $"branch {damage.Branch}",
            _ => "database",
        };
    }

    private static string Count(long number, string one, string? many = null) => $"{number.ToString(CultureInfo.InvariantCulture)} {(number == 1 ? one : many ?? one + "s")}";
}
