using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Security;

/// <summary>Which tokens were made, for whom, and when they were last used; never the tokens themselves. Thread-safe.</summary>
public sealed class TokenRegistry : IAsyncDisposable
{
    /// <summary>How long an expired token stays in the list.</summary>
    public static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromDays(30);

    private const int MaxUnnoted = 10_000;
    private static readonly TimeSpan NoteEvery = TimeSpan.FromSeconds(30);

    private readonly TokenIssuer _issuer;
    private readonly TokenRevocations _revocations;
    private readonly CollaborationDatabase _database;
    private readonly AuditTrail _audit;
    private readonly TimeProvider _time;
    private readonly ILogger<TokenRegistry> _logger;
    private readonly ConcurrentDictionary<string, long> _used = new(StringComparer.Ordinal);
    private readonly ITimer _timer;

    internal TokenRegistry(TokenIssuer issuer, TokenRevocations revocations, CollaborationDatabase database, AuditTrail audit, TimeProvider time, ILogger<TokenRegistry> logger)
    {
        _issuer = issuer;
        _revocations = revocations;
        _database = database;
        _audit = audit;
        _time = time;
        _logger = logger;
        _timer = time.CreateTimer(state => _ = ((TokenRegistry)state!).WriteUseAsync(), this, NoteEvery, NoteEvery);
    }

    /// <summary>Makes a token and enters it, durable on return.</summary>
    /// <exception cref="ArgumentException">As <see cref="TokenIssuer.IssueAsync"/>.</exception>
    public async Task<IssuedToken> IssueAsync(TokenRequest request, CancellationToken cancellationToken = default)
    {
        await _revocations.PrepareAsync(cancellationToken);
        await _revocations.LookAsync(); // what another process has just revoked must not cover what is made now
        var issued = await _issuer.IssueAsync(request, cancellationToken);
        var row = new TokenRow
        {
            TokenId = issued.TokenId,
            UserId = request.UserId,
            DocumentId = request.DocumentId,
            Role = request.Role?.ToString(),
            SessionId = request.SessionId,
            CreatedAt = issued.IssuedAt.ToUnixTimeMilliseconds(),
            ExpiresAt = issued.ExpiresAt.ToUnixTimeMilliseconds(),
        };
        var forgotten = (_time.GetUtcNow() - KeptAfterExpiry).ToUnixTimeMilliseconds();
        await _database.WriteAsync((connection, transaction) =>
        {
            connection.Execute(transaction,
                "INSERT INTO Tokens (TokenId, UserId, DocumentId, Role, SessionId, CreatedAt, ExpiresAt) VALUES ($token, $user, $document, $role, $session, $created, $expires)",
                ("$token", row.TokenId), ("$user", row.UserId), ("$document", row.DocumentId), ("$role", row.Role), ("$session", row.SessionId), ("$created", row.CreatedAt), ("$expires", row.ExpiresAt));
            connection.Execute(transaction, "DELETE FROM Tokens WHERE ExpiresAt < $forgotten", ("$forgotten", forgotten));
        }, cancellationToken);
        _audit.Record(new(AuditKind.TokenIssued) { UserId = request.UserId, DocumentId = request.DocumentId, Detail = issued.TokenId });
        return issued;
    }

    /// <summary>A user's tokens, the newest first, at most 1,000; those that ran out go after <see cref="KeptAfterExpiry"/>. Last use is known to half a minute.</summary>
    public async Task<IReadOnlyList<TokenEntry>> ListAsync(string userId, CancellationToken cancellationToken = default)
    {
        await _database.PrepareAsync(cancellationToken);
        return await _database.ReadAsync<IReadOnlyList<TokenEntry>>(connection => Read(connection.Command($"{Select} WHERE UserId = $user ORDER BY CreatedAt DESC, TokenId LIMIT 1000", ("$user", userId))), cancellationToken);
    }

    /// <summary>One token's entry; <see langword="null"/> where there is none.</summary>
    public async Task<TokenEntry?> FindAsync(string tokenId, CancellationToken cancellationToken = default)
    {
        await _database.PrepareAsync(cancellationToken);
        return await _database.ReadAsync(connection => Read(connection.Command($"{Select} WHERE TokenId = $token", ("$token", tokenId))).FirstOrDefault(), cancellationToken);
    }

    /// <summary>Notes that a token was used, in memory; written later together with others. Where too many wait, the note is left out.</summary>
    public void NoteUse(TokenIdentity token)
    {
        if (token.TokenId is { } id && (_used.Count < MaxUnnoted || _used.ContainsKey(id)))
            _used[id] = _time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await WriteUseAsync();
    }

    private const string Select = "SELECT TokenId, UserId, DocumentId, Role, SessionId, CreatedAt, ExpiresAt, LastUsedAt, RevokedAt FROM Tokens";

    private async Task WriteUseAsync()
    {
        if (_used.IsEmpty)
            return;
        var used = _used.ToArray();
        foreach (var note in used)
            _used.TryRemove(note);
        try
        {
            await _database.PrepareAsync(CancellationToken.None);
            await _database.WriteAsync((connection, transaction) =>
            {
                foreach (var (id, at) in used)
                    connection.Execute(transaction, "UPDATE Tokens SET LastUsedAt = $at WHERE TokenId = $token AND coalesce(LastUsedAt, 0) < $at", ("$token", id), ("$at", at));
            }, CancellationToken.None);
        }
        catch (Exception error) when (error is SqliteException or IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            _logger.UseUnnoted(error); // a convenience for the list: not worth keeping
        }
    }

    private static List<TokenEntry> Read(SqliteCommand select)
    {
        using (select)
        {
            using var row = select.ExecuteReader();
            var entries = new List<TokenEntry>();
            while (row.Read())
            {
                entries.Add(new(
                    row.GetString(0),
                    row.GetString(1),
                    row.IsDBNull(2) ? null : row.GetGuid(2),
                    row.IsDBNull(3) ? null : Enum.Parse<DocumentRole>(row.GetString(3)),
                    row.IsDBNull(4) ? null : row.GetString(4),
                    Time(row, 5)!.Value,
                    Time(row, 6)!.Value,
                    Time(row, 7),
                    Time(row, 8)));
            }
            return entries;
        }
    }

    private static DateTimeOffset? Time(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}

/// <summary>A token in the list of its user.</summary>
/// <param name="TokenId">Its id, to revoke it by.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="DocumentId">The only document it opens; <see langword="null"/>: every document its user may use.</param>
/// <param name="Role">The most it allows; <see langword="null"/>: what the user may do.</param>
/// <param name="SessionId">The only session it joins as.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="ExpiresAt">When it runs out, UTC.</param>
/// <param name="LastUsedAt">The last join or request with it, UTC.</param>
/// <param name="RevokedAt">When it was taken back, UTC.</param>
public sealed record TokenEntry(
    string TokenId, string UserId, Guid? DocumentId, DocumentRole? Role, string? SessionId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);
