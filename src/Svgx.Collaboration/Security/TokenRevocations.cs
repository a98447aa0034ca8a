using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Security;

/// <summary>
/// What was taken back, in memory for the check at every join and request, and durable in the database that processes share: what another process revokes counts here within
/// <see cref="LookEvery"/>. Thread-safe.
/// </summary>
public sealed class TokenRevocations : IAsyncDisposable
{
    /// <summary>How soon a revocation or a key removed by another process, such as the command line, counts in this one.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly CollaborationDatabase _database;
    private readonly KeyRing _keys;
    private readonly AuditTrail _audit;
    private readonly TimeProvider _time;
    private readonly ILogger<TokenRevocations> _logger;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private ITimer? _timer;
    private long _sequence;
    private volatile Known? _known;

    internal TokenRevocations(CollaborationDatabase database, KeyRing keys, AuditTrail audit, TimeProvider time, ILogger<TokenRevocations> logger)
    {
        _database = database;
        _keys = keys;
        _audit = audit;
        _time = time;
        _logger = logger;
        _keys.Removed += OnKeyRemoved;
    }

    /// <summary>Raised with every revocation once it counts, whichever process made it. May come on any thread: return at once.</summary>
    public event Action<TokenRevocation>? Revoked;

    /// <summary>Reads what was revoked before; cheap when it has been done.</summary>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken = default)
    {
        if (_known is not null)
            return;
        await _database.PrepareAsync(cancellationToken);
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_known is not null)
                return;
            _known = Known.Empty.With(await ReadAsync(cancellationToken));
            _timer = _time.CreateTimer(state => _ = ((TokenRevocations)state!).LookAsync(), this, LookEvery, LookEvery);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Takes tokens back, durable on return; their connections are closed. Of the three names those that are given must all fit.</summary>
    /// <param name="tokenId">One token.</param>
    /// <param name="userId">A user's tokens.</param>
    /// <param name="documentId">The tokens limited to a document.</param>
    /// <param name="actorId">Who takes them back, for the audit trail.</param>
    /// <param name="cancellationToken">Ends the attempt before it is written.</param>
    /// <exception cref="ArgumentException">No name is given.</exception>
    public async Task RevokeAsync(string? tokenId = null, string? userId = null, Guid? documentId = null, string? actorId = null, CancellationToken cancellationToken = default)
    {
        if (tokenId is null && userId is null && documentId is null)
            throw new ArgumentException("Name a token, a user or a document.", nameof(tokenId));
        await PrepareAsync(cancellationToken);
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        string? owner = null;
        await _database.WriteAsync((connection, transaction) =>
        {
            if (tokenId is not null)
            {
                using var select = connection.Command("SELECT UserId FROM Tokens WHERE TokenId = $token", ("$token", tokenId));
                select.Transaction = transaction;
                owner = select.ExecuteScalar() as string;
            }
            // Not before the newest token concerned was made: the clock may have been set back since.
            connection.Execute(transaction,
                """
                INSERT INTO TokenRevocations (TokenId, UserId, DocumentId, RevokedAt, UntilAt)
                SELECT $token, $user, $document, max($now, coalesce(max(CreatedAt), 0)), max($now, coalesce(max(CreatedAt), 0)) + $life FROM Tokens
                WHERE ($token IS NULL OR TokenId = $token) AND ($user IS NULL OR UserId = $user) AND ($document IS NULL OR DocumentId = $document)
                """,
                ("$token", tokenId), ("$user", userId), ("$document", documentId), ("$now", now), ("$life", (long)TokenIssuer.MaxLifetime.TotalMilliseconds));
            connection.Execute(transaction,
                "UPDATE Tokens SET RevokedAt = $now WHERE RevokedAt IS NULL AND ($token IS NULL OR TokenId = $token) AND ($user IS NULL OR UserId = $user) AND ($document IS NULL OR DocumentId = $document)",
                ("$token", tokenId), ("$user", userId), ("$document", documentId), ("$now", now));
            connection.Execute(transaction, "DELETE FROM TokenRevocations WHERE UntilAt < $now", ("$now", now));
        }, cancellationToken);
        _audit.Record(new(AuditKind.TokenRevoked) { ActorId = actorId, UserId = userId ?? owner, DocumentId = documentId, Detail = tokenId });
        await LookAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _keys.Removed -= OnKeyRemoved;
        if (_timer is not null)
            await _timer.DisposeAsync();
    }

    /// <summary>Whether a token was taken back, as far as this process knows.</summary>
    internal bool Covers(TokenIdentity token) => _known is { } known && known.Covers(token);

    internal DateTimeOffset? LatestFor(string userId, Guid? documentId) => _known?.LatestFor(userId, documentId);

    /// <summary>Takes over what this or another process has added since.</summary>
    internal async Task LookAsync()
    {
        IReadOnlyList<TokenRevocation> added;
        await _reading.WaitAsync();
        try
        {
            added = await ReadAsync(CancellationToken.None);
            if (added.Count > 0)
                _known = (_known ?? Known.Empty).With(added);
            _keys.Refresh();
        }
        catch (Exception error) when (error is SqliteException or IOException or InvalidDataException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            _logger.RevocationsUnread(error); // what is known still counts; the next look tries again
            return;
        }
        finally
        {
            _reading.Release();
        }
        foreach (var revocation in added)
            Revoked?.Invoke(revocation);
    }

    private async Task<IReadOnlyList<TokenRevocation>> ReadAsync(CancellationToken cancellationToken)
    {
        var (found, last) = await _database.ReadAsync(connection =>
        {
            using var select = connection.Command("SELECT Sequence, TokenId, UserId, DocumentId, RevokedAt FROM TokenRevocations WHERE Sequence > $after ORDER BY Sequence", ("$after", _sequence));
            using var row = select.ExecuteReader();
            var rows = new List<TokenRevocation>();
            var sequence = _sequence;
            while (row.Read())
            {
                sequence = row.GetInt64(0);
                rows.Add(new(row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3), KeyId: null, DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4))));
            }
            return (rows, sequence);
        }, cancellationToken);
        _sequence = last;
        return found;
    }

    private void OnKeyRemoved(string keyId) => Revoked?.Invoke(new(null, null, null, keyId, DateTimeOffset.MaxValue));

    /// <summary>Looked up by id, by user and by document, so that a check costs the same however much was revoked.</summary>
    private sealed record Known(ImmutableHashSet<string> Tokens, ImmutableDictionary<string, TokenRevocation> Users, ImmutableDictionary<Guid, TokenRevocation> Documents, ImmutableDictionary<(string UserId, Guid DocumentId), TokenRevocation> Both)
    {
        public static readonly Known Empty = new([], ImmutableDictionary<string, TokenRevocation>.Empty, ImmutableDictionary<Guid, TokenRevocation>.Empty, ImmutableDictionary<(string, Guid), TokenRevocation>.Empty);

        public Known With(IEnumerable<TokenRevocation> added)
        {
            var (tokens, users, documents, both) = (Tokens.ToBuilder(), Users.ToBuilder(), Documents.ToBuilder(), Both.ToBuilder());
            foreach (var revocation in added)
            {
                switch (revocation)
                {
                    case { TokenId: { } token }: tokens.Add(token); break;
                    case { UserId: { } user, DocumentId: { } document }: Keep(both, (user, document), revocation); break;
                    case { UserId: { } user }: Keep(users, user, revocation); break;
                    case { DocumentId: { } document }: Keep(documents, document, revocation); break;
                }
            }
            return new(tokens.ToImmutable(), users.ToImmutable(), documents.ToImmutable(), both.ToImmutable());
        }

        public bool Covers(TokenIdentity token) =>
            (token.TokenId is { } id && Tokens.Contains(id)) || For(token.UserId, token.DocumentId).Any(revocation => revocation.Covers(token));

        public DateTimeOffset? LatestFor(string userId, Guid? documentId) => For(userId, documentId).Select(revocation => (DateTimeOffset?)revocation.RevokedAt).DefaultIfEmpty().Max();

        /// <summary>The one that covers more.</summary>
        private static void Keep<TKey>(ImmutableDictionary<TKey, TokenRevocation>.Builder kept, TKey key, TokenRevocation revocation)
            where TKey : notnull
        {
            if (!kept.TryGetValue(key, out var former) || former.RevokedAt < revocation.RevokedAt)
                kept[key] = revocation;
        }

        private IEnumerable<TokenRevocation> For(string userId, Guid? documentId)
        {
            if (Users.TryGetValue(userId, out var ofUser))
                yield return ofUser;
            if (documentId is not { } document)
                yield break;
            if (Documents.TryGetValue(document, out var ofDocument))
                yield return ofDocument;
            if (Both.TryGetValue((userId, document), out var ofBoth))
                yield return ofBoth;
        }
    }
}
