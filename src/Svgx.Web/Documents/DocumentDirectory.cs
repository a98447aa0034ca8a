using Microsoft.EntityFrameworkCore;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Security;
using Svgx.Web.Identity;

namespace Svgx.Web.Documents;

/// <summary>
/// Which documents there are and who may use them: for pages, API and engine alike. Every call says for whom it is made and checks that user's rights as of now. Thread-safe.
/// </summary>
public sealed class DocumentDirectory(IDbContextFactory<AppDbContext> databases, Lazy<CollaborationEngine> engine, TimeProvider time, AuditTrail audit) : IDocumentAccess
{
    public const int MaxNameLength = 200;
    public const string DefaultName = "Untitled";

    /// <summary>Raised after the list of a user may have changed.</summary>
    public event Action<AccessChanged>? Changed;

    /// <summary>Those that a user may use, the one that was changed last first; or what is in that user's bin, the one that came last first.</summary>
    public async Task<IReadOnlyList<DocumentSummary>> ListAsync(string userId, bool bin, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await database.Documents
            .Where(row => (row.DeletedAt != null) == bin && (row.OwnerId == userId || (!bin && row.Shares.Any(share => share.UserId == userId))))
            .Select(row => new { row.Id, row.Name, Owner = row.Owner!.DisplayName, row.OwnerId, Role = row.Shares.Where(share => share.UserId == userId).Select(share => (DocumentRole?)share.Role).FirstOrDefault(), People = row.Shares.Count + 1, row.CreatedAt, row.UpdatedAt, row.DeletedAt })
            .ToListAsync(cancellationToken);
        var changes = await engine.Value.ReadLastChangesAsync([.. rows.Select(row => row.Id)], cancellationToken);
        var documents = rows.Select(row => new DocumentSummary(row.Id, row.Name, row.Owner, row.OwnerId == userId ? DocumentRole.Owner : row.Role ?? DocumentRole.Viewer, row.People, Utc(row.CreatedAt), Utc(row.UpdatedAt), row.DeletedAt is { } at ? Utc(at) : null).With(changes.GetValueOrDefault(row.Id)));
        return [.. documents.OrderByDescending(document => document.DeletedAt ?? document.UpdatedAt)];
    }

    public async Task<DocumentSummary?> FindAsync(Guid id, string userId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Documents.Include(row => row.Owner).Include(row => row.Shares).FirstOrDefaultAsync(row => row.Id == id && row.DeletedAt == null, cancellationToken);
        if (row is null || RoleOf(row, userId) is not { } role)
            return null;
        var changes = await engine.Value.ReadLastChangesAsync([id], cancellationToken);
        return new DocumentSummary(row.Id, row.Name, row.Owner!.DisplayName, role, row.Shares.Count + 1, Utc(row.CreatedAt), Utc(row.UpdatedAt), null).With(changes.GetValueOrDefault(id));
    }

    /// <inheritdoc/>
    public async ValueTask<DocumentAccess?> GetAsync(Guid documentId, string userId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await database.Documents.AsNoTracking().Include(row => row.Shares).FirstOrDefaultAsync(row => row.Id == documentId && row.DeletedAt == null, cancellationToken);
        if (row is null || RoleOf(row, userId) is not { } role)
            return null;
        var name = await database.Users.Where(user => user.Id == userId).Select(user => user.DisplayName).FirstOrDefaultAsync(cancellationToken);
        return name is null ? null : new(row.Name, role, name);
    }

    public async Task<Guid> CreateAsync(string ownerId, string? name, Document? drawing, CancellationToken cancellationToken)
    {
        var shown = CleanName(name) ?? CleanName(drawing?.Title) ?? DefaultName;
        // First the drawing, then its entry: a crash between the two leaves nothing that anybody could see broken.
        var id = await engine.Value.CreateDocumentAsync(drawing, cancellationToken);
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        database.Documents.Add(new() { Id = id, Name = shown, OwnerId = ownerId, CreatedAt = now, UpdatedAt = now });
        await database.SaveChangesAsync(cancellationToken);
        return id;
    }

    public async Task RenameAsync(Guid id, string userId, string name, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await RequireAsync(database, id, userId, DocumentRole.Editor, bin: false, cancellationToken);
        row.Name = CleanName(name) ?? throw new DocumentRefusedException("invalid_name", "A document needs a name.");
        row.UpdatedAt = time.GetUtcNow().UtcDateTime;
        await database.SaveChangesAsync(cancellationToken);
        Changed?.Invoke(new(id));
    }

    /// <summary>Puts a document into the bin, from where its owner can bring it back. Whoever is in it is sent out.</summary>
    public async Task DeleteAsync(Guid id, string userId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await RequireAsync(database, id, userId, DocumentRole.Owner, bin: false, cancellationToken);
        row.DeletedAt = time.GetUtcNow().UtcDateTime;
        await database.SaveChangesAsync(cancellationToken);
        Changed?.Invoke(new(id, DocumentGone: true));
        await engine.Value.CloseDocumentAsync(id);
    }

    public async Task RestoreAsync(Guid id, string userId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await RequireAsync(database, id, userId, DocumentRole.Owner, bin: true, cancellationToken);
        row.DeletedAt = null;
        await database.SaveChangesAsync(cancellationToken);
        Changed?.Invoke(new(id));
    }

    public async Task<IReadOnlyList<DocumentPerson>> PeopleAsync(Guid id, string userId, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await RequireAsync(database, id, userId, DocumentRole.Viewer, bin: false, cancellationToken);
        var owner = await database.Users.SingleAsync(user => user.Id == row.OwnerId, cancellationToken);
        var shares = await database.Shares.Include(share => share.User).Where(share => share.DocumentId == id).ToListAsync(cancellationToken);
        return
        [
            new(owner.Id, owner.DisplayName, owner.Email!, DocumentRole.Owner),
            .. shares.Select(share => new DocumentPerson(share.UserId, share.User!.DisplayName, share.User.Email!, share.Role)).OrderBy(person => person.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>Gives somebody with an account a role, or another one.</summary>
    public async Task ShareAsync(Guid id, string userId, string email, DocumentRole role, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var row = await RequireAsync(database, id, userId, DocumentRole.Owner, bin: false, cancellationToken);
        if (role is not (DocumentRole.Viewer or DocumentRole.Commenter or DocumentRole.Editor)) // also no number that a page made up
            throw new DocumentRefusedException("invalid_role", "A document has one owner; share it as editor, commenter or viewer.");
        var person = await FindPersonAsync(database, email, cancellationToken);
        if (person.Id == row.OwnerId)
            throw new DocumentRefusedException("invalid_role", "That is the owner, who may do everything already.");
        var share = await database.Shares.FindAsync([id, person.Id], cancellationToken);
        if (share is null)
            database.Shares.Add(new() { DocumentId = id, UserId = person.Id, Role = role });
        else
            share.Role = role;
        await database.SaveChangesAsync(cancellationToken);
        audit.Record(new(AuditKind.Shared) { ActorId = userId, UserId = person.Id, DocumentId = id, Detail = role.Wire() });
        Changed?.Invoke(new(id, person.Id));
    }

    /// <summary>Takes somebody's role away; open connections close at once.</summary>
    public async Task UnshareAsync(Guid id, string userId, string email, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        var person = await FindPersonAsync(database, email, cancellationToken);
        // Anybody may leave a document; only the owner may put others out.
        await RequireAsync(database, id, userId, person.Id == userId ? DocumentRole.Viewer : DocumentRole.Owner, bin: false, cancellationToken);
        if (await database.Shares.FindAsync([id, person.Id], cancellationToken) is not { } share)
            throw new DocumentRefusedException("not_shared", "The document is not shared with that person.");
        database.Shares.Remove(share);
        await database.SaveChangesAsync(cancellationToken);
        audit.Record(new(AuditKind.Unshared) { ActorId = userId, UserId = person.Id, DocumentId = id });
        Changed?.Invoke(new(id, person.Id));
    }

    private static async Task<AppUser> FindPersonAsync(AppDbContext database, string email, CancellationToken cancellationToken)
    {
        var normalized = email.Trim().ToUpperInvariant();
        return await database.Users.FirstOrDefaultAsync(user => user.NormalizedEmail == normalized, cancellationToken)
            ?? throw new DocumentRefusedException("unknown_person", "Nobody has an account with that e-mail address. Ask them to register first.");
    }

    private static async Task<DocumentRow> RequireAsync(AppDbContext database, Guid id, string userId, DocumentRole least, bool bin, CancellationToken cancellationToken)
    {
        var row = await database.Documents.Include(row => row.Shares).FirstOrDefaultAsync(row => row.Id == id && (row.DeletedAt != null) == bin, cancellationToken);
        if (row is null || RoleOf(row, userId) is not { } role)
            throw new DocumentRefusedException("document_not_found", "There is no such document, or it is not shared with you.");
        return role >= least ? row : throw new DocumentRefusedException("forbidden", "Your role in this document does not allow that.");
    }

    private static DocumentRole? RoleOf(DocumentRow row, string userId) =>
        row.OwnerId == userId ? DocumentRole.Owner : row.Shares.Find(share => share.UserId == userId)?.Role;

    private static string? CleanName(string? name)
    {
        var clean = string.Join(' ', (name ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return clean.Length == 0 ? null : clean.Length <= MaxNameLength ? clean : clean[..MaxNameLength];
    }

    private static DateTime Utc(DateTime stored) => DateTime.SpecifyKind(stored, DateTimeKind.Utc);
}
