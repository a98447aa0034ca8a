using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <summary>
/// Checks the documents in a data folder without an engine, beside a server that runs or after a copy was put back. Only reads: nothing is made, migrated or changed. Thread-safe.
/// </summary>
public sealed class IntegrityVerifier : IAsyncDisposable
{
    private readonly CollaborationDatabase _database;
    private readonly SqliteCollaborationStore _journal;
    private readonly SqliteVersionStore _versions;

    private IntegrityVerifier(string dataFolder)
    {
        var options = Options.Create(new StorageOptions { DataFolder = dataFolder, IsReadOnly = true });
        _database = new(options);
        _journal = new(_database, options);
        _versions = new(_database);
    }

    /// <summary>Opens a data folder.</summary>
    /// <param name="dataFolder">The folder that has <c>collaboration.db</c>.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="FileNotFoundException">There is no database.</exception>
    /// <exception cref="InvalidOperationException">The database was written by an older version, and a server has to bring it up to date first.</exception>
    /// <exception cref="SqliteException">The file cannot be read at all.</exception>
    public static async Task<IntegrityVerifier> OpenAsync(string dataFolder, CancellationToken cancellationToken = default)
    {
        var verifier = new IntegrityVerifier(dataFolder);
        try
        {
            await verifier._database.PrepareAsync(cancellationToken);
            return verifier;
        }
        catch
        {
            await verifier.DisposeAsync();
            throw;
        }
    }

    /// <summary>The documents that have anything stored.</summary>
    public Task<StoredDocumentIds> DocumentIdsAsync(CancellationToken cancellationToken = default) => _versions.ReadDocumentIdsAsync(cancellationToken);

    /// <summary>Recomputes every checksum of a document and replays its journal. Reads everything: seconds for 100,000 operations.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>What was found; <see langword="null"/> where nothing is stored of such a document, as after a server has deleted it meanwhile.</returns>
    public async Task<IntegrityReport?> VerifyAsync(Guid documentId, CancellationToken cancellationToken = default)
    {
        var report = await new IntegrityCheck(documentId, _journal, _versions).RunAsync(cancellationToken);
        return report.IsIntact || report.Damages.Any(damage => damage.Kind == DamageKind.Database) || (await DocumentIdsAsync(cancellationToken)).Ids.Contains(documentId) ? report : null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
