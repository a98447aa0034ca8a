using System.Collections.Immutable;
using Svgx.Collaboration.Documents;
using Svgx.Collaboration.Presence;
using Svgx.Collaboration.Storage;
using Svgx.Collaboration.Versions;

namespace Svgx.Collaboration.Engine;

/// <content>Versions: made of the live drawing on the loop; reverts, restorations and merges as operations.</content>
internal sealed partial class DocumentSession
{
    private readonly ContentHasher _hasher = new();
    private ReadOnlyMemory<byte> _lastHash; // of the journal's chain, durable
    private Task _checkpointing = Task.CompletedTask;
    private volatile bool _checkpointRuns; // cleared beside the loop, before the news of it reaches the loop
    private long _versionRevision;  // of the newest version
    private long _versionAt;        // when it was made
    private long? _changedSince;    // when the first change after it was committed
    private (string Id, string Name)? _lastAuthor;
    private volatile bool _chunksMissing; // set beside the loop

    private async ValueTask ChangeVersionsAsync(SessionCommand.ChangeVersions command)
    {
        await CommitAsync();
        await _checkpointing;
        try
        {
            if (!_rates.TryTake(command.From.UserId, "version_control", out _))
                throw new VersionRefusedException(RefusalCode.RateLimited, "Too many requests about versions; slow down.");
            await RequireStillAsync(command.From);
            command.Reply.TrySetResult(new VersionResult<VersionChange>.Done(command.Work switch
            {
                VersionWork.Save save => await SaveAsync(command.From, save),
                VersionWork.Restore restore => await RestoreAsync(command.From, restore),
                VersionWork.Merge merge => await MergeAsync(command.From, merge),
                _ => throw new System.Diagnostics.UnreachableException(),
            }));
        }
        catch (VersionRefusedException refusal)
        {
            command.Reply.TrySetResult(new VersionResult<VersionChange>.Refused(refusal.Code, refusal.Message));
        }
        catch (Exception error)
        {
            _services.Logger.VersionFailed(_documentId, _branch, error);
            command.Reply.TrySetResult(new VersionResult<VersionChange>.Refused(RefusalCode.StorageFailed, "The version could not be stored. Try again."));
            if (command.Work is not VersionWork.Save)
                throw; // the drawing in memory may be ahead of the journal: the session is rebuilt
        }
    }

    private async ValueTask RequireStillAsync(Seat author)
    {
        try
        {
            await _services.RequireAsync(_documentId, author.UserId, author.MaxRole, author.Token, DocumentRole.Editor, CancellationToken.None);
        }
        catch (Exception error) when (error is not VersionRefusedException)
        {
            _services.Logger.AccessFailed(_documentId, error); // nothing was changed yet: nobody else is to notice
            throw new VersionRefusedException(RefusalCode.StorageFailed, "Your role in this document could not be read. Nothing was changed; try again.");
        }
    }

    private async Task<VersionChange> SaveAsync(Seat author, VersionWork.Save work)
    {
        var head = await _services.Versions.HeadAsync(_documentId, _branch, long.MaxValue, CancellationToken.None);
        if (work.OnlyIfChanged && head is { PurgedAt: null } && head.Branch == _branch && head.Revision == _revision)
            return new(head, null, [], []);
        var draft = Draft(author.UserId, author.Username, head is null ? [] : [head.VersionId], work.Kind, work.Description, work.Labels);
        var version = await StoreAsync(draft);
        Tell(new SessionEvent.VersionCreated(version));
        if (version.Kind == VersionKind.Saved)
            _services.Activity.Record(new(_documentId, _branch, author.UserId, author.Username, ActivityKind.Version, version.Labels.Name ?? (version.Description.Length > 0 ? version.Description : null)));
        return new(version, null, [], []);
    }

    private async Task<VersionChange> RestoreAsync(Seat author, VersionWork.Restore work)
    {
        var target = work.ElementIds is { } chosen ? PartialRestore.Build(_document, work.Content.Document, chosen) : work.Content.Document;
        var head = await _services.Versions.HeadAsync(_documentId, _branch, long.MaxValue, CancellationToken.None);
        var change = await ApplyAsync(author, ContentSteps.Between(_document, target), work.Origin, head is null ? [] : [head.VersionId], work.Kind, work.Description);
        if (work is { Kind: VersionKind.Revert, Content.Version: { } former })
            Tell(new SessionEvent.VersionReverted(change.Version, former.VersionId));
        return change;
    }

    private async Task<VersionChange> MergeAsync(Seat author, VersionWork.Merge work)
    {
        // The ancestor was looked up beside the loop; another merge may have come first.
        var history = await BranchHistoryReader.ReadAsync(_services.Versions, _documentId, CancellationToken.None);
        if (history.CommonAncestors(_branch, _revision, work.Source.Branch, work.Source.Revision) is not [var nearest, ..] || nearest != (work.Base.Branch, work.Base.Revision))
            throw new VersionRefusedException(RefusalCode.Retry, "Another merge came first. Try again.");
        var merged = ThreeWayMerge.Merge(work.Base.Document, _document, work.Source.Document, work.Resolutions);
        if (merged.Document.ElementCount > _limits.MaxElements)
            throw new VersionRefusedException("too_large", $"The merged drawing would have more than {_limits.MaxElements} elements.");
        if (OperationData.Depth(merged.Document.Root.ToContent()) > _limits.MaxDepth)
            throw new VersionRefusedException("too_deep", $"The merged drawing would nest deeper than {_limits.MaxDepth} levels.");
        var head = await _services.Versions.HeadAsync(_documentId, _branch, long.MaxValue, CancellationToken.None);
        // Two parents make it a merge, so the target needs a version to stand on.
        if (head is null || head.Branch != _branch || head.Revision != _revision)
            head = (await SaveAsync(author, new("", VersionLabels.None, VersionKind.Checkpoint, OnlyIfChanged: true))).Version;
        var conflicts = ImmutableArray<string>.Empty;
        var change = await ApplyAsync(author, ContentSteps.Between(_document, merged.Document), "merge:" + work.Source.Branch, [head.VersionId, work.Source.Version!.VersionId], VersionKind.Merge, work.Description,
            () => conflicts = Hold(work, merged.Open, head));
        return change with { OpenClashes = merged.Open, ConflictIds = conflicts };
    }

    /// <summary>Clashes wait as conflicts, one an element, as far as there is room; beyond, the target's values stand and the answer names them.</summary>
    private ImmutableArray<string> Hold(VersionWork.Merge work, ImmutableArray<MergeClash> open, DocumentVersion head) =>
    [
        .. open.GroupBy(clash => clash.ElementId).Take(Math.Max(0, _services.Options.MaxOpenConflicts - _conflicts.OpenCount)).Select(group =>
        {
            MergeClash[] clashes = [.. group];
            work.Base.Document.TryGetElement(group.Key, out var before);
            return OpenMergeConflict(work.Source.Branch, group.Key, work.Authors.Side(MergeSide.Target, clashes, head), work.Authors.Side(MergeSide.Source, clashes, work.Source.Version!),
                clashes.ToDictionary(clash => clash.Name, clash => clash.Base, StringComparer.Ordinal), before, work.Source.Document.TryGetElement(group.Key, out var comesIn) ? comesIn : null).ConflictId;
        }),
    ];

    /// <summary>One operation and the version it leads to, made durable together.</summary>
    private async Task<VersionChange> ApplyAsync(
        Seat author, ImmutableArray<DocumentChange> steps, string origin, ImmutableArray<string> parents, VersionKind kind, string description, Action? afterwards = null)
    {
        JournalEntry? entry = null;
        if (!steps.IsEmpty)
        {
            if (_locks.Conflicting(_document, author.UserId, steps) is { } held)
                throw new VersionRefusedException(RefusalCode.Locked, LockedReason(held));
            var history = await HistoryAsync(author.UserId);
            using var trial = _document.Try();
            var length = _document.CharacterCount;
            var inverse = _document.Apply(steps);
            entry = Record(author, Guid.CreateVersion7().ToString("N"), OperationType.Update.ToWire(), steps[0].ElementId, NoData, steps, inverse) with { Origin = origin };
            if (entry.Changes.Length > _services.Options.MaxRestoreBytes)
            {
                trial.RollBack();
                throw new VersionRefusedException("too_large", $"The change is larger than the {_services.Options.MaxRestoreBytes >> 20} MiB that go into one operation. Make a branch from there instead.");
            }
            if (_document.CharacterCount > Math.Max(length, _limits.MaxCharacters))
            {
                trial.RollBack();
                throw new VersionRefusedException("too_large", $"The drawing would be longer than {_limits.MaxCharacters} characters.");
            }
            Accept(author, entry);
            Remember(_touches, entry, steps, inverse, _document);
            history.Add(entry);
        }
        afterwards?.Invoke();
        var draft = Draft(author.UserId, author.Username, parents, kind, description, VersionLabels.None);
        _ = draft.PackedChunks; // compressed here, not by the writer for whom all documents wait
        _turn.Version = draft;
        await CommitAsync();
        if (draft.Saved is not { } version)
        {
            _hasher.Forget();
            throw new VersionRefusedException(RefusalCode.StorageFailed, "The change could not be stored and was not made. Try again.");
        }
        Versioned(version);
        Tell(new SessionEvent.VersionCreated(version));
        return new(version, entry?.OperationId, [], []);
    }

    private VersionDraft Draft(string authorId, string authorName, ImmutableArray<string> parents, VersionKind kind, string description, VersionLabels labels)
    {
        if (_chunksMissing)
            _hasher.Forget();
        _chunksMissing = false;
        return new(_documentId, _branch, _revision, parents, _hasher.Hash(_document), authorId, authorName, description, kind, _services.Time.GetUtcNow().UtcDateTime, labels);
    }

    private async Task<DocumentVersion> StoreAsync(VersionDraft draft)
    {
        DocumentVersion version;
        try
        {
            version = await _services.Versions.SaveAsync(draft, CancellationToken.None);
        }
        catch (ContentDamagedException)
        {
            _hasher.Forget(); // a chunk that it took for stored was swept away since
            version = await _services.Versions.SaveAsync(draft with { Content = _hasher.Hash(_document) }, CancellationToken.None);
        }
        catch
        {
            _hasher.Forget();
            throw;
        }
        Versioned(version);
        return version;
    }

    private void Versioned(DocumentVersion version)
    {
        if (version.Revision >= _versionRevision)
            (_versionRevision, _versionAt, _changedSince) = (version.Revision, _services.Time.GetTimestamp(), null);
    }

    /// <summary>To everybody here at once, and to those in other branches as soon as their loops come to it.</summary>
    private void Tell(SessionEvent news)
    {
        Publish(news);
        _services.Announce(_documentId, _branch, news);
    }

    /// <summary>Makes a version of its own accord after many changes or after a time with changes.</summary>
    private void CheckpointIfDue()
    {
        if (_committedRevision <= _versionRevision || _lastAuthor is not { } author || _checkpointRuns)
            return;
        var options = _services.Options;
        _changedSince ??= _services.Time.GetTimestamp();
        var many = _committedRevision - _versionRevision >= options.CheckpointEvery && _services.Time.GetElapsedTime(_versionAt) >= options.CheckpointSpacing;
        if (many || _services.Time.GetElapsedTime(_changedSince.Value) >= options.CheckpointAfter)
            _checkpointing = CheckpointAsync(author);
    }

    private async Task CheckpointAsync((string Id, string Name) author)
    {
        var (former, revision) = (_versionRevision, _revision);
        _checkpointRuns = true;
        (_versionRevision, _versionAt, _changedSince) = (revision, _services.Time.GetTimestamp(), null);
        try
        {
            var draft = Draft(author.Id, author.Name, [], VersionKind.Checkpoint, "", VersionLabels.None);
            // Everything from here on is beside the loop: nobody who draws waits for it.
            var version = await Task.Run(async () =>
            {
                var head = await _services.Versions.HeadAsync(_documentId, _branch, long.MaxValue, CancellationToken.None);
                var saved = await _services.Versions.SaveAsync(draft with { Parents = head is null ? [] : [head.VersionId] }, CancellationToken.None);
                await _services.Versions.ThinAsync(_documentId, _branch, _services.Options.KeptCheckpoints, saved.CreatedAt, CancellationToken.None);
                return saved;
            });
            _checkpointRuns = false;
            TellLater(new SessionEvent.VersionCreated(version));
            _services.Announce(_documentId, _branch, new SessionEvent.VersionCreated(version));
        }
        catch (Exception error)
        {
            _services.Logger.VersionFailed(_documentId, _branch, error);
            _chunksMissing = true;
            Interlocked.CompareExchange(ref _versionRevision, former, revision);
            _checkpointRuns = false;
        }
    }
}
