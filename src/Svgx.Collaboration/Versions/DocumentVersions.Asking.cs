using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Engine;
using Svgx.Collaboration.Storage;

namespace Svgx.Collaboration.Versions;

/// <content>What all calls have in common: rights, bounds, looking contents up, and asking a session.</content>
public sealed partial class DocumentVersions
{
    /// <summary>Operations that are searched for one page of an element's history.</summary>
    private const int ElementScan = 20_000;

    private async Task<VersionResult<T>> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return new VersionResult<T>.Done(await ask());
        }
        catch (VersionRefusedException refusal)
        {
            _services.Metrics.Refused(refusal.Code);
            return new VersionResult<T>.Refused(refusal.Code, refusal.Message);
        }
        catch (ContentDamagedException damage)
        {
            return new VersionResult<T>.Refused(RefusalCode.VersionDamaged, $"The version's content is damaged and is not shown. {damage.Reason}");
        }
        catch (BranchDamagedException damage)
        {
            return new VersionResult<T>.Refused(RefusalCode.DocumentDamaged, damage.Message);
        }
        catch (Exception error) when (error is Microsoft.Data.Sqlite.SqliteException or IOException)
        {
            return new VersionResult<T>.Refused(RefusalCode.StorageFailed, "The data could not be read or stored. Nothing was changed; try again.");
        }
    }

    /// <summary>Whoever asks, as one who would sit in the branch.</summary>
    private async Task<Seat> RequireAsync(Guid documentId, VersionActor actor, DocumentRole role, string? branch, CancellationToken cancellationToken)
    {
        var access = await _services.RequireAsync(documentId, actor.UserId, actor.MaxRole, actor.Token, role, cancellationToken);
        await _services.Store.PrepareAsync(cancellationToken);
        return new Seat(new(documentId, branch ?? CollaborationEngine.MainBranch, actor.UserId, actor.Username, actor.SessionId, actor.MaxRole, Token: actor.Token), actor.Username ?? access.Username, Seat.Limit(access.Role, actor.MaxRole), new Visitor());
    }

    private async Task<VersionChange> WorkAsync(Guid documentId, string branch, Seat seat, VersionWork work, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await _engine.GetSessionAsync(documentId, branch, cancellationToken) is not { } session)
                throw NoBranch(branch);
            // Inline continuations would run the caller's code on the session's loop.
            var reply = new TaskCompletionSource<VersionResult<VersionChange>>(TaskCreationOptions.RunContinuationsAsynchronously);
            await session.PostAsync(new SessionCommand.ChangeVersions(seat, work, reply), cancellationToken);
            try
            {
                return await reply.Task switch // no cancellation past this point: it may be done already
                {
                    VersionResult<VersionChange>.Done done => done.Value,
                    VersionResult<VersionChange>.Refused refused => throw new VersionRefusedException(refused.Code, refused.Reason),
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
            }
            catch (SessionEndedException)
            {
                await session.Completion;
            }
        }
    }

    private async Task<DocumentVersion> FindAsync(Guid documentId, string versionId, CancellationToken cancellationToken) => await Store.FindAsync(documentId, versionId, cancellationToken) switch
    {
        { Fault: { } fault } => throw new VersionRefusedException(RefusalCode.VersionDamaged, $"The version is damaged and is not shown. {fault}"),
        { Version: { PurgedAt: null } version } => version,
        _ => throw new VersionRefusedException(RefusalCode.VersionNotFound, "There is no such version."),
    };

    private async Task<PointContent> ReadPointAsync(Guid documentId, ContentPoint point, CancellationToken cancellationToken)
    {
        switch (point)
        {
            case ContentPoint.Version(var id):
                var version = await FindAsync(documentId, id, cancellationToken);
                return new(version.Branch, version.Revision, version, await Store.ReadContentAsync(documentId, version.ContentHash, cancellationToken));
            case ContentPoint.Live(var branch):
                var live = await _engine.ReadDocumentAsync(documentId, branch, cancellationToken) ?? throw NoBranch(branch);
                return new(branch, live.Revision, null, DocumentJson.Read(live.Json));
            case ContentPoint.Revision(var branch, var revision):
                return await AsOfAsync(documentId, branch, revision, cancellationToken);
            case ContentPoint.Time(var branch, var at):
                var made = await Store.TimeOfAsync(documentId, branch, 0, cancellationToken) ?? throw NoBranch(branch);
                if (at < made)
                    throw new VersionRefusedException(RefusalCode.InvalidData, "The branch was not there at that time.");
                return await AsOfAsync(documentId, branch, await Store.RevisionAtAsync(documentId, branch, at, cancellationToken), cancellationToken);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<PointContent> AsOfAsync(Guid documentId, string branch, long revision, CancellationToken cancellationToken)
    {
        if (revision < 0)
            throw new VersionRefusedException(RefusalCode.InvalidData, "A revision is 0 or more.");
        var state = await Store.LoadAsOfAsync(documentId, branch, revision, cancellationToken) ?? throw NoBranch(branch);
        var document = DocumentJson.Read(state.Content);
        var reached = state.SnapshotRevision;
        await foreach (var entry in state.Tail.WithCancellation(cancellationToken))
        {
            if (entry.Revision != ++reached)
                throw new BranchDamagedException($"The journal has {entry.Revision} where {reached} should be.");
            document.Apply(ChangeJson.Read(entry.Changes));
        }
        return reached == revision ? new(branch, revision, null, document) : throw new VersionRefusedException(RefusalCode.InvalidData, $"The branch has no revision {revision}; its last is {reached}.");
    }

    private static string CheckDescription(string description) => description.Length <= MaxDescription
        ? description
        : throw new VersionRefusedException(RefusalCode.InvalidData, $"A description has at most {MaxDescription} characters.");

    private static VersionLabels CheckLabels(VersionLabels labels)
    {
        if (labels.Name is { Length: 0 or > 200 })
            throw new VersionRefusedException(RefusalCode.InvalidData, "A version's name has 1 to 200 characters.");
        if (labels.Tags.Length > 20 || labels.Tags.Any(tag => tag is not { Length: > 0 and <= 50 }))
            throw new VersionRefusedException(RefusalCode.InvalidData, "A version has at most 20 tags of 1 to 50 characters.");
        if (labels.Metadata.Count > 50 || labels.Metadata.Any(pair => pair.Key.Length is 0 or > 100 || pair.Value is not { Length: <= 2_000 }))
            throw new VersionRefusedException(RefusalCode.InvalidData, "Metadata has at most 50 entries, with names of 1 to 100 characters and values of at most 2,000.");
        return labels;
    }
}
